"""Intrinsic rewards: what each term pays, and that it can be switched off."""

from math import log, sqrt

import pytest
from tests.support.skill_pages import in_cart, page, paying, results, taken

from test_time_gym.agents.skills.explore.intrinsic import Intrinsic
from test_time_gym.agents.skills.settings import Settings

OFF = {"progress": 0, "consistency": 0, "surprise": 0}
DEAR = {"total": 300}
"""A cart above the budget of 260."""


def made(**weights):
    return Intrinsic(Settings(**{**OFF, **weights}))


def paid(intrinsic, *pages, verb="wait"):
    """Return the rewards of steps over pages."""
    rewards = intrinsic.rewards([taken(one, verb) for one in pages])
    return pytest.approx(rewards)


def test_progress_is_the_first_arrival_at_a_kind_of_place_ever_less():
    own = made(progress=1)
    way = page(), in_cart(), page(minutes_left=100), in_cart(), paying()

    assert paid(own, *way) == [1, 0, 0, 1, 0]
    assert paid(own, *way) == [1 / sqrt(2), 0, 0, 1 / sqrt(2), 0]


def test_a_step_that_changes_nothing_costs_a_sixth_of_progress():
    assert paid(made(progress=0.6), page(), page(turns_left=30), results()) == [
        -0.1,
        0,
        0,
    ]


def test_a_cart_that_contradicts_the_task_costs_and_its_cure_pays():
    own = made(consistency=0.5)

    assert paid(own, page(), in_cart(**DEAR), in_cart(total=240)) == [-0.5, 0.5, 0]
    assert paid(own, page(), in_cart(**DEAR), page()) == [-0.5, 0, 0]


def test_a_fee_that_comes_late_costs_by_what_the_price_rises():
    late = paying(total=252)

    assert paid(made(consistency=1), page(), in_cart(), late) == [
        0,
        -log(252 / 240),
        0,
    ]


def test_a_code_that_did_not_hold_costs_what_it_had_promised():
    less, more = in_cart(total=192, coupons=["SKY20"]), paying()

    assert paid(made(consistency=1), in_cart(), less, more) == [0, -log(240 / 192), 0]


def test_going_round_with_the_price_in_a_circle_earns_nothing():
    less = in_cart(total=192, coupons=["SKY20"])
    circle = [less, in_cart()] * 6 + [less]

    rewards = made(consistency=1).rewards([taken(one, "wait") for one in circle])

    assert sum(rewards) == pytest.approx(0)


def test_another_offer_in_the_cart_is_no_dearer_price():
    assert paid(
        made(consistency=1), in_cart(total=210), in_cart(cart=["NV2"], total=250)
    ) == [0, 0]


@pytest.mark.parametrize("ends", [1, 2])
def test_surprise_vanishes_as_the_model_learns_even_where_chance_decides(ends):
    own, errors = made(surprise=1), []
    after = [results(), in_cart()]
    for k in range(80):
        place = "search_results/none/none/agree"
        there = ["search_results/none/none/agree", "cart/none/some/agree"][k % ends]
        errors.append(own.surprise(place, "wait", there))
        own.rewards([taken(page(), "wait"), taken(after[k % ends], "wait")])

    assert errors[0] == 1
    assert max(errors[-2:]) < 0.08
    assert sum(errors[40:]) < sum(errors[:40]) / 2


def test_surprise_pays_what_was_less_foreseen_than_usual():
    own = made(surprise=1)
    for _ in range(20):
        own.rewards([taken(page(), "wait"), taken(results(), "wait")])

    known, new = own.rewards(
        [taken(page(), "wait"), taken(results(), "restart"), taken(page(), "wait")]
    )[:2]

    assert known < 0 < new


@pytest.mark.parametrize("term", sorted(OFF))
def test_a_weight_of_0_switches_a_term_off_and_that_term_alone(term):
    way = [page(), page(turns_left=9), results(), in_cart(**DEAR), in_cart(), paying()]
    story = [taken(one, "wait") for one in way]
    story += [taken(paying(total=250, verb="wait"), "wait"), taken(page(), "wait")]

    each = {name: made(**{name: 1}).rewards(story) for name in OFF}
    without = made(**{name: float(name != term) for name in OFF}).rewards(story)

    assert made().rewards(story) == [0] * len(story)
    assert any(each[term])
    rest = [rewards for name, rewards in each.items() if name != term]
    assert without == pytest.approx([sum(both) for both in zip(*rest, strict=True)])


def test_intrinsic_rewards_go_on_from_a_dump():
    one, two = made(progress=1, surprise=1), made(progress=1, surprise=1)
    story = [taken(page(), "wait"), taken(results(), "wait"), taken(in_cart(), "wait")]
    one.rewards(story)
    two.load(one.dump())

    assert one.rewards(story) == two.rewards(story)
    assert one.dump() == two.dump()
    assert made().rewards([]) == []
