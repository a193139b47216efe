"""Causes: the chain of records that led to one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from test_time_gym.journal.record import Record, decoded

__all__ = ["Link", "chain_of"]

_TEXT_MAX: Final = 200
"""Characters in which a record is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One record in a chain of causes."""

    n: int
    t: int
    """Milliseconds since opening."""
    kind: str
    actor: str
    cause: int
    """Number of the record that caused it; 0 when it is nobody's doing."""
    text: str
    """What it says, shortened.  It may come from strangers: clean it to print it."""


def chain_of(record: Record, lines: Sequence[bytes]) -> tuple[Link, ...]:
    """Return a record and what caused it, back to an action or to nobody's doing.

    Args:
        record: where the chain begins.
        lines: of the journal; every cause stands before what it causes.
    """
    links = [_link(record)]
    while 0 < record.cause < record.n:
        record = decoded(lines[record.cause])
        links.append(_link(record))
    return tuple(links)


def _link(record: Record) -> Link:
    return Link(
        n=record.n,
        t=record.t,
        kind=record.kind,
        actor=record.actor,
        cause=record.cause,
        text=_told(record),
    )


def _told(record: Record) -> str:
    data = record.data
    if record.kind == "header":
        return "the run begins"
    if record.kind == "act":
        # A forged input may lack any of these.
        words = [data.get("verb") or data.get("status"), _spelled(data.get("args"))]
        return _shortened(" ".join(str(word) for word in words if word))
    parts = (f"{key} {_spelled(value)}" for key, value in data.items())
    return _shortened(", ".join(parts))


def _spelled(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value == {} else json.dumps(value, ensure_ascii=False)


def _shortened(text: str) -> str:
    return text if len(text) <= _TEXT_MAX else text[: _TEXT_MAX - 1] + "…"
