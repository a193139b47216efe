"""Verdicts: is a journal whole, and does it come out the same again?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from test_time_gym.journal.compression import open_journal
from test_time_gym.journal.disk import unreadable
from test_time_gym.journal.raw_lines import RawLines
from test_time_gym.journal.reader import (
    STATUS_CODES,
    ExitCode,
    JournalFile,
    Structure,
    read_journal,
    read_run,
    structure_in,
    structure_of,
)
from test_time_gym.journal.runs import RunStreams
from test_time_gym.market.errors import MarketError

from .comparing import Unsound
from .divergence import Diverged, Divergence
from .execute import Worlds, reexecute, trust
from .programs import Programs, WrongPrograms

__all__ = ["Verdict", "verify", "verify_runs"]

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What verification found."""

    status: str
    """``complete``, ``incomplete``, ``torn``, ``corrupt`` or ``unsupported``."""
    records: int
    """Records in the valid prefix."""
    sha256: str
    """Of all lines: equal lines, equal runs."""
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
    airlines: Programs | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """Check a journal's structure, and optionally re-execute it.

    The structural half executes nothing and is safe on files from strangers.
    Re-execution runs the recorded inputs through the market again and compares
    every byte; an incomplete or torn journal is compared as far as it goes.

    Args:
        path: of the journal.
        reexecute: also run it again.
        airlines: seller → the class with which it was played (``airlines`` of
            `test_time_gym.run`), or its name ``module:Class``: a journal does not hold
            it, and loads nothing that it names.
        progress: called with the number of every input that was re-executed.

    Raises:
        Misuse: the file cannot be read at all, or a class is missing.
    """
    if not reexecute:
        return _verdict(structure_of(path))
    with open_journal(Path(path)) as stream:
        raw = RawLines.of(stream)
    if raw is None:
        return _checked_first(read_journal(path), progress, Worlds(airlines))
    return _of_raw(Path(path), raw, progress, Worlds(airlines))


def verify_runs(
    path: str | Path,
    *,
    reexecute: bool = False,
    airlines: Programs | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[str, Verdict]]:
    """Check the runs that stand back to back in one file, as `verify` checks one.

    Args:
        path: of the file; it may hold a single run.
        reexecute: also run them again.
        airlines: as of `verify`.
        progress: called with the number of every input that was re-executed.

    Yields:
        What names a run (``FILE#2``, or just ``FILE`` where it is the only one), and
        what was found.

    Raises:
        Misuse: the file cannot be read at all, or a class is missing.
    """
    with open_journal(Path(path)) as stream:
        runs, worlds = RunStreams(stream), Worlds(airlines)
        try:
            for run in runs:
                if not reexecute:
                    found = _verdict(structure_in(run))
                elif (raw := RawLines.of(run)) is not None:
                    found = _of_raw(Path(path), raw, progress, worlds)
                else:
                    journal = read_run(Path(path), runs.number)
                    found = _checked_first(journal, progress, worlds)
                yield runs.name(path), found
        except OSError as error:
            raise unreadable(Path(path), error) from error


def _checked_first(
    journal: JournalFile, progress: Progress | None, worlds: Worlds
) -> Verdict:
    found = journal.structure
    if found.status in ("complete", "incomplete", "torn") and journal.lines:
        return _verdict(found, _replay(journal, found.reason, progress, worlds))
    return _verdict(found)


def _of_raw(
    path: Path, raw: RawLines, progress: Progress | None, worlds: Worlds
) -> Verdict:
    """Re-execute lines that nobody has checked, and check them if they differ.

    What comes out the same is sound; what an unsound journal leads to, an exception
    of any kind, is not looked at.
    """
    if raw.seal is None:
        return _checked_first(raw.checked(path), progress, worlds)
    complete = Structure(
        status="complete",
        records=len(raw.lines),
        sha256=raw.sha256,
        aborted=raw.seal.data.get("status") == "aborted",
    )
    journal = JournalFile(path=path, structure=complete, lines=raw.lines)

    def verify_sound() -> None:
        if raw.structure.status != "complete":
            raise Unsound

    try:
        replayed = _replay(journal, "", progress, worlds, verify_sound)
        if replayed[0] != "equal":
            verify_sound()
    except Exception:
        if raw.structure.status == "complete":
            raise
        return _verdict(raw.structure)
    return _verdict(complete, replayed)


def _verdict(
    found: Structure, replayed: tuple[str, Divergence | None, str] | None = None
) -> Verdict:
    replay, divergence, reason = replayed or ("skipped", None, found.reason)
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
    journal: JournalFile,
    reason: str,
    progress: Progress | None,
    worlds: Worlds,
    verify_sound: Callable[[], None] = trust,
) -> tuple[str, Divergence | None, str]:
    try:
        reexecute(journal, progress, verify_sound, worlds)
    except Diverged as error:
        where = error.divergence
        return "diverged", where, f"record {where.n} came out differently"
    except WrongPrograms:
        raise
    except MarketError as error:
        # A forged journal may hold a valid chain over an impossible run.
        where = Divergence(0, "a run that can be executed", str(error)[:240])
        return "diverged", where, str(error)[:240]
    return "equal", None, reason
