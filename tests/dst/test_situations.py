"""The situations that simulation testing must meet are many, named once, and met."""

import pytest
from flight_verbs import VERB_NAMES

from test_time_gym.dst import DrawnCase, draw_case, play_case
from test_time_gym.dst.coverage import NAMES, REFUSALS, SITUATIONS
from test_time_gym.dst.demand_parts import segment
from test_time_gym.market.events import KINDS


def test_there_are_more_than_a_hundred_situations_with_a_name_each():
    assert len(NAMES) == len(set(NAMES)) > 100


def test_they_look_at_records_and_verbs_that_exist():
    assert {one.kind for one in SITUATIONS} <= {*KINDS, ""}
    assert {one.verb for one in REFUSALS} <= {*VERB_NAMES, ""}


SHOP = [["search_flights", {}], ["add_to_cart", {"flight_id": "DIRECT"}]]
HOLD = [*SHOP, ["proceed_to_payment", {}]]
CARD = [*HOLD, ["enter_card", {"card_token": "tok_ok"}]]
BUY = [*CARD, ["confirm_payment", {"idempotency_key": "a"}]]
WAIT = ["wait", {"minutes": 30}]


def met(tapes, **changes):
    """Play scripts in the simplest world, as changed, and tell what was met."""
    knobs = {**DrawnCase(seed=1).knobs, "turns.max_turns": 90}
    knobs |= {path.replace("__", "."): value for path, value in changes.items()}
    case = DrawnCase(
        seed=1,
        knobs=knobs,
        players=("idle",) * len(tapes),
        recorded_actions=dict(enumerate(tapes)),
    )
    played = play_case(case)
    assert (played.law, played.values) == ("", "")
    return played.sometimes


def flight(**fare):
    """Return one flight with this class."""
    (only,) = DrawnCase(seed=1).knobs["market.flights"]
    return [{**only, "fares": [{**only["fares"][0], **fare}]}]


def one_seat():
    (only,) = DrawnCase(seed=1).knobs["market.flights"]
    return [{**only, "legs": [{**only["legs"][0], "seats": 1}]}]


MUTE = {"token": "tok_mute", "challenge_ppm": 10**6}
CANCEL = ["cancel_order", {"order_id": "order-0-1"}]

SLOW = {"kind": "deterministic", "typical_ms": 20_000}
TOO_LATE = {"market__holds__ttl_s": 5, "market__gateway__latency": SLOW}
REFUNDS = {"market__gateway__money_back_after_s": 60}
SEAT_BACK = ["cancel_order", {"order_id": "order-0-1", "seats": 1}]


def pay(card, *, key="a", parts=1):
    """Return a purchase with this card, in so many parts."""
    plan = [["choose_instalments", {"count": parts}]] if parts > 1 else []
    entered = ["enter_card", {"card_token": card}]
    return [*HOLD, entered, *plan, ["confirm_payment", {"idempotency_key": key}]]


def coupons(*, stackable):
    """Return two coupons, the first of which stacks."""
    two = (("ONE", True), ("TWO", stackable))
    return [
        {"code": code, "percent_ppm": 100_000, "stackable": stacks}
        for code, stacks in two
    ]


def card(**law):
    """Return a world in which every wallet holds one card of this law."""
    return {
        "market__cards": [{"token": "tok_drawn", **law}],
        "task__wallets": [["tok_drawn"]],
    }


BOTH = [["apply_coupon", {"code": code}] for code in ("ONE", "TWO")]
PARTS = {
    "market__instalments__counts": [2],
    "market__instalments__every_days": 1,
    "task__wallets": [["tok_ok"]],
    # The gateway is down when the second part is due.
    "market__gateway__outages_s": [[86_400, 90_000]],
}

