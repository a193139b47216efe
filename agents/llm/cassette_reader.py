"""Reading a cassette: all that was recorded, as far as its lines are whole."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from .cassette_errors import CassetteDamaged, CassetteError
from .cassette_format import FORMAT, CallKey, EpisodeEnd, RecordedCall, RecordedStop
from .chat_request import ChatRequest

__all__ = ["Recording", "read_cassette"]

_SIZE_MAX: Final = 4 * 2**30
"""Bytes of a cassette that is read."""


@dataclass(slots=True)
class Recording:
    """What a cassette holds; of calls with one key the last counts."""

    calls: dict[CallKey, RecordedCall] = field(default_factory=dict)
    stops: dict[CallKey, RecordedStop] = field(default_factory=dict)
    ends: dict[tuple[str, int, str], EpisodeEnd] = field(default_factory=dict)
    """By their `episode`."""
    known: dict[str, Any] = field(default_factory=dict)
    """Messages and lists of tools, by their digests."""
    size: int = 0
    """Bytes of the whole lines; a torn last one is left out."""
    later: dict[str | int, list[CallKey]] = field(default_factory=dict)
    """By seed of an episode, or life, in which an agent stopped: what was asked
    after it."""

    def reopen(self) -> None:
        """Forget what followed when agents stopped: their episodes are gone on with.

        What others did after an agent had stopped, they did in a market without it;
        and what a memory held after an episode that was cut short, it will not hold.
        """
        for keys in self.later.values():
            for key in keys:
                self.calls.pop(key, None)
        self.ends = {
            one: end
            for one, end in self.ends.items()
            if (end.life or end.seed) not in self.later
        }
        self.stops.clear()
        self.later.clear()


def read_cassette(path: Path) -> Recording:
    """Return what a cassette holds.

    A line that was torn by the end of a process is left out, if it is the last.

    Raises:
        CassetteError: it cannot be read, or is of no format known here.
        CassetteDamaged: another line is none.
    """
    try:
        if path.stat().st_size > _SIZE_MAX:
            raise CassetteError(f"{path} is larger than {_SIZE_MAX} bytes")
        data = path.read_bytes()
    except OSError as error:
        msg = f"the cassette {path} cannot be read: {error.strerror or error}"
        raise CassetteError(msg) from error
    whole, _, _torn = data.rpartition(b"\n")
    lines = whole.split(b"\n")
    if _parsed(lines[0]) != FORMAT:
        msg = f"{path} is no cassette of version {FORMAT['version']}"
        raise CassetteError(msg)
    recording = Recording(size=len(whole) + 1)
    before: dict[tuple[str, int, str], list[str]] = {}
    for number, line in enumerate(lines[1:], start=2):
        try:
            _add(recording, _object(line), before)
        except (
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            RecursionError,
        ) as error:
            msg = f"line {number} of the cassette {path} is damaged"
            raise CassetteDamaged(msg) from error
    return recording


def _add(
    recording: Recording,
    line: dict[str, Any],
    before: dict[tuple[str, int, str], list[str]],
) -> None:
    kind, known = line["kind"], recording.known
    if kind in ("message", "tools"):
        known[str(line["digest"])] = line["is"]
    elif kind == "call":
        key = _key(line)
        earlier = before.get(key.episode, [])[: int(line["kept"])]
        names = before[key.episode] = [*earlier, *line["messages"]]
        request = ChatRequest(
            str(line["model"]),
            tuple(known[name] for name in names),
            tuple(known[line["tools"]]),
            dict(line["parameters"]),
        )
        recording.calls[key] = RecordedCall(
            key,
            request,
            str(line["digest"]),
            dict(line["reply"]),
            int(line["retries"]),
            int(line["ms"]),
        )
        if key.bound in recording.later:
            recording.later[key.bound].append(key)
    elif kind == "stop":
        key = _key(line)
        recording.stops[key] = RecordedStop(key, str(line["outcome"]), str(line["why"]))
        recording.later.setdefault(key.bound, [])
    elif kind == "resume":
        recording.reopen()
    else:
        end = EpisodeEnd(
            int(line["seed"]),
            str(line["seat"]),
            str(line["model"]),
            int(line["calls"]),
            dict(line["result"]),
            tuple(known[name] for name in line["messages"]),
            tuple(known[line["tools"]]),
            str(line.get("life", "")),
        )
        recording.ends[end.episode] = end


def _key(line: dict[str, Any]) -> CallKey:
    life = str(line.get("life", ""))
    return CallKey(int(line["seed"]), str(line["seat"]), int(line["n"]), life)


def _parsed(line: bytes) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _object(line: bytes) -> dict[str, Any]:
    found = json.loads(line)
    if isinstance(found, dict):
        return found
    raise TypeError(line[:40])
