"""What used to hold and holds no longer is noticed, and learned again."""

import json

import pytest
from tests.learning.playing import lived
from tests.support.skill_parts import CARD, CONFIRM, skill

from test_time_gym.agents.bandits import make_chooser
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.drift.drift_response import DriftResponse
from test_time_gym.agents.skills.library.library import Library
from test_time_gym.agents.skills.settings import Settings
from test_time_gym.agents.skills.skill.skill import Step
from test_time_gym.market.interface.policy import policy_stream
from test_time_gym.scenarios import load_family

FAMILY = load_family("flights/sites")


def doubting(*skills, **settings):
    made = Library(make_chooser("thompson", policy_stream(1)))
    made.skills = {one.name: one for one in skills}
    return made, DriftResponse(made, Settings(**settings))


def spoil(made, doubts, one, *, times):
    """Let a skill fail for some episodes after nine good ones."""
    for k in range(9 + times):
        doubts.begin()
        doubts.ended(one.name, arrived=k < 9)
        made.learn("cart", one.name, float(k < 9))
        doubts.learn()


@pytest.mark.parametrize(
    ("settings", "times", "pulls"),
    [({}, 1, 10), ({}, 2, 2), ({"doubting": False}, 2, 11)],
)
def test_of_a_skill_that_stops_arriving_little_is_believed(settings, times, pulls):
    pay = skill("pay", Step(verb="proceed_to_payment"))
    made, doubts = doubting(pay, **settings)
    made.learn("cart", "explore", 0.0)

    spoil(made, doubts, pay, times=times)

    assert made.stats.pulls("pay")[0] == pulls


def test_who_failed_once_in_an_episode_has_not_held_in_it():
    pay = skill("pay", CONFIRM)
    made, doubts = doubting(pay)
    spoil(made, doubts, pay, times=0)
    for _ in range(2):
        doubts.begin()
        for arrived in (True, False, True):
            doubts.ended("pay", arrived=arrived)
        doubts.learn()

    assert made.stats.pulls("pay")[0] == 2


def test_what_was_noted_of_skills_that_are_used_no_longer_is_let_go():
    _, doubts = doubting(skill("pay", CARD), skill("old", CARD, state="retired"))
    doubts.load({name: [5, 0, 0] for name in ("pay", "old", "gone")})

    doubts.pass_on()

    assert doubts.dump() == {"pay": [5, 0, 0]}


def test_at_another_site_little_is_believed_of_what_is_used():
    pay, old = skill("pay", CARD), skill("old", CARD, state="retired")
    made, doubts = doubting(pay, old)
    spoil(made, doubts, pay, times=0)

    doubts.change_site()

    assert doubts.dump() == {}
    assert made.stats.pulls("pay") == (2, 1.0)


def test_what_is_expected_goes_on_from_a_dump():
    pay = skill("pay", CARD)
    (made, one), (again, two) = doubting(pay), doubting(pay)
    spoil(made, one, pay, times=1)
    again.stats.load(made.stats.dump())
    two.load(json.loads(json.dumps(one.dump())))
    for library, doubts in ((made, one), (again, two)):
        doubts.begin()
        doubts.ended("pay", arrived=False)
        doubts.learn()
        assert library.stats.pulls("pay")[0] == 2

    assert two.dump() == one.dump()


@pytest.mark.parametrize("name", [drift.name for drift in FAMILY.drifts])
def test_it_goes_on_where_its_site_changes(name):
    """Of the first twenty episodes after the change it loses two at most."""
    agent = SkillsAgent(6)
    lived(FAMILY.site(6), 6, 40, agent)
    after = lived(FAMILY.site(6, drifts=[name]), 6, 20, agent, first=40)

    assert sum(outcome == "success" for outcome, _ in after) >= 18
