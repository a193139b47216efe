"""What learners keep: skills, episodes, choices and lives of skills, in one file."""

from .claim import StoreError
from .decay import Rules, decay
from .distil import distil
from .evolution import evolution
from .learner import LearnerMemory, Recollection
from .memory import Limits, Memory
from .provenance import contaminated
from .record import Change, ChoiceRecord, EpisodeRecord
from .room import make_room
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
    "contaminated",
    "decay",
    "distil",
    "evolution",
    "export_skills",
    "faded",
    "import_skills",
    "make_room",
    "noted",
    "slug_of",
    "worth_of",
]
