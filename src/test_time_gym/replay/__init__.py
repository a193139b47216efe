"""Journals: writing, reading, verifying and re-executing them."""

from test_time_gym.audit import Audit, audit

from .execute import Diverged, Divergence
from .exogenous import exogenous, moved
from .reader import ExitCode, Journal, Record, Structure, read_journal, structure_of
from .repair import Irreparable, Repaired, can_repair, repair, verify_repair
from .sink import FileSink, MemorySink, journal_path
from .state import state_at
from .verify import Verdict, verify

__all__ = [
    "Audit",
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
    "exogenous",
    "journal_path",
    "moved",
    "read_journal",
    "repair",
    "state_at",
    "structure_of",
    "verify",
    "verify_repair",
]
