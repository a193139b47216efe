"""Journals: writing, reading, verifying and re-executing them."""

from test_time_gym.audit import Audit

from .auditing import audit
from .changes import Change, changes
from .compression import content_sha256
from .difference import Difference, diff
from .divergence import Diverged, Divergence
from .exogenous import exogenous, moved
from .export import (
    ExportedMinari,
    ExportedParquet,
    Unexportable,
    Unfit,
    export_minari,
    export_parquet,
)
from .extras import MissingExtra
from .fork import Fork, Unforkable, fork
from .grep import grep
from .parent import Parent
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
    "ExportedMinari",
    "ExportedParquet",
    "FileSink",
    "Fork",
    "Irreparable",
    "Journal",
    "MemorySink",
    "MissingExtra",
    "Parent",
    "Record",
    "Repaired",
    "Structure",
    "Unexportable",
    "Unfit",
    "Unforkable",
    "Verdict",
    "audit",
    "can_repair",
    "changes",
    "content_sha256",
    "diff",
    "exogenous",
    "export_minari",
    "export_parquet",
    "fork",
    "grep",
    "journal_path",
    "moved",
    "read_journal",
    "repair",
    "state_at",
    "structure_of",
    "verify",
    "verify_repair",
]
