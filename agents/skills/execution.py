"""Executions: one skill being carried out, step by step."""

from typing import Any

from .binding import MISSING, resolve
from .page import holds
from .prices import asked
from .skill import Page, Skill, Step

__all__ = ["Execution"]

Action = tuple[str, dict[str, Any], Step]
"""Verb, arguments, and the step that they come from."""


class Execution:
    """A skill on its way.

    A step whose verb is not possible (any more) is left out. The skill breaks off
    when a step is refused or lacks an argument, unless the step is a mere help.

    Args:
        skill: what is carried out.
        observation: the page it starts on.
        began: actions taken before it.

    Attributes:
        lacking: it waits for something that a message is still to bring.
        before: the price asked at its start, if there was one.
        failed: the step that was not possible, was refused or lacked an argument.
    """

    def __init__(self, skill: Skill, observation: dict[str, Any], began: int) -> None:
        """Stand before the first step."""
        self.skill = skill
        self.began = began
        self.before = asked(observation)
        self.lacking = False
        self.failed: Step | None = None
        self._next = 0
        self._last: Step | None = None
        self._broken = False

    def action(self, observation: dict[str, Any]) -> Action | None:
        """Return what to do next, or None when it is over."""
        self.lacking = False
        refused = observation["last_action_error"] is not None
        if self._last is not None and refused and not self._last.spare:
            self._broken = True
            self.failed = self._last
            return None
        while self._next < len(self.skill.steps):
            step = self.skill.steps[self._next]
            possible = step.verb in observation["legal_verbs"]
            args = self._arguments(step, observation) if possible else None
            if args is not None:
                self._next += 1
                self._last = step
                return step.verb, args, step
            if not step.spare:
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
        """Return whether it went through, and the page is as it should be then."""
        return not self._broken and holds(self.skill.after, page)

    def _arguments(
        self, step: Step, observation: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Return the arguments of a step, or None if one is not to be had.

        Only the likeliest place counts, then fixed values: what merely gave the
        same value in the past may hold anything on this page.
        """
        args = {}
        for name, bindings in step.args.items():
            usable = [b for k, b in enumerate(bindings) if not (k and b.path)]
            for binding in usable:
                value = resolve(binding, observation)
                if value is not MISSING:
                    args[name] = value
                    break
            else:
                if name not in step.optional:
                    self.lacking = bindings[0].path.startswith("messages")
                    return None
        return args
