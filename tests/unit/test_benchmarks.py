"""The benchmark command measures every case and says what it saw."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_benchmark_command_measures_every_case():
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--rounds", "1", "--json"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )

    assert done.returncode == 0, done.stderr
    cases = {case["name"]: case for case in json.loads(done.stdout)["cases"]}
    assert list(cases) == [
        "aec-raw",
        "aec-checked",
        "aec-stock-wrappers",
        "parallel",
        "gymnasium",
        "journal",
        "events",
        "reset",
        "verify-structure",
        "verify-reexecute",
        "skills",
        "skills-stored",
    ]
    assert all(case["rate_per_s"] > 0 for case in cases.values())
    assert 3 < cases["aec-raw"]["events_per_step"] < 7


@pytest.mark.slow
def test_the_costs_of_journal_and_re_execution_are_shares_of_the_same_work():
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "benchmarks.costs",
            "--quick",
            "--rounds",
            "5",
            "--json",
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )

    assert done.returncode == 0, done.stderr
    again, whole, journal = json.loads(done.stdout)["costs"]
    assert again["name"] == "re-execution, of the recording's speed"
    # The machine is noisy and the work short: only what is plainly wrong is told.
    assert 40 < again["percent"] < 160
    assert 30 < whole["percent"] < 130
    assert -20 < journal["percent"] < 50


@pytest.mark.long
def test_the_growth_of_every_figure_is_measured():
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.scaling", "--quick", "--rounds=1", "--json"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )

    assert done.returncode == 0, done.stderr
    figures = {one["name"]: one["of"] for one in json.loads(done.stdout)["figures"]}
    assert {name: len(of) for name, of in figures.items()} == {
        "agents": 4,
        "agents, Parallel": 4,
        "flights": 4,
        "late": 2,
        "disk": 1,
        "reset": 2,
        "pages": 1,
    }
    assert all(value > 0 for of in figures.values() for value in of.values())


@pytest.mark.extras
def test_peers_take_turns_with_the_market():
    pytest.importorskip("pygame")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.peers", "--quick", "--rounds=1", "--json"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )

    assert done.returncode == 0, done.stderr
    peers = json.loads(done.stdout)["peers"]
    assert len(peers) == 6
    assert all(peer["bare_events_each"] > 1 for peer in peers)
