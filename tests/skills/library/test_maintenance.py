"""The log of changes, and a library that stays small."""

import json

import pytest
from msgspec.structs import replace
from tests.learning.playing import lived
from tests.support.skill_pages import paying, taken

from test_time_gym.agents.bandits import make_chooser
from test_time_gym.agents.skill_memory import SkillChange, evolution
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.library.library import Library
from test_time_gym.agents.skills.skill.mining import Candidate
from test_time_gym.agents.skills.skill.skill import Binding, Skill, Step
from test_time_gym.market.interface.policy import policy_stream
from test_time_gym.scenarios import load_family

FAMILY = load_family("flights/sites")


def followed(number, episodes, given=(), **settings):
    """Return an agent that has played, and the changes of each of its episodes."""
    agent = SkillsAgent(number, **settings)
    agent.start_with(given)
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
    agent, logs = followed(2, 40)
    changes = [change for log in logs for change in log]

    born = [one.skill for one in changes if one.what == "born"]
    assert sorted(born) == sorted(dict.fromkeys(born))
    assert sorted(one.name for one in agent.skills) == sorted(born)
    for k, log in enumerate(logs, start=1):
        assert [one.episode for one in log] == [k] * len(log)


def test_skills_that_say_the_same_become_one_and_the_log_tells_which():
    known, _ = followed(12, 20)
    twice = [replace(one, name=f"again-{one.name}") for one in known.skills]
    agent, logs = followed(12, 20, given=[*known.skills, *twice])
    changes = [change for log in logs for change in log]

    heirs = became(changes)
    given = [one.name for one in (*known.skills, *twice)]
    born = [one.skill for one in changes if one.what == "born"]
    left = [one.name for one in agent.skills]
    assert heirs
    assert sorted([*left, *heirs]) == sorted([*given, *born])


def test_the_log_tells_what_became_of_every_skill():
    agent, logs = followed(10, 40)
    ends = ("retired", "decayed")
    changes = [change for log in logs for change in log]

    gone = [one.skill for one in changes if one.what in ends]
    retired = [one.name for one in agent.skills if one.state == "retired"]
    assert sorted(gone) == sorted(retired) != []
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
    changes = [SkillChange(episode=1, skill="a", what=what) for what in whats]

    assert evolution(changes) == {
        "born": 2,
        "merged": 1,
        "used": 3,
        "decayed": 1,
        "retired": 2,
    }


@pytest.mark.long
def test_over_a_thousand_episodes_the_library_stays_small():
    tight, loose = SkillsAgent(6, capacity=8), SkillsAgent(6, upkeep=0)
    sizes = []
    for k in range(10):
        last = lived(FAMILY.site(6), 6 + k, 100, tight)
        lived(FAMILY.site(6), 6 + k, 100, loose)
        sizes.append((len(tight.skills), len(loose.skills)))

    assert max(small for small, _ in sizes) <= 8
    assert sizes[-1][1] > 8
    assert sum(outcome == "success" for outcome, _ in last) >= 85
    names = [one.name for one in tight.skills]
    noted = tight.dump()
    by_skill = [*noted["upkeep"]]
    by_skill += noted["library"]["evidence"]["scores"]
    assert [n for n in by_skill if n not in names] == []
    assert by_skill


@pytest.mark.long
def test_over_a_thousand_episodes_the_state_stays_small():
    agent, written = SkillsAgent(2), []
    for k in range(10):
        lived(FAMILY.site(2), 2 + k, 100, agent)
        written.append(len(json.dumps(agent.dump())))

    assert written[-1] < 1.1 * written[6]


def test_with_upkeep_switched_off_nothing_is_tidied_up():
    agent, logs = followed(11, 25, upkeep=0)

    whats = [change.what for log in logs for change in log]
    assert "decayed" not in whats
    assert agent.dump()["upkeep"] == {}


@pytest.mark.parametrize("by_hand", [False, True])
def test_what_is_written_by_hand_is_never_made_more_general(by_hand):
    done = taken(paying(), "enter_card", card_token="tok_a")
    place, wide = {"view": "payment"}, (Binding(value="tok_a"), Binding(path="x.y"))
    known = Skill(
        name="pay",
        precondition=place,
        steps=(Step(verb="enter_card", args={"card_token": wide}),),
        postcondition=place,
        state="confirmed",
        origin=("a",),
        by_hand=by_hand,
    )
    steps = (Step(verb="enter_card", args={"card_token": wide[:1]}),)
    library = Library(make_chooser("ucb1", policy_stream(1)))
    library.skills["pay"] = known
    library.begin(7, "b")

    library.mine([Candidate(place, steps, place, (done,))])

    if by_hand:
        assert library.skills == {"pay": replace(known, support=1)}
        assert library.changes == []
    else:
        general = replace(known, steps=steps, support=1, origin=("a", "b"))
        assert library.skills == {"pay": general}
        assert [(one.what, one.into) for one in library.changes] == [("merged", "pay")]


def test_what_a_merged_skill_brought_counts_for_its_heir():
    place, chooser = {"view": "payment"}, make_chooser("ucb1", policy_stream(1))
    library = Library(chooser)
    for name in ("heir", "gone"):
        steps = (Step(verb="confirm_payment"),)
        one = Skill(
            name=name,
            precondition=place,
            steps=steps,
            postcondition={},
            state="confirmed",
        )
        library.skills[name] = one
    for _ in range(6):
        library.learn("here", "gone", 1.0)
    library.learn("here", "heir", 0.0)

    library.put([library.skills["heir"]], {"gone": "heir"})

    assert library.stats.pulls("heir") == (7, pytest.approx(6 / 7))
    assert chooser.choose("here", (), ["heir"]).means[0] == pytest.approx(
        6 / 7, abs=0.1
    )
