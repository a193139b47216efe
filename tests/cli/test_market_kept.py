"""`ttgym market --compare`: trials, and going on after an interrupt."""

import json
import os
import signal
import subprocess
import time

import pytest

import test_time_gym as ttg
from test_time_gym.evaluation.market.trials import TrialPlan

EMSR = "flights/emsr"
POLICIES = ("--compare", "declared", "Vueling=fixed")


def test_trials_of_the_command_are_those_of_python(ttgym):
    given = ("--trials", "2", "--samples", "2", "--burn-in", "1", "--start", "5")

    answer = ttgym("market", EMSR, *POLICIES, *given, "--workers", "1", "--json")

    same = ttg.compare(
        EMSR, ["declared", "Vueling=fixed"], trials=[5, 6], samples=2, burn_in=1
    )
    told = json.loads(answer.out)
    assert (answer.code, told) == (0, json.loads(json.dumps(same.as_dict())))
    assert told["trial"] == {"samples": 2, "burn_in": 1}
    assert same.trial == TrialPlan(2, 1)


def test_a_second_run_with_the_file_prints_the_same(ttgym, folder):
    given = ("market", EMSR, *POLICIES, "--seeds", "3", "--workers", "1")
    plain = ttgym(*given)

    first, second = (ttgym(*given, "--keep", "runs.txt") for _ in range(2))

    assert first.code == second.code == 0
    assert first.out == second.out == plain.out
    assert [path.name for path in folder.iterdir()] == ["runs.txt"]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_after_an_interrupt_the_same_command_goes_on(folder, command, environment):
    given = ["market", EMSR, *POLICIES, "--seeds", "15", "--workers", "1"]
    kept = folder / "runs.txt"
    keeping = [*command, *given, "--keep", kept.name]

    def played(args):
        return subprocess.run(args, env=environment, capture_output=True, check=False)

    running = subprocess.Popen(keeping, env=environment, stderr=subprocess.PIPE)
    for _ in range(1200):
        if kept.exists() and kept.read_bytes().count(b"\n") > 3:
            break
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=300)
    before = kept.read_bytes()

    *_, told, last = err.decode().splitlines()
    assert (running.returncode, last) == (130, "interrupted")
    assert told == (
        "Finished runs are kept in runs.txt: the same command goes on there."
    )
    assert 3 < before.count(b"\n") < 31
    rest = played(keeping)
    assert rest.returncode == 0
    assert kept.read_bytes().startswith(before[: before.rindex(b"\n") + 1])
    assert kept.read_bytes().count(b"\n") == 31
    assert rest.stdout == played([*command, *given]).stdout
