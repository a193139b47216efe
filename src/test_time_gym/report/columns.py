"""Columns: many numbers as bytes that a browser reads without decoding them."""

import json
import sys
from array import array
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["pack"]

_TYPES: Final = {"B": "u8", "H": "u16", "I": "u32", "i": "i32", "d": "f64"}
"""Type codes of arrays, and what ``columns.js`` calls them."""
_ALIGNED: Final = 8
"""Bytes of whose multiples every column begins at one."""


def pack(columns: "Mapping[str, array[Any]]") -> bytes:
    r"""Return columns as a block: the length of a layout, the layout, the numbers.

    Args:
        columns: by name; type codes are those of ``B``, ``H``, ``I``, ``i`` and ``d``.

    >>> pack({"n": array("H", [1, 2])})
    b'\x0f\x00\x00\x00[["n","u16",2]]\x00\x00\x00\x00\x00\x01\x00\x02\x00'
    """
    layout = [[name, _TYPES[one.typecode], len(one)] for name, one in columns.items()]
    head = json.dumps(layout, separators=(",", ":")).encode()
    packed = bytearray(len(head).to_bytes(4, "little") + head)
    for one in columns.values():
        packed += bytes(-len(packed) % _ALIGNED)
        if sys.byteorder == "big":
            one = array(one.typecode, one)  # noqa: PLW2901 - the caller's stays
            one.byteswap()
        packed += one.tobytes()
    return bytes(packed)
