"""The reference model compares all that a customer is shown."""

import pytest

from test_time_gym.dst import DrawnCase, play_case
from test_time_gym.market.interface.observation import observe

TAPE = [
    ["search_flights", {}],
    ["filter_results", {"max_stops": 0}],
    ["select_flight", {"flight_id": "DIRECT"}],
    ["add_to_cart", {}],
    ["apply_coupon", {"code": "TENTH"}],
    ["proceed_to_payment", {}],
    ["choose_instalments", {"count": 3}],
    ["enter_card", {"card_token": "tok_3ds"}],
    ["confirm_payment", {}],
    ["wait", {"minutes": 1}],
    ["answer_challenge", {"code": "000000"}],
    ["enter_card", {"card_token": "tok_ok"}],
    ["confirm_payment", {}],
    ["cancel_order", {"order_id": "order-0-1"}],
]
KNOBS = {
    "market.coupons": [{"code": "TENTH", "percent_ppm": 100_000}],
    "market.fees": [{"name": "booking", "amount_minor": 300}],
    "market.instalments.counts": [3],
    "market.instalments.apr_ppm": 240_000,
    "task.wallets": [["tok_3ds", "tok_ok"]],
}


def case():
    knobs = {**DrawnCase(seed=1).knobs, **KNOBS}
    return DrawnCase(
        seed=1, knobs=knobs, players=("idle", "idle"), recorded_actions={0: TAPE}
    )


def test_the_story_that_is_told_here_breaks_no_law():
    played = play_case(case())

    assert (played.law, played.values) == ("", "")
    assert played.sometimes["ticket_issued"] == 1
    assert played.sometimes["challenge_failed"] == 1


FIELDS = (
    *("view", "goal", "now", "deadline", "minutes_left", "turns_left", "currency"),
    "forms",
    *("flights", "selected", "cart", "payment_state", "constraints", "team"),
    *("wallet", "orders", "messages", "last_action", "last_action_result"),
    "legal_verbs",
)


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_that_is_shown_wrong_is_named(field, monkeypatch):
    def wrong(turns, seat):
        return observe(turns, seat) | {field: "something else"}

    monkeypatch.setattr("test_time_gym.dst.case_run.observe", wrong)

    # The player need not understand the page.
    assert play_case(case()).law == f"pages_show_what_happened:{field}"


@pytest.mark.parametrize(
    ("where", "field", "value"),
    [
        ("cart", "items", [{"flight_id": "DIRECT", "price": 99}]),
        ("cart", "seats", 2),
        ("cart", "coupons", ["HALF"]),
        ("cart", "fees", [{"name": "tip", "amount": 1}]),
        ("cart", "total", 1),
        ("payment_state", "status", "voided"),
        ("payment_state", "needs_3ds", True),
        ("payment_state", "attempts", 9),
        ("payment_state", "card", "tok_small"),
        ("payment_state", "instalments", 2),
        ("payment_state", "instalments_on_offer", [2]),
        ("payment_state", "hold_expires_in_s", 7),
        ("last_action_error", "code", "sold_out"),
        ("last_action_error", "text", " "),
    ],
)
def test_a_part_of_a_field_that_is_shown_wrong_is_found(
    where, field, value, monkeypatch
):
    def wrong(turns, seat):
        page = observe(turns, seat)
        return page | {where: page[where] and page[where] | {field: value}}

    monkeypatch.setattr("test_time_gym.dst.case_run.observe", wrong)

    part = "text" if field == "text" else where
    assert play_case(case()).law == f"pages_show_what_happened:{part}"


def test_an_observation_with_one_field_more_is_found(monkeypatch):
    def wrong(turns, seat):
        return observe(turns, seat) | {"rivals": 1}

    monkeypatch.setattr("test_time_gym.dst.case_run.observe", wrong)

    assert play_case(case()).law == "pages_show_what_happened:rivals"
