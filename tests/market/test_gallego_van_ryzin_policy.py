"""Gallego and van Ryzin's prices: the closed form's, by stock and time, in bounds."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from protecting import CURVE, share_ppm, sold_by
from worlds import WatchedTurns, segment

from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.pricing import gallego_van_ryzin
from test_time_gym.market.pricing.gallego_van_ryzin_policy import best_price
from test_time_gym.scenarios.loader import scenario_of

MILLION = 10**6
TABLE_C = [
    (10, 1, 3.397895),
    (10, 5, 1.830003),
    (10, 10, 1.241540),
    (20, 5, 2.445442),
    (20, 10, 1.772111),
    (20, 20, 1.173035),
]


def optimal(scale_minor, buyers, **changes):
    return {
        "kind": "gallego_van_ryzin",
        "scale_minor": scale_minor,
        "buyers_milli": round(buyers * 1000),
        "booking_curve": CURVE,
        "floor_ppm": 0,
        "ceiling_ppm": 100 * MILLION,
        **changes,
    }


@pytest.mark.parametrize(("rate", "seats", "price"), TABLE_C)
def test_a_flight_opens_at_the_printed_price(rate, seats, price):
    """Table C, in millionths."""
    pricing = optimal(MILLION, rate)

    turns = WatchedTurns(sold_by(pricing, [MILLION], seats))

    assert turns.market.prices == [round(price * MILLION)]


@given(st.integers(0, 200_000), st.integers(1, 60))
@example(1, 10**6)
@example(10**9, 1)
@example(10**9, 2_000)
def test_prices_are_those_of_the_closed_form(buyers_milli, units):
    found = best_price(10**9, buyers_milli, units)

    assert type(found) is int
    theory = gallego_van_ryzin(buyers_milli / 1000, min(units, 5_000)).price
    assert found == pytest.approx(theory * 10**9, abs=2, rel=1e-12)


@given(st.integers(1, 100_000), st.integers(2, 60), st.integers(0, 10_000))
def test_prices_rise_as_stock_falls_and_fall_as_time_goes_by(buyers, units, gone):
    price = best_price(10**9, buyers, units)

    assert best_price(10**9, buyers, units - 1) >= price
    assert best_price(10**9, max(0, buyers - gone), units) <= price


def test_prices_follow_what_is_left_to_sell_and_to_come():
    pricing = optimal(100_00, 15, reprice_every_s=600)
    demand = [segment(buyers=200, willingness_median_minor=180_00)]
    turns = WatchedTurns(sold_by(pricing, [100_00], 12, demand=demand))
    market, seen = turns.market, []

    for now in range(0, 84_000_000, 3_600_000):
        market.clock.advance(now)
        left = 12 - market.inventory.sold[0]
        if left:
            to_come = 15_000 * share_ppm(market) // MILLION
            seen.append(market.prices[0])
            assert seen[-1] == best_price(100_00, to_come, left)

    assert len(set(seen)) > 5


@pytest.mark.parametrize(
    ("bounds", "price"),
    [
        ({"floor_ppm": 900_000, "ceiling_ppm": 1_200_000}, 120_00),
        ({"floor_ppm": MILLION, "ceiling_ppm": 5 * MILLION}, 177_21),
    ],
)
def test_a_price_stays_between_floor_and_ceiling(bounds, price):
    turns = WatchedTurns(sold_by(optimal(100_00, 20, **bounds), [100_00], 10))

    assert turns.market.prices == [price]


def test_several_classes_are_a_mistake():
    config = sold_by({"kind": "fixed"}, [200_00, 120_00], 30)
    data = config.model_dump(mode="json", by_alias=True)
    data["market"]["pricing_of"]["Aurora"] = optimal(100_00, 5)
    about = {"name": "flights/mine", "description": "A scenario of mine."}

    with pytest.raises(ScenarioError) as caught:
        scenario_of(data | about, "mine.toml")

    assert "gallego_van_ryzin is for one class, and A has 2" in str(caught.value)
