"""The shopper: which day and which offer, by what prices have shown."""

import json
from math import log

import pytest
from tests.support.shopping import (
    GONE,
    LEFT,
    OTHER,
    OWN,
    after,
    at,
    knowing,
    look,
    pause,
    search,
    seeing,
    wait,
    waited,
)
from tests.support.skill_pages import OFFERS, in_cart, page, paying, results
from tests.support.visits import Visit, site

from test_time_gym.agents.skills.perception.page import trouble
from test_time_gym.agents.skills.perception.vocabulary import vocabulary_of
from test_time_gym.agents.skills.prices.advice import Advice
from test_time_gym.agents.skills.prices.shopper import Shopper

# -- days


def test_who_knows_nothing_has_no_advice():
    shopper = seeing()

    assert shopper.advise(page(), trying=True) is None
    assert shopper.day(page()) == {}
    assert shopper.offer(page()) is None


def test_a_day_that_nobody_has_looked_at_is_looked_at_for_what_it_shows():
    seen = at(200)

    assert seeing(seen).advise(seen, trying=False) == look(OTHER, trial=True)
    assert seeing(seen, learning=False).advise(seen, trying=True) is None


def test_it_goes_back_to_the_cheapest_day():
    for here, there in ((240, 200), (200, 240)):
        first, second = at(there), at(here, OTHER)
        advice = seeing(first, second).advise(second, trying=False)
        assert advice == (look(OWN) if there < here else None)


def test_a_day_is_as_cheap_as_its_cheapest_offer():
    there = at(200, flights=[{**OFFERS[1], "price": 200}, {**OFFERS[2], "price": 400}])
    here = at(240, OTHER)

    assert seeing(there, here).advise(here, trying=False) == look(OWN)


def test_a_little_less_is_not_worth_another_search():
    first, second = at(240), at(245, OTHER)

    assert seeing(first, second).advise(second, trying=False) is None


def test_the_next_episode_begins_with_the_day_that_is_usually_the_cheapest():
    shopper = seeing(at(240), at(200, OTHER))
    shopper.begin(page())

    assert shopper.day(page()) == {"date": OTHER}
    assert shopper.catalogue.cheapest_day() == OTHER


def test_of_days_that_cost_as_much_the_tasks_own_comes_first():
    shopper = seeing(at(200.5), at(200, OTHER))
    shopper.begin(page())

    assert shopper.day(page()) == {}


def test_a_day_that_is_known_to_be_dear_is_not_looked_at_again():
    shopper = seeing(at(200), at(240, OTHER))
    seeing(at(200), shopper=shopper)

    assert shopper.advise(at(200), trying=False) is None


# -- offers


def test_the_cheapest_offer_that_fits_and_can_be_paid_is_chosen():
    shopper = seeing(results())

    assert shopper.offer(results()) == "PG3"  # PG1 is cheaper, and stops on its way.
    assert shopper.offer(at(900)) is None
    assert shopper.offer(results(flights=[])) is None


def test_what_is_sold_out_is_left_until_the_next_search():
    shopper, seen = seeing(results()), results()
    shopper.took("add_to_cart", {"flight_id": "PG3"}, seen, dear=False)
    shopper.look(seen, "sold_out")
    assert shopper.offer(seen) == "NV2"
    search(shopper, seen)

    assert shopper.offer(seen) == "PG3"


def test_what_was_too_dear_in_the_cart_is_left_until_it_is_cheaper():
    shopper, seen = seeing(results()), results()
    dear = in_cart(total=290)
    shopper.took("remove_from_cart", {"flight_id": "PG3"}, dear, dear=True)

    assert shopper.offer(seen) == "NV2"
    less = [*OFFERS[:2], {**OFFERS[2], "price": 230}]
    assert shopper.offer(results(flights=less)) == "PG3"


