"""What learners keep: skills, episodes, choices and lives of skills, in one file."""

from .claim import StoreError
from .learner import LearnerMemory, Recollection
from .memory import Limits, Memory
from .record import Change, Choice, Trajectory

__all__ = [
    "Change",
    "Choice",
    "LearnerMemory",
    "Limits",
    "Memory",
    "Recollection",
    "StoreError",
    "Trajectory",
]
