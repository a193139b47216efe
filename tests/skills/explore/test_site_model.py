"""The site model: where each verb led from each scene, and what that is worth."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from test_time_gym.agents.skills.explore.site_model import (
    FAILURE,
    SUCCESS,
    VIOLATION,
    SiteModel,
)

HOPE = 0.95 * 0.5
"""What an untried verb is worth: half a success, a step later."""
LEGAL = {"shop": ("add", "wait"), "cart": ("pay", "wait", "leave")}


def model(*episodes, legal=LEGAL):
    """Return a model of some episodes: their steps, and their end."""
    made = SiteModel()
    for taken, end in episodes:
        made.learn(taken, end, legal)
    return made


BOUGHT = [("shop", "add"), ("cart", "pay")], SUCCESS


def test_what_was_never_tried_is_worth_the_hope():
    assert SiteModel().worth("shop", "add") == HOPE
    assert model(BOUGHT).worth("cart", "leave") == HOPE
    assert model(BOUGHT).worth("elsewhere", "add") == HOPE


@pytest.mark.parametrize(
    ("end", "lasting"), [(SUCCESS, 1), (FAILURE, 0), (VIOLATION, -0.5)]
)
def test_with_every_look_a_verb_is_worth_more_of_what_it_leads_to(end, lasting):
    worth = [
        model(*[([("cart", "pay")], end)] * looks).worth("cart", "pay")
        for looks in (0, 1, 2, 1000)
    ]

    assert worth[0] == HOPE
    assert worth == sorted(worth, reverse=lasting < 0.5)
    assert worth[-1] == pytest.approx(0.95 * lasting, abs=0.01)


def test_a_way_to_a_success_is_worth_more_than_what_is_new():
    made = model(BOUGHT)

    assert made.worth("cart", "pay") > HOPE
    assert made.worth("shop", "add") > HOPE
    assert made.worth("shop", "add") < made.worth("cart", "pay")


def test_what_broke_the_task_is_worth_less_than_what_came_to_nothing():
    made = model(([("cart", "pay")], VIOLATION), ([("cart", "leave")], FAILURE))

    assert made.worth("cart", "pay") < made.worth("cart", "leave") < HOPE


def test_what_is_new_is_reached_through_scenes_that_are_known():
    """From the shop all is known but what the cart holds: so one goes to the cart."""
    ways = [([("shop", "wait"), ("shop", "wait")], FAILURE)] * 4
    ways += [([("shop", "add"), ("cart", "wait")], FAILURE)] * 4
    made = model(*ways)

    assert made.worth("cart", "pay") == HOPE > made.worth("cart", "wait")
    assert made.worth("shop", "add") > made.worth("shop", "wait")


def test_each_verb_has_led_to_the_scene_of_the_next_step():
    way = [("shop", "add"), ("cart", "leave"), ("shop", "wait"), ("till", "pay")]

    assert model((way, FAILURE)).dump()["moves"] == {
        "shop": {"add": {"cart": 1}, "wait": {"till": 1}},
        "cart": {"leave": {"shop": 1}},
        "till": {"pay": {FAILURE: 1}},
    }


def test_where_chance_decides_the_mean_counts():
    pay = [("cart", "pay")]
    often = model(*[(pay, SUCCESS)] * 30, *[(pay, FAILURE)] * 10)
    seldom = model(*[(pay, SUCCESS)] * 10, *[(pay, FAILURE)] * 30)

    assert often.worth("cart", "pay") == pytest.approx(0.95 * 0.75, abs=0.01)
    assert seldom.worth("cart", "pay") == pytest.approx(0.95 * 0.25, abs=0.01)


def test_an_episode_that_was_cut_short_says_nothing_of_its_last_step():
    made = model(([("shop", "add"), ("cart", "pay")], ""))

    assert made.tries("shop", "add") == 1
    assert made.tries("cart", "pay") == 0
    assert made.worth("cart", "pay") == HOPE


def test_a_scene_in_which_nothing_is_possible_is_worth_nothing():
    made = model(*[([("shop", "add"), ("end", "wait")], "")] * 50, legal={"end": ()})

    assert made.worth("shop", "add") < 0.01


scenes, verbs = st.sampled_from("abcd"), st.sampled_from(["x", "y", "z"])
episodes = st.lists(
    st.tuples(
        st.lists(st.tuples(scenes, verbs), max_size=8),
        st.sampled_from([SUCCESS, FAILURE, VIOLATION, ""]),
    ),
    max_size=12,
)
ALL = dict.fromkeys("abcd", ("x", "y", "z"))


@pytest.mark.property
@given(episodes)
def test_whatever_was_done_a_worth_lies_between_the_ends(lived):
    made = model(*lived, legal=ALL)

    for scene in "abcd":
        for verb in "xyz":
            assert -0.5 <= made.worth(scene, verb) <= 1


@pytest.mark.property
@given(episodes, episodes)
def test_a_model_goes_on_from_a_dump_to_the_last_digit(before, after):
    one, two = model(legal=ALL), SiteModel()
    worth = []
    for taken, end in before:
        one.learn(taken, end, ALL)
        one.worth("a", "x")
    two.load(json.loads(json.dumps(one.dump())))
    for made in (one, two):
        for taken, end in after:
            made.learn(taken, end, ALL)
            made.worth("a", "x")
        worth.append([made.worth(s, v) for s in "abcd" for v in "xyz"])

    assert worth[0] == worth[1]
    assert one.dump() == two.dump()
