"""Exploring: the verb worth most, the seldom one first, by chance among equals."""

import json

import pytest
from tests.learning.playing import lived
from tests.support.visits import site

from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.explore.explorer import Explorer
from test_time_gym.agents.skills.explore.site_model import FAILURE, SUCCESS, VIOLATION
from test_time_gym.agents.skills.settings import Settings

SHOP, CART = ["search", "add", "wait"], ["pay", "leave", "wait"]


def explorer(seed=1):
    return Explorer(seed, Settings())


def play(one, end, *steps):
    """Let an explorer play an episode of scenes, and the verbs that are taken there."""
    one.begin()
    for scene, verbs, verb in steps:
        one.took(scene, verb, verbs)
    one.learn(end)
    one.begin()


def drawn(one, scene, verbs, times=200):
    """Return how often each verb is chosen in a scene, none of them being taken."""
    chosen = [one.choose(scene, verbs) for _ in range(times)]
    return [chosen.count(verb) for verb in verbs]


def test_among_verbs_of_equal_worth_chance_decides():
    assert min(drawn(explorer(), "shop", SHOP)) > 40


def test_a_known_way_to_a_success_is_taken():
    one = explorer()
    play(one, SUCCESS, ("shop", SHOP, "add"), ("cart", CART, "pay"))

    assert drawn(one, "cart", CART) == [200, 0, 0]
    assert drawn(one, "shop", SHOP) == [0, 200, 0]


@pytest.mark.parametrize("end", [FAILURE, VIOLATION])
def test_what_ended_badly_is_left_for_what_is_new(end):
    one = explorer()
    play(one, end, ("shop", SHOP, "add"), ("cart", CART, "pay"))

    pay, leave, wait = drawn(one, "cart", CART)
    assert pay == 0
    assert min(leave, wait) > 60


def test_what_broke_the_task_is_done_last_of_all():
    one = explorer()
    for _ in range(3):
        play(one, VIOLATION, ("cart", CART, "pay"))
        play(one, FAILURE, ("cart", CART, "leave"))
        play(one, FAILURE, ("cart", CART, "wait"))

    assert drawn(one, "cart", CART)[0] == 0


def test_an_end_that_was_cut_short_is_no_bad_one():
    one = explorer()
    play(one, "", ("cart", CART, "pay"))

    assert min(drawn(one, "cart", CART)) > 40


def test_verbs_that_nobody_has_tried_are_reached_through_known_scenes():
    """All that the shop has is known; in the cart nobody has ever paid."""
    one = explorer()
    for verb in ("search", "wait", "search", "wait"):
        play(one, FAILURE, ("shop", SHOP, verb), ("shop", SHOP, verb))
    for verb in ("leave", "wait"):
        play(one, FAILURE, ("shop", SHOP, "add"), ("cart", CART, verb))

    assert drawn(one, "shop", SHOP) == [0, 200, 0]
    assert drawn(one, "cart", CART) == [200, 0, 0]


def test_what_was_done_here_already_gives_way_to_something_else():
    one = explorer()
    chosen = []
    for _ in range(len(SHOP)):
        verb = one.choose("shop", SHOP)
        one.took("shop", verb, SHOP)
        chosen.append(verb)

    assert sorted(chosen) == sorted(SHOP)


def test_the_next_episode_begins_with_everything_fresh():
    one = explorer()
    for verb in SHOP * 3:
        one.took("shop", verb, SHOP)
    one.begin()

    assert min(drawn(one, "shop", SHOP)) > 40


def test_what_is_seldom_possible_is_done_first():
    one = explorer()
    drawn(one, "shop", SHOP, 100)

    assert drawn(one, "till", [*SHOP, "confirm"], 20) == [0, 0, 0, 20]


def test_what_is_seldom_possible_does_not_outweigh_a_success():
    one = explorer()
    drawn(one, "shop", SHOP, 100)
    for _ in range(3):
        play(one, SUCCESS, ("shop", SHOP, "add"))

    assert drawn(one, "shop", [*SHOP, "coupon"], 20) == [0, 20, 0, 0]


def test_steps_of_skills_teach_and_do_not_say_what_else_was_possible():
    one = explorer()
    one.took("cart", "pay")
    one.learn(SUCCESS)
    one.begin()

    assert one.model.tries("cart", "pay") == 1
    assert one.model.dump()["legal"] == {}
    assert drawn(one, "cart", CART) == [200, 0, 0]


def test_an_explorer_goes_on_from_a_dump_draw_for_draw():
    one, two = explorer(4), explorer(4)
    play(one, SUCCESS, ("shop", SHOP, "add"), ("cart", CART, "pay"))
    drawn(one, "elsewhere", ["x", "y", "z"], 30)
    two.load(json.loads(json.dumps(one.dump())))

    for made in (one, two):
        play(made, FAILURE, ("shop", SHOP, "add"), ("cart", CART, "leave"))
    scenes = [("elsewhere", ["x", "y", "z"]), ("shop", SHOP), ("new", CART)] * 20
    chosen = [[made.choose(*scene) for scene in scenes] for made in (one, two)]
    assert chosen[0] == chosen[1]
    assert one.dump() == two.dump()


def test_another_seed_explores_in_another_order():
    chosen = [
        [one.choose("shop", SHOP) for _ in range(40)]
        for one in (explorer(1), explorer(2))
    ]

    assert chosen[0] != chosen[1]


@pytest.mark.slow
def test_exploring_alone_learns_to_buy():
    agent = SkillsAgent(6, mining=False)
    outcomes = [outcome for outcome, _ in lived(site(6), 6, 60, agent)]

    assert agent.skills == []
    assert outcomes[-20:].count("success") > outcomes[:20].count("success")
    assert outcomes.count("violation") == 0
