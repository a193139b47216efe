"""Among three airlines, a price that rises takes more than any fixed one."""

import pytest

from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario
from test_time_gym.scenarios.loader import scenario_of
from test_time_gym.training import revenue_of

NAME = "flights/three-airlines"
SEEDS = range(12)
DAY = DAY_MS // 60_000


class Asks:
    """Asks what a function of the page says."""

    def __init__(self, price):
        self.price = price

    def act(self, page):
        (offer,) = page["offers"] or [None]
        if offer is None:
            return {"verb": "wait"}
        return {"verb": "set_prices", "payload": {offer["id"]: self.price(offer)}}


def taken(who):
    """Return what a seller takes, on average over seeds."""
    revenues = revenue_of(who, NAME, SEEDS, others={"buyer_0": "cheapest"}, n_agents=1)
    return sum(revenues) / len(revenues)


def cheap_then_dear(offer):
    """Return a price for leisure, and another one for the last days or seats."""
    late = offer["closes_in_minutes"] < 6 * DAY
    return 180 if late or 4 * offer["left"] < offer["capacity"] else 105


@pytest.fixture(scope="module")
def fixed():
    """Return what each fixed price takes."""
    return {p: taken(Asks(lambda _offer, p=p: p)) for p in range(75, 196, 15)}


def test_a_price_that_rises_takes_more_than_the_best_fixed_one(fixed):
    best = max(fixed, key=fixed.get)

    assert 90 <= best <= 120
    assert taken(Asks(cheap_then_dear)) > 1.04 * fixed[best]


def test_scripted_sellers_take_less_than_the_best_fixed_price(fixed):
    assert max(taken("load-follower"), taken("undercut")) < 0.9 * max(fixed.values())


def all_together(ppm):
    """Return what all airlines take at base prices times a factor, all fixed."""
    data = load_scenario(NAME).model_dump(mode="json", by_alias=True)
    data["market"] |= {"pricing": {"kind": "fixed"}, "pricing_of": {}}
    for flight in data["market"]["flights"]:
        for fare in flight["fares"]:
            fare["fare_minor"] = fare["fare_minor"] * ppm // 10**6
    scenario = scenario_of(data, NAME)
    world, total = World.of(scenario.market), 0
    for seed in SEEDS:
        market = Marketplace(world, seed, ["buyer_0"], JournalWriter(None))
        market.open()
        market.clock.advance(scenario.task.deadline_s * 1000)
        total += market.sales_minor(range(len(market.prices)))
    return total / len(SEEDS)


def test_prices_that_are_all_higher_by_half_bring_all_airlines_less():
    assert all_together(1_500_000) < 0.85 * all_together(1_000_000)
