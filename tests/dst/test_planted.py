"""Simulation testing finds planted bugs, each within a few seeds, and shrinks them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from plants import PLANTS, by_laws_alone, impatient
from rules import RULES

from test_time_gym.dst import DrawnCase, draw_case, play_case
from test_time_gym.dst.minimise import minimise

SEEDS = 10
"""Every planted bug is found within so many."""


PLAYED_AGAIN = {
    "the_same_seed_gives_the_same_bytes": "REPLAYED_PPM",
    "journals_re_execute": "REPLAYED_PPM",
    "notices_that_tell_nothing_change_nothing": "CONFLUENT_PPM",
}
"""Laws that compare a run with another one, and the share of runs that do."""


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    impatient(monkeypatch)


@pytest.mark.pure("a method of the market is replaced")
@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_wrong_rule_is_found_within_a_few_seeds(rule, monkeypatch):
    rule(monkeypatch)

    played = (play_case(draw_case(RULES[rule] + k)) for k in range(SEEDS))

    assert any(one.law for one in played)


@pytest.mark.pure("a method of the market is replaced")
@pytest.mark.slow
def test_the_command_plants_a_wrong_rule_and_finds_it():
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "tests.dst", "a_restart_keeps_the_cart", "--seeds", "9"],
        env={**os.environ, "PYTHONPATH": str(root / "src")},
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
    )

    first, last = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert first.startswith("a_restart_keeps_the_cart: seed 0, ")
    assert last.startswith("1 of 1 found within 9 seeds (1 within 12, 1 within 60), ")


def first_failure(plant, monkeypatch):
    """Plant a bug, and play seeds until one breaks a law of the market."""
    by_laws_alone(monkeypatch)
    law, first = PLANTS[plant]
    if law in PLAYED_AGAIN:
        # By default one run in twenty is.
        monkeypatch.setattr(f"test_time_gym.dst.case_run.{PLAYED_AGAIN[law]}", 10**6)
    plant(monkeypatch)
    played = (play_case(draw_case(seed)) for seed in range(first, first + SEEDS))
    return next(one for one in played if one.law)


@pytest.mark.pure("a method of the market is replaced")
@pytest.mark.slow
@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_a_planted_bug_is_found_within_a_few_seeds(plant, monkeypatch):
    assert first_failure(plant, monkeypatch).law == PLANTS[plant][0]


SHRUNK = {
    "cancelled_seats_are_not_released": (1, 6, []),
    "notices_are_never_sent": (1, 5, []),
}
"""Agents, actions and faults that are left of a planted bug's case."""


@pytest.mark.pure("a method of the market is replaced")
@pytest.mark.long
@pytest.mark.parametrize("name", SHRUNK)
def test_minimising_leaves_only_what_breaks_the_law(name, monkeypatch):
    plant = next(plant for plant in PLANTS if plant.__name__ == name)
    found = first_failure(plant, monkeypatch)

    smaller, shown = minimise(draw_case(found.seed), found)

    left = sum(map(len, smaller.recorded_actions.values()))
    assert (len(smaller.players), left, list(smaller.faults)) == SHRUNK[name]
    told = DrawnCase.from_dict(json.loads(json.dumps(smaller.as_dict())))
    assert (shown.law, play_case(told).values) == (found.law, shown.values)


def test_minimising_spends_no_more_than_it_may(monkeypatch):
    plant = next(iter(PLANTS))
    found = first_failure(plant, monkeypatch)

    smaller, shown = minimise(draw_case(found.seed), found, runs=0)

    assert (smaller, shown) == (draw_case(found.seed), found)
