"""`ttgym run --memory` and `ttgym skills`: what was learned is kept, read, edited."""

import json
import re
import sqlite3
from contextlib import closing

import pytest

from test_time_gym.agents.skill_memory import Memory

SITE = ("run", "flights/sites", "--site", 10, "--no-verify", "--no-regret")
LEARNER = "flights/sites/10/buyer_0"


def play(ttgym, *more, seed=100, episodes=12):
    return ttgym(
        *SITE, "--agents", "skills", "--seed", seed, "--episodes", episodes, *more
    )


@pytest.fixture
def memory(ttgym, folder):
    assert play(ttgym, "--memory", "m.db").code == 0
    return folder / "m.db"


def listed(ttgym, *more):
    (one,) = json.loads(ttgym("skills", "list", "m.db", *more, "--json").out)[
        "learners"
    ]
    return one


def outcomes(answer):
    episodes = json.loads(answer.out)["episodes"]
    return [one["agents"]["buyer_0"]["outcome"] for one in episodes]


def test_a_run_goes_on_from_where_the_last_one_stopped(ttgym):
    whole = play(ttgym, "--memory", "whole.db", "--json", episodes=20)
    first = play(ttgym, "--memory", "m.db", "--json")
    then = play(ttgym, "--memory", "m.db", "--json", seed=112, episodes=8)

    assert outcomes(first) + outcomes(then) == outcomes(whole)
    assert then.err.splitlines()[0] == f"{LEARNER} goes on after 12 episodes"
    assert listed(ttgym)["episodes"] == 20


def test_an_episode_that_is_played_again_is_played_without_its_own_skills(
    ttgym, memory
):
    again = play(ttgym, "--memory", memory)
    allowed = play(ttgym, "--memory", memory, "--repeated")

    assert "left out of an episode that it was mined from" in again.err
    assert "left out" not in allowed.err


def test_a_memory_that_cannot_be_used_is_refused_with_a_reason(ttgym, folder, memory):
    (folder / "text.db").write_text("a memory of mine")
    with Memory(memory) as opened:
        opened.learner(LEARNER)
        used = play(ttgym, "--memory", memory)
    answers = {
        "is being written by process": used,
        "is no memory: choose another file": play(ttgym, "--memory", "text.db"),
        "make it first": play(ttgym, "--memory", "no/m.db"),
        "the agent skills has": ttgym(*SITE, "--agents", "cheapest", "--memory", "x"),
        "--repeated goes with --memory": play(ttgym, "--repeated"),
    }

    for words, answer in answers.items():
        assert (answer.code, answer.out, words in answer.err) == (2, "", True), words
    assert not (folder / "x").exists()


def test_skills_are_listed_with_their_record(ttgym, memory):
    with Memory(memory, read_only=True) as opened:
        kept = opened.learner(LEARNER).skills()
    every, live = listed(ttgym, "--all"), listed(ttgym)
    text = ttgym("skills", "list", "m.db").out

    assert [one["name"] for one in every["skills"]] == [one.name for one in kept]
    assert every["skills"][0] == {
        name: getattr(kept[0], name)
        for name in ("name", "state", "support", "tries", "born", "used")
    } | {
        "called": every["skills"][0]["called"],
        "where": "flights/sites site 10",
        "arrivals": kept[0].completions,
        "last_failure": every["skills"][0]["last_failure"],
        "by_hand": False,
    }
    names = [one.name for one in kept if one.state != "retired"]
    assert [one["name"] for one in live["skills"]] == names
    assert live["evolution"]["born"] >= len(kept)
    assert text.startswith(f"{LEARNER}: 12 episodes; ")
    called = [one["called"] for one in live["skills"]]
    rows = [line.split() for line in text.splitlines()[3:]]
    assert [row[:2] for row in rows] == [
        [*pair] for pair in zip(names, called, strict=True)
    ]
    assert len({one["called"] for one in every["skills"]}) == len(kept)