SCRIPTS = {
    "sold_out_between_page_and_cart": (
        [HOLD, [SHOP[0], ["wait", {"minutes": 1}], SHOP[1]]],
        {"market__flights": one_seat()},
    ),
    "last_seat_contested": ([SHOP, HOLD], {"market__flights": one_seat()}),
    "sold_out_seat_came_back": ([HOLD], {"market__flights": one_seat()}),
    "hold_expired": ([HOLD], {}),
    "hold_expired_while_paying": (
        [BUY],
        {"market__holds__ttl_s": 5, "market__gateway__latency": SLOW},
    ),
    "hold_expired_at_the_reply": (
        [BUY],
        {
            "market__holds__ttl_s": 5,
            "market__gateway__latency": {"kind": "deterministic", "typical_ms": 3000},
        },
    ),
    "hold_quota_hit": ([[*HOLD, WAIT, *HOLD]], {"market__holds__per_visitor": 1}),
    "key_repeated_same_parameters": (
        [[*CARD, *[["confirm_payment", {"idempotency_key": "a"}]] * 2]],
        {"market__gateway__client_timeout_s": 1, "market__gateway__latency": SLOW},
    ),
    "cancelled_nonrefundable": ([[*BUY, CANCEL]], {}),
    "cancelled_in_full": (
        [[*BUY, CANCEL]],
        {"market__flights": flight(refundable=True)},
    ),
    "cancelled_with_fee": (
        [[*BUY, CANCEL]],
        {"market__flights": flight(refundable=True, cancel_fee_minor=10)},
    ),
    "bought_again_after_cancelling": (
        [[*BUY, CANCEL, *CARD, ["confirm_payment", {}]]],
        {},
    ),
    "coupon_expired_at_payment": (
        [[*SHOP, ["apply_coupon", {"code": "SOON"}], WAIT, ["proceed_to_payment", {}]]],
        {"market__coupons": [{"code": "SOON", "percent_ppm": 100_000, "ends_s": 20}]},
    ),
    "challenge_expired": (
        [[*HOLD, ["enter_card", {"card_token": "tok_mute"}], BUY[-1]]],
        {"market__cards": [MUTE], "task__wallets": [["tok_mute"]]},
    ),
    "page_gave_up": (
        [BUY],
        {"market__gateway__client_timeout_s": 1, "market__gateway__latency": SLOW},
    ),
    "two_agents_same_instant": ([SHOP, SHOP], {}),
    "fee_arose_with_card": (
        [BUY],
        {"market__fees": [{"name": "card", "amount_minor": 9, "arises": "card"}]},
    ),
    "coupons_stacked": (
        [[*SHOP, *BOTH, *CARD[2:], BUY[-1]]],
        {"market__coupons": coupons(stackable=True)},
    ),
    "coupon_not_stackable": (
        [[*SHOP, *BOTH]],
        {"market__coupons": coupons(stackable=False)},
    ),
    "interest_paid": (
        [pay("tok_ok", parts=2)],
        {
            "market__instalments__counts": [2],
            "market__instalments__apr_ppm": 240_000,
        },
    ),
    "frictionless": (
        [pay("tok_drawn")],
        card(challenge_ppm=10**6, frictionless_ppm=10**6),
    ),
    "retry_limit": (
        [[*pay("tok_drawn"), ["confirm_payment", {}]]],
        {"market__retries__most": 1, **card(soft_declines_first=1)},
    ),
    "retry_after_hard_decline": (
        [[*pay("tok_drawn"), ["confirm_payment", {}]]],
        card(hard_decline_ppm=10**6),
    ),
    "key_expired_and_reused": (
        [[*BUY, *BUY]],
        {"market__gateway__keys_expire_s": 1},
    ),
    "late_money_voided_later": ([BUY], {**TOO_LATE, **REFUNDS}),
    "void_lost_reservation_expired": (
        [BUY],
        {**TOO_LATE, "market__gateway__void_lost_ppm": 10**6},
    ),
    "notice_duplicate": (
        [BUY],
        {
            "market__gateway__reply_lost_ppm": 10**6,
            "market__gateway__notify_duplicate_ppm": 10**6,
        },
    ),
    "notice_of_what_was_heard": (
        [BUY],
        {"market__gateway__notify_heard_ppm": 10**6},
    ),
    "refund_on_its_way": (
        [[*BUY, CANCEL]],
        {"market__flights": flight(refundable=True), **REFUNDS},
    ),
    "some_seats_cancelled": ([[*BUY, SEAT_BACK]], {"task__party": 2}),
    "partial_refund_then_rest": (
        [[*BUY, SEAT_BACK, SEAT_BACK]],
        {"task__party": 2, "market__flights": flight(refundable=True)},
    ),
    "order_defaulted_before_departure": ([pay("tok_ok", parts=2)], PARTS),
    "instalment_retried_and_paid": (
        [pay("tok_ok", parts=2)],
        {**PARTS, "market__instalments__retries": 1},
    ),
    "cancelled_order_pays_on": (
        [[*pay("tok_ok", parts=2), CANCEL]],
        {"market__instalments__counts": [2]},
    ),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_situation_is_counted_when_it_comes_about_and_only_then(name):
    tapes, changes = SCRIPTS[name]

    assert name in met(tapes, **changes)
    assert name not in met([SHOP], **changes)


BUYERS = {
    "market__demand": [segment("leisure", 40, 2, 10**9)],
    "market__warm_up": "simulate",
}


def sold_by(**policy):
    """Return a world with two classes, background buyers, and this policy."""
    fares = [{"code": "Y", "fare_minor": 100_00}, {"code": "M", "fare_minor": 50_00}]
    (only,) = flight()
    return BUYERS | {
        "market__flights": [{**only, "fares": fares}],
        "market__pricing_of": {"Aurora": policy},
    }


HOPES = {"share_ppm": 10**6, "times": 2, "mean_hours": 1, "belief": "last_seen"}

TOLD = {
    "forecasts": [{"class": code, "mean_milli": 3_000} for code in "YM"],
    "booking_curve": [[0, 0], [2, 10**6]],
}


def two_dates():
    """Return the flight of the simplest world, and the same of the day before."""
    (only,) = flight()
    (leg,) = only["legs"]
    times = {name: leg[name].replace("06-02", "06-01") for name in ("depart", "arrive")}
    early = {**only, "id": "EARLY", "legs": [{**leg, "flight": "AA9", **times}]}
    return [only, early]


DECIDED = {
    "buyer_left_its_date": {
        **BUYERS,
        "market__flights": two_dates(),
        "market__demand__*__flexible_dates": {"days": 1, "cost_minor_per_day": 0},
    },
    "party_of_background_buyers": {
        **BUYERS,
        "market__demand__*__party_sizes": [0, 10**6],
    },
    "buyer_waits_for_a_lower_price": {**BUYERS, "market__demand__*__patience": HOPES},
    "buyer_came_back": {**BUYERS, "market__demand__*__patience": HOPES},
    "go_show": {
        "market__flights__*__fares__*__go_shows_milli": 50_000,
        "task__deadline_s": 100_000,
    },
    "bid_price_decided": sold_by(kind="bid_price", **TOLD),
    "decided_by_what_was_learned": sold_by(
        kind="dlp", forecast="pickup", history=10, dcp_days=[1], **TOLD
    ),
    "decided_without_being_told": sold_by(kind="dlp", history=10),
    "more_authorised_than_there_are": {
        **sold_by(kind="overbook", policy="fixed", overbook_ppm=500_000),
        "market__denied_minor": 500_00,
    },
}


@pytest.mark.parametrize("name", DECIDED)
def test_what_buyers_and_sellers_bring_about_is_counted_too(name):
    assert name in met([[WAIT]], **DECIDED[name])
    assert name not in met([[WAIT]], **BUYERS)


def test_playing_counts_only_what_has_a_name():
    counted = [
        name for seed in range(2) for name in play_case(draw_case(seed)).sometimes
    ]

    assert [name for name in counted if name not in NAMES] == []
