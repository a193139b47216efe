"""Reading: what is told of a page in a few words, and what contradicts the task."""

import pytest
from tests.support.skill_pages import in_cart, page, paying, results

from test_time_gym.agents.skills.perception.constraints import fits
from test_time_gym.agents.skills.perception.page import (
    contradictions,
    features,
    page_signature,
    refused,
)
from test_time_gym.agents.skills.perception.place_key import place
from test_time_gym.agents.skills.perception.prices import Prices, asked


def test_a_page_is_told_in_six_words():
    assert features(in_cart(total=300)) == {
        "view": "cart",
        "payment": "none",
        "cart": "some",
        "flights": "some",
        "coupon": "none",
        "checks": "contradict",
    }


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        (page(total=999), []),
        (in_cart(), []),
        (in_cart(total=261), ["budget"]),
        (in_cart(cart=["PG1"], total=300), ["budget", "max_stops"]),
        (in_cart(cart=["gone"]), []),
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


def test_a_page_asks_for_the_total_or_for_the_best_fitting_price():
    assert asked(page()) is None
    assert asked(results()) == 240.0
    assert asked(in_cart(total="192.50")) == 192.5


def test_what_is_usual_is_learned_from_the_first_look_of_each_episode():
    prices = Prices()

    assert prices.excess(results()) is None
    prices.look(results())
    prices.look(results(flights=[]))
    prices.pass_episode()

    assert prices.excess(in_cart(total=240)) == pytest.approx(0)
    assert prices.change(None, in_cart(total=120)) == pytest.approx(-0.6931, abs=1e-4)
    assert prices.change(60.0, in_cart(total=120)) == pytest.approx(0.6931, abs=1e-4)
    assert prices.excess(in_cart(constraints={"budget": 1})) is None
    again = Prices()
    again.load(prices.dump())
    assert again.dump() == prices.dump() != {}


def test_filters_that_leave_nothing_are_no_refusal():
    told = [results(error=code) for code in (None, "no_results", "illegal", "sold_out")]

    assert [refused(page) for page in told] == [False, False, True, True]


@pytest.mark.parametrize(("airline", "breaks"), [("pegada", False), ("Norva", True)])
def test_an_airline_is_the_same_in_any_case(airline, breaks):
    shown = in_cart(constraints={"budget": 260, "airline": airline})

    assert bool(contradictions(shown)) == breaks
