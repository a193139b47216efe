"""`ttgym import --elasticity`: willingness to pay is solved for, and measured."""

import pytest
from fares import SAMPLE

from test_time_gym.evaluation.market.market_run import play_market
from test_time_gym.evaluation.market.shown_demand import demand_elasticities
from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.world import World
from test_time_gym.scenarios.importing import ImportOptions, import_fares

MEANT = "leisure=-1.4,business=-0.7"


def imported(elasticity, **choices):
    options = ImportOptions(
        name="flights/sample", seats=30, rehearsals=1, elasticity=elasticity, **choices
    )
    return import_fares(SAMPLE, options)


def measured(scenario, seeds):
    world = World.of(scenario.market)
    runs = [play_market(world, seed, demand=True).shown_demand for seed in range(seeds)]
    return {name: one.estimate for name, one in demand_elasticities(runs).items()}


@pytest.mark.long
def test_what_is_asked_for_is_stated_solved_for_and_measured():
    made = imported(MEANT)

    stated = {one.name: one.elasticity_milli for one in made.scenario.market.demand}
    assert stated == {"leisure": -1400, "business": -700}
    assert measured(made.scenario, seeds=6) == {
        "leisure": pytest.approx(-1.4, abs=0.1),
        "business": pytest.approx(-0.7, abs=0.1),
    }
    assert imported(MEANT).toml == made.toml


def test_a_segment_that_is_not_named_stays_as_it_is_and_states_nothing():
    plain, other = imported(None), imported("leisure=-2", buyers=900)

    business = plain.scenario.market.demand[1], other.scenario.market.demand[1]
    assert business[0].willingness() is business[1].willingness()
    assert business[1].elasticity_milli is None
    assert other.buyers == 900


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("leisure", "is not SEGMENT=NUMBER"),
        ("", "is not SEGMENT=NUMBER"),
        ("leisure=-1.4,", "is not SEGMENT=NUMBER"),
        ("=-1.4", "is not SEGMENT=NUMBER"),
        ("leisure=-1e3", "is not SEGMENT=NUMBER"),
        ("leisure=-0.0001", "is not SEGMENT=NUMBER"),
        ("leisure=nan", "is not SEGMENT=NUMBER"),
        ("leisure=1.4", "dearer offers are bought by fewer"),
        ("leisure=0", "dearer offers are bought by fewer"),
        ("leisure=-20.001", "dearer offers are bought by fewer"),
        ("leisure=-1,leisure=-2", "leisure is named twice"),
        ("liesure=-1.4", "did you mean 'leisure'?"),
        ("crew=-1.4", "known: leisure, business"),
    ],
)
def test_what_no_demand_has_is_refused(text, reason):
    with pytest.raises(ScenarioError, match=r"^--elasticity: ") as caught:
        ImportOptions(elasticity=text)

    assert reason in str(caught.value)


def test_an_elasticity_that_no_willingness_has_is_refused_with_the_nearest():
    with pytest.raises(
        ScenarioError, match=r"leisure=-19\.5 is out of reach"
    ) as caught:
        imported("leisure=-19.5")

    nearest = float(str(caught.value).rpartition(" ")[2])
    assert -19.5 < nearest < -5
