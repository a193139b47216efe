"""`ttgym learn`: studies, and what becomes of interrupted ones."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

PLAIN = "flights/sfo-mad"
SMALL = ("--episodes", "4", "--seeds", "2", "--workers", "1")
ARMS = ("--arms", "mined,clerk-skills")
OWN = '''
from test_time_gym.agents.scripted import Cheapest


class Late(Cheapest):
    """Gives up in its first episode; it knows the flow."""

    lost = 0

    def act(self, observation):
        return super().act(observation) if self.lost else {"verb": "abort"}

    def end(self, result):
        self.lost += result["outcome"] != "success"


late = Late()
'''

posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@pytest.fixture
def own(folder) -> str:
    (folder / "mine.py").write_text(OWN)
    return "mine.py:Late"


def test_the_table_has_a_line_for_each_arm(ttgym):
    answer = ttgym("learn", "flights/sites", *SMALL, *ARMS)

    lines = [" ".join(line.split()) for line in answer.out.splitlines()]
    assert (answer.code, answer.err) == (0, "")
    assert lines[:2] == [
        "skills at flights/sites: 2 seeds, 4 episodes each",
        "sites 0 to 1 (development)",
    ]
    assert lines[3] == "arm first 10 last 50 steps violations regret EUR of last 50"
    names = ["frozen", "cheapest", "clerk", "mined", "clerk-skills", "clerk-frozen"]
    assert [line.split()[0] for line in lines[4:11]] == [*names, "clairvoyant"]
    assert lines[10] == "clairvoyant 100.0% 100.0% - - 0 0"
    assert lines[13] == "arm frozen twin cheapest clerk saved over clerk, EUR"
    assert [line.split()[0] for line in lines[14:20]] == names
    telling = [name for name in names if name not in ("cheapest", "clerk")]
    assert lines[22] == (
        "arm in skills in trials exploring of first 10 → last 50 exploratory choices"
    )
    assert [line.split()[0] for line in lines[23:27]] == telling
    assert any(line.startswith("folder: runs/learn-flights-sites-") for line in lines)


def test_the_sites_that_are_played_are_chosen_by_number_or_by_name(ttgym):
    sizes = ("--agent", "cheapest", "--episodes", "1", "--workers", "1", "--json")

    asked = [
        ("--start", "7", "--seeds", "2"),
        ("--sites", "98:101"),
        ("--sites", "validation", "--seeds", "1"),
    ]
    found = [json.loads(ttgym("learn", *sizes, *one).out)["sites"] for one in asked]

    assert [tuple(one.values()) for one in found] == [
        (7, 8, "development"),
        (98, 100, None),
        (100, 100, "validation"),
    ]


def test_the_json_object_is_the_file(ttgym, folder):
    answer = ttgym("learn", PLAIN, *SMALL, *ARMS, "--out", "mine", "--json")

    found = json.loads(answer.out)
    assert found == json.loads((folder / "mine/study.json").read_bytes())
    assert list(found["arms"])[3:] == ["mined", "clerk-skills", "clerk-frozen"]
    assert (found["episodes"], found["seeds"]) == (4, 2)


def test_an_agent_of_ones_own_and_its_frozen_twin(ttgym, own):
    answer = ttgym("learn", PLAIN, "--agent", own, *SMALL, "--json")

    found = json.loads(answer.out)["arms"]
    arms = ["frozen", "cheapest", "clerk", "mined"]
    assert (answer.code, answer.err, list(found)) == (0, "", arms)
    assert found["frozen"]["success"] == 0.0
    assert found["mined"]["first_episode"]["success"] == 0.0
    assert found["mined"]["success"] == found["mined"]["gain"]["estimate"] > 0


@pytest.mark.slow
def test_other_processes_find_an_agent_of_ones_own(ttgym, process, own):
    options = ("--agent", own, "--episodes", "4", "--seeds", "2", "--json")

    here = ttgym("learn", PLAIN, *options, "--workers", "1", "--out", "here")
    there = process("learn", PLAIN, *options, "--workers", "2", "--out", "there")

    assert (here.code, there.code, there.out) == (0, 0, here.out)


def test_an_agent_that_was_edited_is_another(ttgym, own, folder):
    ttgym("learn", PLAIN, "--agent", own, *SMALL, "--out", "mine")
    (folder / "mine.py").write_text(OWN.replace("abort", "wait"))

    answer = ttgym("learn", PLAIN, "--agent", own, *SMALL, "--out", "mine")

    assert answer.code == 2
    assert "holds the study of another question" in answer.err


def test_what_fails_in_an_agent_is_told_after_the_table(ttgym, folder):
    (folder / "bad.py").write_text("def bad(page):\n    return page['nothing']\n")

    answer = ttgym("learn", PLAIN, "--agent", "bad.py:bad", *SMALL)

    assert answer.code == 0
    assert "mined: 8 episodes ended with an error: KeyError: 'nothing'" in answer.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--arms", "mined,mind"), "no arm is called 'mind'; known: frozen, cheapest"),
        (("--arms", "transfer"), "the arm transfer needs another site"),
        (("--agent", "cheapest", "--arms", "raw"), "only frozen and mined"),
        (("--agent", "oracle"), "unknown agent 'oracle'"),
        (("--agent", "nowhere.py:Agent"), "cannot be loaded: FileNotFoundError"),
        (("--agent", "mine.py:late"), "is one object: name a class"),
        (("--bandit", "luck"), "no bandit is called 'luck'; known: epsilon"),
        (("--drift", "rain"), "has no drift 'rain'"),
        (("--episodes", "1001"), "is not a whole number from 1 to 1000"),
        (("--start", "1000"), "is not a whole number from 0 to 999"),
        (("--sites", "9:3"), "sites are some in a row"),
        (("--sites", "tests"), "or one of development, validation, test"),
        (("--seeds", "0"), "is not a whole number from 1 to 1000"),
        (("--workers", "0"), "is not a whole number from 1 to 1024"),
        (("--out", "mine.py"), "mine.py is no folder"),
        (("--out", "."), "holds files, but no study"),
        (("--memory", "mine.py"), "mine.py"),
    ],
)
@pytest.mark.usefixtures("own")
def test_a_mistake_is_one_message(ttgym, options, message):
    answer = ttgym("learn", PLAIN, *SMALL, *options)

    assert (answer.code, answer.out) == (2, "")
    assert message in " ".join(answer.err.split())
    assert "Traceback" not in answer.err


def wait_for(path: Path, process: subprocess.Popen) -> None:
    """Wait until a file is there."""
    until = time.monotonic() + 300
    while not path.exists():
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.01)


def started(command, environment, *options) -> subprocess.Popen:
    return subprocess.Popen(
        [*command, "learn", *options],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def alive(session: int) -> list[int]:
    """Return the processes of a session that have not ended, where /proc tells."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def survivors(session: int) -> list[int]:
    """Return the processes of a session that do not end in five minutes."""
    until = time.monotonic() + 300
    while alive(session) and time.monotonic() < until:
        time.sleep(0.05)
    return alive(session)


