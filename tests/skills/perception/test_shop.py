"""Shops: what a results page offers, on which day, and what may be paid for it."""

import pytest
from tests.support.skill_pages import in_cart, page, results
from tests.support.visits import Visit, site

from test_time_gym.agents.skills.perception.shop import (
    Offering,
    Results,
    asked,
    budget_of,
    markup_of,
    shop_of,
)
from test_time_gym.agents.skills.perception.vocabulary import vocabulary_of


def shop(visit, k=-1):
    first = visit.pages[0]
    return shop_of(visit.pages[k], vocabulary_of(first), first)


def told(offers):
    return [(one.name, one.price, one.fits) for one in offers]


def test_a_page_of_flights_is_read_as_a_shop():
    visit = Visit(site(3))
    rows = visit.do("search_flights")["flights"]

    assert shop(visit) == Results(
        group="LIS HAM",
        day="2026-06-22",
        days=("2026-06-22", "2026-06-21", "2026-06-23"),
        offers=(
            Offering("PG201-22", 260.0, rows[0], fits=False),
            Offering("NV311-22", 272.0, rows[1], fits=False),
            Offering("PG205-22", 282.0, rows[2], fits=False),
            Offering("PG209-22", 312.0, rows[3], fits=True),
        ),
        budget=252.0,
        wanted=visit.page["constraints"],
    )


def test_on_another_day_the_tasks_own_day_still_comes_first():
    visit = Visit(site(3))
    visit.do("search_flights", date="2026-06-23")

    assert shop(visit).day == "2026-06-23"
    assert (
        shop(visit).days
        == shop(visit, 0).days
        == (
            "2026-06-22",
            "2026-06-21",
            "2026-06-23",
        )
    )


def test_hotels_have_no_day_to_choose():
    """Their stays have a first and a last one."""
    visit = Visit("hotels/city-break", 6)
    visit.do("search_hotels")
    seen = shop(visit)

    assert (seen.group, seen.day, seen.days) == (
        "Lisbon 2026-05-15 2026-05-17",
        "",
        ("",),
    )
    assert told(seen.offers)[:3] == [
        ("PORT-DBL-0515x2", 158.0, False),
        ("SOL-DBL-0515x2-ADV", 330.0, False),
        ("BAIXA-DBL-0515x2-ADV", 379.0, True),
    ]


def test_prices_are_for_one_unit_and_so_is_the_budget():
    visit = Visit("flights/refunds")
    visit.do("search_flights")

    assert visit.page["cart"]["seats"] == 3
    assert budget_of(visit.page) == 2800
    assert shop(visit).budget == pytest.approx(2800 / 3)


@pytest.mark.parametrize(
    ("changes", "budget"),
    [
        ({}, 260),
        ({"team": ["mate"]}, 130),
        ({"orders": [{"status": "cancelled", "owed": 30}]}, 230),
        ({"orders": [{"status": "cancelled", "owed": "30.50"}]}, 229.5),
        ({"orders": [{"status": "ticketed", "owed": 240}]}, 260),
    ],
)
def test_what_may_be_paid_is_the_own_share_less_what_is_lost(changes, budget):
    assert budget_of(page(**changes)) == budget


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        (in_cart(), ("PG3", 240.0, 1.0)),
        (in_cart(total=252), ("PG3", 240.0, 1.05)),
        (in_cart(total="192.00", coupons=["SKY20"]), ("PG3", 240.0, 0.8)),
        (in_cart(total=0), None),
        (in_cart(cart=["PG3", "NV2"], total=490), None),
        (page(), None),
    ],
)
def test_a_markup_is_what_codes_and_fees_make_of_one_things_price(seen, found):
    assert markup_of(seen) == found


def test_the_markup_of_several_units_is_that_of_one():
    visit = Visit("flights/refunds")
    offers = visit.do("search_flights")["flights"]
    cart = visit.do("add_to_cart", flight_id=offers[0]["id"])["cart"]

    assert (offers[0]["price"], cart["total"]) == (563, 1701)  # With a fee of 12.
    assert markup_of(visit.page) == ("G31548", 563.0, pytest.approx(1701 / 1689))


def test_a_page_asks_for_the_total_or_for_the_best_fitting_price():
    free = [{"id": "NV2", "price": 0, "stops": 0}]
    unread = [{"ref": "NV2", "gate": "B2", "cost": 250, "stops": 0}]

    assert asked(page()) is None
    assert asked(results()) == 240.0
    assert asked(in_cart(total="192.50")) == 192.5
    assert asked(results(flights=free)) is asked(results(flights=unread)) is None
    assert asked(results(constraints={"budget": 260, "max_stops": 1})) == 210.0
