"""The skills agent: it gets better, and its life is a function of its seed."""

import json
import re
from pathlib import Path

import msgspec
import pytest
from tests.learning.playing import lived

from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.skill.skill import Skill
from test_time_gym.market.interface.policy import AgentError
from test_time_gym.scenarios import load_family

FAMILY = load_family("flights/sites")
SITES = (3, 11, 12)


def met(episodes):
    return sum(outcome == "success" for outcome, _ in episodes)


@pytest.mark.slow
def test_it_learns_what_its_site_is_like():
    """Published in docs/learning.md: first and last twenty of eighty episodes."""
    lives = [lived(FAMILY.site(number), number, 80) for number in SITES]

    first, last = ([met(life[part]) for life in lives] for part in (HEAD, TAIL))
    assert sum(first) <= 42
    assert min(last) >= 15
    assert sum(last) >= 54


HEAD, TAIL = slice(0, 20), slice(-20, None)


def test_its_frozen_twin_does_not_learn():
    twin = SkillsAgent(3, learning=False)
    before = twin.dump()

    assert met(lived(FAMILY.site(3), 3, 25, twin)) <= 1
    after = twin.dump()
    assert twin.skills == []
    assert after["explorer"]["returns"] == before["explorer"]["returns"] == {}


def test_the_same_seed_lives_the_same_life():
    site = FAMILY.site(3)
    one, two, other = SkillsAgent(3), SkillsAgent(3), SkillsAgent(4)

    lives = [lived(site, 3, 20, agent) for agent in (one, two, other)]

    assert lives[0] == lives[1] != lives[2]
    assert (one.skills, one.dump()) == (two.skills, two.dump())


def test_a_life_goes_on_from_a_dump():
    site, whole = FAMILY.site(10), SkillsAgent(10)
    lived(site, 10, 12, whole)
    state = json.loads(json.dumps(whole.dump()))
    skills = msgspec.json.decode(msgspec.json.encode(whole.skills), type=list[Skill])
    again, frozen = SkillsAgent(10), SkillsAgent(10, learning=False)
    again.load(skills, state)
    frozen.load(skills, state)

    lives = [lived(site, 11, 12, agent) for agent in (whole, again, frozen)]

    assert lives[0] == lives[1]
    assert (whole.skills, whole.dump()) == (again.skills, again.dump())
    assert met(lives[2]) >= 6
    assert frozen.skills == skills


def test_every_choice_is_logged():
    agent = SkillsAgent(11)
    lived(FAMILY.site(11), 11, 8, agent)

    explored = [t for t in agent.trajectory.taken if t.by == "explore"]
    chosen = [choice for _, choice in agent.choices if choice.chosen == "explore"]
    assert len(explored) == len(chosen)
    steps = [step for step, _ in agent.choices]
    assert steps == sorted(steps)
    assert all(0 < choice.propensity <= 1 for _, choice in agent.choices)


def test_without_mining_it_has_no_skills():
    agent = SkillsAgent(11, mining=False)
    lived(FAMILY.site(11), 11, 12, agent)

    assert agent.skills == []
    assert agent.wins > 0


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"mning": False}, "unknown setting 'mning'"),
        ({"learning": "no"}, "a setting is wrong"),
        ({"discount": 1.5}, "discount is a number from 0 to 1"),
        ({"surprise": -1}, "surprise is a finite number"),
        ({"temperature": 0}, "temperature is a number above 0"),
        ({"chooser": "dice"}, "dice"),
        ({"evidence_decay": 0}, "keep"),
    ],
)
def test_a_wrong_setting_is_explained(settings, words):
    with pytest.raises(AgentError, match=words):
        SkillsAgent(1, **settings)


def test_it_goes_on_only_from_a_state_that_it_knows():
    agent = SkillsAgent(1)
    with pytest.raises(AgentError, match="layout"):
        agent.load([], {"schema": 99})
    lived(FAMILY.site(1), 1, 1, agent)
    with pytest.raises(AgentError, match="has played"):
        agent.load([], agent.dump())


def test_the_page_lists_every_setting_with_its_default():
    page = (Path(__file__).parents[2] / "docs/skills.md").read_text("utf-8")
    listed = re.findall(
        r"^\| `(\w+)` \| (\S+) \| ", page.split("## Settings")[1], re.MULTILINE
    )

    usual = msgspec.to_builtins(SkillsAgent().settings)
    shown = {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in usual.items()
    }
    assert dict(listed) == shown


def test_it_goes_on_from_the_state_of_when_skills_called_others():
    agent = SkillsAgent(1)
    lived(FAMILY.site(1), 1, 12, agent)
    old = json.loads(json.dumps(agent.dump()))
    old["settings"] |= {"calling": True}
    old["library"] |= {"successions": {"a": {"b": ["e"]}}, "paired": ["a then b"]}
    old["library"]["evidence"]["scores"]["a-b-9"] = {"cart/none/some/agree": [3, 0.5]}
    later = SkillsAgent(1)
    later.load(agent.skills, old)

    assert later.dump() == agent.dump()
    assert lived(FAMILY.site(1), 2, 4, later) == lived(FAMILY.site(1), 2, 4, agent)
