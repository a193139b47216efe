"""The audit: an independent check of journals, from their bytes alone.

Of the market that writes them it reads what a trade declares: products, verbs and
tasks. Its rules are its own: an import contract says so.
"""

from .checker import audit
from .findings import RULES, Audit, Finding
from .lines import Unreadable

__all__ = ["RULES", "Audit", "Finding", "Unreadable", "audit"]
