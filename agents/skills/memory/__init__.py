"""What learners keep: skills, episodes, choices and changes of skills, in one file."""

from .errors import StoreError
from .eviction import Limits
from .evolution import evolution
from .learner import LearnerMemory, Recollection
from .memory import Memory
from .provenance import contaminated
from .record import ChoiceRecord, EpisodeRecord, SkillChange
from .skill_file import adopt, export_skills, import_skills, slug_of

__all__ = [
    "ChoiceRecord",
    "EpisodeRecord",
    "LearnerMemory",
    "Limits",
    "Memory",
    "Recollection",
    "SkillChange",
    "StoreError",
    "adopt",
    "contaminated",
    "evolution",
    "export_skills",
    "import_skills",
    "slug_of",
]
