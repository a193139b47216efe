"""The table of fields says what each number of a vector is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import worlds
from worlds import FEES, buy, do, flight, leg, open_market, to_payment, wait_until

from test_time_gym import market_v0
from test_time_gym.envs.vector_codec import VectorCodec
from test_time_gym.envs.vector_fields import layout_of
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario, scenario_names

WORLDS = st.one_of(worlds(), worlds(ends_on="deadline"), worlds(team=True))
DEAD = {"token": "tok_dead", "hard_decline_ppm": 1_000_000}
TWO = [
    flight("SLOW", leg("AA1", depart="08:00"), airline="Aurora"),
    flight(
        "FLEX",
        leg("AA2", depart="12:00"),
        airline="Boreas",
        fares=[
            {
                "code": "Y",
                "fare_minor": 125_00,
                "refundable": True,
                "cancel_fee_minor": 50_00,
            }
        ],
    ),
]


def seen(turns, seat=0):
    """Return what a seat's vector says, by the names of the fields."""
    vector = VectorCodec(turns).observe(turns.seats[seat])["observation"]
    fields = market_v0.vector_fields(turns.world.trade)
    assert len(fields) == len(vector)
    return {one.name: float(x) for one, x in zip(fields, vector, strict=True)}


def of(page, start):
    """Return the numbers whose names begin so, without that beginning."""
    return {
        name.removeprefix(start): pytest.approx(page[name])
        for name in page
        if name.startswith(start)
    }


@pytest.mark.parametrize("scenario", scenario_names())
def test_every_scenario_has_fields_with_names_of_their_own(scenario):
    fields = market_v0.vector_fields(scenario)
    env = market_v0.env(scenario, n_agents=1)

    box = env.observation_space("buyer_0")["observation"]

    assert len({one.name for one in fields}) == len(fields) == box.shape[0]
    assert box.low.tolist() == [one.low for one in fields]
    assert box.high.tolist() == [one.high for one in fields]
    assert all(one.meaning and one.low < one.high for one in fields)


def test_a_trade_a_scenario_and_its_name_have_the_same_fields():
    loaded = load_scenario("hotels/city-break")

    assert (
        market_v0.vector_fields(loaded)
        == market_v0.vector_fields(loaded.market.trade)
        == market_v0.vector_fields("hotels/city-break")
        != market_v0.vector_fields()
    )


def test_spaces_of_one_role_are_equal_and_share_no_bounds():
    env = market_v0.env("flights/rush", n_agents=2)
    one, two = (
        env.observation_space(name)["observation"] for name in env.possible_agents
    )

    assert one == two
    assert one.high is not two.high
    assert one.high is not layout_of(load_scenario("flights/rush").market.trade).high


@pytest.mark.property
@given(
    WORLDS,
    st.integers(1, 3),
    st.integers(0, 9),
    st.lists(st.integers(0, 2**16), min_size=20, max_size=120),
)
def test_every_number_is_within_its_bounds(config, agents, seed, numbers):
    names = [f"buyer_{k}" for k in range(agents)]
    turns = Turns(config, World.of(config.market), seed, names)
    codec, fields = VectorCodec(turns), layout_of(turns.world.trade)
    for n in numbers:
        if turns.over:
            break
        seat = turns.ready[0]
        legal = np.flatnonzero(codec.mask(seat))
        turns.act(seat, codec.decode(seat, int(legal[n % len(legal)])))
        turns.advance()
        for one in turns.seats:
            vector = codec.observe(one)["observation"]
            wrong = (vector < fields.low) | (vector > fields.high)
            assert [fields.fields[k].name for k in np.flatnonzero(wrong)] == []


def test_the_task_is_told():
    task = {"depart_after": ["06:00"], "max_stops": [2], "party": 3}
    page = seen(open_market("tok_ok", "tok_3ds", task=task))

    assert of(page, "task.") == {
        "party": 3 / 9,
        "wallet": 0.5,
        "asks_depart_after": 1.0,
        "depart_after": 0.25,
        "asks_depart_before": 0.0,
        "depart_before": 0.0,
        "asks_max_stops": 1.0,
        "max_stops": 0.5,
        "asks_airline": 0.0,
    }


def test_an_offer_says_whether_it_is_what_the_task_asks_for():
    task = {"budgets_minor": [100_00], "airlines": ["boreas"]}
    turns = open_market(task=task, flights=TWO)
    do(turns, "search_flights")
    page = seen(turns)

    first, second, third = (of(page, f"offer_{k}.") for k in range(3))

    assert (first["shown"], second["shown"], third["shown"]) == (1.0, 1.0, 0.0)
    assert (first["meets"], second["meets"]) == (0.0, 1.0)
    assert (first["airline"], second["airline"]) == (0.0, 1.0)
    assert (first["price"], second["price"]) == (1.0, 1.25)
    assert (first["within_budget"], second["within_budget"]) == (1.0, 0.0)
    assert (first["refundable"], second["refundable"]) == (0.0, 1.0)
    assert (first["cancel_fee"], second["cancel_fee"]) == (0.0, 0.5)
    assert (first["depart"], second["depart"]) == (8 / 24, 0.5)
    assert (first["left"], second["left"]) == (4 / 9, 4 / 9)


