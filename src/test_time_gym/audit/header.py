"""The header: what it can say besides the scenario."""

import re
from typing import Any, Final

from .draws import STREAMS

__all__ = ["SHUFFLED", "claims"]

_HASH: Final = re.compile("[0-9a-f]{32}")
_HEADER: Final[dict[str, tuple[object, ...]]] = {
    "digest_every": (256,),
    "finish": ("idle", "leave"),
    "hash": ("blake2b-128",),
    "money_unit": ("minor",),
    "streams": (STREAMS,),
    "tie_rule": (1, 2),
    "time_unit": ("ms",),
}
"""What a header can say, where only so much is known here."""
_FIELDS: Final = (
    "digest_every",
    "finish",
    "format",
    "hash",
    "max_turns",
    "money_unit",
    "parent",
    "scenario",
    "scenario_digest",
    "schema",
    "seats",
    "seed",
    "semantics",
    "streams",
    "tie_rule",
    "time_unit",
    "window_ms",
)

SHUFFLED: Final = 2
"""The tie rule by which timers of one instant and phase run in a drawn order."""


def claims(header: dict[str, Any]) -> list[tuple[str, bool]]:
    """Return what a header says of itself, and whether that is true."""
    return [
        ("it says what is known here", _well_formed(header)),
        ("it names no parent, or one as a fork does", _names_parent(header)),
    ]


def _well_formed(header: dict[str, Any]) -> bool:
    """Return whether a header has the fields of one, and says what is known here."""
    most, seats = header["max_turns"], header["seats"]
    return (
        tuple(header) == _FIELDS
        and all(header[name] in known for name, known in _HEADER.items())
        and type(header["tie_rule"]) is type(header["window_ms"]) is int
        and header["window_ms"] >= 0
        and (most is None or (type(most) is int and most >= 1))
        and _has_seats(seats)
        and all(type(text) is str for seat in seats for text in seat.values())
        and len({seat["name"] for seat in seats if seat["name"]}) == len(seats)
    )


def _has_seats(seats: list[dict[str, str]]) -> bool:
    """Return whether there are buyers, and after them sellers, if any."""
    buyers = [seat for seat in seats if tuple(seat) == ("name", "policy")]
    sellers = [
        {"name": f"seller_{k}", "policy": seat["policy"], "role": "seller"}
        for k, seat in enumerate(seats[len(buyers) :])
    ]
    return bool(buyers) and seats == [*buyers, *sellers]


def _names_parent(header: dict[str, Any]) -> bool:
    """Return whether a header names no parent, or one as a fork does."""
    parent = header["parent"]
    if parent is None:
        return True
    hash_, n, taken = parent["h"], parent["n"], parent["seats"]
    names = [seat["name"] for seat in header["seats"]]
    return (
        tuple(parent) == ("h", "n", "seats")
        and _HASH.fullmatch(hash_) is not None
        and type(n) is int
        and n >= 0
        and taken == [name for name in names if name in taken]
    )
