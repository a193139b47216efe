"""Journals: writing, reading, verifying and re-executing them."""

from test_time_gym.audit import Audit, audit

from .execute import Diverged, Divergence
from .exogenous import EXOGENOUS, Exogenous, exogenous
from .fork import Fork, Unforkable, fork
from .grep import grep
from .parent import Parent
from .reader import ExitCode, Journal, Record, Structure, read_journal, structure_of
from .repair import Irreparable, Repaired, can_repair, repair, verify_repair
from .sink import FileSink, MemorySink, journal_path
from .state import state_at
from .verify import Verdict, verify

__all__ = [
    "EXOGENOUS",
    "Audit",
    "Diverged",
    "Divergence",
    "ExitCode",
    "Exogenous",
    "FileSink",
    "Fork",
    "Irreparable",
    "Journal",
    "MemorySink",
    "Parent",
    "Record",
    "Repaired",
    "Structure",
    "Unforkable",
    "Verdict",
    "audit",
    "can_repair",
    "exogenous",
    "fork",
    "grep",
    "journal_path",
    "read_journal",
    "repair",
    "state_at",
    "structure_of",
    "verify",
    "verify_repair",
]
