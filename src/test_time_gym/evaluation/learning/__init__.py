"""Studies of learning: lives of agents that learn, beside twins that do not.

Apart from the package's other names, because the runner, which plays, measures.
"""

from .question import OwnAgent, Question, question_of
from .study import Study, folder_of, learn, study

__all__ = [
    "OwnAgent",
    "Question",
    "Study",
    "folder_of",
    "learn",
    "question_of",
    "study",
]
