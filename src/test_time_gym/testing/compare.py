"""Exact comparison of nested observations: types, dtypes and bytes, never a tolerance.

Two runs that differ in the last bit of a float are two different runs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
"""An array of whatever dtype an environment returns."""
Path: TypeAlias = tuple[object, ...]
"""Keys and indices from the outermost value to a part of it."""

_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Leaf:
    """One part of a nested value that is compared as a whole."""

    path: Path
    """Where it stands in the outermost value."""
    mark: bytes
    """Its type and content; equal marks mean equal leaves."""
    value: object
    """The part itself, for messages."""


@dataclass(frozen=True, slots=True)
class LeafDifference:
    """The first place at which two values are not the same."""

    path: Path
    """Where."""
    first: str
    """What stands there in the first value."""
    second: str
    """What stands there in the second value."""

    def told(self, first: str, second: str) -> str:
        """Name the place and both values, given a name for either side."""
        return (
            f"{spelled(self.path)} differs: "
            f"{self.first} ({first}), {self.second} ({second})"
        )


def leaves(value: object, path: Path = ()) -> Iterator[Leaf]:
    """Walk through a nested value in a fixed order.

    The order of a mapping's keys counts, because a trainer that iterates over it
    sees that order. The order of a set does not count. Objects that are no data are
    compared by their `repr` without memory addresses.
    """
    if isinstance(value, Mapping):
        keys = list(value)
        yield Leaf(path, b"keys " + repr(keys).encode(), keys)
        for key in keys:
            yield from leaves(value[key], (*path, key))
    elif isinstance(value, np.ndarray) and value.dtype == object:
        yield from leaves(value.tolist(), path)
    elif isinstance(value, list | tuple):
        name = type(value).__name__
        yield Leaf(path, f"{name} of {len(value)}".encode(), value)
        for index, part in enumerate(value):
            yield from leaves(part, (*path, index))
    else:
        yield Leaf(path, _mark(value), value)


def difference(first: object, second: object) -> LeafDifference | None:
    """Find the first leaf in which two values differ; `None` if they are the same.

    Example:
        >>> difference({"price": [1, 2]}, {"price": [1, 3]})
        LeafDifference(path=('price', 1), first='2', second='3')
        >>> difference(np.int8(1), 1).second
        '1 of type int'
        >>> difference(float("nan"), float("nan")) is None
        True
    """
    for one, two in zip(leaves(first), leaves(second), strict=False):
        if one.mark != two.mark:
            return _described(one, two)
    return None


def fingerprint(value: object) -> str:
    """Hash a nested value, the same in every process.

    Example:
        >>> fingerprint({"a": np.zeros(2)}) == fingerprint({"a": np.zeros(2)})
        True
        >>> fingerprint(1) == fingerprint(1.0)
        False
    """
    digest = hashlib.sha256()
    for leaf in leaves(value):
        for part in (spelled(leaf.path).encode(), leaf.mark):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def snapshot(value: object) -> object:
    """Copy containers and arrays, so that later changes in place do not show."""
    if isinstance(value, Mapping):
        return {key: snapshot(part) for key, part in value.items()}
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) in {list, tuple}:
        parts = [snapshot(part) for part in value]  # type: ignore[attr-defined]
        return parts if isinstance(value, list) else tuple(parts)
    return value


def arrays(value: object, path: Path = ()) -> Iterator[tuple[Path, Array]]:
    """Every array in a nested value, with the place where it stands."""
    for leaf in leaves(value, path):
        if isinstance(leaf.value, np.ndarray):
            yield leaf.path, leaf.value


def spelled(path: Path) -> str:
    """Write a path as one would in Python.

    Example:
        >>> spelled(("observation", "cart", 2))
        "observation['cart'][2]"
    """
    if not path:
        return "the value"
    return str(path[0]) + "".join(f"[{key!r}]" for key in path[1:])


def shown(value: object) -> str:
    """Write a value for a message: one line, cut when it is long."""
    if isinstance(value, np.ndarray):
        value = np.array2string(value, threshold=8, separator=", ")
        text = " ".join(value.split())
    else:
        plain = value.item() if isinstance(value, np.generic) else value
        text = _ADDRESS.sub("", repr(plain))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _mark(value: object) -> bytes:
    """Type and content of a value that has no parts, as bytes."""
    if isinstance(value, np.ndarray | np.generic):
        return f"{value.dtype} {value.shape} ".encode() + value.tobytes()
    if isinstance(value, float):
        return b"float " + value.hex().encode()
    if isinstance(value, set | frozenset):
        return b"set " + repr(sorted(map(repr, value))).encode()
    return f"{type(value).__qualname__} {_ADDRESS.sub('', repr(value))}".encode()


def _described(one: Leaf, two: Leaf) -> LeafDifference:
    first, second = one.value, two.value
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        if (first.dtype, first.shape) != (second.dtype, second.shape):
            return LeafDifference(one.path, _kind(first), _kind(second))
        index = _first_unequal(first, second)
        return LeafDifference(
            (*one.path, *index), shown(first[index]), shown(second[index])
        )
    if type(first) is not type(second):
        kinds = type(first).__name__, type(second).__name__
        texts = (
            f"{shown(item)} of type {kind}"
            for item, kind in zip((first, second), kinds, strict=True)
        )
        return LeafDifference(one.path, *texts)
    if one.mark.startswith(b"keys "):
        return LeafDifference(one.path, f"keys {shown(first)}", f"keys {shown(second)}")
    return LeafDifference(one.path, shown(first), shown(second))


def _first_unequal(first: Array, second: Array) -> tuple[int, ...]:
    flat = zip(first.flat, second.flat, strict=True)
    position = next(
        index for index, (a, b) in enumerate(flat) if a.tobytes() != b.tobytes()
    )
    return tuple(int(i) for i in np.unravel_index(position, first.shape))


def _kind(array: Array) -> str:
    return f"an array of {array.dtype} with shape {array.shape}"
