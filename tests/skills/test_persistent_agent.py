"""An agent that remembers: it goes on as if it had never stopped."""

import json
import subprocess
import sys
from collections import Counter

import pytest
from tests.learning.playing import SEAT, lived

import test_time_gym as ttg
from test_time_gym.agents.skill_memory import Memory
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.persistent_agent import (
    PersistentAgent,
    remembered_seed,
)
from test_time_gym.market.interface.policy import AgentError
from test_time_gym.scenarios import load_family

FAMILY = load_family("flights/sites")
SITE, SEED = 11, 11
PROGRAM = """
import json, sys
from tests.skills.test_persistent_agent import played
print(json.dumps(played(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
"""


def played(path, first, episodes, **more):
    """Let a learner live on, and return what came of its episodes."""
    with Memory(path) as memory:
        agent = PersistentAgent(SkillsAgent(SEED), memory.learner("a"), **more)
        result = ttg.run(
            FAMILY.site(SITE), agent, seed=first, episodes=episodes, regret=False
        )
    return [[e.agents[SEAT].outcome, e.agents[SEAT].steps] for e in result.episodes]


def kept(path):
    """Return all that a memory holds of the learner, as the file has it."""
    with Memory(path, read_only=True) as memory:
        tables = {
            table: memory.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3")
            for table in ("skill", "state", "episode", "trajectory", "choices")
        }
        return tables | {"changes": memory.learner("a").history()}


@pytest.mark.slow
def test_a_life_goes_on_in_another_process_as_if_it_had_never_stopped(tmp_path):
    whole, parts = tmp_path / "whole.db", tmp_path / "parts.db"

    once = played(whole, 100, 60)
    twice = played(parts, 100, 30)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(parts), "130", "30"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert [*twice, *json.loads(done.stdout)] == once
    assert kept(parts) == kept(whole)
    assert len(kept(whole)["episode"]) == 60


def test_remembering_changes_nothing(tmp_path):
    plain = lived(FAMILY.site(SITE), SITE, 12, SkillsAgent(SEED))

    assert played(tmp_path / "m.db", 1000 * SITE, 12) == [*map(list, plain)]


def test_an_episode_is_kept_as_it_went(tmp_path):
    path = tmp_path / "m.db"
    with Memory(path) as memory:
        inside = SkillsAgent(SEED)
        agent = PersistentAgent(inside, memory.learner("a"), instance="site/11#7")
        ttg.run(FAMILY.site(SITE), agent, seed=7, regret=False)
        (record,) = memory.rows("SELECT id, number, steps FROM episode")
        (episode,) = agent.learner.experience()
        choices, seed = agent.learner.choices(), remembered_seed(agent.learner)

    taken = inside.trajectory.taken
    assert record == ("site/11#7", 1, len(taken))
    assert episode.trace[0] == {
        "page": "/".join(taken[0].page.values()),
        "verb": taken[0].verb,
        "args": taken[0].args,
        "by": "explore",
    }
    assert len(episode.trace) == len(taken)
    assert [one.chosen for one in choices] == [c.chosen for _, c in inside.choices]
    assert seed == SEED


def test_what_was_mined_from_an_instance_is_left_out_when_it_is_played(tmp_path):
    path = tmp_path / "m.db"
    first = 1000 * SITE
    names = iter([f"site/{SITE}#{first + k}" for k in range(15)])
    played(path, first, 15, instance=lambda: next(names))
    with Memory(path) as memory:
        mined = [one for one in memory.learner("a").skills() if one.origin]
    instance = mined[0].origin[0]
    touched = [one.name for one in mined if instance in one.origin]

    answers = {}
    for name in (instance, "site/11#other"):
        for repeated in (False, True):
            copy = tmp_path / "copy.db"
            copy.write_bytes(path.read_bytes())
            answers[name, repeated] = withheld(copy, name, touched, repeated)
            copy.unlink()

    assert answers == {
        (instance, False): (touched, False, touched),
        (instance, True): ([], True, []),
        ("site/11#other", False): ([], True, []),
        ("site/11#other", True): ([], True, []),
    }


def withheld(path, instance, touched, repeated):
    """Return what is left out, whether any of it is offered, and what is noted."""
    with Memory(path) as memory:
        learner = memory.learner("a")
        agent = PersistentAgent(
            SkillsAgent(SEED), learner, instance=instance, repeated=repeated
        )
        ttg.run(FAMILY.site(SITE), agent, seed=99, regret=False)
        offered = [one for _, c in agent.agent.choices for one in c.arms]
        noted = [c.skill for c in learner.history() if c.what == "withheld"]
        return agent.withheld, any(n in offered for n in touched), noted


def test_an_agent_that_has_played_cannot_begin_to_remember():
    agent = SkillsAgent(SEED)
    lived(FAMILY.site(SITE), SITE, 1, agent)

    with Memory(":memory:") as memory, pytest.raises(AgentError, match="has played"):
        PersistentAgent(agent, memory.learner("a"))


@pytest.mark.slow
def test_keeping_an_episode_costs_a_small_part_of_playing_it(tmp_path):
    """Counted in calls: a clock also measures the disk, and who else is at work."""
    saving, playing = calls(tmp_path / "m.db", 120)

    assert saving < 0.15 * playing


def calls(path, episodes):
    """Return how many functions were called to save episodes, and for all else."""
    made = Counter()
    where = ["playing"]

    def counted(_frame, event, _argument):
        made[where[-1]] += event in ("call", "c_call")

    def within(name, function):
        def run(*args, **named):
            where.append(name)
            try:
                return function(*args, **named)
            finally:
                where.pop()

        return run

    with Memory(path) as memory:
        agent = PersistentAgent(SkillsAgent(SEED), memory.learner("a"))
        agent.end = within("saving", agent.end)
        agent.agent.end = within("playing", agent.agent.end)
        sys.setprofile(counted)
        try:
            ttg.run(FAMILY.site(SITE), agent, seed=1, episodes=episodes, regret=False)
        finally:
            sys.setprofile(None)
    return made["saving"], made["playing"]
