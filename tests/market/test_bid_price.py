"""Bid prices: the leg's dynamic programme, and the classes that it closes."""

import json
from math import ceil

import pytest
from fakes import Lines
from hypothesis import given
from hypothesis import strategies as st
from protecting import opening_limits, protecting, share_ppm, sold_by, sold_down
from worlds import WatchedTurns, fare, flight, leg

from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.pricing import lee_hersh
from test_time_gym.market.pricing.unit_worth import Request, unit_values
from test_time_gym.scenarios.loader import scenario_of

A10_FARES = [200_00, 150_00, 120_00, 80_00]
A10_MEANS = [4.5, 4.5, 3, 3]
"""Thirty periods with the chances 0.15, 0.15, 0.10 and 0.10."""


def bids(config):
    """Return the bid prices of every record that has any, of a market as it opens."""
    sink = Lines()
    WatchedTurns(config, sink=sink)
    records = [json.loads(line) for line in sink.bytes().splitlines()]
    return [r["d"]["bids"] for r in records if r["d"].get("bids")]


def test_a_flight_opens_with_the_printed_bid_price_and_closes_what_is_below():
    """Case A10: V(10) - V(9) = 120.2909, so that the class at 120 is closed."""
    pricing = protecting("bid_price", A10_MEANS, periods=30)

    assert bids(sold_by(pricing, A10_FARES, 10)) == [[[0, 120_30]]]
    assert opening_limits(pricing, A10_FARES, 10) == [None, None, 0, 0]


@pytest.mark.parametrize(("dear", "open_classes"), [(119_00, 2), (121_00, 3)])
def test_a_fare_of_the_bid_price_or_more_is_open(dear, open_classes):
    """With the third fare at 119 the bid price is 119.71, with 121 it is 120.87."""
    fares = [200_00, 150_00, dear, 80_00]
    pricing = protecting("bid_price", A10_MEANS, periods=30)

    limits = opening_limits(pricing, fares, 10)

    assert [limit != 0 for limit in limits].count(True) == open_classes


@given(
    st.lists(
        st.tuples(st.integers(0, 10**6), st.integers(0, 10_000)), min_size=1, max_size=5
    ),
    st.integers(1, 12),
    st.integers(0, 15),
)
def test_values_are_those_of_the_closed_form(rows, units, more):
    rows = sorted(rows, reverse=True)
    periods = sum(mean for _, mean in rows) // 1000 + 1 + more
    rates = [mean / 1000 / periods for _, mean in rows]

    found = unit_values(tuple(Request(*row) for row in rows), units, periods)

    theory = lee_hersh([fare for fare, _ in rows], rates, units, periods)
    for t in range(periods + 1):
        for x in range(1, units + 1):
            exact = float(theory.bid_prices[t, x])
            assert ceil(exact - 1e-5) <= found[t][x] <= ceil(exact + 1e-5)


def test_the_last_unit_is_never_worth_more_than_the_dearest_fare():
    requests = (Request(200_00, 90_000), Request(100_00, 10_000))

    found = unit_values(requests, 20, 100)

    assert max(map(max, found)) == found[100][1] == 200_00
    assert [row[1] for row in found] == sorted(row[1] for row in found)


def test_the_bid_price_follows_what_is_left_to_sell_and_to_come():
    fares, means, seen = [300_00, 200_00, 120_00], [20_000, 24_000, 20_000], []

    pricing = protecting("bid_price", [20, 24, 20], periods=200, reprice_every_s=600)
    for market in sold_down(pricing, fares, 30):
        left = 30 - sum(market.inventory.product_sold)
        if left:
            ahead = 200 * share_ppm(market) // 10**6
            rates = [mean / 1000 / 200 for mean in means]
            worth = lee_hersh(fares, rates, 30, 200).bid_prices[ahead, left]
            sold = [bool(market.on_sale(j)) for j in range(3)]
            seen.append(sold)
            assert sold == [fare >= worth - 1e-6 for fare in fares]

    assert len(set(map(tuple, seen))) > 1


def test_what_goes_through_two_legs_pays_each_a_half():
    fares = [300_00, 90_00]
    first = leg("AA1", "SFO", "EWR", "10:00", "14:00", 12)
    onward = leg("AA2", "EWR", "MAD", "15:00", "23:00", 9)
    rates = [fare(code, price) for code, price in zip("YM", fares, strict=True)]
    via = flight("VIA", first, onward, fares=rates)
    pricing = protecting("bid_price", [4, 4], periods=40)

    (found,) = bids(sold_by(pricing, fares, 5, via))

    halves = [fare // 2 for fare in fares]
    expected = [
        lee_hersh(paid, [0.1, 0.1], seats, 40).bid_prices[40, seats]
        for paid, seats in ((fares, 5), (halves, 12), (halves, 9))
    ]
    assert found == [[k, ceil(worth)] for k, worth in enumerate(expected)]


def test_more_requests_than_periods_are_a_mistake():
    config = sold_by({"kind": "fixed"}, [200_00, 120_00], 30)
    data = config.model_dump(mode="json", by_alias=True)
    data["market"]["pricing_of"]["Aurora"] = protecting("bid_price", [9, 2], periods=10)
    about = {"name": "flights/mine", "description": "A scenario of mine."}

    with pytest.raises(ScenarioError) as caught:
        scenario_of(data | about, "mine.toml")

    assert "bid_price has 10 periods, and more requests than that" in str(caught.value)
