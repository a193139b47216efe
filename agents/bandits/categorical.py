"""Categorical distributions: probabilities of places in a list, and a draw."""

from collections.abc import Sequence
from typing import Final

from .choice import Chance
from .variates import uniform

__all__ = ["even", "greatest", "picked"]

_TIE: Final = 1e-12


def picked(chance: Chance, shares: Sequence[float]) -> tuple[int, float]:
    """Return a place drawn with these probabilities, and its probability."""
    left = uniform(chance)
    last = 0
    for at, share in enumerate(shares):
        if share > 0:
            last = at
            left -= share
            if left <= 0:
                break
    return last, shares[last]


def even(marks: Sequence[bool]) -> list[float]:
    """Return equal shares for the marked places, of which there is at least one."""
    share = 1 / sum(marks)
    return [share if mark else 0.0 for mark in marks]


def greatest(values: Sequence[float]) -> list[float]:
    """Return equal shares for the greatest values."""
    bound = max(values) - _TIE
    return even([value >= bound for value in values])
