"""The skills agent: it learns to buy at a site from nothing but its own episodes."""

from typing import Any, Final

from test_time_gym.agents.skills.improve.price_experiment import PriceExperiment
from test_time_gym.agents.skills.library.credit_assignment import rewards, worth
from test_time_gym.agents.skills.library.retirement import retire
from test_time_gym.agents.skills.perception.context_features import context_features
from test_time_gym.agents.skills.perception.deadline import minutes_left
from test_time_gym.agents.skills.perception.page import core, item_names, payment_begun
from test_time_gym.agents.skills.perception.page_state import PageState
from test_time_gym.agents.skills.perception.place_key import context_key, place_key
from test_time_gym.agents.skills.perception.vocabulary import verify_page
from test_time_gym.agents.skills.skill.binding import fixed
from test_time_gym.agents.skills.skill.execution import Execution
from test_time_gym.agents.skills.skill.mining import GOAL, procedures
from test_time_gym.agents.skills.skill.skill import Skill, Step
from test_time_gym.agents.skills.skill.trajectory import (
    EXPLORE,
    RAW,
    REPAIR,
    TRIAL,
    Taken,
    Trajectory,
)
from test_time_gym.market.interface.policy import AgentError

from .agent_state import SCHEMA, AgentState
from .choice import Choice

__all__ = ["SCHEMA", "SkillsAgent"]

_LOOKS: Final = 5
"""Minutes, one by one, that a message is waited for in an episode."""
_WINS: Final = 3
"""Successes after which skills are varied."""
_ROUNDS: Final = 40
"""Skills begun on one page, all without a step, before it is a mistake of ours."""
_MEAN: Final = 0.05
"""What exploring beside a known skill is worth, beforehand."""

_Key = tuple[str, str, int, int]
_Action = dict[str, Any]


