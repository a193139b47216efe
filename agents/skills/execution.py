"""Executions: one skill being carried out, step by step."""

from collections.abc import Mapping
from typing import Any

from .binding import MISSING, resolve
from .call import DEPTH_MAX
from .horizon import outlasts
from .page import features, holds, refused
from .prices import asked
from .skill import Page, Skill, Step

__all__ = ["Execution"]

Action = tuple[str, dict[str, Any], Step]
"""Verb, arguments, and the step that they come from."""


class Execution:
    """A skill on its way, and the skill that it calls, if it does.

    A step whose verb is not possible (any more) is left out, and so is a wait that
    would last longer than there is time. The skill breaks off
    when a step is refused or lacks an argument, unless the step is a mere help. It
    also breaks off when a called skill is unknown, may not begin on this page, does
    not arrive, or is called more than `DEPTH_MAX` deep: so it ends in any case.

    Args:
        skill: what is carried out.
        observation: the page it starts on.
        began: actions taken before it.
        library: the skills that it may call, by name.
        depth: calls that it is inside of.

    Attributes:
        lacking: it waits for something that a message is still to bring.
        before: the price asked at its start, if there was one.
        failed: the step that was not possible, was refused or lacked an argument, be
            it of a skill that it called.
    """

    def __init__(
        self,
        skill: Skill,
        observation: dict[str, Any],
        began: int,
        library: Mapping[str, Skill] | None = None,
        depth: int = 0,
    ) -> None:
        """Stand before the first step."""
        self.skill = skill
        self.began = began
        self.before = asked(observation)
        self.lacking = False
        self.failed: Step | None = None
        self._library = {} if library is None else library
        self._depth = depth
        self._inner: Execution | None = None
        self._ended: Execution | None = None
        self._next = 0
        self._last: Step | None = None
        self._broken = False

    @property
    def chain(self) -> list["Execution"]:
        """This one, the one that it calls now, and so on to the innermost."""
        inner = self._inner
        return [self] if inner is None else [self, *inner.chain]

    @property
    def pending(self) -> bool:
        """Whether a called skill has ended and is still to be released."""
        inner = self._inner
        return self._ended is not None or (inner is not None and inner.pending)

    def action(self, observation: dict[str, Any], at: int = 0) -> Action | None:
        """Return what to do on a page, or None when it is through or broken off.

        After None it may also be that a called skill has ended (`release`), and the
        next call goes on; so something can be done between two called skills.

        Args:
            observation: the page.
            at: actions taken in the episode so far.
        """
        self.lacking = False
        if self._inner is not None:
            return self._called(self._inner, observation, at)
        broken = self._last is not None and not self._last.spare
        if broken and refused(observation):
            self._broken = True
            self.failed = self._last
        if self._broken:
            return None
        while self._next < len(self.skill.steps):
            step = self.skill.steps[self._next]
            if step.skill:
                if self._call(step, observation, at):
                    return self.action(observation, at)
                possible, args = True, None
            else:
                possible, args = self._possible(step, observation)
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

    def release(self) -> "Execution | None":
        """Return the called skill that has just ended, once; None if none has."""
        ended = self._inner.release() if self._inner is not None else None
        if ended is None:
            ended, self._ended = self._ended, None
        return ended

    def look_again(self) -> None:
        """Go on waiting for what was lacking."""
        self._broken = False
        self._last = None
        if self._inner is not None:
            self._inner.look_again()

    def arrived(self, page: Page) -> bool:
        """Return whether it went through, and the page is as it should be then."""
        through = not self._broken and self._inner is None
        return through and holds(self.skill.after, page)

    def _call(self, step: Step, observation: dict[str, Any], at: int) -> bool:
        """Begin a called skill; return whether it may begin here."""
        skill = self._library.get(step.skill)
        if skill is None or self._depth >= DEPTH_MAX:
            return False
        if not holds(skill.before, features(observation)):
            return False
        self._last = None
        self._inner = Execution(skill, observation, at, self._library, self._depth + 1)
        return True

    def _called(
        self, inner: "Execution", observation: dict[str, Any], at: int
    ) -> Action | None:
        """Go on with the called skill; note its end."""
        found = inner.action(observation, at)
        self.lacking = inner.lacking
        if found is None and not (inner.lacking or inner.pending):
            spare = self.skill.steps[self._next].spare
            self._inner, self._ended = None, inner
            self._next += 1
            self._broken = not (spare or inner.arrived(features(observation)))
            if self._broken:
                self.failed = inner.failed
        return found

    def _possible(
        self, step: Step, observation: dict[str, Any]
    ) -> tuple[bool, dict[str, Any] | None]:
        """Return whether a step is possible, and its arguments, if they are there."""
        if step.verb not in observation["legal_verbs"]:
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
            brought = bindings[0].path.startswith("messages")
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
