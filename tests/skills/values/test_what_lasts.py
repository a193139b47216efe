"""Values: a card has worked only where what it paid lasts."""

import pytest
from tests.support.buying import CARD, at_till


def paying_in_parts(seed):
    """Pay a flight in four parts with a card that is often short; wait for them all."""
    buying = at_till("flights/instalments", seed)
    buying.do("enter_card", card_token="tok_strained")
    buying.do("choose_instalments", count=4)
    for _ in range(9):
        if buying.do("confirm_payment")["view"] == "receipt":
            break
    for _ in range(12):
        buying.do("wait", minutes=10080)
    return buying


@pytest.mark.parametrize(
    ("seed", "status", "worked"), [(9, "ticketed", 1), (2, "defaulted", 0)]
)
def test_a_card_has_worked_where_what_it_paid_lasts(seed, status, worked):
    buying = paying_in_parts(seed)
    assert [one["status"] for one in buying.page["orders"]] == [status]
    buying.values.end(bought=False)

    assert buying.known(CARD) == {"tok_strained": (worked, 1 - worked)}


def test_a_card_is_not_blamed_for_what_was_given_back():
    buying = at_till("flights/refunds")
    buying.pay("tok_ok")
    ticket = buying.page["orders"][0]["order_id"]
    buying.do("cancel_order", order_id=ticket)
    assert [one["status"] for one in buying.page["orders"]] != ["ticketed"]
    buying.values.end(bought=True)

    assert buying.known(CARD) == {"tok_ok": (1, 0)}
