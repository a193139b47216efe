"""What the descriptions of the packaged hotels claim, over many seeds."""

from functools import cache

import pytest

from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario

SEEDS = range(12)
NOTHING = 10**9
"""The price of what is sold out."""


@cache
def world_of(name):
    return World.of(load_scenario(name).market)


def opened(name, seed):
    market = Marketplace(world_of(name), seed, ["buyer_0"], JournalWriter(None))
    market.open()
    market.clock.advance(0)
    return market


def taken(market, hotel, days):
    """Return the share of a hotel's double rooms that is sold in some nights."""
    names = [f"{hotel}/DBL/2026-05-{day}" for day in days]
    pools = [market.catalog.pool_names.index(name) for name in names]
    sold = sum(market.inventory.sold[pool] for pool in pools)
    return sold / sum(market.catalog.capacity[pool] for pool in pools)


def test_in_city_break_cheap_hotels_are_far_out_or_sell_out_first():
    hotels = load_scenario("hotels/city-break").market.hotels
    cheap = {h.id: min(r.nightly_minor for r in h.rooms[0].rates) for h in hotels}
    far = {h.id: h.distance_m for h in hotels}
    first = 0

    for seed in SEEDS:
        market = opened("hotels/city-break", seed)
        market.clock.advance(2 * DAY_MS)
        weekend = [taken(market, h, (14, 15, 16)) for h in ("MIRA", "BAIXA")]
        first += weekend[0] > weekend[1]

    assert sorted(cheap, key=cheap.get) == ["PORT", "SOL", "MIRA", "BAIXA"]
    assert min(far["PORT"], far["SOL"]) > 4000
    assert max(far["MIRA"], far["BAIXA"]) < 1500
    assert first >= 10


def test_in_city_break_the_nights_of_the_weekend_cost_more():
    catalog = world_of("hotels/city-break").catalog
    nights = ("0514", "0516")

    prices = [catalog.by_id[f"MIRA-DBL-{n}x1-ADV"].base_minor for n in nights]

    assert prices == [141_00, 183_00]


def test_in_conference_one_of_two_small_hotels_sells_no_single_night():
    catalog = world_of("hotels/conference").catalog
    middle = [p for p in catalog.products if "-0909x1" in p.id]
    rooms = {
        name: catalog.capacity[k]
        for k, name in enumerate(catalog.pool_names)
        if name.endswith("09-09")
    }

    assert [p.listing_id for p in middle] == ["LINDE-SGL-0909x1"]
    assert rooms == {"KRONE/SGL/2026-09-09": 6, "LINDE/SGL/2026-09-09": 5}
    assert load_scenario("hotels/conference").agents.count == 6


@pytest.mark.parametrize("form", load_scenario("hotels/flexible-rate").task.forms())
def test_in_flexible_rate_waiting_mostly_pays_and_sometimes_does_not(form):
    paid = 0
    for seed in range(20):
        market = opened("hotels/flexible-rate", seed)
        offers = market.catalog.by_group[tuple(form.values())]

        def least(market=market, offers=offers):
            prices = [market.prices[j] for j in offers if market.on_sale(j)]
            return min(prices, default=NOTHING)

        now, later = least(), []
        for _ in range(31):
            market.clock.advance(market.clock.now_ms + 6 * DAY_MS // 32)
            later.append(least())
        paid += min(later) < now

    assert 12 <= paid <= 19


def test_in_flexible_rate_both_hotels_refund_their_dearer_rate_for_a_fee():
    for hotel in load_scenario("hotels/flexible-rate").market.hotels:
        dear, cheap = hotel.rooms[0].rates
        assert (dear.refundable, cheap.refundable) == (True, False)
        assert 0 < dear.cancel_fee_minor < dear.nightly_minor // 10
