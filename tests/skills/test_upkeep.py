"""The log of changes, and a library that stays small."""

import pytest
from msgspec.structs import replace
from tests.learning.playing import lived

from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.memory import Change, evolution
from test_time_gym.scenarios import load_family

FAMILY = load_family("flights/sites")


def followed(number, episodes, **settings):
    """Return an agent that has played, and the changes of each of its episodes."""
    agent = SkillsAgent(number, **settings)
    logs, end = [], agent.end

    def logged(result):
        end(result)
        logs.append(list(agent.changes))

    agent.end = logged
    lived(FAMILY.site(number), number, episodes, agent)
    return agent, logs


def became(changes):
    """Return what skills were merged into that are no longer there."""
    return {
        one.skill: one.into
        for one in changes
        if one.what == "merged" and one.into != one.skill
    }


def test_every_skill_is_born_in_the_log_and_no_other():
    agent, logs = followed(11, 40)
    changes = [change for log in logs for change in log]

    born = [one.skill for one in changes if one.what == "born"]
    assert sorted(born) == sorted(dict.fromkeys(born))
    heirs = became(changes)
    assert heirs  # the library was tidied up
    left = [one.name for one in agent.skills]
    assert sorted([*left, *heirs]) == sorted(born)
    for k, log in enumerate(logs, start=1):
        assert [one.episode for one in log] == [k] * len(log)


def test_the_log_tells_what_became_of_every_skill():
    agent, logs = followed(11, 40)
    ends = ("retired", "decayed", "superseded")
    changes = [change for log in logs for change in log]

    gone = [one.skill for one in changes if one.what in ends]
    retired = [one.name for one in agent.skills if one.state == "retired"]
    assert sorted(gone) == sorted(retired)
    assert all(one.why for one in changes if one.what != "confirmed")
    uses = [one.skill for one in changes if one.what == "used"]
    heirs = became(changes)
    now = [heirs.get(name, name) for name in uses]
    assert {one.name: one.tries for one in agent.skills if one.tries} == {
        name: now.count(name) for name in dict.fromkeys(now)
    }


def test_evolution_counts_by_kind():
    whats = ["born", "born", "used", "used", "used", "confirmed", "merged"]
    whats += ["decayed", "retired", "superseded", "withheld", "edited"]
    changes = [Change(episode=1, skill="a", what=what) for what in whats]

    assert evolution(changes) == {
        "born": 2,
        "merged": 1,
        "used": 3,
        "decayed": 1,
        "retired": 2,
    }


@pytest.mark.slow
def test_over_a_thousand_episodes_the_library_stays_small():
    tight, loose = SkillsAgent(3, capacity=15), SkillsAgent(3, upkeep=0)
    sizes = []
    for k in range(10):
        last = lived(FAMILY.site(3), 3 + k, 100, tight)
        lived(FAMILY.site(3), 3 + k, 100, loose)
        sizes.append((len(tight.skills), len(loose.skills)))

    assert max(small for small, _ in sizes) <= 15
    assert sizes[-1][1] > 30
    assert sum(outcome == "success" for outcome, _ in last) >= 85
    dump = tight.dump()
    assert len(dump["upkeep"]) + len(dump["breeder"]["parents"]) <= 30


def test_with_upkeep_switched_off_nothing_is_tidied_up():
    agent, logs = followed(11, 25, upkeep=0)

    whats = [change.what for log in logs for change in log]
    assert "decayed" not in whats
    assert agent.dump()["upkeep"] == {}


def test_what_is_written_by_hand_is_never_made_more_general():
    agent, _ = followed(11, 15)
    written = [
        replace(one, by_hand=True) if one.state == "confirmed" else one
        for one in agent.skills
    ]
    again = SkillsAgent(11)
    again.load(written, agent.dump())
    lived(FAMILY.site(11), 12, 40, again)

    by_name = {one.name: one for one in again.skills}
    by_hand = [one for one in written if one.by_hand]
    assert by_hand
    assert [one.steps for one in by_hand] == [
        by_name[one.name].steps for one in by_hand
    ]
