"""What learners keep: skills, episodes, choices and lives of skills, in one file."""

from .claim import StoreError
from .decay import Rules, decay
from .distil import distil
from .learner import LearnerMemory, Recollection
from .memory import Limits, Memory
from .record import Change, ChoiceRecord, EpisodeRecord
from .skill_file import adopt, export_skills, import_skills, slug_of
from .use import Use, faded, noted, worth_of

__all__ = [
    "Change",
    "ChoiceRecord",
    "EpisodeRecord",
    "LearnerMemory",
    "Limits",
    "Memory",
    "Recollection",
    "Rules",
    "StoreError",
    "Use",
    "adopt",
    "decay",
    "distil",
    "export_skills",
    "faded",
    "import_skills",
    "noted",
    "slug_of",
    "worth_of",
]
