"""Divergences: the first record that came out differently, and what led to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from test_time_gym.journal.record import Record, decoded
from test_time_gym.market.errors import MarketError
from test_time_gym.market.journal import PREFIX

from .causes import Link, chain_of
from .changes import ValueChange, changes
from .checkpoints import Checkpoints, checkpoints, counters

__all__ = ["Diverged", "Divergence", "divergence_of", "record_changes"]


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first record that came out differently.

    Old is what the journal says, new what re-execution wrote.
    """

    n: int
    expected: str
    """The journal's line, shortened."""
    found: str
    """What re-execution wrote instead, or why it stopped."""
    changes: tuple[ValueChange, ...] = field(default=(), repr=False)
    """Fields of the record that differ; none where only one side has a record."""
    causes: tuple[Link, ...] = field(default=(), repr=False)
    """The journal's record and its causes."""
    causes_found: tuple[Link, ...] = field(default=(), repr=False)
    """The record that re-execution wrote, and its causes."""
    checkpoints: Checkpoints | None = field(default=None, repr=False)
    """The digests around it, and the streams whose counters differ there.

    Past the divergence the journal's inputs are fed to the market as long as
    they fit, to see its next digest; None if there was nothing to execute.
    """
    unfit: int | None = field(default=None, repr=False)
    """The journal's input that did not fit any more, if that came before a digest."""


class Diverged(MarketError):
    """Re-execution wrote another byte than the journal has."""

    def __init__(self, divergence: Divergence, file: str = "") -> None:
        """Keep where and what; name the file where one of several is meant."""
        super().__init__(divergence, file)
        self.divergence = divergence
        self.file = file

    def __str__(self) -> str:
        """Return where, what was expected and what came out."""
        where = self.divergence
        name = f"{self.file}: " if self.file else ""
        return (
            f"{name}record {where.n} came out differently: "
            f"expected {where.expected} but found {where.found}"
        )


def divergence_of(
    lines: Sequence[bytes], n: int, found: Sequence[bytes], why: str = "(nothing)"
) -> Divergence:
    """Describe where a run leaves its journal.

    Args:
        lines: of the journal.
        n: number of the first record that differs.
        found: what re-execution wrote from there on; may be empty.
        why: told in its place when it is empty.
    """
    expected = lines[n] if n < len(lines) else b""
    one = decoded(expected) if expected else None
    two = decoded(found[0]) if found else None
    shown = _shown(expected, found[0] if found else b"")
    return Divergence(
        n,
        shown[0] or "(nothing: the journal ends)",
        shown[1] or why,
        changes=record_changes(one, two) if one and two else (),
        causes=chain_of(one, lines) if one else (),
        causes_found=chain_of(two, lines) if two else (),
        checkpoints=checkpoints(lines[:n], lines[n:], found),
    )


def record_changes(old: Record, new: Record) -> tuple[ValueChange, ...]:
    """Return the fields of two records that differ, as pointers into a line.

    Counters of streams are left to `checkpoints`, which names the streams.
    """
    one, two = _fields(old), _fields(new)
    if old.kind == new.kind == "digest" and counters(old) != counters(new):
        for fields in (one, two):
            fields["d"] = {k: v for k, v in fields["d"].items() if k != "draws"}
    return tuple(changes(one, two))


def _fields(record: Record) -> dict[str, Any]:
    return {
        "a": record.actor,
        "c": record.cause,
        "d": record.data,
        "k": record.kind,
        "n": record.n,
        "t": record.t,
    }


def _shown(expected: bytes, found: bytes) -> tuple[str, str]:
    """Show both lines from shortly before the first byte that differs."""
    # The frame's hash differs whenever the body does; the body tells more.
    one, two = expected[PREFIX:], found[PREFIX:]
    if not one or not two:
        same = 0
    else:
        pairs = enumerate(zip(one, two, strict=False))
        same = next((i for i, (a, b) in pairs if a != b), min(len(one), len(two)))
    start = max(0, same - 60)
    cut = slice(start, start + 240)
    return (
        one[cut].decode(errors="replace").strip(),
        two[cut].decode(errors="replace").strip(),
    )
