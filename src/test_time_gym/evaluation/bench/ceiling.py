"""Ceilings: what policies that know nothing of a family may reach in it at most."""

import tomllib
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import Final

from test_time_gym.evaluation.statistics import wilson
from test_time_gym.scenarios.loader import SCENARIO_DIR

__all__ = ["Ceiling", "ceiling_above", "load_ceilings"]

_FILE: Final = SCENARIO_DIR / "ceilings.toml"
_LEAST, _STEP = 2, 5
"""Ceilings are 2, or multiples of 5: numbers that can be remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """What was measured of one policy in one scenario, and what is promised."""

    met: int
    """Successes."""
    feasible: int
    """Out of so many feasible episodes."""
    percent: int
    """Most of the feasible tasks, in per cent, that the policy meets."""


@cache
def load_ceilings() -> dict[str, dict[str, Ceiling]]:
    """Return the published ceilings: scenario → policy → ceiling.

    >>> load_ceilings()["flights/rush"]["do-nothing"].percent
    2
    """
    data = tomllib.loads(_FILE.read_text("utf-8"))
    return {
        scenario: {name: Ceiling(**found) for name, found in policies.items()}
        for scenario, policies in data.items()
    }


def ceiling_above(met: int, feasible: int) -> int:
    """Return the round number, in per cent, above the Wilson interval of a share.

    >>> ceiling_above(0, 270), ceiling_above(50, 270), ceiling_above(270, 270)
    (2, 25, 100)
    """
    high = 100 * (wilson(met, feasible).high or 0.0)
    return _LEAST if high <= _LEAST else min(100, _STEP * ceil(high / _STEP))
