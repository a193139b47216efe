"""The shopper: when to wait for a lower price, when to try a time, when to give up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
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
from tests.support.skill_pages import OFFERS, in_cart, page, paying

# -- times


def test_it_waits_for_a_time_at_which_prices_are_known_to_be_lower():
    assert knowing((120, -0.2)).advise(at(200), trying=False) == pause(120)


def test_it_looks_before_it_waits():
    shopper = knowing((120, -0.2))
    shopper.begin(page())

    assert shopper.advise(page(), trying=True) is None


@pytest.mark.parametrize(
    ("levels", "seen"),
    [
        ([(120, -0.04)], {}),
        ([(120, 0.2)], {}),
        ([(236, -0.2)], {}),
        ([(120, -0.2)], {"turns_left": 8}),
        ([(60, -0.2)], {"minutes_left": 60}),
        ([(120, -0.2)], {"minutes_left": 4}),
    ],
    ids=[
        "hardly lower",
        "dearer",
        "too late to buy then",
        "no turns",
        "over already",
        "no minutes",
    ],
)
def test_it_does_not_wait_where_that_brings_nothing(levels, seen):
    assert knowing(*levels).advise(at(200, **seen), trying=False) is None


def test_after_a_wait_it_looks_again():
    shopper, seen = knowing((120, -0.2)), at(200)
    assert shopper.advise(seen, trying=False) == pause(120)
    wait(shopper, after(120), 120)
    assert shopper.advise(after(120), trying=False) == look()
    search(shopper, after(120, 160))

    assert shopper.advise(after(120, 160), trying=False) is None


def test_after_a_new_start_it_looks_again():
    shopper, seen = seeing(at(200)), page()
    shopper.took("restart", {}, at(200), dear=False)
    shopper.look(seen, "")

    assert shopper.advise(seen, trying=False) == look()


@pytest.mark.parametrize(
    ("still", "again"),
    [
        ([LEFT], True),
        ([GONE], False),
        ([LEFT] * 9 + [GONE], False),
    ],
)
def test_it_does_not_wait_where_what_could_be_bought_was_gone_after_waits(still, again):
    shopper = waited(*still)
    advice = pause(120) if again else None

    assert shopper.advise(at(200), trying=False) == advice


# -- what nobody has looked at


def test_a_time_that_nobody_has_looked_at_is_tried():
    shopper = knowing((10, 0.0), (20, 0.0))

    assert shopper.advise(at(200), trying=True) == pause(30, trial=True)
    assert shopper.advise(at(200), trying=False) is None


@pytest.mark.parametrize(
    ("settings", "seen"),
    [
        ({"learning": False}, at(200)),
        ({"trials": 0}, at(200)),
        ({}, at(200, turns_left=20)),
        ({}, at(200, flights=[{**OFFERS[1], "price": 200}])),
        ({"price": 340}, at(340)),
        ({}, after(226)),
    ],
    ids=[
        "who does not learn",
        "who tries nothing",
        "few turns",
        "but one offer",
        "hardly affordable",
        "nothing is unknown",
    ],
)
def test_no_time_is_tried_where_that_is_a_risk(settings, seen):
    shopper = knowing(**settings)
    search(shopper, seen)

    assert shopper.advise(seen, trying=True) is None


def test_no_time_is_tried_where_prices_are_low_now():
    shopper = knowing((120, -0.2))
    search(shopper, after(120, 164))

    assert shopper.advise(after(120, 164), trying=True) is None


def test_so_many_times_are_tried_in_an_episode():
    shopper = knowing(trials=2)
    advice = [shopper.advise(at(200), trying=True) for _ in range(3)]
    assert advice == [pause(10, trial=True)] * 2 + [None]

    seeing(at(200), shopper=shopper)
    assert shopper.advise(at(200), trying=True) == pause(10, trial=True)


# -- where nothing can be paid


def test_where_nothing_can_be_paid_it_waits_for_a_time_when_it_can():
    """The dearest price that can be paid is hoped to be 260 / exp(-0.3) = 351."""
    shopper = knowing((60, -0.1), (120, -0.5), (180, -0.7), price=500)

    assert shopper.advise(at(500, OTHER), trying=False) == pause(120)
    later = after(30, 500, day=OTHER)
    shopper.curve.note(30, 0.0)
    search(shopper, later)
    assert shopper.advise(later, trying=False) == pause(90)


def test_where_no_time_is_known_it_tries_one():
    shopper = seeing(at(500), at(500, OTHER))

    assert shopper.advise(at(500, OTHER), trying=False) == pause(10, trial=True)


@pytest.mark.parametrize(
    ("seen", "hopeless"),
    [
        (after(234, 900), False),
        (after(235, 900), True),
        (at(900, turns_left=9), False),
        (at(900, turns_left=8), True),
        (after(239, 200), False),
        (in_cart(minutes_left=1, total=900), False),
        (paying(minutes_left=1, total=900), False),
    ],
)
def test_it_gives_up_only_when_nothing_can_be_paid_and_there_is_no_time(seen, hopeless):
    shopper = seeing(seen)

    assert shopper.hopeless(seen) == hopeless


def test_who_has_not_looked_does_not_give_up():
    assert not seeing().hopeless(page(minutes_left=1, turns_left=1))


def test_where_something_is_chosen_there_is_no_more_advice():
    shopper = knowing((120, -0.2))

    assert shopper.advise(in_cart(), trying=True) is None
    assert shopper.advise(paying(), trying=True) is None


# -- any page


prices = st.integers(0, 900) | st.sampled_from(["0", "192.50"])
lost = st.builds(
    lambda owed, status: (
        {"order_id": "o-1", "flights": [], "owed": owed} | {"status": status}
    ),
    st.integers(0, 600),
    st.sampled_from(["cancelled", "ticketed"]),
)
pages = st.builds(
    lambda day, costs, left, turns, budget, orders: page(
        flights=[
            {"id": f"A{k}", "price": price, "stops": k % 2}
            for k, price in enumerate(costs)
        ],
        forms=page()["forms"] | {"date": day},
        minutes_left=left,
        turns_left=turns,
        constraints={"budget": budget, "max_stops": 0, "dates": [OTHER, OWN]},
        orders=orders,
    ),
    st.sampled_from([OWN, OTHER]),
    st.lists(prices, max_size=4),
    st.integers(0, 240),
    st.integers(0, 40),
    st.integers(1, 900),
    st.lists(lost, max_size=2),
)
levels = st.lists(st.tuples(st.integers(0, 240), st.floats(-1, 1)), max_size=12)


@pytest.mark.property
@given(st.lists(pages, min_size=1, max_size=5), levels, st.booleans(), st.booleans())
def test_whatever_pages_show_no_wait_lasts_past_the_deadline(
    shown, known, trying, learning
):
    shopper = seeing(learning=learning)
    for minute, level in known:
        shopper.curve.note(minute, level)
    shown.sort(key=lambda one: -one["minutes_left"])
    for seen in shown:
        search(shopper, seen)
        for _ in range(2):
            advice = shopper.advise(seen, trying=trying)
            if advice is None:
                break
            verb, args, _ = advice
            if verb == "wait":
                assert 1 <= args["minutes"] <= seen["minutes_left"] - 5
            else:
                assert verb == "search_flights"
                assert args in ({}, {"date": OWN}, {"date": OTHER})
            shopper.took(verb, args, seen, dear=False)
        assert shopper.hopeless(seen) in (True, False)
        assert shopper.offer(seen) in [None, *[row["id"] for row in seen["flights"]]]
