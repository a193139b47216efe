"""The skills agent: it gets better, and its life is a function of its seed."""

import json
import re
from pathlib import Path

import msgspec
import pytest
from tests.learning.playing import SEAT, lived

import test_time_gym as ttg
from test_time_gym.agents.skill_memory.render import summary_of
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.skill.skill import Skill
from test_time_gym.market.interface.policy import AgentError
from test_time_gym.scenarios import load_family

FAMILY = load_family("flights/sites")
BOTH = {name: load_family(f"{name}/sites") for name in ("flights", "hotels")}
STARTS = ("blank", "clerk")
SITES = (3, 11, 15)


def met(episodes):
    return sum(outcome == "success" for outcome, _ in episodes)


def halves(lives, first, last):
    """Return the successes of all lives in their first and in their last episodes."""
    return [sum(met(life[part]) for life in lives) for part in (first, last)]


# -- learning


@pytest.mark.slow
@pytest.mark.parametrize("trade", BOTH)
def test_who_knows_nothing_learns_its_site_within_thirty_episodes(trade):
    family = BOTH[trade]
    lives = [lived(family.site(number), number, 50) for number in SITES]

    first, last = halves(lives, slice(5), slice(30, None))
    assert first <= 7
    assert min(met(life[30:]) for life in lives) >= 16
    assert last >= 54


@pytest.mark.parametrize("trade", BOTH)
def test_who_knows_the_flow_succeeds_from_its_first_episodes(trade):
    clerks, blanks = [], []
    for number in SITES:
        site = BOTH[trade].site(number)
        clerks += lived(site, number, 5, SkillsAgent(number, start="clerk"))
        blanks += lived(site, number, 5)

    assert met(clerks) >= 9
    assert met(clerks) >= met(blanks) + 4


@pytest.mark.slow
@pytest.mark.parametrize("trade", BOTH)
def test_who_knows_the_flow_learns_what_its_site_is_like(trade):
    lives = []
    for number in SITES:
        agent = SkillsAgent(number, start="clerk")
        lives.append(lived(BOTH[trade].site(number), number, 40, agent))

    assert min(met(life[20:]) for life in lives) >= 18


def test_without_mining_it_has_no_skills():
    agent = SkillsAgent(11, mining=False)
    lived(FAMILY.site(11), 11, 25, agent)

    assert agent.skills == []
    assert agent.wins > 0


# -- not learning


def of_learning(agent):
    """Return what an agent keeps but for counts of episodes and of chance.

    What the site model is worth follows from its counts when it is asked.
    """
    state = agent.dump()
    state["explorer"] = state["explorer"]["model"]["moves"]
    passing = ("settings", "episode", "drawn", "chooser", "expectations", "library")
    kept = {name: part for name, part in state.items() if name not in passing}
    return kept, state["library"]["evidence"], agent.skills


def test_its_frozen_twin_does_not_learn():
    twin = SkillsAgent(3, learning=False)
    lived(FAMILY.site(3), 3, 1, twin)
    before = of_learning(twin)

    assert met(lived(FAMILY.site(3), 3, 25, twin)) <= 1
    assert of_learning(twin) == before
    assert twin.skills == []
    assert twin.dump()["values"] == {}


def test_the_frozen_twin_of_who_knows_the_flow_has_the_flow_and_learns_nothing():
    twin = SkillsAgent(3, start="clerk", learning=False)
    lived(FAMILY.site(3), 3, 1, twin)
    before = of_learning(twin)

    assert met(lived(FAMILY.site(3), 3, 25, twin)) >= 5
    assert of_learning(twin) == before
    assert all(one.by_hand and not one.tries for one in twin.skills)


def test_a_frozen_twin_of_what_was_learned_goes_on_as_well_and_learns_nothing():
    learner = SkillsAgent(15)
    lived(FAMILY.site(15), 15, 30, learner)
    twin = SkillsAgent(15, learning=False)
    twin.load(learner.skills, learner.dump())
    before = of_learning(twin)
    assert before == of_learning(learner)

    assert met(lived(FAMILY.site(15), 16, 20, twin)) >= 18
    assert of_learning(twin) == before


# -- the same life again


class Watched(SkillsAgent):
    """An agent all of whose actions are kept."""

    def __init__(self, seed, **settings):
        super().__init__(seed, **settings)
        self.actions = []

    def act(self, observation):
        action = super().act(observation)
        self.actions.append(json.dumps(action))
        return action


def actions(agent, site, seed, episodes):
    """Return all actions of some more episodes of an agent's life."""
    agent.actions = []
    result = ttg.run(site, agent, seed=seed, episodes=episodes, regret=False)
    assert [one.agents[SEAT].error for one in result.episodes] == [None] * episodes
    return agent.actions


@pytest.mark.parametrize("start", STARTS)
def test_the_same_seed_does_the_same(start):
    site = FAMILY.site(12)
    one, two, other = (Watched(seed, start=start) for seed in (3, 3, 4))

    lives = [actions(agent, site, 300, 12) for agent in (one, two, other)]

    assert lives[0] == lives[1] != lives[2]
    assert (one.skills, one.dump()) == (two.skills, two.dump())


