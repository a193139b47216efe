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


@pytest.mark.long
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


def small_table(path):
    """Write a table of four flights on eight days, each dearer towards its end."""
    lines = ["airline,flight,source_city,departure_time,stops,arrival_time,"]
    lines[0] += "destination_city,class,duration,days_left,price"
    for k, base in enumerate((80, 110, 140, 190)):
        for days in (1, 3, 5, 8, 12, 17, 23, 30):
            price = base * (100 + 120 * max(0, 12 - days) // 12) // 100
            lines.append(
                f"Tap,TP{k},Lisbon,{7 + 3 * k:02d}:15,zero,{10 + 3 * k:02d}:45,Rome,"
                f"Economy,2.5,{days},€{price}"
            )
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.long
def test_a_small_market_has_it_on_other_seeds_and_the_summary_says_so(tmp_path):
    table = small_table(tmp_path / "small.csv")
    options = ImportOptions(
        origin="LIS", destination="FCO", rehearsals=1, elasticity=MEANT
    )

    made = import_fares(table, options)

    assert measured(made.scenario, seeds=100) == {
        "leisure": pytest.approx(-1.4, abs=0.1),
        "business": pytest.approx(-0.7, abs=0.1),
    }
    leisure, business = made.elasticities_milli.values()
    assert (leisure, business) == pytest.approx((-1400, -700), abs=100)
    said = "Elasticity of demand, measured in markets of other seeds: "
    said += f"leisure {leisure / 1000:.2f} (asked for: -1.40), "
    assert said in made.summary
    assert not [note for note in made.notes if "--elasticity" in note]


def test_one_that_is_not_reached_in_markets_is_told(tmp_path, monkeypatch):
    module = "test_time_gym.scenarios.importing.importer.measured_elasticities"
    monkeypatch.setattr(module, lambda *_: {"leisure": -1250, "business": None})
    options = ImportOptions(
        origin="LIS", destination="FCO", rehearsals=1, elasticity=MEANT
    )

    made = import_fares(small_table(tmp_path / "small.csv"), options)

    told = [note for note in made.notes if "--elasticity" in note]
    assert [one.partition(";")[0].partition(" in markets ")[0] for one in told] == [
        "--elasticity: leisure=-1.4 is not reached:",
        "--elasticity: business=-0.7 is not reached:",
    ]
    assert "played it is -1.25; more --seats" in told[0]
    assert "played it is none, since nobody would buy; more" in told[1]
