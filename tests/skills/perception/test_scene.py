"""Scenes: what of a page and of the attempt to pay decides what can be done next."""

import pytest
from tests.support.skill_pages import in_cart, page, paying, results
from tests.support.visits import Visit, site

from test_time_gym.agents.skills.perception.page import NOTED
from test_time_gym.agents.skills.perception.page_state import PageState
from test_time_gym.agents.skills.perception.scene import Attempt
from test_time_gym.agents.skills.perception.vocabulary import vocabulary_of


def scene(seen):
    return Attempt().scene(PageState(seen))


def held(status="requires_method", **more):
    seen = paying(status, **more)
    seen["payment_state"]["hold_expires_in_s"] = 597
    return seen


def played(scenario, seed, *steps):
    """Return the scenes and the buckets of a visit, and the attempt at its end."""
    visit, attempt, found = Visit(scenario, seed), Attempt(), []
    for verb, args in [*steps, ("", {})]:
        state = PageState(visit.page)
        attempt.look(state)
        found.append((attempt.scene(state), attempt.bucket(state)))
        if verb:
            given = args(visit.page) if callable(args) else args
            attempt.took(verb, given)
            visit.do(verb, **given)
    return found, attempt


def first_offer(shown):
    return {"flight_id": shown["flights"][0]["id"]}


TO_TILL = (
    ("search_flights", {}),
    ("add_to_cart", first_offer),
    ("proceed_to_payment", {}),
)


def enter(card):
    return "enter_card", {"card_token": card}


CONFIRM = ("confirm_payment", {})


def test_a_purchase_is_a_way_through_scenes():
    found, _ = played(site(3), 1, *TO_TILL, enter("card_b"), CONFIRM)

    assert found == [
        ("search_results/none/none/none/agree", "search_results/none/none/none/agree"),
        ("search_results/none/none/some/agree", "search_results/none/none/some/agree"),
        ("cart/contradict", "cart/none/some/contradict"),
        (
            "payment/requires_method/contradict/0/held/whole",
            "payment/requires_method/some/contradict/0",
        ),
        (
            "payment/requires_confirmation/contradict/0/held/whole",
            "payment/requires_confirmation/some/contradict/0",
        ),
        (
            "payment/declined/contradict/1hard_decline/held/whole",
            "payment/declined/some/hard_decline/contradict/1",
        ),
    ]


def test_another_card_is_another_attempt_and_the_same_one_is_not():
    found, attempt = played(
        site(3),
        1,
        *TO_TILL,
        enter("card_b"),
        CONFIRM,
        enter("card_b"),
        CONFIRM,
        CONFIRM,
        CONFIRM,
    )
    again = "retry_after_hard_decline"
    assert (attempt.tries, attempt.trouble) == (4, again)
    assert [one for one, _ in found[-2:]] == [
        f"payment/declined/contradict/3{again}/held/whole"
    ] * 2  # How many more makes no difference.

    attempt.took(*enter("card_a"))
    assert (attempt.tries, attempt.trouble) == (0, "")


def test_parts_make_another_scene():
    found, attempt = played(
        "flights/instalments",
        3,
        *TO_TILL,
        enter("tok_student"),
        CONFIRM,
        ("choose_instalments", {"count": 3}),
    )

    assert [one for one, _ in found[-2:]] == [
        "payment/declined/agree/1insufficient_funds/held/whole",
        "payment/declined/agree/1insufficient_funds/held/parts",
    ]
    assert [one for _, one in found[-2:]] == [
        "payment/declined/some/insufficient_funds/agree/1",
        "payment/declined/some/agree/1/parts",
    ]
    assert attempt.tries == 1


@pytest.mark.parametrize(
    ("seen", "name"),
    [
        (page(), "search_results/none/none/none/agree"),
        (results(), "search_results/none/none/some/agree"),
        (results(selected="PG3"), "search_results/none/none/some/agree/selected"),
        (in_cart(), "cart/agree"),
        (in_cart(total=300), "cart/contradict"),
        (in_cart(view="search_results"), "cart/agree"),
        (held(), "payment/requires_method/agree/0/held/whole"),
        (
            held(view="search_results"),
            "beside payment/requires_method/agree/0/held/whole",
        ),
    ],
)
def test_a_scene_is_named_by_what_can_be_done_in_it(seen, name):
    assert scene(seen) == name


def test_a_hold_that_is_over_makes_another_scene():
    over = held()
    over["payment_state"]["hold_expires_in_s"] = 0

    assert scene(over) == "payment/requires_method/agree/0/over/whole"


def test_a_new_episode_forgets_the_attempt():
    _, attempt = played(site(3), 1, *TO_TILL, enter("card_b"), CONFIRM)
    attempt.begin()
    attempt.look(PageState(paying()))

    assert (attempt.tries, attempt.trouble) == (0, "")


# -- what leads away from a purchase


AWAY = ("restart", "remove_from_cart")
BROWSING = ("search_flights", "filter_results", "select_flight")


def pointless(seen, attempt=None):
    words = vocabulary_of(seen)
    return (attempt or Attempt()).pointless(PageState(seen), words)


def test_what_nothing_is_wrong_with_is_not_given_up():
    assert pointless(results()) == AWAY
    assert pointless(in_cart()) == AWAY


@pytest.mark.parametrize(
    "status", ["requires_method", "requires_confirmation", "requires_challenge"]
)
def test_who_has_begun_to_pay_does_not_look_around(status):
    assert pointless(held(status)) == (*AWAY, *BROWSING)


@pytest.mark.parametrize("status", ["declined", "expired", "unknown", "voided"])
def test_of_a_payment_that_went_wrong_all_ways_are_open(status):
    assert pointless(held(status)) == ()


def test_after_trouble_all_ways_are_open():
    attempt = Attempt()
    attempt.trouble = "hard_decline"

    assert pointless(results(error="sold_out")) == ()
    assert pointless(held(), attempt) == ()
    assert pointless({**in_cart(), NOTED: ["budget"]}) == ()
