"""The benchmark command measures every case and says what it saw."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks import expected
from benchmarks.expected import EXPECTED, TOLERANCE

ROOT = Path(__file__).resolve().parents[2]


def measure(module, *options, timeout_s=180):
    """Run a benchmark in a process of its own, and return what it measured."""
    done = subprocess.run(
        [sys.executable, "-m", module, *options, "--json"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout_s,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_the_benchmark_command_measures_every_case():
    measured = measure("benchmarks", "--quick", "--rounds", "1")

    cases = {case["name"]: case for case in measured["cases"]}
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


def test_forks_are_counted_with_what_actions_keep():
    measured = measure("benchmarks.forks", "--quick", "--rounds", "1")

    assert measured["forks_per_s"] > 10
    assert 16 < measured["bytes_an_action_at_most"] < 400


@pytest.mark.slow
def test_the_costs_of_journal_and_re_execution_are_shares_of_the_same_work():
    measured = measure("benchmarks.costs", "--quick", "--rounds", "5")

    again, whole, journal = measured["costs"]
    assert again["name"] == "re-execution, of the recording's speed"
    # The machine is noisy and the work short: only what is plainly wrong is told.
    assert 40 < again["percent"] < 160
    assert 30 < whole["percent"] < 130
    assert -20 < journal["percent"] < 50


def test_a_step_with_and_without_blocks_is_measured_by_turns():
    measured = measure("benchmarks.blocks", "--rounds", "2")

    assert measured["at_once_us"] > 0
    assert -100 < measured["saved_percent"] < 60


def test_counts_are_the_same_in_every_run():
    first, second = (
        measure("benchmarks.counts", "--quick", "--only=reset", "--functions=3")
        for _ in range(2)
    )

    assert first == second
    reset = first["counts"]["reset"]
    assert reset["bytecodes"] > reset["calls"] > 100
    assert len(reset["functions"]) == 3


def test_the_programme_of_each_network_is_solved():
    networks = measure("benchmarks.networks", "--rounds=1")["networks"]

    assert [one["products"] for one in networks] == [100, 300, 1_000]
    assert all(one["seconds"] > 0 for one in networks)
    assert all(4 * one["full_legs"] > one["legs"] for one in networks)


@pytest.mark.long
def test_the_growth_of_every_figure_is_measured():
    measured = measure("benchmarks.scaling", "--quick", "--rounds=1", timeout_s=600)

    figures = {one["name"]: one["of"] for one in measured["figures"]}
    assert {name: len(of) for name, of in figures.items()} == {
        "agents": 4,
        "agents, Parallel": 4,
        "agents, vector_env": 4,
        "flights": 4,
        "late": 2,
        "events": 2,
        "events, each sale": 2,
        "events, pairs": 2,
        "events, match": 2,
        "events, match, pairs": 2,
        "digest": 1,
        "disk": 2,
        "reset": 2,
        "pages": 1,
    }
    assert all(value > 0 for of in figures.values() for value in of.values())


@pytest.mark.extras
def test_peers_take_turns_with_the_market():
    pytest.importorskip("pygame")
    measured = measure("benchmarks.peers", "--quick", "--rounds=1")

    peers = measured["peers"]
    assert len(peers) == 6
    assert all(peer["bare_events_each"] > 1 for peer in peers)


@pytest.mark.long
def test_many_markets_are_measured():
    measured = measure("benchmarks.markets", "--quick", "--rounds=1", timeout_s=600)

    assert len(measured["figures"]) == 6
    assert all(row["figure"] > 0 for row in measured["figures"])


@pytest.mark.slow
def test_a_share_of_the_figures_stands_beside_those_expected():
    figures = measure("benchmarks.expected", "--quick", "--rounds", "1")["figures"]

    assert [one["name"] for one in figures] == list(EXPECTED)
    for one in figures:
        assert one["measured"] > 0
        worse = one["measured"] > TOLERANCE * one["expected"]
        assert one["warning"] == worse


def test_what_is_much_worse_than_expected_is_a_warning_and_no_failure(
    capsys, monkeypatch
):
    figures = {"reset": 1.0, "flights, 1000": 100.0}
    monkeypatch.setattr(expected, "_measured", lambda _rounds, **_options: figures)

    assert expected.main(["--quick"]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "reset: 1.0, expected 950.0",
        "flights, 1000: 100.0, expected 1.25",
        "warning: flights, 1000 is 80.0 times what is expected",
    ]
