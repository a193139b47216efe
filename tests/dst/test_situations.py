"""The situations that simulation testing must meet are many, named once, and met."""

import pytest

from test_time_gym.dst import Case, draw_case, play
from test_time_gym.dst.sometimes import NAMES, REFUSALS, SITUATIONS
from test_time_gym.market.events import KINDS
from test_time_gym.market.interface.verbs import VERB_NAMES


def test_there_are_more_than_sixty_situations_with_a_name_each():
    assert len(NAMES) == len(set(NAMES)) > 60


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
    knobs = {**Case(seed=1).knobs, "turns.max_turns": 90}
    knobs |= {path.replace("__", "."): value for path, value in changes.items()}
    case = Case(
        seed=1,
        knobs=knobs,
        players=("idle",) * len(tapes),
        tapes=dict(enumerate(tapes)),
    )
    played = play(case)
    assert (played.law, played.values) == ("", "")
    return played.sometimes


def flight(**fare):
    """Return one flight with this class."""
    (only,) = Case(seed=1).knobs["market.flights"]
    return [{**only, "fares": [{**only["fares"][0], **fare}]}]


def one_seat():
    (only,) = Case(seed=1).knobs["market.flights"]
    return [{**only, "legs": [{**only["legs"][0], "seats": 1}]}]


MUTE = {"token": "tok_mute", "challenge_ppm": 10**6}
CANCEL = ["cancel_order", {"order_id": "order-0-1"}]

SLOW = {"kind": "deterministic", "typical_ms": 20_000}

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
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_situation_is_counted_when_it_comes_about_and_only_then(name):
    tapes, changes = SCRIPTS[name]

    assert name in met(tapes, **changes)
    assert name not in met([SHOP], **changes)


def test_playing_counts_only_what_has_a_name():
    counted = [name for seed in range(2) for name in play(draw_case(seed)).sometimes]

    assert [name for name in counted if name not in NAMES] == []
