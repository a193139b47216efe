"""Price experiments: the interventions of an episode, one after the other."""

from math import log
from typing import Any, Final

from msgspec.structs import replace

from test_time_gym.agents.skills.explore.horizon import Horizon
from test_time_gym.agents.skills.perception.deadline import minutes_of
from test_time_gym.agents.skills.perception.page import (
    legal_verbs,
    payment_begun,
    refused,
)
from test_time_gym.agents.skills.perception.page_state import PageState
from test_time_gym.agents.skills.perception.prices import asked
from test_time_gym.agents.skills.skill.price_tactic import PriceTactic
from test_time_gym.agents.skills.skill.skill import Step

from .effect_estimates import EffectEstimates
from .intervention import Intervention, generalised, interventions

__all__ = ["PriceExperiment"]

_PUNCTUAL: Final = 3
"""Minutes after the start within which a pause counts as one from the start."""
_WORSE: Final = -0.02
"""Gain below which the step before is repeated, to get back what it showed."""

Action = tuple[str, dict[str, Any]]


class PriceExperiment:
    """Tries changes on the way, while the way goes on from where they lead.

    Args:
        effects: what interventions have shown so far.
        horizon: what still fits into the time and turns that are left.
        dice: its own chance.
        most: interventions in the episode.
    """

    def __init__(
        self, effects: EffectEstimates, horizon: Horizon, dice: Any, most: int
    ) -> None:
        """Have tried nothing yet."""
        self._effects = effects
        self._horizon = horizon
        self._dice = dice
        self._left = most
        self._done: list[str] = []
        self._paused = False
        self._queue: list[Step] = []
        self._running: tuple[Intervention, str, float, Step | None] | None = None
        self._fresh = False

    @property
    def begun(self) -> bool:
        """Whether something was tried in this episode."""
        return bool(self._done)

    @property
    def active(self) -> bool:
        """Whether an intervention is under way."""
        return bool(self._queue) or self._running is not None

    def propose(
        self,
        state: PageState,
        lead: Step | None,
        *,
        shunned: list[str],
        minute: int,
    ) -> bool:
        """Begin an intervention, if there is one left; return whether.

        Args:
            state: of the page.
            lead: the step that led here, if it can be repeated.
            shunned: verbs that are not tried here.
            minute: minutes since the episode began.
        """
        observation, where = state.observation, state.where
        price = asked(observation)
        if self._left <= 0 or price is None or payment_begun(observation):
            return False
        # Once nothing is left to try at a place, it is not searched for every time.
        scene = f"{where}: {lead.verb if lead else ''}"
        if self._effects.settled(scene):
            return False
        left = self._open(state, lead, shunned)
        self._effects.searched(scene, found=bool(left))
        late = self._paused or minute > _PUNCTUAL
        fresh = [
            one
            for one in left
            if one.label not in self._done
            and not (one.kind == "before" and late)
            and self._fits(one, state)
        ]
        if not fresh:
            return False
        good = [one for one in fresh if self._effects.promising(_at(where, one))]
        early = [one for one in fresh if one.kind == "before"]
        pool = good or early or fresh
        one = pool[self._dice.below(len(pool))]
        one = replace(one, change=generalised(one, observation))
        self._running = one, where, price, lead
        self._queue = list(one.steps)
        self._left -= 1
        self._done.append(one.label)
        self._paused = self._paused or one.kind == "before"
        self._fresh = True
        return True

    def _open(
        self, state: PageState, lead: Step | None, shunned: list[str]
    ) -> list[Intervention]:
        """Return the interventions that are possible, and have something to tell."""
        legal = legal_verbs(state.observation)
        return [
            one
            for one in interventions(state, lead, shunned)
            if self._effects.open(_at(state.where, one))
            and all(step.verb in legal for step in one.steps)
        ]

    def _fits(self, intervention: Intervention, state: PageState) -> bool:
        """Return whether it can be judged and followed up before all is over."""
        said = [_said(step) for step in intervention.steps]
        minutes = sum([minutes_of(verb, args) for verb, args in said])
        # One turn more: to get back what a change for the worse took away.
        turns = len(said) + 1
        return self._horizon.fits(state.observation, state.where, turns, minutes)

    def end(self) -> None:
        """Note that the episode is over: what was not judged has failed."""
        if self._running is not None:
            intervention, where, *_ = self._running
            self._effects.learn(_at(where, intervention), 0.0)
        self._running, self._queue = None, []

    def action(self, observation: dict[str, Any]) -> Action | None:
        """Return the next action of the intervention, or None after its last."""
        if self._queue and (self._fresh or not refused(observation)):
            step = self._queue.pop(0)
            self._fresh = False
            if step.verb in legal_verbs(observation):
                return _said(step)
        self._queue = []
        return None

    def judge(
        self, observation: dict[str, Any]
    ) -> tuple[PriceTactic | None, Step | None]:
        """Take in the price after an intervention.

        Returns:
            What is confirmed by it, and the step that leads to the present page now.
        """
        if self._running is None:
            return None, None
        (intervention, where, before, lead), self._running = self._running, None
        after = asked(observation)
        failed = refused(observation)
        gain = 0.0 if failed or after is None else log(before / after)
        tactic = None
        if self._effects.learn(_at(where, intervention), gain):
            verb = intervention.steps[-1].verb
            tactic = PriceTactic(where, intervention.kind, verb, intervention.change)
        if intervention.kind == "instead" and not failed:
            if gain < _WORSE and lead is not None:
                self._queue, self._fresh = [lead], True
            else:
                lead = intervention.steps[-1]
        return tactic, lead


def _said(step: Step) -> Action:
    """Return a step with fixed values as an action."""
    return step.verb, {name: bound[0].value for name, bound in step.args.items()}


def _at(where: str, intervention: Intervention) -> str:
    """Return the label of an intervention at a place."""
    return f"{where}: {intervention.label}"
