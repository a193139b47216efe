"""What differs, printed: fields, causes and streams, in eighty columns."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from .terminal import clean, say

if TYPE_CHECKING:
    from test_time_gym.replay.causes import Link
    from test_time_gym.replay.changes import ValueChange
    from test_time_gym.replay.checkpoints import Checkpoints, Digest, Drawn

__all__ = [
    "from_where_they_differ",
    "say_causes",
    "say_changes",
    "say_checkpoints",
    "say_cut",
    "say_streams",
]

_WIDTH: Final = 80
_MARGIN: Final = 12
_SHOWN: Final = 12
"""Changes, causes or streams in a list; `--json` has all."""
_ABSENT: Final = "(nothing)"


def say_cut(label: str, text: str) -> None:
    """Print a label and as much of a text as its line has room for."""
    say(f"  {label:<{_MARGIN - 3}} {_cut(clean(text), _WIDTH - _MARGIN)}")


def say_changes(label: str, changes: "Sequence[ValueChange]", about: str) -> None:
    """Print where two values differ: a line each, or three where that is too long."""
    say_cut(label, f"{about}: {_found(changes)}")
    for change in changes[:_SHOWN]:
        old = _ABSENT if change.what == "added" else _spelled(change.old)
        new = _ABSENT if change.what == "removed" else _spelled(change.new)
        pointer = clean(change.pointer) or "/"
        line = f"{pointer}: {old} → {new}"
        if len(line) <= _WIDTH - _MARGIN:
            _say_in(line)
        else:
            old, new = from_where_they_differ(old, new)
            _say_in(pointer)
            _say_in(f"  {old}")
            _say_in(f"→ {new}")
    _say_rest(changes)


def say_causes(label: str, links: "Sequence[Link]", whose: str) -> None:
    """Print a record and what caused it, a line each."""
    last = links[-1]
    by = f"an action of {last.actor}" if last.kind == "act" else "nobody's doing"
    say_cut(label, f"{whose}: from {by}")
    for link in links[:_SHOWN]:
        words = (f"#{link.n}", f"t={link.t}", link.actor, f"{link.kind}:", link.text)
        _say_in(" ".join(clean(word) for word in words if word))
    _say_rest(links)


def say_checkpoints(around: "Checkpoints", one: str, two: str) -> None:
    """Print the digests around a difference, and whose streams differ there."""
    last = around.last
    alike = _place(last) if last else "no digest stands before the difference"
    say_cut("alike", f"last digest: {alike}" if last else alike)
    if around.old is None and around.new is None:
        say_cut("digest", "none follows on either side: no streams to compare")
        return
    places = [
        f"{whose} {_place(digest) if digest else 'has none'}"
        for whose, digest in ((one, around.old), (two, around.new))
    ]
    say_cut("digest", f"next: {'; '.join(places)}")
    if around.old is not None and around.new is not None:
        others = around.old.t != around.new.t
        other_times = ", which are of different times" if others else ""
        say_streams(around.streams, f"at the next digests{other_times}")


def say_streams(streams: "Sequence[Drawn]", where: str) -> None:
    """Print whose counters differ."""
    say_cut("streams", f"{where}: {_found(streams)}")
    for drawn in streams[:_SHOWN]:
        old, new = (
            _ABSENT if words is None else words for words in (drawn.old, drawn.new)
        )
        _say_in(f"{clean(drawn.stream)}: {old} → {new} words")
    _say_rest(streams)


def _found(differences: "Sequence[object]") -> str:
    count = len(differences)
    noun = "difference" if count == 1 else "differences"
    return f"{count} {noun}" if count else "the same"


def _place(digest: "Digest") -> str:
    return f"#{digest.n} t={digest.t}"


def _say_in(line: str) -> None:
    say(" " * _MARGIN + _cut(line, _WIDTH - _MARGIN))


def _say_rest(items: "Sequence[object]") -> None:
    more = len(items) - _SHOWN
    if more > 0:
        _say_in(f"… and {more} more; --json has them all")


def _spelled(value: object) -> str:
    return clean(json.dumps(value, ensure_ascii=False))


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1] + "…"


def from_where_they_differ(old: str, new: str) -> tuple[str, str]:
    """Leave out what two long texts begin with alike."""
    pairs = enumerate(zip(old, new, strict=False))
    same = next((k for k, (a, b) in pairs if a != b), 0)
    start = max(0, same - 20)
    return ("…" * (start > 0) + old[start:], "…" * (start > 0) + new[start:])
