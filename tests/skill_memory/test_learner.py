"""What a learner saves is what it finds again."""

import sqlite3

import pytest
from tests.support.skill_episodes import choice, everything, live, record, skill

from test_time_gym.agents.skill_memory import (
    Limits,
    Memory,
    Recollection,
    SkillChange,
    StoreError,
)


def test_a_learner_continues_from_what_it_saved(tmp_path):
    born = SkillChange(episode=1, skill="pay", what="born", why="mined")
    merged = SkillChange(episode=2, skill="odd", what="merged", into="pay")
    with Memory(tmp_path / "m.db") as memory:
        learner = memory.learner("rush/mined")
        learner.save_episode(
            record(1),
            skills=[skill(), skill("odd")],
            state={"chooser": {"a": 1.5}, "notes": ["ü", None]},
            choices=[choice(1, 0), choice(1, 2, exploratory=True, chosen="explore")],
            changes=[born],
        )
        learner.save_episode(
            record(2, success=False),
            skills=[skill(state="confirmed", used=2)],
            state={"explorer": {"b": 2}},
            changes=[merged],
        )

    with Memory(tmp_path / "m.db") as memory:
        learner = memory.learner("rush/mined")

        assert learner.load() == Recollection(
            2,
            [skill(state="confirmed", used=2)],
            {"chooser": {"a": 1.5}, "explorer": {"b": 2}, "notes": ["ü", None]},
        )
        assert learner.experience() == [record(2, success=False), record(1)]
        assert learner.experience(limit=1) == [record(2, success=False)]
        assert learner.experience(successes_only=True) == [record(1)]
        assert learner.choices() == [
            choice(1, 0),
            choice(1, 2, exploratory=True, chosen="explore"),
        ]
        assert learner.choices(since=2) == []
        assert learner.history() == [born, merged]
        assert learner.history("odd") == [merged]


def test_learners_of_one_file_are_apart(tmp_path):
    with Memory(tmp_path / "m.db") as memory:
        live(memory.learner("a"), 1, 5)
        live(memory.learner("b"), 1, 2)
        assert memory.learners() == ["a", "b"]

    with Memory(tmp_path / "m.db") as both, Memory(":memory:") as alone:
        live(lonely := alone.learner("b"), 1, 2)
        assert everything(both.learner("b")) == everything(lonely)


def test_a_batch_changes_nothing_but_when_it_is_written(tmp_path):
    found = []
    for batch in (1, 3, 100):
        limits = Limits(trajectories=7, choices=4)
        path = tmp_path / f"{batch}.db"
        with Memory(path, batch=batch, limits=limits) as memory:
            learner = memory.learner("a")
            learner.save_episode(record(1), skills=[skill("x"), skill("y")])
            learner.save_episode(record(2), skills=[skill("y")])
            learner.save_episode(record(3), skills=[skill("y"), skill("x")])
            live(learner, 4, 20)
        with Memory(path, read_only=True) as memory:
            found.append(everything(memory.learner("a")))

    assert found[0] == found[1] == found[2]


def test_only_a_whole_batch_is_written_before_the_end(tmp_path):
    with Memory(tmp_path / "m.db", batch=4) as memory:
        live(memory.learner("a"), 1, 6)
        with Memory(tmp_path / "m.db", read_only=True) as reader:
            assert reader.learner("a").episode == 4
            memory.flush()
            assert reader.learner("a").episode == 6


def test_the_oldest_failures_are_evicted_first_then_the_oldest_successes():
    with Memory(":memory:", limits=Limits(trajectories=6, choices=2)) as memory:
        learner = memory.learner("a")
        live(learner, 1, 9)  # 3, 6 and 9 fail
        kept = [one.episode for one in learner.experience()]
        assert kept == [8, 7, 5, 4, 2, 1]
        assert sorted({one.episode for one in learner.choices()}) == [8, 9]

        assert learner.evict(trajectories=2, choices=2) == (4, 0)
        assert [one.episode for one in learner.experience()] == [8, 7]
        live(learner, 10, 10)
        assert learner.evict(trajectories=100, choices=0) == (0, 2)


def test_what_has_not_changed_is_not_written_again():
    with Memory(":memory:", batch=1) as memory:
        learner = memory.learner("a")
        live(learner, 1, 1)
        seen = []
        memory._store.set_trace_callback(seen.append)
        kept = learner._skills.values()
        learner.save_episode(
            record(2), skills=[*kept], state={"chooser": {"n": 1}, "explorer": [3]}
        )

    written = [text.split()[2] for text in seen if text.startswith("INSERT")]
    assert written == ["state", "episode", "trajectory"]


