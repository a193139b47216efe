"""In a scramble, agents who all do the same get in each other's way."""

from tests.scenarios.scramble import Planned, mean_success

from test_time_gym.market.clock import MINUTE_MS
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario


def test_cheapest_in_self_play_meets_less_than_four_fifths_of_what_a_plan_does():
    seeds = range(100, 112)

    alike = mean_success(lambda _seat: "cheapest", seeds)
    planned = mean_success(Planned, seeds)

    assert alike <= 0.8 * planned
    assert planned > 3.5


def test_all_seats_are_free_at_the_opening_and_gone_in_three_minutes():
    for seed in range(6):
        market = Marketplace(
            World.of(load_scenario("flights/scramble").market),
            seed,
            ["buyer_0"],
            JournalWriter(None),
        )
        market.open()
        market.clock.advance(0)
        assert sum(market.inventory.sold) == 0
        market.clock.advance(3 * MINUTE_MS)
        assert market.inventory.sold == list(market.catalog.capacity)
