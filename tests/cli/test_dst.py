"""`ttgym dst`: seeds, what they found, and the exit code."""

import json
import os
import signal
import subprocess
import time

import pytest

from test_time_gym.dst import DrawnCase, play_case
from test_time_gym.dst.coverage import NAMES
from test_time_gym.market.interface.turns import Turns


def test_one_seed_without_a_finding(ttgym):
    answer = ttgym("dst", "--seed", "3", "--json")

    found = json.loads(answer.out)
    assert (answer.code, answer.err) == (0, "")
    assert (found["seeds"], found["violations"], found["valid"]) == (1, [], False)
    assert list(found["sometimes"]) == list(NAMES)


@pytest.mark.slow
def test_the_result_does_not_depend_on_the_number_of_processes(ttgym, process):
    alone = ttgym("dst", "--seeds", "10", "--start", "20", "--jobs", "1", "--json")
    shared = process("dst", "--seeds", "10", "--start", "20", "--jobs", "2", "--json")

    assert (alone.code, shared.code) == (0, 0)
    assert alone.out == shared.out


def test_a_broken_law_is_told_in_one_line_that_shows_it_again(ttgym, monkeypatch):
    honest = Turns.credit

    def credit(self, seat, terms):
        honest(self, seat, terms)
        seat.total_milli += terms.get("penalty", 0)

    monkeypatch.setattr(Turns, "credit", credit)

    answer = ttgym("dst", "--seed", "0")
    told = ttgym("dst", "--seed", "0", "--json")

    line, smallest, *_ = answer.out.splitlines()
    violation = json.loads(told.out)["violations"][0]
    assert (answer.code, told.code) == (1, 1)
    assert line.startswith("ttgym dst --seed 0  # rewards_follow_from_the_journal: ")
    assert violation["reproduce"] == "ttgym dst --seed 0"
    assert json.loads(smallest.partition(": ")[2]) == violation["minimal"]
    again = play_case(DrawnCase.from_dict(violation["minimal"]))
    assert (again.law, again.values) == (
        violation["law"],
        violation["minimal"]["values"],
    )


def test_too_little_is_not_valid(ttgym, monkeypatch):
    monkeypatch.setattr(
        "test_time_gym.dst.campaign.draw_case",
        lambda seed: DrawnCase(seed=seed, players=("idle",)),
    )

    answer = ttgym("dst", "--seeds", "100", "--jobs", "1")

    assert (answer.code, answer.out.splitlines()[-1]) == (1, "NOT VALID")
    assert " ".join(answer.err.split()).startswith(
        "Too few to mean anything: ticket_issued, soft_decline, hard_decline, "
        "hold_expired. Never seen: "
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--seeds", "0"), "is not a whole number from 1"),
        (("--seed", "-1"), "is not a whole number from 0"),
        (("--jobs", "two"), "is not a whole number from 1"),
        (
            ("--start", str(2**128 - 1), "--seeds", "2"),
            "go beyond the last seed, 2**128 - 1",
        ),
    ],
)
def test_a_mistake_is_one_message(ttgym, options, message):
    answer = ttgym("dst", *options)

    assert (answer.code, answer.out) == (2, "")
    assert message in " ".join(answer.err.split())


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("jobs", ["1", pytest.param("2", marks=pytest.mark.long)])
def test_ctrl_c_tells_what_was_found_so_far(folder, command, environment, jobs):
    running = subprocess.Popen(
        [*command, "dst", "--seeds", "100000", "--jobs", jobs, "--json"],
        env=environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        first = running.stderr.readline()
        time.sleep(0.2)
        # As a terminal does: every process of the group is told.
        os.killpg(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=300)
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)

    found = json.loads(out)
    assert b"seed" in first
    assert (running.returncode, err.decode().splitlines()[-1]) == (130, "interrupted")
    assert 0 < found["seeds"] < 100_000
