"""Measuring agents: what they paid against what a clairvoyant would have paid.

`test_time_gym.evaluation.statistics` says how sure such figures are.
"""

from .optimum import Optimum, clairvoyant
from .oracle import ADVISED, Oracle
from .recorded import regret_of
from .regret import Decisions, Regret, regret_in
from .regrets import Regrets
from .run import run

__all__ = [
    "ADVISED",
    "Decisions",
    "Optimum",
    "Oracle",
    "Regret",
    "Regrets",
    "clairvoyant",
    "regret_in",
    "regret_of",
    "run",
]
