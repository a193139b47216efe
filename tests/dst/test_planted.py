"""Simulation testing finds planted bugs, each within a few seeds, and shrinks them."""

import json

import pytest
from plants import PLANTS

from test_time_gym.dst import Case, draw_case, play, watch
from test_time_gym.dst.minimise import minimise

SEEDS = 10
"""Every planted bug is found within so many."""


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Tell a livelock after fewer events."""
    monkeypatch.setattr(watch, "INSTANT_MAX", 200)


def first_failure(plant, monkeypatch):
    """Plant a bug, and play seeds until one breaks a law."""
    law, first = PLANTS[plant]
    if law in ("the_same_seed_gives_the_same_bytes", "journals_re_execute"):
        # By default one run in twenty is played again.
        monkeypatch.setattr("test_time_gym.dst.played.REPLAYED_PPM", 10**6)
    plant(monkeypatch)
    played = (play(draw_case(seed)) for seed in range(first, first + SEEDS))
    return next(one for one in played if one.law)


@pytest.mark.slow
@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_a_planted_bug_is_found_within_a_few_seeds(plant, monkeypatch):
    assert first_failure(plant, monkeypatch).law == PLANTS[plant][0]


SHRUNK = {
    "keys_are_forgotten": (1, 6, []),
    "late_money_is_voided_without_release": (4, 5, []),
}
"""Agents, actions and faults that are left of a planted bug's case."""


@pytest.mark.slow
@pytest.mark.parametrize("name", SHRUNK)
def test_minimising_leaves_only_what_breaks_the_law(name, monkeypatch):
    plant = next(plant for plant in PLANTS if plant.__name__ == name)
    found = first_failure(plant, monkeypatch)

    smaller, shown = minimise(draw_case(found.seed), found)

    left = sum(map(len, smaller.tapes.values()))
    assert (len(smaller.players), left, list(smaller.faults)) == SHRUNK[name]
    told = Case.from_dict(json.loads(json.dumps(smaller.as_dict())))
    assert (shown.law, play(told).values) == (found.law, shown.values)


def test_minimising_spends_no_more_than_it_may(monkeypatch):
    plant = next(iter(PLANTS))
    found = first_failure(plant, monkeypatch)

    smaller, shown = minimise(draw_case(found.seed), found, runs=0)

    assert (smaller, shown) == (draw_case(found.seed), found)