def test_what_was_to_be_paid_at_last_says_what_can_be_afforded():
    """A fee makes 290 of 240: a budget of 260 is enough for 215, or with luck more."""
    shopper = seeing(results())
    shopper.look(paying(total=290), "")

    assert shopper.offer(results()) is None
    less = [*OFFERS[:2], {**OFFERS[2], "price": 215}]
    assert shopper.offer(results(flights=less)) == "PG3"


def test_what_is_asked_is_held_against_what_is_usual():
    shopper = seeing()
    assert shopper.excess(at(200)) is None
    search(shopper, at(200))
    shopper.begin(page())

    assert shopper.excess(at(220)) == pytest.approx(log(1.1))
    assert shopper.excess(in_cart(total=180)) == pytest.approx(log(0.9))
    assert shopper.excess(page()) is None


# -- what is kept


def test_prices_that_were_low_at_a_time_are_not_taken_for_usual():
    shopper = knowing((120, -0.2))
    search(shopper, after(120, 164))

    assert abs(shopper.excess(at(200))) < 0.05


def test_who_does_not_learn_remembers_nothing():
    fresh = Shopper(learning=False, trials=4).dump()
    shopper = seeing(at(240), at(200, OTHER), learning=False)
    shopper.look(paying(total=270), "")
    seen = shopper.dump()

    assert seen.pop("curve") == fresh.pop("curve") | {"horizon": 240}
    assert seen == fresh


def test_who_learns_no_more_remembers_no_further_wait():
    known = waited(LEFT).dump()
    shopper = Shopper(learning=False, trials=4)
    shopper.load(known)
    seeing(at(200), shopper=shopper)
    assert shopper.advise(at(200), trying=False) == pause(120)
    wait(shopper, after(120), 120)
    search(shopper, after(120, flights=[]))

    assert shopper.dump() == known


def test_another_site_has_other_prices():
    shopper = waited(LEFT)
    shopper.look(paying(total=270), "")
    shopper.forget()

    assert shopper.dump() == Shopper(learning=True, trials=4).dump()


def test_a_shopper_goes_on_from_a_dump():
    one, two = waited(LEFT, GONE), Shopper(learning=True, trials=4)
    one.look(paying(total=270), "")
    two.load(json.loads(json.dumps(one.dump())))
    advice = []
    for shopper in (one, two):
        seeing(at(240), at(200, OTHER), shopper=shopper)
        advice.append(
            [shopper.advise(at(200, OTHER, turns_left=n), trying=True) for n in (9, 40)]
        )

    assert advice[0] == advice[1]
    assert two.dump() == one.dump()


# -- sites


def shopped(shopper, scenario, seed):
    """Let a shopper do what it thinks right at a site; return what it did."""
    visit, steps = Visit(scenario, seed), []
    shopper.begin(visit.page)
    search_verb = vocabulary_of(visit.page).search
    while len(steps) < 30:
        advice = shopper.advise(visit.page, trying=True)
        if advice is None and len(visit.pages) > 1 and steps[-1][0] != "wait":
            break
        if advice is None:
            advice = Advice(search_verb, shopper.day(visit.page), trial=False)
        steps.append((advice.verb, *advice.args.values()))
        shopper.took(advice.verb, advice.args, visit.page, dear=False)
        seen = visit.do(advice.verb, **advice.args)
        shopper.look(seen, trouble(seen))
    return steps


@pytest.mark.parametrize("number", [0, 3, 6])
def test_it_finds_the_day_and_the_hour_at_which_a_site_is_cheap(number):
    scenario, shopper = site(number), Shopper(learning=True, trials=4)
    for seed in range(12):
        steps = shopped(shopper, scenario, 100 * number + seed)

    pricing = scenario.market.pricing
    ((day, _),) = pricing.date_factors
    (_, _), (since, _), (until, _), _ = pricing.clock_curve
    when = shopper.cheapest_minute()
    assert shopper.catalogue.cheapest_day() == day
    assert since <= when <= until + 15  # Prices change every 15 minutes.
    search_there = ("search_flights",) if day == OWN else ("search_flights", day)
    assert steps == [search_there, ("wait", when - 1), ("search_flights",)]
