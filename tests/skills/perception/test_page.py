"""Pages: what is told of them in a few words, and what contradicts the task."""

import pytest
from tests.support.skill_pages import in_cart, note, page, paying, results
from tests.support.visits import Visit

from test_time_gym.agents.skills.perception.constraints import fits
from test_time_gym.agents.skills.perception.page import (
    contradictions,
    features,
    minutes_for_code,
    page_signature,
    refused,
)
from test_time_gym.agents.skills.perception.page_state import PageState
from test_time_gym.agents.skills.perception.place_key import (
    context_key,
    page_text,
    place,
    place_key,
)


def test_a_page_is_told_in_seven_words():
    assert features(in_cart(total=300)) == {
        "view": "cart",
        "payment": "none",
        "cart": "some",
        "flights": "some",
        "coupon": "none",
        "checks": "contradict",
        "trouble": "none",
    }


def test_a_hotels_page_is_told_in_the_words_of_its_trade():
    visit = Visit("hotels/city-break")
    visit.do("search_hotels")

    assert [features(one) for one in visit.pages] == [
        {
            "view": "search_results",
            "payment": "none",
            "cart": "none",
            "hotels": hotels,
            "coupon": "none",
            "checks": "agree",
            "trouble": "none",
        }
        for hotels in ("none", "some")
    ]


@pytest.mark.parametrize(
    ("verb", "error", "trouble"),
    [
        ("confirm_payment", "soft_decline", "soft_decline"),
        ("answer_challenge", "challenge_failed", "challenge_failed"),
        ("confirm_payment", None, "none"),
        ("enter_card", "illegal", "none"),
        ("apply_coupon", "coupon_expired", "none"),
    ],
)
def test_trouble_is_why_a_payment_failed_just_now(verb, error, trouble):
    assert features(paying("declined", last_action=verb, error=error))["trouble"] == (
        trouble
    )


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        (page(total=999), []),
        (in_cart(), []),
        (in_cart(total=261), ["budget"]),
        (in_cart(cart=["PG1"], total=300), ["budget", "max_stops"]),
        (in_cart(cart=["PG1"], flights=[]), []),
    ],
)
def test_a_cart_contradicts_what_it_breaks(seen, found):
    assert contradictions(seen) == found


@pytest.mark.parametrize(
    ("wanted", "fitting"),
    [
        ({"budget": 1}, ["PG1", "NV2", "PG3"]),
        ({"max_stops": 0}, ["NV2", "PG3"]),
        ({"depart_after": "09:30"}, ["NV2", "PG3"]),
        ({"depart_before": "09:30"}, ["PG1", "NV2"]),
        ({"airline": "Pegada", "max_stops": 0}, ["PG3"]),
    ],
)
def test_an_offer_fits_unless_it_breaks_a_constraint(wanted, fitting):
    offers = results()["flights"]

    assert [one["id"] for one in offers if fits(one, wanted)] == fitting


def test_clocks_and_counts_do_not_make_another_page():
    here = page_signature(results())

    assert page_signature(results(turns_left=3, now="later", minutes_left=232)) == here
    assert page_signature(results(minutes_left=229)) != here
    assert page_signature(in_cart()) != here


def test_offers_make_a_place_only_while_the_cart_is_empty():
    assert place(features(page())) != place(features(results()))
    full, empty = features(in_cart()), features(in_cart(flights=[]))
    assert place(full) == place(empty) == ("cart", "none", "some")
    assert place(features(paying())) == ("payment", "requires_method", "some")


def test_trouble_makes_another_place():
    seen = paying("declined", last_action="confirm_payment", error="soft_decline")
    told = features(seen)

    assert place(told) == ("payment", "declined", "some", "soft_decline")
    assert place_key(told) == "payment/declined/some/soft_decline"
    assert context_key(told) == "payment/declined/some/soft_decline/agree"
    assert page_text(told) == "payment/declined/some/some/none/agree/soft_decline"


def test_what_may_make_a_skill_worth_another_try_is_the_moment():
    here = PageState(in_cart()).moment
    other = in_cart()
    other["payment_state"]["attempts"] = 1
    news = [*in_cart()["messages"], note("Bank: your code is 482913")]

    assert PageState(in_cart(turns_left=3)).moment == here
    changed = (other, in_cart(total=192), in_cart(messages=news))
    assert [PageState(one).moment == here for one in changed] == [False] * 3


@pytest.mark.parametrize(
    ("status", "held_s", "minutes"),
    [
        ("requires_challenge", 597, 9),
        ("requires_challenge", 59, 0),
        ("requires_challenge", None, 0),
        ("requires_confirmation", 597, None),
    ],
)
def test_a_code_can_be_waited_for_as_long_as_the_hold_lasts(status, held_s, minutes):
    seen = paying(status)
    seen["payment_state"]["hold_expires_in_s"] = held_s

    assert minutes_for_code(seen) == minutes


def test_filters_that_leave_nothing_are_no_refusal():
    told = [results(error=code) for code in (None, "no_results", "illegal", "sold_out")]

    assert [refused(page) for page in told] == [False, False, True, True]


@pytest.mark.parametrize(("airline", "breaks"), [("pegada", False), ("Norva", True)])
def test_an_airline_is_the_same_in_any_case(airline, breaks):
    shown = in_cart(constraints={"budget": 260, "airline": airline})

    assert bool(contradictions(shown)) == breaks
