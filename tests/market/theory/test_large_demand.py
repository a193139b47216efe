"""Closed forms of many seats and buyers: the same digits by both ways, and soon."""

from random import Random
from time import process_time

import numpy as np
import pytest

from test_time_gym.market.errors import Misuse
from test_time_gym.market.pricing import (
    emsr_a,
    emsr_b,
    limits_value,
    optimal_levels,
    poisson_pmf,
    rounded_normal_pmf,
)
from test_time_gym.market.pricing.forecast import ToCome
from test_time_gym.market.pricing.normal import ONE
from test_time_gym.market.pricing.optimal_limits import optimal_protection
from test_time_gym.market.pricing.theory import levels as module

CASES = 60


def drawn(dice):
    """Return fares, laws, a capacity and some levels."""
    classes = dice.randint(1, 5)
    fares = sorted((dice.uniform(1, 1000) for _ in range(classes)), reverse=True)
    laws = []
    for _ in fares:
        mean = dice.choice([0, 0.1, 3, 80, 400])
        sd = dice.choice([0, 1, 40, 200])
        normal = dice.random() < 0.5
        laws.append(rounded_normal_pmf(mean, sd) if normal else poisson_pmf(mean))
    capacity = dice.randint(1, 600)
    kept = sorted(dice.randint(0, capacity + 5) for _ in fares[1:])
    return fares, laws, capacity, kept


def by_definition(fares, laws, capacity, kept):
    """Return what levels earn, by the recursion of values as it is printed."""
    value = np.zeros(capacity + 1)
    for fare, law, level in zip(fares, laws, [0, *kept], strict=True):
        before = value.copy()
        for x in range(level + 1, capacity + 1):
            room = x - level
            some = law[:room]
            before[x] = sum(
                chance * (fare * d + value[x - d]) for d, chance in enumerate(some)
            ) + (1 - sum(some)) * (fare * room + value[level])
        value = before
    return value[-1]


def both(monkeypatch, form, *given):
    """Return what a form gives directly, and by Fourier transforms."""
    direct = form(*given)
    monkeypatch.setattr(module, "_MANY", 0)
    transformed = form(*given)
    monkeypatch.undo()
    return direct, transformed


def test_levels_and_values_are_the_same_directly_and_by_transforms(monkeypatch):
    dice = Random(17)
    for _ in range(CASES):
        fares, laws, capacity, kept = drawn(dice)

        one, two = both(monkeypatch, optimal_levels, fares, laws, capacity)
        assert one.levels == two.levels
        assert one.value == pytest.approx(two.value, rel=1e-9, abs=1e-9)
        one, two = both(monkeypatch, limits_value, fares, laws, capacity, kept)
        assert one == pytest.approx(two, rel=1e-9, abs=1e-9)


def test_values_are_those_of_the_printed_recursion():
    dice = Random(5)
    for _ in range(6):
        fares, laws, capacity, kept = drawn(dice)
        capacity = min(capacity, 90)

        found = limits_value(fares, laws, capacity, kept)

        expected = by_definition(fares, laws, capacity, kept)
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_a_class_that_pays_nothing_leaves_what_anybody_may_buy():
    # Nobody pays for the last seats: of levels that earn the same, the least.
    assert optimal_levels([100, 0], [[0, 0, 1], [0, 1]], 9).levels == (2,)


def large():
    return poisson_pmf(100_000)


def wide():
    return rounded_normal_pmf(60_000, 20_000)


@pytest.mark.parametrize("law", [large, wide])
def test_a_hundred_thousand_buyers_take_seconds_at_most(law):
    fares, capacity, laws = [300, 200, 100], 100_000, [law()] * 3
    start = process_time()

    best = optimal_levels(fares, laws, capacity)
    value = limits_value(fares, laws, capacity, best.levels)

    assert value == pytest.approx(best.value, rel=1e-12)
    assert best.levels == tuple(sorted(best.levels))
    # A tenth of it where nothing else runs; convolutions as they stand took a minute.
    assert process_time() - start < 20


def by_every_chance(after, demand, level, table):
    """Return a stage of the whole-number programme with all chances looked at."""
    value = after[: level + 1]
    for x in range(level + 1, len(after)):
        chances = table[: x - level]
        left = sum(c * after[x - d] for d, c in enumerate(chances))
        value.append(((demand.fare << 32) * (ONE - sum(chances)) + left) // ONE)
    return value


@pytest.mark.parametrize("mean", [0, 700, 20_000, 55_000, 900_000])
@pytest.mark.parametrize("poisson", [True, False])
def test_the_policy_s_whole_numbers_are_those_of_all_chances(
    mean, poisson, monkeypatch
):
    classes = tuple(
        ToCome(fare, mean, (mean * 300) ** 2 // 10**6, poisson)
        for fare in (300, 200, 9)
    )
    found = optimal_protection.__wrapped__(classes, 80)

    from test_time_gym.market.pricing import optimal_limits as policy

    def stage(after, demand, level):
        law = policy.poisson_table, policy.rounded_normal_table
        table = (
            law[0](demand.mean_milli, 80)
            if demand.poisson
            else law[1](demand.mean_milli, demand.variance, 80)
        )
        return by_every_chance(after, demand, level, table)

    monkeypatch.setattr(policy, "_stage", stage)
    assert optimal_protection.__wrapped__(classes, 80) == found


@pytest.mark.parametrize("form", [emsr_a, emsr_b])
def test_more_classes_than_can_be_held_against_each_other_are_refused(form):
    row = [1.0] * 100_000
    with pytest.raises(Misuse, match="fares has the length 100000, which makes 10000"):
        form(row, row, row)
