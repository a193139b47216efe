"""Checkpoints: digest records, and the streams whose counters differ between two."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from test_time_gym.journal.record import Record, decoded

__all__ = ["Checkpoints", "Digest", "Drawn", "checkpoints", "counters", "drawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """Where a digest record stands."""

    n: int
    t: int
    """Milliseconds since opening."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A stream that has drawn a different number of words."""

    stream: str
    old: int | None
    """Words drawn in the first run; None where the stream is unknown."""
    new: int | None
    """Words drawn in the second run; None where the stream is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoints:
    """The digest records around the first record that differs."""

    last: Digest | None
    """The last one before it: both runs have it, and agree in it."""
    old: Digest | None
    """The next one of the first run, counted from the differing record."""
    new: Digest | None
    """The next one of the second run, counted from the differing record."""
    streams: tuple[Drawn, ...]
    """Whose counters differ between those two; nothing if either is None.

    Unless both stand at one instant, a stream may be here only because one of
    the runs went on for longer.
    """


def checkpoints(
    common: Sequence[bytes], old: Sequence[bytes], new: Sequence[bytes]
) -> Checkpoints:
    """Return the digests around a difference.

    Args:
        common: lines before the first that differs.
        old: lines of the first run from there on.
        new: lines of the second run from there on.
    """
    last, one, two = _first(reversed(common)), _first(old), _first(new)
    return Checkpoints(
        last=_digest(last),
        old=_digest(one),
        new=_digest(two),
        streams=drawn(counters(one), counters(two)) if one and two else (),
    )


def counters(record: Record) -> dict[str, int]:
    """Return the words drawn by stream that a digest tells.

    A forged record may say anything there; what is no counter is left out.
    """
    draws = record.data.get("draws")
    return {
        pair[0]: pair[1]
        for pair in (draws if isinstance(draws, list) else [])
        if type(pair) is list and [type(part) for part in pair] == [str, int]
    }


def drawn(old: dict[str, int], new: dict[str, int]) -> tuple[Drawn, ...]:
    """Return the streams whose counters differ, by name."""
    return tuple(
        Drawn(stream=name, old=old.get(name), new=new.get(name))
        for name in sorted({**old, **new})
        if old.get(name) != new.get(name)
    )


def _first(lines: Any) -> Record | None:
    for line in lines:
        # Quotes inside a string are escaped: few lines have these bytes.
        if b'"k":"digest"' in line and (record := decoded(line)).kind == "digest":
            return record
    return None


def _digest(record: Record | None) -> Digest | None:
    return None if record is None else Digest(n=record.n, t=record.t)
