"""The journal's file: written, read, compressed, repaired and searched."""

from .compression import content_sha256
from .grep import grep
from .reader import (
    ExitCode,
    JournalFile,
    Record,
    Structure,
    read_journal,
    read_runs,
    structure_of,
)
from .repair import Irreparable, Repaired, can_repair, repair, verify_repair
from .sink import FileSink, MemorySink, journal_path

__all__ = [
    "ExitCode",
    "FileSink",
    "Irreparable",
    "JournalFile",
    "MemorySink",
    "Record",
    "Repaired",
    "Structure",
    "can_repair",
    "content_sha256",
    "grep",
    "journal_path",
    "read_journal",
    "read_runs",
    "repair",
    "structure_of",
    "verify_repair",
]
