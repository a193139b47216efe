"""Packaged scenarios have the elasticities that they state, and dearer does not pay."""

import re
from functools import cache
from pathlib import Path

import pytest

from test_time_gym.evaluation.market import compare_prices
from test_time_gym.evaluation.market.market_run import play_market
from test_time_gym.evaluation.market.shown_demand import demand_elasticities
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario, scenario_names

ROOT = Path(__file__).parents[2]
NUMBER = re.compile(r"−[0-9.]+")
WITH_DEMAND = [name for name in scenario_names() if load_scenario(name).market.demand]
SHORT = ("flights/duopoly", "flights/emsr")
"""Scenarios that are quickly played: `make test` looks at them, the rest is long."""
SEEDS = {
    "flights/delhi-mumbai": 3,
    "flights/family": 60,
    "flights/price-war": 60,
    "flights/scramble": 12,
}
DEARER_SEEDS = {
    "flights/delhi-mumbai": 2,
    "flights/family": 12,
    "flights/scramble": 2,
    "flights/unknown-outcomes": 8,
    "hotels/conference": 60,
    "hotels/flexible-rate": 12,
    "hotels/sites": 3,
}
UNUSUAL = {
    # A crowd lifts prices until nearly nobody pays them, and demand is steep there.
    "flights/rush": (-8.2, -8.0),
    # Whose sellers are trained: who asks too much has to notice.
    "flights/three-airlines": (-4.1, -0.6),
}
"""Elasticities beyond those that studies find, and why."""

cases = [
    pytest.param(name, marks=() if name in SHORT else pytest.mark.long)
    for name in WITH_DEMAND
]


@cache
def measured(name):
    """Return segment → elasticity of demand, as `ttgym market` prints it."""
    world, seeds = World.of(load_scenario(name).market), range(SEEDS.get(name, 24))
    runs = [play_market(world, seed, demand=True).shown_demand for seed in seeds]
    return {name: one.estimate for name, one in demand_elasticities(runs).items()}


def off(scenario, found):
    """Return the segments whose stated elasticity is not the measured one."""
    return [
        segment.name
        for segment in scenario.market.demand
        if abs(segment.elasticity_milli / 1000 - found[segment.name]) > 0.1
    ]


@pytest.mark.parametrize("name", WITH_DEMAND)
def test_every_segment_states_an_elasticity_that_markets_have(name):
    stated = [one.elasticity_milli for one in load_scenario(name).market.demand]

    assert None not in stated
    least, most = UNUSUAL.get(name, (-2.3, -0.6))
    assert all(least <= milli / 1000 <= most for milli in stated)


@pytest.mark.parametrize("name", cases)
def test_the_elasticity_that_is_stated_is_measured(name):
    assert off(load_scenario(name), measured(name)) == []


def test_a_wrong_elasticity_is_found():
    name = SHORT[0]
    scenario, found = load_scenario(name), measured(name)
    upside_down = {segment: -estimate for segment, estimate in found.items()}
    half = {segment: estimate / 2 for segment, estimate in found.items()}

    segments = [segment.name for segment in scenario.market.demand]
    assert off(scenario, upside_down) == off(scenario, half) == segments


@pytest.mark.parametrize("name", cases)
def test_raising_all_prices_by_half_pays_nowhere(name):
    found = compare_prices(
        name, 1.5, seeds=DEARER_SEEDS.get(name, 6), warm_up="simulate", allow_long=True
    )

    revenue = found.pairs[0][0]
    assert (revenue.name, revenue.seller) == ("revenue", "")
    assert revenue.difference < 0


def test_the_documentation_tells_what_each_scenario_states():
    text = (ROOT / "docs/scenarios.md").read_text("utf-8")
    told = {
        name: [float(number.replace("−", "-")) for number in NUMBER.findall(row)]
        for name, row in re.findall(
            r"^\| `(\S+/\S+)` \| ([a-z].*−[0-9].*) \|$", text, re.MULTILINE
        )
    }

    assert told == {
        name: [one.elasticity_milli / 1000 for one in load_scenario(name).market.demand]
        for name in WITH_DEMAND
    }
