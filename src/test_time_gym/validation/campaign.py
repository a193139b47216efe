"""Which cases there are, and all that they come to."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from pkgutil import iter_modules

from test_time_gym.market.errors import Misuse

from . import cases as _cases
from .row import ValidationCase, ValidationRow

__all__ = ["TIMES", "all_cases", "chosen", "validate"]

TIMES = 20
"""How often the long campaign plays the replications of the short one."""

_PARTS = re.compile(r"([0-9]+)")


def all_cases() -> list[ValidationCase]:
    """Return all cases, in the order of their ids.

    A file in the folder `cases` is one subject: its ``CASES`` are taken, and no other
    line has to know it.

    Raises:
        RuntimeError: two cases have one id.
    """
    found: list[ValidationCase] = []
    for name in sorted(one.name for one in iter_modules(_cases.__path__)):
        found += import_module(f"{_cases.__name__}.{name}").CASES
    ids = [case.id for case in found]
    for one in ids:
        if ids.count(one) > 1:
            raise RuntimeError(f"two cases have the id {one}")
    return sorted(found, key=lambda case: _order(case.id))


def chosen(
    cases: Sequence[ValidationCase], only: Iterable[str] = (), *, long: bool = False
) -> list[ValidationCase]:
    """Return the cases that are to be played.

    Args:
        cases: all of them.
        only: ids, or their beginnings up to a stroke, or a letter: ``B``, ``A3``,
            ``A3/emsr-b``.  Without any, all.
        long: also those that only the long campaign plays.

    Raises:
        Misuse: no case begins so, or only slow ones, in a short campaign.
    """
    played = [case for case in cases if long or not case.slow]
    wanted = list(only)
    for begin in wanted:
        if not any(_begins(case, begin) for case in cases):
            heads = ", ".join(dict.fromkeys(case.id.split("/")[0] for case in cases))
            raise Misuse(f"no case is called {begin[:60]!a}: there are {heads}")
        if not any(_begins(case, begin) for case in played):
            raise Misuse(f"{begin[:60]!a} is played in the long campaign alone")
    if not wanted:
        return played
    return [case for case in played if any(_begins(case, one) for one in wanted)]


def validate(
    cases: Iterable[ValidationCase],
    *,
    long: bool = False,
    progress: Callable[[str, int], None] | None = None,
) -> Iterator[ValidationRow]:
    """Play cases one after the other; yield their figures.

    Args:
        cases: in this order.
        long: play the replications of simulations twenty times over.
        progress: hears which case is played, and how many are done.
    """
    for done, case in enumerate(cases):
        if progress is not None:
            progress(case.id, done)
        yield from case.rows(TIMES if long else 1)


def _begins(case: ValidationCase, begin: str) -> bool:
    """Return whether an id is meant by its beginning."""
    letter = len(begin) == 1 and begin.isalpha() and case.id.startswith(begin)
    return letter or case.id == begin or case.id.startswith(f"{begin}/")


def _order(one: str) -> list[tuple[int, str]]:
    """Return an id's parts, so that numbers follow one another as numbers.

    >>> sorted(["A10", "A2/9", "A2/10"], key=_order)
    ['A2/9', 'A2/10', 'A10']
    """
    return [
        (int(part), "") if part.isdigit() else (-1, part) for part in _PARTS.split(one)
    ]
