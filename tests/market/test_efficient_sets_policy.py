"""Offer sets of a leg: those of the closed form in every state, and what is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from protecting import CURVE, sold_by
from worlds import WatchedTurns, episode, fare, flight, leg

from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.pricing import choice_value, efficient_sets
from test_time_gym.market.pricing.efficient_sets_policy import PricedSet, best_sets
from test_time_gym.scenarios.loader import scenario_of
from test_time_gym.validation.cases.leg_over_time import CHANCES, FARES

B1 = [
    {"classes": list(classes), "chances_ppm": [round(10**6 * one) for one in chances]}
    for classes, chances in CHANCES.items()
]
EFFICIENT = [one for one in B1 if "".join(one["classes"]) in ("Y", "YK", "YMK")]
"""In one itinerary Y and K could not be open without M."""


def offering(sets=B1, **changes):
    return {
        "kind": "efficient_sets",
        "sets": sets,
        "periods": 50,
        "buyer_ppm": 500_000,
        "booking_curve": CURVE,
        **changes,
    }


def apart(seats, pricing, codes="YMK"):
    """Return a market of one leg whose classes are itineraries of one each."""
    flights = [
        flight(
            code,
            leg("A", seats=seats),
            fares=[fare(code, round(FARES[code] * 100))],
        )
        for code in codes
    ]
    config = episode(flights=flights, warm_up="none", pricing_of={"Aurora": pricing})
    return WatchedTurns(config).market


@pytest.mark.parametrize(
    ("seats", "opened"), [(1, "Y"), (10, "Y"), (20, "YK"), (40, "YMK")]
)
def test_a_leg_opens_with_the_set_of_the_closed_form(seats, opened):
    market = apart(seats, offering())

    on_sale = "".join(
        product.rate
        for product in market.catalog.products
        if market.inventory.available(product.index)
    )

    found = choice_value(FARES, CHANCES, seats, periods=49, rate=0.5)
    best = efficient_sets(FARES, CHANCES).at(found.bid_prices[49, seats])
    assert on_sale == "".join(best.products) == opened


def test_a_class_that_was_closed_opens_again():
    market = apart(20, offering(reprice_every_s=1800))
    seen = []
    for now in range(0, 86_000_000, 1_800_000):
        market.clock.advance(now)
        seen.append(market.inventory.available(1))

    # Nobody buys here: M is closed first, and open by the end.
    assert (seen[0], seen[-1]) == (0, 20)
    assert seen == sorted(seen)


@settings(max_examples=60, deadline=None)
@given(
    dear=st.integers(500, 900),
    cheap=st.integers(100, 499),
    chances=st.tuples(*[st.integers(0, 500)] * 3),
    seats=st.integers(1, 8),
    periods=st.integers(1, 20),
    buyer=st.integers(0, 100),
)
def test_the_set_offered_is_as_good_as_the_best_in_every_state(
    dear, cheap, chances, seats, periods, buyer
):
    alone, beside, cheaper = (one / 1000 for one in chances)
    fares = {"Y": dear, "Q": cheap}
    law = {("Y",): [alone], ("Y", "Q"): [beside, cheaper]}
    values = choice_value(fares, law, seats, periods, buyer / 100).values
    sets = [
        PricedSet(chances[0] * 1000, dear * chances[0] * 1000),
        PricedSet(
            (chances[1] + chances[2]) * 1000,
            (dear * chances[1] + cheap * chances[2]) * 1000,
        ),
    ]

    table = best_sets(tuple(sets), seats, periods, buyer * 10_000)

    for t in range(periods):
        for x in range(1, seats + 1):
            worth = values[t, x] - values[t, x - 1]
            gains = [(one.revenue - one.chance_ppm * worth) / 10**6 for one in sets]
            place = table[t][x]
            gain = gains[place] if place < len(sets) else 0.0
            assert gain == pytest.approx(max(*gains, 0.0), abs=1e-4)


def refused(pricing, *flights):
    """Return why a scenario with this policy of Aurora's is refused."""
    config = sold_by({"kind": "fixed"}, [800_00, 500_00, 450_00], 20, *flights)
    data = config.model_dump(mode="json", by_alias=True)
    for row, code in zip(data["market"]["flights"][0]["fares"], "YMK", strict=True):
        row["code"] = code
    data["market"]["pricing_of"]["Aurora"] = pricing
    about = {"name": "flights/mine", "description": "A scenario of mine."}
    with pytest.raises(ScenarioError) as caught:
        scenario_of(data | about, "mine.toml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("sets", "reason"),
    [
        (
            EFFICIENT,
            "efficient_sets cannot offer Y, K: what is cheaper than M in A is closed",
        ),
        (B1[:1], "efficient_sets has no set with the class M of A"),
        (
            [{"classes": ["Y", "M"], "chances_ppm": [100_000]}],
            "the set Y, M has 1 chances_ppm: one of each class is expected",
        ),
        (
            [{"classes": ["Y", "M"], "chances_ppm": [600_000, 500_000]}],
            "the set Y, M is bought from with 1100000 ppm in all: at most 1000000",
        ),
        (
            [{"classes": ["Y", "Y"], "chances_ppm": [0, 0]}],
            "the set Y, Y names a class twice",
        ),
        (
            [
                {"classes": ["Y", "M"], "chances_ppm": [0, 0]},
                {"classes": ["M", "Y"], "chances_ppm": [0, 0]},
            ],
            "sets has two sets of the classes M, Y",
        ),
    ],
)
def test_what_makes_no_sense_is_a_mistake(sets, reason):
    assert reason in refused(offering(sets))


def test_two_itineraries_of_one_leg_may_not_have_one_class():
    again = flight("B", leg("A", seats=20), fares=[fare("Y", 800_00)])

    said = refused(offering([B1[0], B1[3], B1[6]]), again)

    assert "efficient_sets: A and B both sell the class Y of one leg" in said


def test_a_connection_is_a_mistake():
    legs = (
        leg("C1", "SFO", "EWR", "10:00", "12:00", 9),
        leg("C2", "EWR", "MAD", "13:00", "23:00", 9),
    )
    through = flight("C", *legs, fares=[fare("Y", 800_00)])

    said = refused(offering([B1[0], B1[3], B1[6]]), through)

    assert "efficient_sets is for one leg, and C has 2" in said
