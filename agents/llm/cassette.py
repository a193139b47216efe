"""A cassette: a model's answers, kept, so that a run needs no model the second time.

It is one file of JSON Lines beside the journal, without keys and without addresses.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Final, Literal, Self, get_args

from .cassette_diff import first_difference
from .cassette_errors import CassetteError, CassetteMismatch
from .cassette_format import CallKey, EpisodeEnd, RecordedCall, RecordedStop
from .cassette_reader import Recording, read_cassette
from .cassette_writer import CassetteWriter
from .chat_request import ChatRequest

__all__ = ["Cassette", "CassetteMode"]

CassetteMode = Literal["record", "resume", "replay"]
"""A new file; a file that is gone on with; a file and nothing else."""

_MODES: Final = get_args(CassetteMode)


class Cassette:
    """A recording of what models answer; all agents of a run share one.

    ``record`` wants a new file.  ``resume`` answers from the file what it holds, and
    lets everything else be asked and recorded: what was paid for is not paid again, and
    calls that failed are made again.  ``replay`` answers from the file alone.

    Args:
        path: of the file.
        mode: see above.

    Attributes:
        failure: the first call that was not what was recorded, or the first answer that
            could not be kept; every later call is refused with it, before it costs.

    Raises:
        CassetteError: the file exists, is missing, is damaged, or somebody records it.
    """

    def __init__(self, path: str | Path, mode: CassetteMode = "record") -> None:
        """Open or read the file."""
        if mode not in _MODES:
            msg = f"a cassette's mode is record, resume or replay, not {mode!r:.60}"
            raise CassetteError(msg)
        self.path: Path = Path(path)
        self.mode: CassetteMode = mode
        self.failure: CassetteError | None = None
        self._lock = Lock()
        self._recording = Recording()
        self._writer: CassetteWriter | None = None
        exists = self.path.exists()
        if mode == "record" and exists:
            msg = f"the cassette {self.path} exists: go on with it (resume), play from "
            raise CassetteError(msg + "it alone (replay), or choose another name")
        if mode == "replay" or (mode == "resume" and exists):
            self._recording = read_cassette(self.path)
        if mode != "replay":
            self._recording.reopen()
            known = tuple(self._recording.known)
            self._writer = CassetteWriter(self.path, self._recording.size, known)

    def __enter__(self) -> Self:
        """Return the cassette itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let go of the file; again is no mistake."""
        if self._writer is not None:
            self._writer.close()

    def find(self, key: CallKey, request: ChatRequest) -> RecordedCall | None:
        """Return the recorded answer to a request; None: it has to be asked.

        Raises:
            CassetteMismatch: something else was asked there, or nothing.
        """
        with self._lock:
            if self.failure is not None:
                raise self.failure
            found = self._recording.calls.get(key)
            if found is not None and found.digest == request.digest():
                return found
            if self.mode == "record" or (found is None and self.mode == "resume"):
                return None
            raise self._differs(key, found, request)

    def stop_of(self, key: CallKey) -> RecordedStop | None:
        """Return what a call ended with instead of an answer, if it is not asked."""
        return self._recording.stops.get(key)

    def add(self, call: RecordedCall) -> None:
        """Keep an answer; it is on the disk when this returns.

        Raises:
            CassetteError: it cannot be written.
        """
        with self._writing() as writer:
            if writer is not None:
                writer.call(call)

    def add_stop(self, stop: RecordedStop) -> None:
        """Keep that a call was not answered, so that the episode can be gone on with.

        Raises:
            CassetteError: it cannot be written.
        """
        with self._writing() as writer:
            if writer is not None:
                writer.stop(stop)

    def add_end(self, end: EpisodeEnd) -> None:
        """Keep how an agent's episode ended.

        Raises:
            CassetteError: it cannot be written.
        """
        with self._writing() as writer:
            same = self._recording.ends.get(end.episode) == end
            if writer is not None and not same:
                writer.end(end)

    @contextmanager
    def _writing(self) -> Iterator[CassetteWriter | None]:
        """Let one thread write, and remember if that fails."""
        with self._lock:
            try:
                yield self._writer
            except CassetteError as error:
                self.failure = error
                raise

    def _differs(
        self, key: CallKey, found: RecordedCall | None, request: ChatRequest
    ) -> CassetteMismatch:
        if found is None:
            why = f"{key} is not in the cassette {self.path}"
        else:
            difference = first_difference(found.request, request)
            why = f"{key} differs from the cassette {self.path}: {difference}"
        found_out = CassetteMismatch(why)
        self.failure = found_out
        return found_out

    def __del__(self) -> None:
        """Close it, if nobody did."""
        with suppress(Exception):
            self.close()
