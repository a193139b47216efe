"""What learners keep: skills, episodes, choices and lives of skills, in one file."""

from .claim import StoreError
from .learner import LearnerMemory, Recollection
from .memory import Limits, Memory
from .record import Change, ChoiceRecord, EpisodeRecord

__all__ = [
    "Change",
    "ChoiceRecord",
    "EpisodeRecord",
    "LearnerMemory",
    "Limits",
    "Memory",
    "Recollection",
    "StoreError",
]