def test_an_offer_is_within_the_budget_with_the_fees_that_are_known():
    turns = open_market(task={"budgets_minor": [103_00]}, fees=FEES[:1], flights=TWO)
    do(turns, "search_flights")
    before = seen(turns)["offer_0.within_budget"]
    to_payment(turns)

    after = seen(turns)

    assert (before, after["offer_0.within_budget"]) == (1.0, 0.0)
    assert after["cart.total"] == pytest.approx(104 / 103)
    assert (after["offer_0.in_cart"], after["offer_1.in_cart"]) == (1.0, 0.0)


def test_an_offer_is_within_the_budget_with_the_coupon_that_is_applied():
    coupon = {"code": "TENTH", "percent_ppm": 200_000}
    task = {"budgets_minor": [100_00]}
    turns = open_market(task=task, coupons=[coupon], flights=TWO)
    do(turns, "search_flights")
    do(turns, "add_to_cart", "SLOW")
    before = seen(turns)
    do(turns, "apply_coupon", "TENTH")

    after = seen(turns)

    assert (before["offer_1.within_budget"], after["offer_1.within_budget"]) == (0, 1)
    assert of(before, "coupon_0.") == {
        "advertised": 1.0,
        "tried": 0.0,
        "applied": 0.0,
        "used": 0.0,
    }
    assert of(after, "coupon_0.") == {
        "advertised": 1.0,
        "tried": 1.0,
        "applied": 1.0,
        "used": 0.0,
    }
    assert of(after, "coupon_1.")["advertised"] == 0.0


def test_a_coupon_that_is_refused_was_tried_and_one_that_paid_is_used():
    coupons = [
        {"code": "MUCH", "percent_ppm": 100_000, "minimum_minor": 900_00},
        {"code": "SOME", "percent_ppm": 100_000},
    ]
    turns = open_market(coupons=coupons)
    do(turns, "search_flights")
    do(turns, "add_to_cart", "AA1")
    do(turns, "apply_coupon", "MUCH")
    do(turns, "apply_coupon", "SOME")
    tried = seen(turns)
    do(turns, "proceed_to_payment")
    do(turns, "enter_card", "tok_ok")
    do(turns, "confirm_payment")

    page = seen(turns)

    assert (tried["coupon_0.tried"], tried["coupon_0.applied"]) == (1.0, 0.0)
    assert (page["coupon_0.tried"], page["coupon_1.tried"]) == (0.0, 0.0)
    assert (page["coupon_0.used"], page["coupon_1.used"]) == (0.0, 1.0)
    assert page["coupon_1.applied"] == 0.0


def test_cards_say_what_became_of_them():
    turns = open_market("tok_dead", "tok_decline_soft", cards=[DEAD])
    to_payment(turns, "tok_dead")
    entered = of(seen(turns), "card_0.")
    for _ in range(2):
        do(turns, "confirm_payment")
        do(turns, "enter_card", "tok_decline_soft")

    page = seen(turns)

    assert entered == {"in_wallet": 1, "entered": 1, "declines": 0, "dead": 0}
    assert of(page, "card_0.") == {
        "in_wallet": 1.0,
        "entered": 0.0,
        "declines": 0.2,
        "dead": 1.0,
    }
    assert (page["card_1.entered"], page["card_1.dead"]) == (1.0, 0.0)
    assert page["card_1.declines"] == pytest.approx(0.2)
    assert of(page, "card_2.")["in_wallet"] == 0.0


def test_a_payment_that_no_bank_has_judged_is_no_decline_of_its_card():
    turns = open_market(gateway={"outages_s": [[0, 30]]})
    visitor = buy(turns)

    page = seen(turns)

    assert visitor.failed_payments == 1
    assert page["payments.failed"] == pytest.approx(0.2)
    assert page["card_0.declines"] == 0.0


def test_orders_say_what_is_owed_and_what_comes_back():
    task = {"budgets_minor": [250_00]}
    gateway = {"money_back_after_s": 600}
    turns = open_market(task=task, gateway=gateway, flights=TWO)
    codec, seat = VectorCodec(turns), turns.seats[0]
    buy(turns, flight_id="FLEX")
    bought = seen(turns)
    codec.observe(seat)
    do(turns, "cancel_order", seat.visitor.orders[0].id)
    cancelled = seen(turns)
    codec.observe(seat)
    wait_until(turns, turns.clock.now_ms + 1_200_000)

    back = seen(turns)

    assert of(bought, "orders.") == {"seen": 0.25, "owed": 0.5, "refund_pending": 0}
    assert (cancelled["orders.owed"], back["orders.owed"]) == pytest.approx((0.2, 0.2))
    assert cancelled["orders.refund_pending"] == pytest.approx(0.3)
    assert back["orders.refund_pending"] == 0.0
    again = codec.observe(seat)["observation"].tolist()
    assert again == VectorCodec(turns).observe(seat)["observation"].tolist()


def test_whether_an_agent_may_act_now_is_told():
    turns = open_market("tok_3ds")

    assert seen(turns)["ready"] == 1.0

    turns.act(turns.seats[0], VectorCodec(turns).decode(turns.seats[0], 0))

    assert (seen(turns)["ready"], seen(turns)["accepted"]) == (0.0, 1.0)


def test_that_the_code_of_a_challenge_has_come_is_told():
    turns = open_market("tok_3ds")
    buy(turns, "tok_3ds")
    before = seen(turns)["challenge.code"]
    wait_until(turns, turns.clock.now_ms + 60_000)

    after = seen(turns)

    assert (before, after["challenge.code"]) == (0.0, 1.0)
    assert after["payment.requires_challenge"] == 1.0
