"""What the closed forms ask of their arguments, with errors that name the place."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from math import fsum, isfinite
from numbers import Real
from typing import Any

from ...errors import Misuse, shown

__all__ = [
    "chances_of",
    "dearest_first",
    "demand_laws",
    "number",
    "numbers",
    "same_length",
    "verify_states",
    "whole",
]

_SLACK = 1e-9
"""How far a sum of probabilities may be above 1: they are floats."""
_TABLE_SLACK = 1e-6
"""How far a table of a whole law may be from 1: tables are cut off and rounded."""
_MOST_STATES = 20_000_000
"""A programme of more states than this would need gigabytes, or hours."""


def number(
    name: str,
    value: Any,
    *,
    least: float = float("-inf"),
    most: float = float("inf"),
    above: float = float("-inf"),
) -> float:
    """Return a finite number as a float.

    Args:
        name: of the argument and the place, for the error.
        value: anything.
        least: it may be.
        most: it may be.
        above: what it must be greater than.

    Raises:
        Misuse: it is no number, not finite, or out of its range.

    >>> number("cost", 3, least=0)
    3.0
    >>> number("sds[1]", -2, least=0)
    Traceback (most recent call last):
    test_time_gym.market.errors.Misuse: sds[1] is -2: a number of 0 or more is expected
    """
    if isinstance(value, float | int | Real) and not isinstance(value, bool):
        known = _as_float(value)
        if isfinite(known) and least <= known <= most and known > above:
            return known
    expected = "a finite number"
    if above > float("-inf"):
        expected = f"a number above {above:g}"
    elif least > float("-inf"):
        expected = f"a number of {least:g} or more"
    if most < float("inf"):
        expected += f", at most {most:g},"
    raise Misuse(f"{name} is {_told(value)}: {expected} is expected")


def _told(value: Any) -> str:
    """Return a wrong value for an error; a number of numpy as a plain one."""
    plain = getattr(value, "item", None) if isinstance(value, Real) else None
    return shown(value if plain is None else plain())


def _as_float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def whole(name: str, value: Any, *, least: int = 0, most: int | None = None) -> int:
    """Return a whole number, such as a capacity, as an int.

    Raises:
        Misuse: it is no whole number, less than the least, or more than the most.

    >>> whole("capacity", 12.0)
    12
    >>> whole("capacity", 0, least=1)
    Traceback (most recent call last):
    test_time_gym.market.errors.Misuse: capacity is 0: a whole number of 1 or more is \
expected
    """
    if isinstance(value, Real) and not isinstance(value, bool):
        known = _as_float(value)
        if isfinite(known) and known == int(known) and known >= least:
            exact: int = int(value)  # type: ignore[call-overload]
            if most is None or exact <= most:
                return exact
            raise Misuse(f"{name} is {shown(exact)}: {most} at most is expected")
    raise Misuse(
        f"{name} is {_told(value)}: a whole number of {least} or more is expected"
    )


def verify_states(told: str, states: int) -> None:
    """Raise if a programme has more states than can be computed.

    Args:
        told: what makes it so large, in words.
        states: how many it has.

    Raises:
        Misuse: there are too many.

    >>> verify_states("capacity is 9 and periods is 3", 40)
    >>> verify_states("capacity is 1000000 and periods is 1000", 1_001_001_001)
    Traceback (most recent call last):
    test_time_gym.market.errors.Misuse: capacity is 1000000 and periods is 1000, which \
makes 1001001001 states: at most 20000000 are expected
    """
    if states > _MOST_STATES:
        msg = (
            f"{told}, which makes {states} states: at most {_MOST_STATES} are expected"
        )
        raise Misuse(msg)


def numbers(
    name: str, values: Iterable[Any], *, least: float = 0, most: float = float("inf")
) -> list[float]:
    """Return a row of finite numbers as floats.

    Raises:
        Misuse: it is no row, or one of its numbers is not what is expected.

    >>> numbers("means", (1, 2.5))
    [1.0, 2.5]
    >>> numbers("means", [1, float("nan")])
    Traceback (most recent call last):
    test_time_gym.market.errors.Misuse: means[1] is nan: a number of 0 or more is \
