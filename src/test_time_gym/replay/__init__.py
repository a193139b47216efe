"""Journals: writing, reading, verifying and re-executing them."""

from test_time_gym.audit import Audit, audit

from .changes import Change, changes
from .difference import Difference, diff
from .divergence import Diverged, Divergence
from .reader import ExitCode, Journal, Record, Structure, read_journal, structure_of
from .repair import Irreparable, Repaired, can_repair, repair, verify_repair
from .sink import FileSink, MemorySink, journal_path
from .state import state_at
from .verify import Verdict, verify

__all__ = [
    "Audit",
    "Change",
    "Difference",
    "Diverged",
    "Divergence",
    "ExitCode",
    "FileSink",
    "Irreparable",
    "Journal",
    "MemorySink",
    "Record",
    "Repaired",
    "Structure",
    "Verdict",
    "audit",
    "can_repair",
    "changes",
    "diff",
    "journal_path",
    "read_journal",
    "repair",
    "state_at",
    "structure_of",
    "verify",
    "verify_repair",
]
