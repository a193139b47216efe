"""Measuring agents: what they paid against what a clairvoyant would have paid.

`test_time_gym.evaluation.statistics` says how sure such figures are.
"""

from .optimum import Optimum, clairvoyant
from .oracle import Oracle
from .regret import Decisions, Regret, regret_in

__all__ = [
    "Decisions",
    "Optimum",
    "Oracle",
    "Regret",
    "clairvoyant",
    "regret_in",
]
