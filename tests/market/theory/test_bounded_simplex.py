"""The simplex method in whole numbers steps as one on a table of fractions does."""

from fractions import Fraction
from itertools import product
from random import Random

import pytest
from benchmarks.networks import network
from table_simplex import TableSimplex

from test_time_gym.market.pricing.bounded_simplex import BoundedSimplex


def drawn(seed):
    """Return a programme with many ties, or with few; whole, or in fractions."""
    dice = Random(seed)
    rows, variables = dice.randint(1, 7), dice.randint(1, 14)
    parts = [1, 3, 7] if seed % 2 else [1]
    fares = [0, 100, 100, 200] if seed % 3 else range(1, 999)
    return {
        "capacity": [
            Fraction(dice.randint(0, 12), dice.choice(parts)) for _ in range(rows)
        ],
        "gains": [
            Fraction(dice.choice(fares), dice.choice(parts)) for _ in range(variables)
        ],
        "bounds": [
            Fraction(dice.randint(0, 8), dice.choice(parts)) for _ in range(variables)
        ],
        "uses": [
            dice.sample(range(rows), dice.randint(1, min(rows, 4)))
            for _ in range(variables)
        ],
    }


def solved(kind, programme):
    found = kind(**programme)
    found.solve()
    return found


def same(programme):
    one, other = solved(BoundedSimplex, programme), solved(TableSimplex, programme)
    return (one.allocation(), one.duals()) == (other.allocation(), other.duals())


def test_allocation_and_duals_are_those_of_the_table():
    assert all(same(drawn(seed)) for seed in range(400))
    assert same(network(24, 90))


def test_duals_are_the_least_of_those_that_prove_the_value():
    """By brute force: capacities 0 to 2 and one class a unit, all whole choices."""
    for seed in range(200):
        dice = Random(seed)
        rows, variables = dice.randint(1, 3), dice.randint(1, 5)
        uses = [[dice.randrange(rows)] for _ in range(variables)]
        programme = {
            "capacity": [Fraction(dice.randint(0, 2)) for _ in range(rows)],
            "gains": [Fraction(dice.randint(0, 4)) for _ in range(variables)],
            "bounds": [Fraction(1)] * variables,
            "uses": uses,
        }

        def best(more, programme=programme, uses=uses):
            capacity = [
                units + extra
                for units, extra in zip(programme["capacity"], more, strict=True)
            ]
            return max(
                sum(g * y for g, y in zip(programme["gains"], taken, strict=True))
                for taken in product((0, 1), repeat=len(uses))
                if all(
                    sum(y for y, used in zip(taken, uses, strict=True) if k in used)
                    <= units
                    for k, units in enumerate(capacity)
                )
            )

        none = [0] * rows
        gained = [
            best([int(k == one) for k in range(rows)]) - best(none)
            for one in range(rows)
        ]
        assert solved(BoundedSimplex, programme).duals() == gained


@pytest.mark.parametrize(("legs", "products"), [(30, 100), (300, 1_000)])
def test_a_whole_network_is_solved_as_its_duals_prove(legs, products):
    programme = network(legs, products)
    found = solved(BoundedSimplex, programme)
    taken, worth = found.allocation(), found.duals()

    value = sum(g * y for g, y in zip(programme["gains"], taken, strict=True))
    bound = sum(c * d for c, d in zip(programme["capacity"], worth, strict=True))
    load = [Fraction(0)] * legs
    rows = zip(*(programme[key] for key in ("gains", "bounds", "uses")), strict=True)
    for (gain, most, used), units in zip(rows, taken, strict=True):
        bound += max(Fraction(0), gain - sum(worth[k] for k in used)) * most
        for k in used:
            load[k] += units
        assert 0 <= units <= most
    assert all(a <= b for a, b in zip(load, programme["capacity"], strict=True))
    assert min(worth) >= 0
    assert value == bound
    assert sum(dual > 0 for dual in worth) > legs // 4
