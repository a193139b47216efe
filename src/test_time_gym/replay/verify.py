"""Verdicts: is a journal whole, and does it come out the same again?"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from test_time_gym.journal.reader import (
    STATUS_CODES,
    ExitCode,
    JournalFile,
    read_journal,
    structure_of,
)
from test_time_gym.market.errors import MarketError

from .divergence import Diverged, Divergence
from .execute import reexecute

__all__ = ["Verdict", "verify"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What verification found."""

    status: str
    """``complete``, ``incomplete``, ``torn``, ``corrupt`` or ``unsupported``."""
    records: int
    """Records in the valid prefix."""
    sha256: str
    """Of the whole file: equal files, equal runs."""
    replay: str
    """``equal``, ``diverged`` or ``skipped``."""
    first_divergence: Divergence | None = None
    reason: str = ""
    aborted: bool = False
    """Complete, by a run that was cut short."""

    @property
    def ok(self) -> bool:
        """Whether the journal is complete and nothing diverged."""
        return self.exit_code is ExitCode.OK

    @property
    def exit_code(self) -> ExitCode:
        """What the command line exits with."""
        return STATUS_CODES["diverged" if self.replay == "diverged" else self.status]


def verify(
    path: str | Path,
    *,
    reexecute: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Verdict:
    """Check a journal's structure, and optionally re-execute it.

    The structural half executes nothing and is safe on files from strangers.
    Re-execution runs the recorded inputs through the market again and compares
    every byte; an incomplete or torn journal is compared as far as it goes.

    Args:
        path: of the journal.
        reexecute: also run it again.
        progress: called with the number of every input that was re-executed.

    Raises:
        Misuse: the file cannot be read at all.
    """
    if not reexecute:
        found = structure_of(path)
        return Verdict(
            status=found.status,
            records=found.records,
            sha256=found.sha256,
            replay="skipped",
            reason=found.reason,
            aborted=found.aborted,
        )
    journal = read_journal(path)
    found = journal.structure
    replay, divergence, reason = "skipped", None, found.reason
    if found.status in ("complete", "incomplete", "torn") and journal.lines:
        replay, divergence, reason = _replay(journal, found.reason, progress)
    return Verdict(
        status=found.status,
        records=found.records,
        sha256=found.sha256,
        replay=replay,
        first_divergence=divergence,
        reason=reason,
        aborted=found.aborted,
    )


def _replay(
    journal: JournalFile, reason: str, progress: Callable[[int], None] | None
) -> tuple[str, Divergence | None, str]:
    try:
        reexecute(journal, progress=progress)
    except Diverged as error:
        where = error.divergence
        return "diverged", where, f"record {where.n} came out differently"
    except MarketError as error:
        # A forged journal may hold a valid chain over an impossible run.
        where = Divergence(0, "a run that can be executed", str(error)[:240])
        return "diverged", where, str(error)[:240]
    return "equal", None, reason
