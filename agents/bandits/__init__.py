"""Choosing among skills and exploration, and learning from what came of it."""

from .choice import Chance, Choice, Chooser
from .factory import chooser_kinds, make_chooser

__all__ = ["Chance", "Choice", "Chooser", "chooser_kinds", "make_chooser"]
