"""DLP and prorated EMSR: bid prices of a network of two legs."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protecting import CURVE, forecast
from worlds import WatchedTurns, episode, fare, flight, leg, segment

from test_time_gym.market.pricing import dlp
from test_time_gym.market.pricing.forecast import ToCome
from test_time_gym.market.pricing.prorated_emsr import last_unit

FARES = {"A": (400, 125), "B": (500, 175), "VIA": (750, 250)}
MEANS = {"A": (35, 45), "B": (60, 75), "VIA": (50, 70)}
"""Case B4: two legs, and what goes through both."""
LEGS = {
    "A": [leg("AA1", "SFO", "EWR", "10:00", "14:00", 200)],
    "B": [leg("AA2", "EWR", "MAD", "15:00", "23:00", 240)],
}


def network(kind, seats=200, fares=FARES, **changes):
    """Return the network of B4 with so many seats on the first leg."""
    legs = {"A": [LEGS["A"][0] | {"seats": seats}], "B": LEGS["B"]}
    legs["VIA"] = legs["A"] + legs["B"]
    flights = [
        flight(
            name,
            *legs[name],
            fares=[
                fare(code, price * 100)
                for code, price in zip("YQ", fares[name], strict=True)
            ],
        )
        for name in fares
    ]
    forecasts = [
        forecast(code, mean) | {"listing": name}
        for name in fares
        for code, mean in zip("YQ", MEANS[name], strict=True)
    ]
    pricing = {"kind": kind, "forecasts": forecasts, "booking_curve": CURVE}
    return episode(
        **{
            "flights": flights,
            "warm_up": "none",
            "pricing_of": {"Aurora": pricing | {"reprice_every_s": 3600}},
            "task": {"deadline_s": 86_000, "ends_on": "deadline"},
            **changes,
        }
    )


def open_classes(market):
    """Return the products that can be bought."""
    return [p.id for p in market.catalog.products if market.on_sale(p.index)]


def bids(market):
    """Return the bid prices of both legs, as control has them."""
    ((_, sellers),) = market.control.state()
    ((_, _, found, _, _),) = sellers
    return [bid for _, bid in found]


@pytest.mark.parametrize(
    ("seats", "expected"),
    [(200, [0, 175_00]), (190, [75_00, 175_00]), (150, [125_00, 125_00])],
)
def test_a_network_opens_with_the_printed_bid_prices(seats, expected):
    """Case B4."""
    market = WatchedTurns(network("dlp", seats)).market

    assert bids(market) == expected
    through = sum(expected) <= 250_00
    assert ("VIA-Q" in open_classes(market)) == through
    assert "VIA-Y" in open_classes(market)


def test_bid_prices_follow_what_is_left_to_sell_and_to_come():
    demand = [segment(buyers=250, willingness_median_minor=300_00)]
    market, seen = WatchedTurns(network("dlp", 120, demand=demand)).market, []

    for hour in range(1, 20):
        now = hour * 3_600_000
        market.clock.advance(now - 1)
        left = [
            units - sold
            for units, sold in zip((120, 240), market.inventory.sold, strict=True)
        ]
        market.clock.advance(now)
        closing = market.catalog.closing_ms
        products = []
        for listing, (name, fares) in enumerate(FARES.items()):
            to_closing = closing[2 * listing] - now
            if to_closing <= 0:
                continue
            share = min(to_closing, 86_400_000) * 10**6 // 86_400_000
            legs = {"A": [0], "B": [1], "VIA": [0, 1]}[name]
            products += [
                (fare * 100, mean * 1000 * share // 10**6 / 1000, legs)
                for fare, mean in zip(fares, MEANS[name], strict=True)
            ]
        theory = dlp(dict(enumerate(left)), products).bid_prices
        expected = [int(Fraction(theory[k]) + Fraction(1, 10**6)) for k in (0, 1)]
        if closing[0] > now and min(left) > 0:
            assert bids(market) == expected
            seen.append(tuple(expected))

    assert len(set(seen)) > 1


def test_the_last_unit_is_worth_what_emsr_b_keeps_it_for():
    """Poisson demand of 50 at 200: protected to 50 against 100, Littlewood's rule."""
    dear = ToCome(200_00, 50_000, 50 * 10**6)
    cheap = ToCome(100_00, 80_000, 80 * 10**6)

    values = [last_unit([dear], left) for left in range(1, 90)]

    assert values == sorted(values, reverse=True)
    assert [value > 100_00 for value in values].index(False) == 49
    # With the cheap class there is somebody for the seats beyond.
    assert last_unit([dear, cheap], 60) > last_unit([dear], 60)


@given(
    st.lists(
        st.tuples(st.integers(1, 10**5), st.integers(0, 10**5), st.integers(0, 10**9)),
        min_size=1,
        max_size=5,
    ),
    st.integers(1, 200),
)
def test_the_last_unit_is_worth_no_more_than_the_dearest_fare(rows, left):
    classes = [ToCome(*row) for row in sorted(rows, reverse=True)]

    assert 0 <= last_unit(classes, left + 1) <= last_unit(classes, left)
    assert last_unit(classes, left) <= classes[0].fare


def test_prorated_emsr_opens_with_the_value_of_each_legs_last_seat():
    market = WatchedTurns(network("prorated_emsr", 120)).market

    def of(name, rank, legs):
        mean = MEANS[name][rank] * 1000
        return FARES[name][rank] * 100 // legs, mean

    expected = []
    for name, seats in (("A", 120), ("B", 240)):
        classes = []
        for rank in (0, 1):
            rows = [of(name, rank, 1), of("VIA", rank, 2)]
            whole = sum(mean for _, mean in rows)
            paid = sum(fare * mean for fare, mean in rows) // whole
            classes.append(ToCome(paid, whole, whole * 1000))
        expected.append(last_unit(classes, seats))
    assert bids(market) == expected
