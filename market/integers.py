"""Integers that come from outside: whatever is exactly one becomes an int."""

import operator
from typing import Any

import numpy as np

from .errors import Misuse, shown

__all__ = ["as_integer", "whole"]

_NO_NUMBERS = (bool, np.bool_, np.timedelta64)
"""They can stand for an integer, but a caller who passes them means something else."""


def as_integer(value: Any) -> int | None:
    """Return an int for whatever is exactly an integer, else None.

    Integers of numpy and arrays of one integer without dimensions are; floats,
    booleans, texts and spans of time are not, whatever their value.

    >>> as_integer(np.uint8(200)), as_integer(7.0), as_integer(True)
    (200, None, None)
    """
    if type(value) is int:
        return value
    if isinstance(value, _NO_NUMBERS):
        return None
    try:
        return int(value) if isinstance(value, int) else int(operator.index(value))
    except Exception:  # noqa: BLE001 - it is no integer, or an object that may do anything
        return None


def whole(what: str, value: object, least: int, most: int | None = None) -> int:
    """Return an argument that has to be an integer, as an int.

    Args:
        what: its name, for the message.
        value: as given.
        least: the smallest one allowed.
        most: the largest one; None: any.

    Raises:
        Misuse: it is none, or out of range.

    >>> whole("episodes", np.int64(3), 1)
    3
    """
    number = as_integer(value)
    if number is None or number < least or (most is not None and number > most):
        if most is not None:
            kind = f"an integer from {least} to {most}"
        else:
            kind = "a positive integer" if least == 1 else f"an integer from {least} on"
        msg = f"{what} is {kind}, not {shown(value)}"
        raise Misuse(msg)
    return number
