"""The audit: an independent check of journals, from their bytes alone.

It shares no code with the market that writes them: an import contract says so.
"""

from .checker import audit
from .findings import RULES, Audit, Finding
from .lines import Unreadable

__all__ = ["RULES", "Audit", "Finding", "Unreadable", "audit"]
