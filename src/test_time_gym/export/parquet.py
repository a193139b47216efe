"""Parquet: recorded runs as two tables, one of steps and one of records."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from test_time_gym.atomic_file import AtomicFile, verify_writable
from test_time_gym.extras import MissingExtra
from test_time_gym.journal.reader import ExitCode, JournalFile
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.reward import TERMS
from test_time_gym.market.journal import SCHEMA, SEMANTICS, canonical
from test_time_gym.version import __version__

from .recording import Unexportable, recordings
from .step import steps_of

__all__ = ["EVENTS", "LAYOUT", "STEPS", "ExportedParquet", "export_parquet"]

LAYOUT: Final = 1
"""Number of the tables' layout; it grows whenever a column changes."""

Columns = dict[str, str]
"""Type of each column, as pyarrow names it."""

_RUN: Final[Columns] = {"journal": "string", "run": "string"}
STEPS: Final[Columns] = {
    **_RUN,
    "scenario": "string",
    "seed": "string",
    "semantics": "int32",
    "agent": "string",
    "policy": "string",
    "turn": "int32",
    "n": "int64",
    "t_ms": "int64",
    "verb": "string",
    "args": "string",
    "status": "string",
    **{f"{name}_milli": "int64" for name in TERMS},
    "reward_milli": "int64",
    "total_milli": "int64",
    "last": "bool_",
    "outcome": "string",
    "paid_minor": "int64",
    "observation": "string",
    "next_observation": "string",
}
EVENTS: Final[Columns] = {
    **_RUN,
    "n": "int64",
    "t_ms": "int64",
    "kind": "string",
    "actor": "string",
    "cause": "int64",
    "hold": "string",
    "payment": "string",
    "order": "string",
    "amount_minor": "int64",
    "data": "string",
}
_NAMES: Final = ("steps.parquet", "events.parquet")
_BATCH: Final = 16 * 1024
"""Rows that are held at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedParquet:
    """What was written."""

    files: tuple[str, str]
    """The tables of steps and of events."""
    journals: int
    steps: int
    events: int
    unfinished: tuple[str, ...]
    """Journals without an end, exported as far as they are whole."""


def export_parquet(
    paths: Sequence[str | Path],
    out: str | Path,
    *,
    observations: bool = False,
    overwrite: bool = False,
) -> ExportedParquet:
    """Write recorded runs to ``steps.parquet`` and ``events.parquet``.

    docs/export.md lists the columns.  Both files appear at the very end: what goes
    wrong leaves none.

    Args:
        paths: of the journals; their rows follow one another.
        out: the folder; it is made if it is missing.
        observations: also execute the journals again, for what agents saw.
        overwrite: replace tables that exist.

    Raises:
        MissingExtra: pyarrow is not installed.
        Unexportable: a journal is damaged, or the same run as another.
        Misuse: a table exists, or a file cannot be read or written.
        Diverged: executing a journal again gives other records.
    """
    arrow = _pyarrow()
    folder = Path(out)
    targets = [folder / name for name in _NAMES]
    for target in targets:
        verify_writable(target, overwrite=overwrite)
    with ExitStack() as stack:
        files = [
            stack.enter_context(AtomicFile(target, overwrite=overwrite))
            for target in targets
        ]
        try:
            journals, counts, unfinished = _write(
                arrow, paths, files, observations=observations
            )
        except OSError as error:
            msg = f"{error.filename or folder} cannot be written: "
            raise Misuse(f"{msg}{error.strerror or error}") from error
        for file in files:
            # Both are on the disk before the first of them takes its place.
            file.sync()
    return ExportedParquet(
        files=(str(targets[0]), str(targets[1])),
        journals=journals,
        steps=counts[0],
        events=counts[1],
        unfinished=tuple(unfinished),
    )


def _write(
    arrow: Any,
    paths: Sequence[str | Path],
    files: list[AtomicFile],
    *,
    observations: bool,
) -> tuple[int, list[int], list[str]]:
    from pyarrow.parquet import ParquetWriter  # noqa: PLC0415 - an extra

    makers: tuple[Callable[[JournalFile], Iterator[dict[str, Any]]], ...] = (
        lambda journal: _steps(journal, observations=observations),
        _events,
    )
    schemas = [_schema(arrow, STEPS, "steps"), _schema(arrow, EVENTS, "events")]
    journals, counts, unfinished = 0, [0, 0], []
    with ExitStack() as stack:
        writers = [
            stack.enter_context(ParquetWriter(each.file, schema, compression="zstd"))
            for each, schema in zip(files, schemas, strict=True)
        ]
        for journal in recordings(paths):
            journals += 1
            if journal.structure.status != "complete":
                unfinished.append(str(journal.path))
            for k, rows in enumerate(makers):
                made = rows(journal)
                while some := list(islice(made, _BATCH)):
                    counts[k] += len(some)
                    table = _table(arrow, journal, some, schemas[k])
                    writers[k].write_table(table)
    return journals, counts, unfinished


def _table(
    arrow: Any, journal: JournalFile, rows: list[dict[str, Any]], schema: Any
) -> Any:
    try:
        return arrow.Table.from_pylist(rows, schema)
    except (arrow.ArrowException, OverflowError) as error:
        # A forged journal may hold anything where a text or a number belongs.
        msg = f"{journal.path} fits no column: {error!s:.120}"
        raise Unexportable(msg, ExitCode.DIVERGED) from error


def _steps(journal: JournalFile, *, observations: bool) -> Iterator[dict[str, Any]]:
    header, common = journal.header, _common(journal)
    policies = {seat["name"]: seat["policy"] for seat in header["seats"]}
    common |= {
        "scenario": header["scenario"]["name"],
        "seed": header["seed"],
        "semantics": header["semantics"],
    }
    for step in steps_of(journal, observations=observations):
        yield {
            **common,
            "agent": step.agent,
            "policy": policies.get(step.agent),
            "turn": step.turn,
            "n": step.n,
            "t_ms": step.t_ms,
            "verb": step.verb,
            "args": step.args,
            "status": step.status,
            **{f"{name}_milli": step.terms[name] for name in TERMS},
            "reward_milli": step.reward_milli,
            "total_milli": step.total_milli,
            "last": step.last,
            "outcome": step.outcome,
            "paid_minor": step.paid_minor,
            "observation": step.observation,
            "next_observation": step.next_observation,
        }


def _events(journal: JournalFile) -> Iterator[dict[str, Any]]:
    common = _common(journal)
    for record in journal.records():
        data = record.data
        yield {
            **common,
            "n": record.n,
            "t_ms": record.t,
            "kind": record.kind,
            "actor": record.actor,
            "cause": record.cause,
            "hold": data.get("hold"),
            "payment": data.get("payment"),
            "order": data.get("order"),
            "amount_minor": data.get("amount"),
            "data": canonical(data).decode(),
        }


def _common(journal: JournalFile) -> dict[str, Any]:
    return {"journal": journal.path.name, "run": journal.structure.sha256}


def _schema(arrow: Any, columns: Columns, table: str) -> Any:

    told = {
        "ttg.table": table,
        "ttg.layout": str(LAYOUT),
        "ttg.schema": str(SCHEMA),
        "ttg.semantics": str(SEMANTICS),
        "ttg.version": __version__,
    }
    fields = [(name, getattr(arrow, kind)()) for name, kind in columns.items()]
    return arrow.schema(fields, metadata=told)


def _pyarrow() -> Any:
    try:
        import pyarrow  # noqa: ICN001, PLC0415 - an extra: needed only here
    except ImportError as error:
        raise MissingExtra("writing Parquet", "parquet") from error
    return pyarrow