@posix
@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.long)])
def test_after_a_kill_the_same_command_goes_on_and_gives_the_same_bytes(
    command, environment, folder, ttgym, workers
):
    asked = ("flights/sites", "--episodes", "10", "--seeds", "4", "--arms", "mined")
    ttgym("learn", *asked, "--workers", "1", "--out", "whole")
    options = (*asked, "--workers", str(workers), "--out", "cut")

    killed = started(command, environment, *options)
    wait_for(folder / "cut/seeds/seed-0000.json", killed)
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    unfinished = not (folder / "cut/study.json").exists()
    left = survivors(killed.pid)
    answer = ttgym("learn", *asked, "--workers", "1", "--out", "cut")

    assert answer.code == 0
    assert unfinished
    assert left == []
    for name in ("study.json", "curves.csv"):
        cut, whole = folder / "cut" / name, folder / "whole" / name
        assert cut.read_bytes() == whole.read_bytes()


@posix
@pytest.mark.slow
def test_ctrl_c_ends_quietly_and_says_how_to_go_on(command, environment, folder):
    options = ("flights/sites", "--episodes", "40", "--arms", "mined", "--workers", "2")

    running = started(command, environment, *options, "--out", "cut")
    wait_for(folder / "cut/memory.db", running)
    os.killpg(running.pid, signal.SIGINT)
    _, err = running.communicate(timeout=300)

    told = err.decode().splitlines()
    assert running.returncode == 3
    assert told[-1] == "Finished seeds are kept in cut: the same command goes on."
    assert "Traceback" not in err.decode()
    assert survivors(running.pid) == []
