"""Best responses to shown prices under logit demand: the closed form's, in bounds."""

from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from protecting import sold_by
from worlds import WatchedTurns, episode, fare, flight, leg

from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.pricing import logit_bertrand
from test_time_gym.market.pricing.logit_best_response import best_response
from test_time_gym.scenarios.loader import scenario_of

TOLD = {"reference_minor": 200_00, "scale_minor": 25_00, "cost_minor": 100_00}
"""The setting of case E1, in cents and a hundred times as dear."""


def responding(**changes):
    return {
        "kind": "logit_best_response",
        "floor_ppm": 100_000,
        "ceiling_ppm": 5_000_000,
        "reprice_every_s": 600,
        **TOLD,
        **changes,
    }


def rivals(*fares_minor, pricing=None):
    """Return a market of airlines with a flight each, that answer each other."""
    names = "ABCD"[: len(fares_minor)]
    return WatchedTurns(
        episode(
            flights=[
                flight(name, leg(name), fares=[fare("Y", minor)], airline=name)
                for name, minor in zip(names, fares_minor, strict=True)
            ],
            pricing_of=dict.fromkeys(names, responding()) | (pricing or {}),
            task={"deadline_s": 86_000, "ends_on": "deadline"},
        )
    )


@pytest.mark.parametrize(
    ("fares", "price"),
    [
        ((190_00, 120_00), 147_29),
        ((190_00, 120_00, 160_00), 137_02),
        ((190_00, 120_00, 160_00, 240_00), 133_15),
    ],
)
def test_rivals_who_answer_each_other_come_to_the_nash_price(fares, price):
    """Cases E1 and E2."""
    market = rivals(*fares).market

    market.clock.advance(80_000_000)

    # Two who answer at once may go on changing a last cent with each other.
    assert market.prices == pytest.approx([price] * len(fares), abs=1)


def test_one_airline_with_two_flights_asks_the_joint_price():
    flights = [
        flight(code, leg(code), fares=[fare("Y", minor)], airline="A")
        for code, minor in (("A1", 190_00), ("A2", 120_00))
    ]
    turns = WatchedTurns(episode(flights=flights, pricing_of={"A": responding()}))

    assert turns.market.prices == [192_50, 192_50]


def test_the_first_answer_is_to_the_prices_that_stood_before():
    """Nobody is first: both answer base fares, from (1.9, 1.2)."""
    market = rivals(190_00, 120_00).market

    assert market.prices == [
        best_response(*TOLD.values(), 1, (120_00,)),
        best_response(*TOLD.values(), 1, (190_00,)),
    ]


def test_a_rival_that_is_sold_out_is_not_answered():
    turns = WatchedTurns(
        episode(
            flights=[
                flight("A", leg("A"), fares=[fare("Y", 190_00)], airline="A"),
                flight("B", leg("B", seats=0), fares=[fare("Y", 90_00)], airline="B"),
            ],
            pricing_of={"A": responding()},
        )
    )

    alone = logit_bertrand(1, a=200, a0=0, mu=25, cost=100).nash_price
    assert turns.market.prices[0] == round(alone * 100)


@settings(max_examples=60)
@given(
    reference=st.integers(0, 400_00),
    scale=st.integers(1_00, 90_00),
    cost=st.integers(0, 300_00),
    own=st.integers(1, 4),
    others=st.lists(st.integers(1, 500_00), max_size=5),
)
def test_no_other_price_earns_more(reference, scale, cost, own, others):
    def earned(price):
        weights = [exp((reference - one) / scale) for one in (price, *others)]
        return (price - cost) * weights[0] / (1 + own * weights[0] + sum(weights[1:]))

    found = best_response(reference, scale, cost, own, tuple(sorted(others)))

    assert type(found) is int
    best = earned(found)
    tried = (*range(found - 3, found + 4), *range(cost, cost + 20 * scale, 97))
    assert all(earned(price) <= best * (1 + 1e-9) + 1e-300 for price in tried)


@given(
    n=st.integers(1, 5),
    a=st.integers(0, 5_000_000),
    mu=st.integers(20_000, 900_000),
    cost=st.integers(0, 4_000_000),
)
def test_the_nash_price_answers_itself(n, a, mu, cost):
    nash = logit_bertrand(n, a, 0, mu, cost).nash_price
    others = (round(nash),) * (n - 1)

    assert best_response(a, mu, cost, 1, others) == pytest.approx(nash, abs=1)


@pytest.mark.parametrize(
    ("bounds", "price"),
    [
        ({"floor_ppm": 1_000_000, "ceiling_ppm": 1_000_000}, 190_00),
        ({"floor_ppm": 500_000, "ceiling_ppm": 5_000_000}, 148_44),
        ({"floor_ppm": 900_000, "ceiling_ppm": 5_000_000}, 171_00),
    ],
)
def test_a_price_stays_between_floor_and_ceiling(bounds, price):
    pricing = {"A": responding(**bounds), "B": {"kind": "fixed"}}

    assert rivals(190_00, 150_00, pricing=pricing).market.prices[0] == price


def test_extreme_prices_are_answered():
    assert best_response(10**12, 1, 0, 5, ()) < 10**12
    assert best_response(0, 1, 10**12, 1, (1,)) == 10**12 + 1
    assert best_response(0, 10**12, 0, 1, ()) > 10**12


def test_several_classes_are_a_mistake():
    config = sold_by({"kind": "fixed"}, [200_00, 120_00], 30)
    data = config.model_dump(mode="json", by_alias=True)
    data["market"]["pricing_of"]["Aurora"] = responding()
    about = {"name": "flights/mine", "description": "A scenario of mine."}

    with pytest.raises(ScenarioError) as caught:
        scenario_of(data | about, "mine.toml")

    assert "logit_best_response is for one class, and A has 2" in str(caught.value)


def test_one_that_is_told_nothing_says_what_it_lacks():
    config = rivals(190_00, 120_00).config
    data = config.model_dump(mode="json", by_alias=True)
    data["market"]["pricing_of"] = {"Aurora": {"kind": "logit_best_response"}}
    about = {"name": "flights/mine", "description": "A scenario of mine."}

    with pytest.raises(ScenarioError, match="needs reference_minor and scale_minor"):
        scenario_of(data | about, "mine.toml")