class SkillsAgent(AgentState):
    """Explores, mines skills from its successes, chooses among them, varies them.

    It knows the verbs, the names of their arguments, how to read a page, and the task.
    The same seed, settings and episodes make the same actions.

    Args:
        seed: of all its chance.
        settings: the same as keyword arguments, or a `Settings`.

    Attributes:
        choices: of this episode: number of the action before which it was made, and
            what was logged of it.
        changes: of this episode: what became of skills, in its order.
        instance: name of what is played, as the origin of skills mined from it; set
            it before an episode begins, or leave it empty.
        events: all that happened to the chooser since this episode began; see `replay`.

    Raises:
        AgentError: a setting is unknown or out of range.

    >>> SkillsAgent(seed=7, learning=False).settings.learning
    False
    """

    def __init__(self, seed: int = 0, **settings: Any) -> None:
        """Know nothing."""
        super().__init__(seed, settings)
        self._fresh()

    def _fresh(self) -> None:
        tries = self.settings.learning and self.library.skills
        most = self.settings.trials if tries else 0
        self._experiment = PriceExperiment(
            self._effects, self._horizon, self._dice, most
        )
        self.trajectory = Trajectory()
        self.choices: list[tuple[int, Choice]] = []
        self._drift.begin()
        self._running: Execution | None = None
        self._key: _Key = ("", "", 0, 0)
        self._ended: dict[_Key, bool] = {}
        self._broken: dict[tuple[str, str], bool] = {}
        self._lost: dict[tuple[str, str], bool] = {}
        self._arrivals: dict[str, float | None] = {}
        self._lead: tuple[Step, str] | None = None
        self._variant = ""
        self._excess: float | None = None
        self._looks = 0
        self._refused: list[Taken] = []
        self._task: dict[str, Any] = {}

    def begin(self, task: dict[str, Any]) -> None:
        """Begin an episode with its first page.

        Raises:
            AgentError: the page is none of the trade that the agent was taught.
        """
        verify_page(task)
        self._fresh()
        self.episode += 1
        origin = self.instance or f"episode {self.episode}"
        self.changes = self.library.begin(self.episode, origin)
        self.events.clear()
        self._task = self._drift.usual(task)
        self._shield.begin(self._task)
        self.explorer.begin(self._task)
        self._replay.begin(self._task)

    # -- acting

    def act(self, observation: dict[str, Any]) -> _Action:
        """Return an action for a page."""
        state = PageState.of(self._shield.look(self._drift.usual(observation)))
        if self._shield.refused:
            verb = self._shield.refused[0]
            seen, page = state.observation, state.page
            self._refused = self.trajectory.foregone(seen, page, verb)
        self._read(state.observation)
        raw = self._replay.action(state.observation) if self.settings.raw else None
        if raw is not None:
            return self._take(state, *raw, RAW)
        for _ in range(_ROUNDS):
            action = self._going_on(state)
            if action is not None:
                return action
            if self._repair(state):
                continue
            known = self.library.at(state.page)
            if self._tries(state, known):
                continue
            action = self._choose(state, known)
            if action is not None:
                return action
        msg = "skills begin and end on this page without a step"
        raise AgentError(msg)

    def _read(self, observation: dict[str, Any]) -> None:
        self._prices.look(observation)
        if payment_begun(observation) and item_names(observation):
            self._excess = self._prices.excess(observation)

    def _going_on(self, state: PageState) -> _Action | None:
        """Go on with the intervention or the skill that is under way."""
        while self._experiment.active:
            tried = self._experiment.action(state.observation)
            if tried is not None:
                return self._take(state, *tried, TRIAL)
            tactic, lead = self._experiment.judge(state.observation)
            if tactic is not None:
                self.library.take_up(tactic, self.episode)
                self._variation.reopen()
                self._effects.reopen()
            if self._lead is not None and lead is not None:
                self._lead = lead, self._lead[1]
        run = self._running
        return None if run is None else self._carry_on(run, state)

    def _carry_on(self, run: Execution, state: PageState) -> _Action | None:
        """Take the next step of a skill; None: it is through, or broken off."""
        found = run.action(state.observation)
        by = run.skill.name
        if found is not None:
            verb, args, step = found
            return self._take(state, verb, args, by, step)
        if run.lacking and self._looks < _LOOKS and minutes_left(state.observation):
            self._looks += 1
            run.look_again()
            return self._take(state, "wait", {"minutes": 1}, by)
        self._running = None
        if run.skill.name == REPAIR:
            elsewhere = state.where != self._drift.repairs.where
            self._repaired(on=elsewhere or run.arrived(state.page))
            return None
        self._ended[self._key] = True
        self._note(run, state)
        return None

    def _take(
        self,
        state: PageState,
        verb: str,
        args: dict[str, Any],
        by: str,
        step: Step | None = None,
    ) -> _Action:
        seen, page = state.observation, state.page
        taken = Taken(seen, page, verb, args, by, step, state.signature)
        self.trajectory.take(taken)
        self._shield.took(verb, args)
        self._drift.took(verb, args)
        return {"verb": verb, "payload": args}

    def _note(self, run: Execution, state: PageState) -> None:
        """Note where a skill has led."""
        self._lead = None
        name, taken = run.skill.name, self.trajectory.taken[run.began :]
        arrived = run.arrived(state.page)
        if run.failed is not None and run.failed.verb in self._shield.refused:
            # Not the skill is to blame, but the choice of it for such a cart.
            self._lost[name, context_key(taken[0].page if taken else state.page)] = True
            return
        if self.settings.learning:
            self.library.used(name, arrived=arrived, episode=self.episode)
        observation = state.observation
        self._drift.ended(run, observation, state.where, arrived=arrived)
        if not arrived:
            start = taken[0].page if taken else state.page
            self._broken[name, place_key(start)] = True
            self._lost[name, context_key(start)] = True
            return
        self._arrivals[name] = self._prices.change(run.price_before, observation)
        if taken and taken[-1].step is not None:
            last = taken[-1]
            # What moved nothing for good can be done again.
            if core(last.observation)[:-1] == core(observation)[:-1]:
                self._lead = fixed(last.verb, last.args), state.where

    def _repair(self, state: PageState) -> bool:
        """Begin a repair, if a skill broke off here; return whether."""
        way = self._drift.repairs.next(state.observation, state.where)
        if way is not None:
            step = len(self.trajectory.taken)
            self._running = Execution(way, state.observation, step)
        return way is not None

    def _repaired(self, *, on: bool) -> None:
        """Blame a skill for what a repair made good."""
        self._lead = None
        blamed = self._drift.repaired(on=on)
        self._arrivals.pop(blamed[0], None)
        self._lost[blamed] = True

    def _tries(self, state: PageState, known: list[Skill]) -> bool:
        """Begin an intervention or a variant, or try other values; return whether.

        Args:
            state: the page.
            known: skills in use there.
        """
        if not (known and self.settings.learning):
            return False
        observation, varying = state.observation, self.settings.varying
        if varying and self._variation.spread(known, observation, self.episode):
            return True
        if not self._ready(known, state):
            return False
        if self._propose(state, known):
            return True
        return varying and self._varies(state, known)

    def _varies(self, state: PageState, known: list[Skill]) -> bool:
        """Begin a variant, if this episode has no experiment yet; return whether."""
        if self.wins < _WINS or self._variant or self._experiment.begun:
            return False
        variant = self._variation.variant(known, state.observation, self.episode)
        if variant is None or (variant.name, state.where) in self._broken:
            return False
        self._variant = variant.name
        self._start(variant, state)
        return True

    def _propose(self, state: PageState, known: list[Skill]) -> bool:
        lead = None
        if self._lead is not None and self._lead[1] == state.where:
            lead = self._lead[0]
        used = [s.verb for one in known for s in one.steps if not s.best_effort]
        minute = minutes_left(self._task) - minutes_left(state.observation)
        return self._experiment.propose(state, lead, shunned=used, minute=minute)

    def _ready(self, skills: list[Skill], state: PageState) -> list[Skill]:
        """Return the skills that have not ended or broken off on such a page yet."""
        here, then, moment = state.where, state.context, state.moment
        return [
            one
            for one in skills
            if (one.name, then, *moment) not in self._ended
            and (one.name, here) not in self._broken
            and one.steps[0].verb not in self._shield.refused
        ]

    def _choose(self, state: PageState, known: list[Skill]) -> _Action | None:
        """Choose among skills and exploring; return an action if it is the latter."""
        bucket = state.context
        ready = self._ready(known, state)
        if ready and bucket not in self._primed:
            self._primed[bucket] = True
            self._chooser.prior(bucket, EXPLORE, _MEAN, self.settings.doubt)
        arms = [*[one.name for one in ready], EXPLORE]
        excess = self._prices.excess(state.observation)
        seen = context_features(state, self._task, excess, len(self._broken))
        choice = self._chooser.choose(bucket, seen, arms)
        step = len(self.trajectory.taken)
        self.choices.append((step, choice))
        if choice.chosen != EXPLORE:
            self._start(self.library.skills[choice.chosen], state)
            return None
        self._lead = None
        verb, args = self.explorer.act(state, step)
        return self._take(state, verb, args, EXPLORE)

    def _start(self, skill: Skill, state: PageState) -> None:
        step = len(self.trajectory.taken)
        self._running = Execution(skill, state.observation, step)
        self._key = (skill.name, state.context, *state.moment)
        self._drift.began(skill, state.context)

    # -- learning

    def end(self, result: dict[str, Any]) -> None:
        """Learn from an episode; ``outcome`` is what counts."""
        if not self.settings.learning:
            return
        outcome = result["outcome"]
        success = outcome == "success"
        taken = self.trajectory.taken
        self.explorer.learn(taken, success=success, violation=outcome == "violation")
        self._chooser.pass_episode()
        self._experiment.end()
        if success:
            self._succeeded()
        else:
            self._cut_short(late=outcome == "failed")
        self._reward(success=success)
        self._drift.learn(self._arrivals)
        for name, change in self._arrivals.items():
            if change is not None:
                self.library.stats.note_price(name, change)
        if self._variant:
            arrived = self._variant in self._arrivals
            self._variation.judge(self._variant, arrived=arrived, success=success)
        retire(self.library)
        self._prices.pass_episode()
        self.wins += success
        if self.settings.raw:
            if success:
                self._replay.keep(taken)
        elif self.settings.mining:
            self._mine(success=success, bought=success or outcome == "violation")
        if self._maintenance.pass_episode(self.episode):
            self._variation.pass_on()
            self._drift.pass_on()

    def _mine(self, *, success: bool, bought: bool) -> None:
        """Take in the procedures of an episode, if it teaches the way to a ticket.

        Who has never met a task learns it from a wrong one, too; and who knows no way
        to the end at all, even from a purchase that was not made because it is wrong.
        """
        way = self.trajectory.taken
        if not bought:
            known = any(one.postcondition == GOAL for one in self.library.in_use())
            way = [] if known else self._refused
        if success or (way and not self.wins):
            self.library.mine(procedures(way), self._arrivals)

    def _succeeded(self) -> None:
        """Note how long it took, and that what was carried out led to the end."""
        taken, run = self.trajectory.taken, self._running
        self._horizon.learn(taken, [place_key(one.page) for one in taken])
        if run is None:
            return
        if run.skill.name == REPAIR:
            self._repaired(on=True)
            return
        name = run.skill.name
        self.library.used(name, arrived=True, episode=self.episode)
        self._arrivals[name] = None
        self._drift.ended(run, {}, "", arrived=True)

    def _cut_short(self, *, late: bool) -> None:
        """Note that the episode ended in failure while a skill was carried out.

        A repair has not led on then; a skill is to blame only if it was too late: that
        turns run out in it is mostly the fault of what was done before.
        """
        run = self._running
        if run is not None and run.skill.name == REPAIR:
            self._repaired(on=False)
            return
        if run is not None and late:
            self.library.used(run.skill.name, arrived=False, episode=self.episode)

    def _reward(self, *, success: bool) -> None:
        """Tell the chooser what came of each choice, of the same ones once."""
        value = success * worth(self._excess, self.settings)
        steps = len(self.trajectory.taken)
        for told in rewards(self.choices, steps, value, self._lost, self.settings):
            self.library.learn(*told)