@pytest.mark.parametrize(
    ("saved", "why"),
    [
        ({"record": record(3)}, "episode 3 after episode 3: number them upward"),
        ({"skills": [skill(), skill()]}, "two skills are named 'pay'"),
        ({"state": {"chooser": object()}}, "chooser cannot be kept as JSON"),
        ({"record": record(4, trace={1j})}, "trace cannot be kept as JSON"),
        (
            {"record": record(4, outcome="\ud800")},
            "episode 4: .* surrogates not allowed",
        ),
        ({"record": record(4, paid=2**63)}, "episode 4: a number of more than 63 bits"),
        ({"record": record(4, trace="\ud800")}, "trace cannot be kept as JSON"),
        ({"skills": [skill("\ud800")]}, "surrogates not allowed"),
        ({"skills": [skill(used=2**63)]}, "skill 'pay': a number of more than 63"),
        ({"state": {"\ud800": 1}}, "surrogates not allowed"),
        ({"changes": [SkillChange(episode=4, skill="\ud800", what="x")]}, "a change: "),
        ({"choices": [choice(5)]}, "a choice of episode 5 cannot be kept with"),
        ({"choices": [choice(4, chosen="x")]}, "'x' was chosen and is no arm"),
        ({"choices": [choice(4, means=(1,))]}, "2 arms need as many means"),
        ({"choices": [choice(4, propensity=0)]}, "propensity 0: it is above 0"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_of_it_kept(saved, why):
    with Memory(":memory:") as memory:
        learner = memory.learner("a")
        live(learner, 1, 3)
        before = everything(learner)
        fields = {"skills": [skill("new")], "state": {"x": 1}, "choices": [choice(4)]}
        fields |= saved

        with pytest.raises(StoreError, match=why):
            learner.save_episode(fields.pop("record", record(4)), **fields)

        assert everything(learner) == before
        live(learner, 4, 5)
        assert learner.episode == 5


def test_a_failed_flush_keeps_what_waits(tmp_path):
    with Memory(tmp_path / "m.db", batch=1, patience_s=0) as memory:
        learner = memory.learner("a")
        live(learner, 1, 2)
        other = sqlite3.connect(tmp_path / "m.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"m\.db is busy: .* nothing was saved"):
            live(learner, 3, 3)
        other.execute("ROLLBACK")
        other.close()
        live(learner, 4, 4)

    with Memory(tmp_path / "m.db") as memory:
        assert [one.episode for one in memory.learner("a").experience()] == [4, 3, 2, 1]


def test_skills_keep_the_order_in_which_they_came(tmp_path):
    came = [skill(name) for name in ("m", "z", "a")]
    with Memory(tmp_path / "m.db") as memory:
        learner = memory.learner("a")
        learner.save_episode(record(1), skills=came)
        learner.save_episode(record(2), skills=[skill("b"), *reversed(came)])

        assert [one.name for one in learner.skills()] == ["m", "z", "a", "b"]


def test_no_choices_are_kept_without_their_episode():
    with Memory(":memory:") as memory:
        memory.learner("a")

        with (
            pytest.raises(StoreError, match="FOREIGN KEY constraint failed"),
            memory.transaction() as store,
        ):
            store.execute("INSERT INTO choices VALUES (1, 1, '[]')")


def test_people_can_ask_for_choices_with_sql(tmp_path):
    with Memory(tmp_path / "m.db") as memory:
        live(memory.learner("a"), 1, 2)

    store = sqlite3.connect(tmp_path / "m.db")
    asked = "SELECT episode, number, step, chosen, propensity FROM choice LIMIT 2"
    found = store.execute(asked).fetchall()
    store.close()

    assert found == [(1, 0, 0, "pay", 0.75), (1, 1, 1, "pay", 0.75)]


def test_a_closed_memory_says_so(tmp_path):
    memory = Memory(tmp_path / "m.db")
    learner = memory.learner("a")
    memory.close()
    memory.close()

    with pytest.raises(StoreError, match="has been closed"):
        live(learner, 1, 8)


def test_a_read_only_memory_takes_nothing(tmp_path):
    with Memory(tmp_path / "m.db") as memory:
        live(memory.learner("mined"), 1, 2)

    with Memory(tmp_path / "m.db", read_only=True) as memory:
        with pytest.raises(StoreError, match="opened to be read only"):
            live(memory.learner("mined"), 3, 3)
        with pytest.raises(StoreError, match=r"no learner 'mind' .* mean 'mined'"):
            memory.learner("mind")
