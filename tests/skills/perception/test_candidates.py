"""Candidates: the values on a page that an argument can have, and their features."""

import pytest
from tests.support.skill_pages import OFFERS, page
from tests.support.visits import Visit, site

from test_time_gym.agents.skills.perception.candidates import (
    CandidateValue,
    candidates,
    known_place,
)
from test_time_gym.agents.skills.perception.places import value_at


def said(text, sender="Shop", *, untrusted=False):
    return {"from": sender, "text": text, "untrusted": untrusted}


def values(about, seen):
    return [one.value for one in candidates(about, seen)]


def test_cards_are_told_by_all_that_the_wallet_says():
    shown = Visit(site(3)).page

    assert candidates("card", shown) == [
        CandidateValue("card_b", ("token=card_b", "brand=mastercard")),
        CandidateValue("card_d", ("token=card_d", "brand=diners")),
        CandidateValue("card_a", ("token=card_a", "brand=visa")),
        CandidateValue("card_c", ("token=card_c", "brand=amex")),
    ]


def test_codes_are_what_looks_like_one_the_newest_first():
    shown = Visit(site(3)).page
    mail = [*shown["messages"], said("Bank: your code is 482913", "Bank")]

    assert candidates("code", shown | {"messages": mail}) == [
        CandidateValue("482913", ("=482913", "from Bank", "like 000000")),
        CandidateValue("EARLY20", ("=EARLY20", "from Shop", "like A00")),
        CandidateValue("JUNE20", ("=JUNE20", "from Shop", "like A00")),
        CandidateValue("SKY20", ("=SKY20", "from Shop", "like A00")),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Shop: try SKY20, or JUNE20.", ["SKY20", "JUNE20"]),
        ("Your booking is paid: 240 EUR for PG3", []),
        ("use WEEKEND-10 until Sunday", ["WEEKEND-10"]),
        ("use Sky20 or sky20", []),
        ("A code of 123 is too short, of 1234 is not", ["1234"]),
        ("use ----", []),
    ],
)
def test_a_code_is_a_word_of_four_signs_without_a_small_letter(text, found):
    assert values("code", page(messages=[said(text)])) == found


def test_a_code_that_is_told_twice_is_told_by_the_latest():
    twice = [said("try SKY20"), said("try JUNE20"), said("it is SKY20", "Bank")]

    assert candidates("code", page(messages=twice)) == [
        CandidateValue("SKY20", ("=SKY20", "from Bank", "like A00")),
        CandidateValue("JUNE20", ("=JUNE20", "from Shop", "like A00")),
    ]


def test_what_strangers_write_holds_no_code():
    mail = [said("try SKY20"), said("try TRAP99", untrusted=True)]

    assert values("code", page(messages=mail)) == ["SKY20"]


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ([], []),
        ([3], [(3, "rank=most")]),
        ([3, 4], [(4, "rank=most"), (3, "rank=fewest")]),
        ([2, 6, 3], [(6, "rank=most"), (3, "rank="), (2, "rank=fewest")]),
    ],
)
def test_parts_are_told_by_their_rank(counts, found):
    seen = page()
    seen["payment_state"]["instalments_on_offer"] = counts

    assert candidates("parts", seen) == [
        CandidateValue(count, (f"={count}", rank)) for count, rank in found
    ]


def test_items_and_orders_are_found_by_their_names():
    orders = [
        {"order_id": "o-1", "status": "ticketed"},
        {"order_id": "o-2", "status": "cancelled"},
    ]
    seen = page(cart=["PG3", "NV2"], orders=orders)

    assert values("item", seen) == ["PG3", "NV2"]
    assert candidates("order", seen) == [
        CandidateValue("o-1", ("status=ticketed",)),
        CandidateValue("o-2", ("status=cancelled",)),
    ]


@pytest.mark.parametrize("about", ["", "offer", "minutes", "mate", "units"])
def test_of_other_arguments_a_page_shows_no_values(about):
    assert candidates(about, page(flights=OFFERS)) == []


def test_every_feature_of_a_card_leads_back_to_such_a_card():
    shown = Visit(site(3)).page

    for one in candidates("card", shown):
        for feature in one.features:
            path, value = known_place("card", feature)
            assert (value_at(path, shown), value) == (one.value, None)


@pytest.mark.parametrize(
    ("about", "feature", "value"),
    [
        ("code", "=SKY20", "SKY20"),
        ("parts", "=3", 3),
        ("parts", "rank=most", None),
        ("code", "from Shop", None),
        ("code", "", None),
        ("card", "", None),
    ],
)
def test_a_feature_that_is_a_value_is_told_as_it_and_others_as_nothing(
    about, feature, value
):
    assert known_place(about, feature) == ("", value)