def test_a_skill_is_shown_in_words_with_its_life(ttgym, memory):
    shown = {
        one["name"]: ttgym("skills", "show", "m.db", one["name"]).out
        for one in listed(ttgym)["skills"]
    }
    name, text = next(one for one in shown.items() if "born: mined" in one[1])
    with Memory(memory, read_only=True) as opened:
        life = opened.learner(LEARNER).history(name)
    data = json.loads(ttgym("skills", "show", "m.db", name, "--json").out)

    assert text.splitlines()[0] == f"{name}, confirmed"
    assert text.splitlines()[1].startswith(f"{data['called']}: ")
    assert (
        text.splitlines()[1]
        .removeprefix(f"{data['called']}: ")
        .startswith(data["description"].partition(". Use it")[0])
    )
    assert ttgym("skills", "show", "m.db", data["called"]).out == text
    assert "at flights/sites site 10; " in data["description"]
    failures = [one.episode for one in life if one.why == "did not arrive"]
    last = f"last failure: episode {failures[-1]}." if failures else "failure: never."
    assert last in text
    assert "Use it when the page shows" in text
    assert f"episode {life[0].episode}: born: mined from flights/sites/10#1" in text
    assert re.search(r": used (once|\d+ times), arrived (once|\d+ times)", text)
    assert data["skill"]["name"] == name
    assert [one["what"] for one in data["history"]] == [one.what for one in life]


def test_a_person_edits_a_skill_and_the_agent_goes_on_with_it(ttgym, folder, memory):
    assert ttgym("skills", "export", memory, "--out", "mine").code == 0
    same = ttgym("skills", "import", "m.db", "mine")
    found = listed(ttgym)["skills"]
    one = next(one for one in found if one["name"].startswith("search"))
    name, called = one["name"], one["called"]
    file = folder / "mine" / called / "SKILL.md"
    text = file.read_text("utf-8")
    retired = text.replace('"state": "confirmed"', '"state": "retired"')
    copied = text.replace(name, "by-me").replace(f"name: {called}", "name: by-me")
    file.write_text(retired, "utf-8")
    (folder / "mine/by-me").mkdir()
    (folder / "mine/by-me/SKILL.md").write_text(copied, "utf-8")

    taken = ttgym("skills", "import", "m.db", "mine", "--json")
    by_hand = [one for one in listed(ttgym, "--all")["skills"] if one["by_hand"]]
    then = play(ttgym, "--memory", "m.db", seed=500, episodes=6)
    with Memory(memory, read_only=True) as opened:
        choices = opened.learner(LEARNER).choices(since=13)
    offered = [arm for one in choices for arm in one.arms]

    assert "as before" in same.out
    changes = json.loads(taken.out)["changes"]
    assert {one["skill"]: one["what"] for one in changes} == {
        "by-me": "born",
        name: "edited",
    }
    assert [(one["name"], one["state"]) for one in by_hand] == [
        (name, "retired"),
        ("by-me", "confirmed"),
    ]
    assert then.code == 0
    assert ("by-me" in offered, name in offered) == (True, False)


def test_skills_may_be_given_to_a_learner_that_is_new(ttgym, memory):
    ttgym("skills", "export", memory, "--out", "mine")
    new = ttgym("skills", "import", "fresh.db", "mine", "--learner", LEARNER)
    before = play(ttgym, "--json", seed=900, episodes=6)
    after = play(ttgym, "--json", "--memory", "fresh.db", seed=900, episodes=6)

    assert new.code == 0
    assert outcomes(before).count("success") < outcomes(after).count("success")


