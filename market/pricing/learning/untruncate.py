"""Untruncating: what would have been booked if nothing had been closed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from .censored_normal import censored_normal, given_at_least

__all__ = ["UNTRUNCATE", "Asked", "em", "none"]


class Asked(NamedTuple):
    """How many units were asked for in an interval, as far as that is known."""

    mean: float
    variance: float
    """Of what is not known; 0 where nothing was closed."""


def none(taken: Sequence[int], closed: Sequence[bool]) -> list[Asked]:
    """Take what was booked for what was asked for.

    Args:
        taken: units, of each past departure.
        closed: whether more may have been asked for.

    >>> none([3, 5], [False, True])
    [Asked(mean=3.0, variance=0.0), Asked(mean=5.0, variance=0.0)]
    """
    del closed
    return [Asked(float(units), 0.0) for units in taken]


def em(taken: Sequence[int], closed: Sequence[bool]) -> list[Asked]:
    """Take what was cut off for its mean, under the likeliest normal law.

    Where every departure was cut off nothing is known of the law, and what was booked
    is taken as it is.

    Args:
        taken: units, of each past departure.
        closed: whether more may have been asked for.

    >>> [round(one.mean, 6) for one in em([10, 12, 14, 12], [0, 0, 0, 1])]
    [10.0, 12.0, 14.0, 13.443058]
    """
    law = censored_normal(taken, closed)
    if law is None or not any(closed):
        return none(taken, closed)
    return [
        Asked(*given_at_least(law, units)) if shut else Asked(float(units), 0.0)
        for units, shut in zip(taken, closed, strict=True)
    ]


UNTRUNCATE: Final[
    Mapping[str, Callable[[Sequence[int], Sequence[bool]], list[Asked]]]
] = {"none": none, "em": em}
"""Name → the step."""
