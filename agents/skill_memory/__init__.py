"""What learners keep: skills, episodes, choices and changes of skills, in one file."""

from .adoption import adopt
from .errors import StoreError
from .eviction import Limits
from .evolution import evolution
from .learner import LearnerMemory, Recollection
from .memory import Memory
from .naming import names_of
from .provenance import contaminated
from .record import ChoiceRecord, EpisodeRecord, SkillChange
from .skill_file import slug_of
from .skill_folders import export_skills, import_skills, read_folders
from .track_record import last_failures

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
    "last_failures",
    "names_of",
    "read_folders",
    "slug_of",
]
