"""Studies of learning: runs of agents that learn, beside twins that do not.

Apart from the package's other names, because the runner, which plays, measures.
"""

from .studied_model import StudiedModel
from .study import Study, folder_of, learn, study
from .study_spec import CustomAgent, StudySpec, study_spec

__all__ = [
    "CustomAgent",
    "StudiedModel",
    "Study",
    "StudySpec",
    "folder_of",
    "learn",
    "study",
    "study_spec",
]
