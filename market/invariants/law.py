"""What a law is, and what its violation says."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from ..snapshot import MarketSnapshot

__all__ = [
    "CODES",
    "OF_VISITS",
    "Law",
    "RecordLaw",
    "StepLaw",
    "Violation",
    "law",
    "record_law",
    "step_law",
]


@dataclass(frozen=True, slots=True)
class Violation:
    """A law that does not hold, and the values that break it."""

    law: str
    values: str


Law = Callable[[MarketSnapshot], list[Violation]]
"""What must hold at one instant."""

RecordLaw = Callable[[Sequence[Mapping[str, Any]]], list[Violation]]
"""What must hold of all records of a journal together."""

CODES: dict[str, tuple[str, ...]] = {}
"""Name of every law → its codes: S seats, L ledger, P payments, E engine."""

OF_VISITS: list[str] = []
"""Names of the laws that need not be asked where nobody has placed a hold."""

StepLaw = Callable[[MarketSnapshot, MarketSnapshot], list[Violation]]
"""What must hold between the instants before and after one event or action."""


def _violations(name: str, found: list[str]) -> list[Violation]:
    return [Violation(name, values) for values in found]


def law(
    *codes: str, visits: bool = False
) -> Callable[[Callable[[MarketSnapshot], Iterator[str]]], Law]:
    """Make a law of a function that yields the values that break it.

    Args:
        codes: short names under which `docs/laws.md` lists it.
        visits: whether it looks at nothing but holds, payments with their keys, and
            orders, and one by one: where there are none, it need not be asked.
    """

    def make(find: Callable[[MarketSnapshot], Iterator[str]]) -> Law:
        @wraps(find)
        def checked(s: MarketSnapshot) -> list[Violation]:
            found = list(find(s))
            return _violations(find.__name__, found) if found else []

        CODES[find.__name__] = codes
        if visits:
            OF_VISITS.append(find.__name__)
        return checked

    return make


def step_law(
    *codes: str,
) -> Callable[[Callable[[MarketSnapshot, MarketSnapshot], Iterator[str]]], StepLaw]:
    """Make a step law of a function that yields the values that break it.

    Args:
        codes: short names under which `docs/laws.md` lists it.
    """

    def make(
        find: Callable[[MarketSnapshot, MarketSnapshot], Iterator[str]],
    ) -> StepLaw:
        @wraps(find)
        def checked(before: MarketSnapshot, after: MarketSnapshot) -> list[Violation]:
            found = list(find(before, after))
            return _violations(find.__name__, found) if found else []

        CODES[find.__name__] = codes
        return checked

    return make


def record_law(
    *codes: str,
) -> Callable[[Callable[[Sequence[Mapping[str, Any]]], Iterator[str]]], RecordLaw]:
    """Make a law of a function that yields what in a journal breaks it.

    Args:
        codes: short names under which `docs/laws.md` lists it.
    """

    def make(find: Callable[[Sequence[Mapping[str, Any]]], Iterator[str]]) -> RecordLaw:
        @wraps(find)
        def checked(records: Sequence[Mapping[str, Any]]) -> list[Violation]:
            found = list(find(records))
            return _violations(find.__name__, found) if found else []

        CODES[find.__name__] = codes
        return checked

    return make
