"""Checkouts: what of a page a value may have moved on the way to a ticket."""

import pytest
from tests.support.skill_pages import in_cart, page
from tests.support.visits import Visit, site

from test_time_gym.agents.skills.perception.checkout import Checkout, checkout_of

EMPTY = Checkout((), (), None, 1, 0.0, 0, 0)


def bought(cards):
    """Return the checkouts of a visit that buys the first offer, and tries cards."""
    visit = Visit(site(3))
    offers = visit.do("search_flights")["flights"]
    visit.do("add_to_cart", flight_id=offers[0]["id"])
    visit.do("proceed_to_payment")
    for card in cards:
        visit.do("enter_card", card_token=card)
        visit.do("confirm_payment")
    return [checkout_of(one) for one in visit.pages]


def test_a_checkout_is_what_is_bought_with_what_and_for_how_much():
    """A fee for one of the cards shows once that card is entered."""
    item = ("PG201-22",)

    assert bought(["card_b", "card_c"]) == [
        EMPTY,
        EMPTY,
        Checkout(item, (), None, 1, 260.0, 0, 0),
        Checkout(item, (), None, 1, 260.0, 0, 0),
        Checkout(item, (), "card_b", 1, 260.0, 0, 0),
        Checkout(item, (), "card_b", 1, 260.0, 0, 0),
        Checkout(item, (), "card_c", 1, 272.0, 0, 0),
        EMPTY._replace(orders=1, tickets=1),
    ]


def test_a_code_is_in_the_cart_that_took_it():
    seen = checkout_of(in_cart(coupons=["SKY20"], total="192.00"))

    assert seen == Checkout(("PG3",), ("SKY20",), None, 1, 192.0, 0, 0)


def test_what_is_there_already_is_known():
    now = Checkout(("PG3",), ("SKY20",), "card_a", 3, 240.0, 0, 0)

    assert [now.has("code", one) for one in ("SKY20", "JUNE20")] == [True, False]
    assert [now.has("card", one) for one in ("card_a", "card_b")] == [True, False]
    assert [now.has("parts", one) for one in (3, 4)] == [True, False]


def test_a_failure_holds_for_the_same_items_or_the_same_card():
    now = checkout_of(in_cart())._replace(card="card_a")

    assert now.scope("code") == ("PG3",)
    assert now.scope("parts") == "card_a"
    assert now.scope("card") is None


@pytest.mark.parametrize(
    ("before", "after", "rise"),
    [(240, 240, 0), (240, 252, 0.05), (240, 192, 0), (240, 0, 0), (0, 240, 0)],
)
def test_a_total_rises_by_a_share_of_what_it_was(before, after, rise):
    totals = [checkout_of(page(total=total)) for total in (before, after)]

    assert totals[0].rise(totals[1]) == pytest.approx(rise)
