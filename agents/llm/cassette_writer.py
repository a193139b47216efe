"""Writing a cassette: a line more for every answer, on the disk before it is used."""

import os
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from test_time_gym.atomic_file import sync_folder

from .cassette_errors import CassetteError
from .cassette_format import FORMAT, CallKey, EpisodeEnd, RecordedCall, RecordedStop
from .chat_request import canonical_json, digest_of_json

__all__ = ["CassetteWriter"]

_FLAGS: Final = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
_PATIENCE_S: Final = 0.2


class CassetteWriter:
    """Appends to a file; another process that tries is refused.

    Args:
        path: of the file, made with its first line if need be.
        size: bytes that are sound; what follows is cut off.  0: a new file.
        known: digests of messages and tools that the file has.

    Raises:
        CassetteError: somebody else writes it, or the system refuses.
    """

    def __init__(self, path: Path, size: int = 0, known: tuple[str, ...] = ()) -> None:
        """Open the file."""
        self._path = path
        self._known = dict.fromkeys(known)
        self._before: dict[tuple[str, int, str], list[str]] = {}
        self._lock = FileLock(f"{path}.lock", timeout=_PATIENCE_S, thread_local=False)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
            self._file = os.open(path, _FLAGS | (0 if size else os.O_EXCL), 0o666)
            if size:
                os.truncate(self._file, size)
                self._append([{"kind": "resume"}])
            else:
                self._append([FORMAT])
                sync_folder(path)
        except Timeout as error:
            msg = f"{path} is being recorded by another process"
            raise CassetteError(msg) from error
        except OSError as error:
            self._lock.release()
            raise self._unwritable(error) from error

    def call(self, call: RecordedCall) -> None:
        """Write an answer; it is on the disk when this returns."""
        request, episode = call.request, call.key.episode
        lines: list[dict[str, Any]] = []
        names = [self._named("message", one, lines) for one in request.messages]
        tools = self._named("tools", list(request.tools), lines)
        before = self._before.get(episode, []) if call.key.number > 1 else []
        kept = 0
        while kept < min(len(before), len(names)) and before[kept] == names[kept]:
            kept += 1
        self._before[episode] = names
        lines.append(
            _key(call.key)
            | {
                "kind": "call",
                "digest": call.digest,
                "kept": kept,
                "messages": names[kept:],
                "model": request.model,
                "ms": call.latency_ms,
                "parameters": dict(request.parameters),
                "reply": call.reply,
                "retries": call.retries,
                "tools": tools,
            }
        )
        self._append(lines)

    def stop(self, stop: RecordedStop) -> None:
        """Write that a call was not answered."""
        said = {"kind": "stop", "outcome": stop.outcome, "why": stop.why}
        self._append([_key(stop.key) | said])

    def end(self, end: EpisodeEnd) -> None:
        """Write how an agent's episode ended."""
        lines: list[dict[str, Any]] = []
        names = [self._named("message", one, lines) for one in end.messages]
        tools = self._named("tools", list(end.tools), lines)
        lines.append(
            _life(end.life)
            | {
                "kind": "end",
                "seed": str(end.seed),
                "seat": end.seat,
                "model": end.model,
                "calls": end.calls,
                "result": end.result,
                "messages": names,
                "tools": tools,
            }
        )
        self._append(lines)

    def close(self) -> None:
        """Let go of the file; again is no mistake."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
            if os.name != "nt":
                Path(f"{self._path}.lock").unlink(missing_ok=True)
            self._lock.release()

    def _named(self, kind: str, value: object, lines: list[dict[str, Any]]) -> str:
        """Return a digest, and let a line define it if none has yet."""
        name = digest_of_json(value)
        if name not in self._known:
            self._known[name] = None
            lines.append({"kind": kind, "digest": name, "is": value})
        return name

    def _append(self, lines: list[dict[str, Any]]) -> None:
        data = "".join(canonical_json(line) + "\n" for line in lines).encode()
        try:
            while data:
                data = data[os.write(self._file, data) :]
            os.fsync(self._file)
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> CassetteError:
        why = error.strerror or error
        return CassetteError(f"the cassette {self._path} cannot be written: {why}")


def _key(key: CallKey) -> dict[str, Any]:
    said = {"seed": str(key.seed), "seat": key.seat, "n": key.number}
    return said | _life(key.life)


def _life(life: str) -> dict[str, Any]:
    return {"life": life} if life else {}