def written(agent):
    """Return an agent's skills and state as they come back from a text."""
    skills = msgspec.json.decode(msgspec.json.encode(agent.skills), type=list[Skill])
    return skills, json.loads(json.dumps(agent.dump()))


@pytest.mark.parametrize("trade", BOTH)
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"start": "clerk"},
        {"chooser": "linear"},
        {"raw": True},
        {"mining": False},
        {"start": "clerk", "learning": False},
    ],
    ids=str,
)
def test_a_life_goes_on_from_a_dump_with_the_same_actions(settings, trade):
    site, whole = BOTH[trade].site(5), Watched(10, **settings)
    actions(whole, site, 100, 9)
    again = Watched(10, **settings)
    again.load(*written(whole))
    twice = Watched(10, **settings)
    twice.load(*written(again))

    lives = [actions(agent, site, 200, 9) for agent in (whole, again, twice)]

    assert lives[0] == lives[1] == lives[2]
    assert (whole.skills, whole.dump()) == (again.skills, again.dump())


def test_a_dump_is_plain_data_and_changes_nothing():
    one, two = Watched(3), Watched(3)
    lives = []
    for k in range(6):
        lives.append([actions(agent, FAMILY.site(3), k, 1) for agent in (one, two)])
        assert one.dump() == one.dump()

    assert all(mine == theirs for mine, theirs in lives)
    assert one.dump() == two.dump()


def test_it_goes_on_only_from_a_state_that_it_knows():
    agent = SkillsAgent(1)
    with pytest.raises(AgentError, match="layout 99, and this program knows"):
        agent.load([], {"schema": 99})
    with pytest.raises(AgentError, match="layout 1, and this program knows 2"):
        agent.load([], agent.dump() | {"schema": 1})
    lived(FAMILY.site(1), 1, 1, agent)
    with pytest.raises(AgentError, match="has played"):
        agent.load([], agent.dump())


# -- what it tells


def test_every_choice_is_logged():
    agent = SkillsAgent(11)
    lived(FAMILY.site(11), 11, 8, agent)

    explored = [t for t in agent.trajectory.taken if t.by == "explore"]
    chosen = [choice for _, choice in agent.choices if choice.chosen == "explore"]
    assert len(explored) == len(chosen)
    steps = [step for step, _ in agent.choices]
    assert steps == sorted(steps)
    assert all(0 < choice.propensity <= 1 for _, choice in agent.choices)


@pytest.mark.parametrize("start", STARTS)
def test_its_skills_tell_in_words_which_values_work(start):
    """The site likes amex, JUNE20, the day after, and 135 minutes after opening."""
    agent = SkillsAgent(3, start=start)
    lived(FAMILY.site(3), 3, 40, agent)

    used = [one for one in agent.skills if one.completions > 20]
    said = "; ".join(summary_of(one) for one in used).lower()
    words = ["search 23 june", "take the cheapest that fits", "code june20"]
    assert [one for one in [*words, "the amex card"] if one not in said] == []
    waits = [int(minutes) for minutes in re.findall(r"wait until (\d+) minutes", said)]
    assert waits
    assert all(135 <= minutes <= 150 for minutes in waits)


def test_what_its_skills_tell_is_what_it_does():
    agent = Watched(3)
    actions(agent, FAMILY.site(3), 3000, 40)
    last = actions(agent, FAMILY.site(3), 9000, 1)

    told = [step for one in agent.skills if one.completions > 20 for step in one.steps]
    (search,) = [one for one in told if one.verb == "search_flights"]
    (code,) = [one for one in told if one.verb == "apply_coupon"]
    for step in (search, code):
        args = {name: ways[0].value for name, ways in step.args.items()}
        assert json.dumps({"verb": step.verb, "payload": args}) in last


# -- settings


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"mning": False}, "unknown setting 'mning'"),
        ({"learning": "no"}, "a setting is wrong"),
        ({"start": "expert"}, "a setting is wrong"),
        ({"discount": 1.5}, "discount is a number from 0 to 1"),
        ({"trials": -1}, "trials is a finite number"),
        ({"doubt": -1}, "doubt is a finite number"),
        ({"upkeep": -1}, "upkeep is at least 0"),
        ({"capacity": 0}, "capacity is at least 1"),
        ({"chooser": "dice"}, "dice"),
        ({"evidence_decay": 0}, "keep"),
    ],
)
def test_a_wrong_setting_is_explained(settings, words):
    with pytest.raises(AgentError, match=words):
        SkillsAgent(1, **settings)


def test_the_page_lists_every_setting_with_its_default():
    page = (Path(__file__).parents[2] / "docs/skills.md").read_text("utf-8")
    rows = re.findall(
        r"^\| (`\w+`(?:, `\w+`)*) \| ([^|]+) \| ",
        page.split("## Settings")[1],
        re.MULTILINE,
    )
    listed = [
        pair
        for names, values in rows
        for pair in zip(re.findall(r"\w+", names), values.split(", "), strict=True)
    ]

    usual = msgspec.to_builtins(SkillsAgent().settings)
    shown = {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in usual.items()
    }
    assert dict(listed) == shown
