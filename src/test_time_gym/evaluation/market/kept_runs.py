"""A file of finished runs, so that a comparison that was interrupted can go on.

A line for each run: the first 16 hex digits of the SHA-256 of what follows them, then
what was asked for, and what came of it.  A line that was cut off as it was written is
taken away when the file is opened again.
"""

import json
import os
from dataclasses import asdict
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Self

from test_time_gym.market.errors import Misuse
from test_time_gym.market.journal import SEMANTICS, canonical
from test_time_gym.version import __version__

from .counts import Counts, RunCounts
from .market_spec import MarketSpec

if TYPE_CHECKING:
    from .runs import MarketJob

__all__ = ["KeptRuns", "verify_keepable"]

_HEAD: Final = b"test-time-gym market runs, format 2\n"
_SUM: Final = 16


class KeptRuns:
    """Finished runs in a file.

    Args:
        path: made if it does not exist; gone on with if it does.

    Raises:
        Misuse: it cannot be made, is no such file, or is damaged; nothing has changed.
    """

    def __init__(self, path: str | Path) -> None:
        """Read what is there."""
        self._path = Path(path)
        self._found: dict[str, RunCounts] = {}
        try:
            self._file: BinaryIO = self._path.open("a+b")
        except OSError as error:
            msg = f"{self._path} cannot be written: {error.strerror or error}"
            raise Misuse(msg) from error
        try:
            self._read()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._file.close()

    def __len__(self) -> int:
        """Return how many runs are kept."""
        return len(self._found)

    def get(self, job: "MarketJob") -> RunCounts | None:
        """Return what came of a run, if it is kept."""
        return self._found.get(_key(job))

    def add(self, job: "MarketJob", counts: RunCounts) -> None:
        """Keep what came of a run."""
        key = _key(job)
        self._found[key] = counts
        told = json.dumps([key, _row(counts)], separators=(",", ":")).encode()
        # One write, so that hardly anything can come between.
        self._file.write(_sum(told) + b" " + told + b"\n")
        self._file.flush()

    def _read(self) -> None:
        self._file.seek(0)
        whole = self._file.read()
        if whole and not whole.startswith(_HEAD):
            # A new file may have been cut off within its first line.
            if not _HEAD.startswith(whole):
                msg = f"{self._path} is no file of kept runs: give another name"
                raise Misuse(msg)
            whole = b""
        lines = whole.split(b"\n")
        for number, line in enumerate(lines[1:-1], start=2):
            told = line[_SUM + 1 :]
            if line[: _SUM + 1] != _sum(told) + b" ":
                msg = f"{self._path}:{number} is damaged: take the file away, and what "
                raise Misuse(msg + "it keeps is played again")
            key, row = json.loads(told)
            self._found[key] = _counts(row)
        end = len(whole) - len(lines[-1])
        self._file.truncate(end)
        if not end:
            self._file.write(_HEAD)
            self._file.flush()
        os.fsync(self._file.fileno())


def _sum(told: bytes) -> bytes:
    return sha256(told).hexdigest()[:_SUM].encode()


def verify_keepable(spec: MarketSpec) -> None:
    """Raise if a seller's policy is a program, which may be another one tomorrow.

    Raises:
        Misuse: it is.
    """
    for name, user in spec.users.items():
        msg = f"runs of {name} cannot be kept: {user.name} is a program of your own, "
        raise Misuse(msg + "and may be another one when they are gone on with")


def _key(job: "MarketJob") -> str:
    """Return what a run was asked for, as short text: alike runs have the same."""
    asked = [
        _market(job.spec),
        job.seed,
        job.hindsight,
        None if job.trial is None else sorted(asdict(job.trial).items()),
    ]
    return sha256(canonical(asked)).hexdigest()[:32]


@lru_cache(maxsize=64)
def _market(spec: MarketSpec) -> str:
    config = spec.config
    asked = {
        "market": config.model_dump(mode="json", by_alias=True),
        "trade": type(config).__name__,
        "factors": dict(spec.factors),
        "semantics": SEMANTICS,
        "version": __version__,
    }
    return sha256(canonical(asked)).hexdigest()


def _row(counts: RunCounts) -> dict[str, Any]:
    return {
        "seed": counts.seed,
        "arrivals": counts.arrivals,
        "of": {name: asdict(sums) for name, sums in counts.of.items()},
        "total": asdict(counts.total),
        "classes": [[*place, units] for place, units in counts.classes.items()],
        "days": [[*place, *pair] for place, pair in counts.days.items()],
        "segments": {name: list(row) for name, row in counts.segments.items()},
    }


def _counts(row: dict[str, Any]) -> RunCounts:
    return RunCounts(
        seed=row["seed"],
        arrivals=row["arrivals"],
        of={name: Counts(**sums) for name, sums in row["of"].items()},
        total=Counts(**row["total"]),
        classes={(seller, code): units for seller, code, units in row["classes"]},
        days={(seller, bucket): (n, minor) for seller, bucket, n, minor in row["days"]},
        segments={name: tuple(told) for name, told in row["segments"].items()},
    )
