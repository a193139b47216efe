"""Executions: one skill being carried out, step by step."""

from collections.abc import Callable
from typing import Any, Final

from test_time_gym.agents.skills.perception.deadline import outlasts
from test_time_gym.agents.skills.perception.page import (
    Page,
    holds,
    legal_verbs,
    refused,
)
from test_time_gym.agents.skills.perception.places import MISSING, is_of_message
from test_time_gym.agents.skills.perception.vocabulary import PAYING

from .binding import resolve
from .skill import Skill, Step

__all__ = ["UNLEARNED", "Execution", "Values"]

Action = tuple[str, dict[str, Any], Step]
"""Verb, arguments, and the step that they come from."""
UNLEARNED: Final = object()
"""An argument whose value is not chosen by what worked: its bindings say it."""
Values = Callable[[str, str, dict[str, Any]], Any]
"""From a verb, an argument and a page to a value, to `MISSING`, or to `UNLEARNED`."""


def _unlearned(_verb: str, _argument: str, _page: dict[str, Any]) -> Any:
    return UNLEARNED


class Execution:
    """A skill on its way.

    A step whose verb is not possible (any more) is left out, and so is a wait that
    would last longer than there is time. The skill breaks off
    when a step is refused or lacks an argument, unless the step is a mere help.

    Args:
        skill: what is carried out.
        began: actions taken before it.
        values: chooses values by what worked; without it the bindings alone count.

    Attributes:
        lacking: it waits for something that a message is still to bring.
        failed: the step that was not possible, was refused or lacked an argument.
    """

    def __init__(
        self,
        skill: Skill,
        began: int,
        values: Values = _unlearned,
    ) -> None:
        """Stand before the first step."""
        self._values = values
        self.skill = skill
        self.began = began
        self.lacking = False
        self.failed: Step | None = None
        self._next = 0
        self._last: Step | None = None
        self._broken = False

    def action(self, observation: dict[str, Any]) -> Action | None:
        """Return what to do on a page, or None when it is through or broken off."""
        self.lacking = False
        broken = self._last is not None and not self._last.best_effort
        if broken and refused(observation):
            self._broken = True
            self.failed = self._last
        if self._broken:
            return None
        while self._next < len(self.skill.steps):
            step = self.skill.steps[self._next]
            possible, args = self._possible(step, observation)
            if args is not None:
                self._next += 1
                self._last = step
                return step.verb, args, step
            if not step.best_effort:
                self.failed = step
                if possible:
                    self._broken = True
                    return None
            self._next += 1
        return None

    def look_again(self) -> None:
        """Go on waiting for what was lacking."""
        self._broken = False
        self._last = None

    def arrived(self, page: Page) -> bool:
        """Return whether it went through, and the page is as it should be then.

        What comes of a payment is not in its hands.
        """
        if self._paid and self._next >= len(self.skill.steps):
            return True
        return not self._broken and holds(self.skill.postcondition, page)

    @property
    def _paid(self) -> bool:
        return self._last is not None and self._last.verb in PAYING

    def _possible(
        self, step: Step, observation: dict[str, Any]
    ) -> tuple[bool, dict[str, Any] | None]:
        """Return whether a step is possible, and its arguments, if they are there."""
        if step.verb not in legal_verbs(observation):
            return False, None
        args = self._arguments(step, observation)
        if args and outlasts(step.verb, args, observation):
            return False, None
        return True, args

    def _arguments(
        self, step: Step, observation: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Return the arguments of a step, or None if one is not to be had.

        Only the likeliest place counts, then fixed values: what merely gave the
        same value in the past may hold anything on this page.  What a message
        brings is waited for: the code of another day is no code.
        """
        args = {}
        for name, bindings in step.args.items():
            brought = is_of_message(bindings[0].path)
            chosen = self._values(step.verb, name, observation)
            if chosen is not UNLEARNED:
                if chosen is not MISSING:
                    args[name] = chosen
                elif name not in step.optional:
                    self.lacking = brought
                    return None
                continue
            usable = [b for b in bindings[1:] if not (b.path or brought)]
            usable.insert(0, bindings[0])
            for binding in usable:
                value = resolve(binding, observation)
                if value is not MISSING:
                    args[name] = value
                    break
            else:
                if name not in step.optional:
                    self.lacking = brought
                    return None
        return args
