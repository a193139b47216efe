"""Deterministic simulation testing: drawn worlds, drawn faults, all laws, every event.

A seed is a whole test: it draws a world, what goes wrong in it and who plays.
"""

from .case import DrawnCase, draw_case
from .case_run import CaseResult, play_case

__all__ = ["CaseResult", "DrawnCase", "draw_case", "play_case"]
