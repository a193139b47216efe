"""Expectations: what a chooser is told of arms that it meets for the first time."""

from collections.abc import Sequence
from typing import Any, Final

from test_time_gym.agents.bandits import Chooser
from test_time_gym.agents.skills.skill.skill import Skill
from test_time_gym.agents.skills.skill.trajectory import EXPLORE

from .skill_stats import SkillStats

__all__ = ["Expectations"]

_EXPLORING: Final = 0.05
"""What exploring beside a known skill is worth."""
_FIRM: Final = 3
"""How much firmer the expectations of who knows the flow are."""
_RIGHT: Final = 0.8
"""What the step that the flow asks for is worth."""
_ELSE: Final = 0.1
"""What another step is worth where the flow asks for one."""
_GOOD: Final = 0.3
"""Mean reward from which on a skill does well."""


class Expectations:
    """Tells priors, each once.

    Args:
        chooser: it is told.
        stats: what skills brought.
        weight: of a prior, in pulls.
    """

    def __init__(self, chooser: Chooser, stats: SkillStats, weight: float) -> None:
        """Have told nothing."""
        self._chooser = chooser
        self._stats = stats
        self._weight = weight
        self._told: dict[str, bool] = {}

    def tell(self, bucket: str, ready: Sequence[Skill]) -> None:
        """Tell what is expected of skills, and of exploring beside them.

        Of skills that were written, the first is what one would do. What worked for
        others is expected to work. One that was mined has to prove itself where another
        does well.
        """
        written = [one.name for one in ready if one.by_hand]
        given = {one.name: one for one in ready if one.completions and not one.born}
        names = [one.name for one in ready]
        weight = self._weight * (_FIRM if written else 1)
        for name in [EXPLORE, *names]:
            key = f"{bucket} {name}"
            if key in self._told:
                continue
            self._told[key] = True
            if name == EXPLORE:
                mean = _EXPLORING
            elif written:
                mean = _RIGHT if name == written[0] else _ELSE
            elif name in given:
                mean = _RIGHT * given[name].completions / given[name].tries
            else:
                best = self._stats.best(bucket, names)
                if best < _GOOD:
                    continue
                mean = best / 2
            self._chooser.prior(bucket, name, mean, weight)

    def dump(self) -> list[Any]:
        """Return what was told, as plain data."""
        return list(self._told)

    def load(self, data: list[Any]) -> None:
        """Take over what `dump` returned; the chooser has its own."""
        self._told = dict.fromkeys(data, True)
