"""Repairs: where a skill breaks off that used to arrive, what may be wanted instead."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from msgspec import Struct

from test_time_gym.agents.skills.improve.value_alternatives import value_alternatives
from test_time_gym.agents.skills.perception.arguments import fields_of
from test_time_gym.agents.skills.perception.page import legal_verbs
from test_time_gym.agents.skills.skill.execution import Execution
from test_time_gym.agents.skills.skill.skill import Skill, Step, signature
from test_time_gym.agents.skills.skill.trajectory import REPAIR

__all__ = ["Repairs"]

_ARRIVALS: Final = 1
"""Arrivals of a skill from which on it is worth a repair."""


class _Way(Struct, frozen=True):
    """A way to go on where a skill broke off."""

    label: str
    skill: Skill
    blamed: str
    """Name of the skill that is to blame, if this way leads on."""


class Repairs:
    """Ways to go on, tried one after the other in the episode in which a skill broke.

    Something in between may be wanted now: then it is about the same thing as the
    step that failed.  Or another value is, in that skill or in the one before: another
    card, another code.  The rest stays as it was.

    Attributes:
        where: place where a skill broke off; repairs are tried there alone.
    """

    def __init__(self) -> None:
        """Have repaired nothing yet."""
        self._known: dict[str, tuple[int, int]] = {}
        self.begin()

    def begin(self) -> None:
        """Begin an episode."""
        self.where = ""
        self._left: list[_Way] = []
        self._now: _Way | None = None
        self._done: dict[str, bool] = {}

    def broke(
        self,
        run: Execution,
        last: Skill | None,
        observation: dict[str, Any],
        where: str,
    ) -> None:
        """Look for ways to go on after a skill broke off.

        Args:
            run: the skill.
            last: the one that was carried out before it.
            observation: the page on which it ended.
            where: its place.
        """
        skill = run.skill
        usual = skill.completions >= _ARRIVALS
        if not usual or skill.name in self._done:
            return
        self._done[skill.name] = True
        self.where = where
        ways = [(way, skill.name) for way in _in_between(run, observation)]
        ways += [(way, skill.name) for way in value_alternatives(skill, observation)]
        if last is not None and last.name != skill.name:
            others = value_alternatives(last, observation)
            ways += [((*way, *skill.steps), last.name) for way in others]
        self._left = [_way(skill, *way) for way in ways]

    def next(self, observation: dict[str, Any], where: str) -> Skill | None:
        """Return the way to try on a page: first what led on before."""
        if where != self.where:
            return None
        legal = legal_verbs(observation)
        ways = [way for way in self._left if way.skill.steps[0].verb in legal]
        if not ways:
            return None
        self._now = max(ways, key=lambda way: self._trust(way.label))
        self._left.remove(self._now)
        return self._now.skill

    def ended(self, *, on: bool, learning: bool) -> str:
        """Note whether the way led on; return the name of the skill to blame, or ''."""
        way, self._now = self._now, None
        if way is None:
            return ""
        if learning:
            n, good = self._known.get(way.label, (0, 0))
            self._known[way.label] = n + 1, good + on
        if not on:
            return ""
        self._left = []
        return way.blamed

    def _trust(self, label: str) -> float:
        n, good = self._known.get(label, (0, 0))
        return (good + 1) / (n + 2)

    def keep(self, names: Iterable[str]) -> None:
        """Forget the ways of all other skills."""
        begins = tuple([_label(name, ()) for name in names])
        known = self._known.items()
        self._known = {label: one for label, one in known if label.startswith(begins)}

    def dump(self) -> dict[str, Any]:
        """Return by way how often it was tried and led on, as plain data."""
        return {label: list(known) for label, known in self._known.items()}

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self._known = {label: (n, good) for label, (n, good) in data.items()}


def _way(skill: Skill, steps: tuple[Step, ...], blamed: str) -> _Way:
    way = Skill(
        name=REPAIR, precondition={}, steps=steps, postcondition=skill.postcondition
    )
    return _Way(_label(skill.name, steps), way, blamed)


def _label(name: str, steps: Iterable[Step]) -> str:
    return f"{name}: {signature(steps)}"


def _in_between(
    run: Execution, observation: dict[str, Any]
) -> Iterator[tuple[Step, ...]]:
    """Yield the rest of a skill with a step before that is about the same thing."""
    steps, failed = run.skill.steps, run.failed
    if failed is None:
        return
    rest = steps[steps.index(failed) :]
    for verb in legal_verbs(observation):
        wanted = [field.name for field in fields_of(verb) if field.required]
        known = wanted and all(name in failed.args for name in wanted)
        if known and all(step.verb != verb for step in steps):
            args = {name: failed.args[name] for name in wanted}
            yield (Step(verb=verb, args=args), *rest)