expected
    """
    # Sets and mappings have no order that means anything here.
    unordered = isinstance(values, str | bytes | AbstractSet | Mapping)
    if unordered or not isinstance(values, Iterable):
        raise Misuse(f"{name} is {shown(values)}: a row of numbers is expected")
    try:
        row = list(values)
    except TypeError:  # an array without dimensions is Iterable by its type alone
        raise Misuse(f"{name} is one number: a row of numbers is expected") from None
    # Of a hundred thousand plain floats none needs a name, unless it is wrong.
    if all(type(value) is float and least <= value <= most for value in row) and (
        isfinite(max(row, default=0))
    ):
        return row
    return [
        number(f"{name}[{k}]", value, least=least, most=most)
        for k, value in enumerate(row)
    ]


def dearest_first(name: str, values: Iterable[Any]) -> list[float]:
    """Return fares that never rise, one at least.

    Raises:
        Misuse: there is none, one is negative, or they rise.

    >>> dearest_first("fares", [100, 60, 60])
    [100.0, 60.0, 60.0]
    >>> dearest_first("fares", [100, 60, 80])
    Traceback (most recent call last):
    test_time_gym.market.errors.Misuse: fares[2] is 80, above fares[1] = 60: fares are \
expected from the dearest to the cheapest
    """
    fares = numbers(name, values)
    if not fares:
        raise Misuse(f"{name} is empty: one fare or more is expected")
    for k in range(1, len(fares)):
        if fares[k] > fares[k - 1]:
            raise Misuse(
                f"{name}[{k}] is {fares[k]:g}, above {name}[{k - 1}] = "
                f"{fares[k - 1]:g}: fares are expected from the dearest to the cheapest"
            )
    return fares


def same_length(name: str, row: Sequence[Any], other: str, length: int) -> None:
    """Raise if a row is not as long as another.

    Raises:
        Misuse: it is not.

    >>> same_length("means", [1, 2], "fares", 3)
    Traceback (most recent call last):
    test_time_gym.market.errors.Misuse: means has the length 2: that of fares, 3, is \
expected
    """
    if len(row) != length:
        raise Misuse(
            f"{name} has the length {len(row)}: that of {other}, {length}, is expected"
        )


def chances_of(name: str, values: Iterable[Any]) -> list[float]:
    """Return chances that together come to 1 at most.

    Raises:
        Misuse: one is negative or above 1, or all together are above 1.

    >>> chances_of("rates", [0.5, 0.6])
    Traceback (most recent call last):
    test_time_gym.market.errors.Misuse: rates sum to 1.1: 1 at most is expected
    """
    row = numbers(name, values, most=1)
    total = fsum(row)
    if total > 1 + _SLACK:
        raise Misuse(f"{name} sum to {total:.10g}: 1 at most is expected")
    return row


def demand_laws(
    name: str, values: Iterable[Iterable[Any]], classes: int
) -> list[list[float]]:
    """Return tables of P(demand = 0), P(demand = 1), …, one for each class.

    Each is scaled to sum to 1: a table that is cut off misses a little.

    Raises:
        Misuse: there are not as many as classes, or one is no law.

    >>> demand_laws("pmfs", [[0.5, 0.5], [0.9]], 2)
    Traceback (most recent call last):
    test_time_gym.market.errors.Misuse: pmfs[1] sum to 0.9: 1 is expected
    """
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise Misuse(f"{name} is {shown(values)}: a table for each class is expected")
    tables = [chances_of(f"{name}[{k}]", table) for k, table in enumerate(list(values))]
    same_length(name, tables, "fares", classes)
    scaled = []
    for k, table in enumerate(tables):
        total = fsum(table)
        if abs(total - 1) > _TABLE_SLACK:
            raise Misuse(f"{name}[{k}] sum to {total:.10g}: 1 is expected")
        scaled.append([chance / total for chance in table])
    return scaled
