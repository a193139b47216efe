"""Deterministic simulation testing: drawn worlds, drawn faults, all laws, every event.

A seed is a whole test: it draws a world, what goes wrong in it and who plays.
"""

from .case import Case, draw_case
from .played import Played, play

__all__ = ["Case", "Played", "draw_case", "play"]