def test_what_is_wrong_with_a_skill_or_a_name_is_said(ttgym, folder, memory):
    ttgym("skills", "export", memory, "--out", "mine")
    files = sorted((folder / "mine").glob("*/SKILL.md"))
    file = next(one for one in files if '"enter_card"' in one.read_text("utf-8"))
    file.write_text(file.read_text("utf-8").replace('"enter_card"', '"enter_crad"'))
    name = file.parent.name
    play(ttgym, "--memory", memory, "--agent", "buyer_1=skills", episodes=1, seed=1)
    whose = ("--learner", LEARNER)
    answers = {
        "did you mean enter_card?": ("import", memory, "mine", *whose),
        "choose one with --learner": ("export", memory, "--out", "other"),
        "exists: choose another": ("export", memory, "--out", "mine", *whose),
        f"did you mean '{name}'": ("show", memory, f"{name}x", *whose),
        "no learner 'flights/sites/1": ("list", memory, "--learner", "flights/sites/1"),
        "does not exist or is empty": ("list", "none.db"),
        "No such command": ("lst", memory),
    }

    for words, command in answers.items():
        answer = ttgym("skills", *command)
        assert (answer.code, answer.out, words in answer.err) == (2, "", True), words
    assert not (folder / "none.db").exists()


def test_without_a_command_the_commands_are_told(ttgym):
    assert "list" in ttgym("skills").out
    assert ttgym("skills").code == 0


def test_a_damaged_memory_ends_with_4_and_one_that_was_never_finished_with_3(
    ttgym, memory
):
    half = memory.with_name("half.db")
    with closing(sqlite3.connect(half)) as store:
        store.execute("PRAGMA journal_mode = WAL")
    sound = memory.read_bytes()
    memory.write_bytes(sound[:-4096])
    files = sorted(memory.parent.iterdir())

    for command in (("list",), ("show", "pay"), ("export", "--out", "mine")):
        verb, *more = command
        damaged = ttgym("skills", verb, memory, *more)
        unfinished = ttgym("skills", verb, half, *more)
        assert (damaged.code, damaged.out) == (4, "")
        assert "m.db is damaged: " in damaged.err
        assert (unfinished.code, unfinished.out) == (3, "")
        assert "a memory was begun here and never finished" in unfinished.err
    assert play(ttgym, "--memory", memory).code == 4
    assert sorted(memory.parent.iterdir()) == files


def test_a_skill_with_a_value_that_no_page_has_is_not_taken_in(ttgym, memory):
    name = listed(ttgym)["skills"][0]["called"]
    assert ttgym("skills", "export", memory, "--out", "mine").code == 0
    file = memory.parent / "mine" / name / "SKILL.md"
    text = file.read_text()
    (value,) = set(re.findall(r'"view": "(\w+)"', text.split('"steps"')[0]))
    file.write_text(text.replace(f'"view": "{value}"', '"view": "shop"', 1))
    before = memory.read_bytes()

    answer = ttgym("skills", "import", memory, "mine")

    assert (answer.code, answer.out) == (2, "")
    assert "before.view: 'shop' does not exist; known: search_results" in answer.err
    assert "nothing was taken in" in answer.err
    assert memory.read_bytes() == before


def test_skills_of_an_earlier_version_are_read_and_given_to_a_new_learner(
    ttgym, memory
):
    """The state of then is refused, which is said; `docs/memory.md` promises this."""
    with closing(sqlite3.connect(memory)) as store, store:
        (row,) = store.execute("SELECT data FROM state WHERE name = 'schema'")
        assert row == ("2",)
        store.execute("UPDATE state SET data = '1' WHERE name = 'schema'")
    found = listed(ttgym, "--all")["skills"]

    refused = play(ttgym, "--memory", memory, seed=500, episodes=1)
    assert (refused.code, refused.out) == (2, "")
    assert "this state has layout 1, and this program knows 2: use" in refused.err
    name = found[0]["name"]
    assert ttgym("skills", "show", memory, name).out.startswith(name)
    assert listed(ttgym, "--all")["skills"] == found
    assert ttgym("skills", "export", memory, "--out", "mine").code == 0
    given = ttgym("skills", "import", "new.db", "mine", "--learner", LEARNER)
    assert given.code == 0
    assert play(ttgym, "--memory", "new.db", seed=500, episodes=1).code == 0
