"""Drawn prices of two sellers with little capacity: the closed form's, by the seed."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from protecting import sold_by
from worlds import WatchedTurns, episode, fare, flight, leg

from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.pricing import edgeworth
from test_time_gym.market.pricing.edgeworth_policy import EdgeworthPrices, drawn_price
from test_time_gym.scenarios.loader import scenario_of


def drawing(**changes):
    return {"kind": "edgeworth", "buyers": 60, "choke_minor": 900_00, **changes}


def opening(seats, seed=1, **changes):
    """Return the prices with which two airlines open."""
    flights = [
        flight(name, leg(name, seats=seats), fares=[fare("Y", 500_00)], airline=name)
        for name in "AB"
    ]
    pricing = dict.fromkeys("AB", drawing(**changes))
    return WatchedTurns(
        episode(flights=flights, warm_up="none", pricing_of=pricing), seed
    )


@pytest.mark.parametrize(("seats", "price"), [(15, 450_00), (20, 300_00), (60, 1)])
def test_where_the_price_is_certain_both_ask_it(seats, price):
    assert opening(seats).market.prices == [price, price]


def test_a_seed_always_draws_the_same_and_another_one_others():
    first, again, other = (opening(30, seed).market.prices for seed in (1, 1, 2))

    assert first == again
    assert len({*first, *other}) == 4
    assert all(112_50 <= price <= 225_00 for price in (*first, *other))


def test_a_price_is_drawn_once_for_the_whole_sale():
    turns = opening(30, reprice_every_s=600)
    before = list(turns.market.prices)

    turns.market.clock.advance(80_000_000)

    assert turns.market.prices == before


@pytest.mark.parametrize(
    ("bounds", "price"),
    [({"floor_ppm": 10**6}, 500_00), ({"floor_ppm": 0, "ceiling_ppm": 10**6}, 450_00)],
)
def test_a_price_stays_between_floor_and_ceiling(bounds, price):
    assert opening(15, **bounds).market.prices == [price, price]


@given(st.integers(0, 2**64 - 1), st.integers(0, 700), st.integers(1, 600))
@example(0, 30, 60)
@example(2**64 - 1, 30, 60)
@example(2**63, 10**3, 10**7)
def test_a_price_is_the_quantile_of_the_closed_form(word, units, buyers):
    found = drawn_price(word, units, buyers, 10**6)

    assert type(found) is int
    law = edgeworth(max(units, 1e-9) / buyers)
    assert found == pytest.approx(10**6 * law.quantile(word / 2**64), abs=0.51)


def test_without_streams_of_a_run_it_draws_by_seed_0():
    """Programs of a user's own may begin a policy by itself."""
    config = EdgeworthPrices(kind="edgeworth", buyers=60, choke_minor=100)
    seller = opening(30).world.sellers[0]

    assert config.begin(seller).state() == ()


def test_two_classes_of_one_departure_are_a_mistake():
    config = sold_by({"kind": "fixed"}, [200_00, 120_00], 30)
    data = config.model_dump(mode="json", by_alias=True)
    data["market"]["pricing_of"]["Aurora"] = drawing()
    about = {"name": "flights/mine", "description": "A scenario of mine."}

    with pytest.raises(ScenarioError) as caught:
        scenario_of(data | about, "mine.toml")

    assert (
        "edgeworth is for one itinerary of one class a route and date: A has Y and M"
    ) in str(caught.value)
