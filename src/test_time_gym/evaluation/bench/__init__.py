"""The bench: agents compared in scenarios, against an oracle and against ceilings.

Apart from the other names of `test_time_gym.evaluation`, because it plays at tables,
which measure.
"""

from .bench import Bench, evaluate, scenarios_of
from .ceiling import Ceiling, load_ceilings
from .entrant import NULLS, default_entrants
from .row import Row

__all__ = [
    "NULLS",
    "Bench",
    "Ceiling",
    "Row",
    "default_entrants",
    "evaluate",
    "load_ceilings",
    "scenarios_of",
]
