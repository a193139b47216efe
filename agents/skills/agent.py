"""The skills agent: it learns to buy at a site from nothing but its own episodes."""

from collections.abc import Iterable
from typing import Any, Final

from test_time_gym.market.interface.policy import AgentError

from .choice import Choice
from .credit import rewards, worth
from .execution import Execution
from .knowing import SCHEMA, Knowing
from .mining import Candidate, candidates, place
from .outlook import outlook
from .page import coarse_time, features
from .raw import RAW
from .repair import REPAIR
from .skill import Page, Skill, Step
from .trajectory import EXPLORE, TRIAL, Taken, Trajectory, core
from .trial import fixed
from .tryout import Tryout

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


class SkillsAgent(Knowing):
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
        self._tryout = Tryout(self._effects, self._dice, most)
        self.trajectory = Trajectory()
        self.choices: list[tuple[int, Choice]] = []
        self._doubting.begin()
        self._running: Execution | None = None
        self._done: list[str] = []
        self._key: _Key = ("", "", 0, 0)
        self._ended: dict[_Key, bool] = {}
        self._broken: dict[tuple[str, str], bool] = {}
        self._lost: dict[tuple[str, str], bool] = {}
        self._arrivals: dict[str, float | None] = {}
        self._lead: tuple[Step, str] | None = None
        self._variant = ""
        self._excess: float | None = None
        self._looks = 0
        self._task: dict[str, Any] = {}

    def begin(self, task: dict[str, Any]) -> None:
        """Begin an episode with its first page."""
        self._fresh()
        self.episode += 1
        origin = self.instance or f"episode {self.episode}"
        self.changes = self.library.begin(self.episode, origin)
        self.events.clear()
        self._task = self._doubting.usual(task)
        self.explorer.begin(self._task)
        self._raw.begin(self._task)

    # -- acting

    def act(self, observation: dict[str, Any]) -> _Action:
        """Return an action for a page."""
        observation = self._doubting.usual(observation)
        self._read(observation)
        page = features(observation)
        raw = self._raw.action(observation) if self.settings.raw else None
        if raw is not None:
            return self._take(Taken(observation, page, *raw, RAW))
        for _ in range(_ROUNDS):
            action = self._going_on(observation, page)
            if action is not None:
                return action
            if self._repair(observation, page):
                continue
            if self._tries(observation, page):
                continue
            action = self._choose(observation, page)
            if action is not None:
                return action
        msg = "skills begin and end on this page without a step"
        raise AgentError(msg)

    def _read(self, observation: dict[str, Any]) -> None:
        self._prices.look(observation)
        paying = observation["payment_state"]["status"] != "none"
        if paying and observation["cart"]["items"]:
            self._excess = self._prices.excess(observation)

    def _going_on(self, observation: dict[str, Any], page: Page) -> _Action | None:
        """Go on with the trial or the skill that is under way."""
        while self._tryout.active:
            tried = self._tryout.action(observation)
            if tried is not None:
                return self._take(Taken(observation, page, *tried, TRIAL))
            habit, lead = self._tryout.judge(observation)
            if habit is not None:
                self.library.take_up(habit, self.episode)
                self._breeder.reopen()
                self._effects.reopen()
            if self._lead is not None and lead is not None:
                self._lead = lead, self._lead[1]
        run = self._running
        return None if run is None else self._carry_on(run, observation, page)

    def _carry_on(
        self, run: Execution, observation: dict[str, Any], page: Page
    ) -> _Action | None:
        """Take the next step of a skill; None: it is through, or broken off."""
        found = run.action(observation, len(self.trajectory.taken))
        by = run.chain[-1].skill.name
        if found is not None:
            verb, args, step = found
            return self._take(Taken(observation, page, verb, args, by, step))
        if run.lacking and self._looks < _LOOKS:
            self._looks += 1
            run.look_again()
            return self._take(Taken(observation, page, "wait", {"minutes": 1}, by))
        ended = run.release()
        if ended is not None:
            self._note(ended, observation, page)
            if self.settings.learning and ended.arrived(page):
                live = self.library.plain(self.library.at(page))
                self._propose(observation, page, live)
            return self._going_on(observation, page)
        self._running = None
        if run.skill.name == REPAIR:
            elsewhere = _where(page) != self._doubting.repairs.where
            self._repaired(on=elsewhere or run.arrived(page))
            return None
        self._ended[self._key] = True
        for one in reversed(run.chain):
            self._note(one, observation, page)
        self._done.append(run.skill.name if run.arrived(page) else "")
        return None

    def _take(self, taken: Taken) -> _Action:
        self.trajectory.take(taken)
        return {"verb": taken.verb, "payload": taken.args}

    def _note(self, run: Execution, observation: dict[str, Any], page: Page) -> None:
        """Note where a skill has led."""
        self._lead = None
        name, taken = run.skill.name, self.trajectory.taken[run.began :]
        arrived = run.arrived(page)
        if self.settings.learning:
            self.library.used(name, arrived=arrived, episode=self.episode)
        self._doubting.ended(run, observation, _where(page), arrived=arrived)
        if not arrived:
            start = taken[0].page if taken else page
            self._broken[name, _where(start)] = True
            self._lost[name, _context(start)] = True
            return
        self._arrivals[name] = self._prices.change(run.before, observation)
        if taken and taken[-1].step is not None:
            last = taken[-1]
            # What moved nothing for good can be done again.
            if core(last.observation)[:-1] == core(observation)[:-1]:
                self._lead = fixed(last.verb, last.args), _where(page)

    def _repair(self, observation: dict[str, Any], page: Page) -> bool:
        """Begin a repair, if a skill broke off here; return whether."""
        way = self._doubting.repairs.next(observation, _where(page))
        if way is not None:
            step = len(self.trajectory.taken)
            self._running = Execution(way, observation, step)
        return way is not None

    def _repaired(self, *, on: bool) -> None:
        """Blame a skill for what a repair made good."""
        self._lead = None
        self._done.append("")
        blamed = self._doubting.repaired(on=on)
        self._arrivals.pop(blamed[0], None)
        self._lost[blamed] = True

    def _tries(self, observation: dict[str, Any], page: Page) -> bool:
        """Begin a trial or a variant, or make siblings; return whether."""
        live = self.library.plain(self.library.at(page))
        if not (live and self.settings.learning):
            return False
        varying = self.settings.varying
        if varying and self._breeder.spread(live, observation, self.episode):
            return True
        if not self._ready(live, observation, _where(page)):
            return False
        if self._propose(observation, page, live):
            return True
        return varying and self._varies(observation, page, live)

    def _varies(
        self, observation: dict[str, Any], page: Page, live: list[Skill]
    ) -> bool:
        """Begin a variant, if this episode has no experiment yet; return whether."""
        if self.wins < _WINS or self._variant or self._tryout.begun:
            return False
        here = _where(page)
        variant = self._breeder.variant(live, observation, self.episode)
        if variant is None or (variant.name, here) in self._broken:
            return False
        self._variant = variant.name
        self._start(variant, observation, here)
        return True

    def _propose(
        self, observation: dict[str, Any], page: Page, live: list[Skill]
    ) -> bool:
        here = _where(page)
        lead = None
        if self._lead is not None and self._lead[1] == here:
            lead = self._lead[0]
        used = [s.verb for one in live for s in one.steps if not s.spare]
        minute = self._task["minutes_left"] - observation["minutes_left"]
        return self._tryout.propose(
            observation, here, lead, shunned=used, minute=minute
        )

    def _ready(
        self, live: list[Skill], observation: dict[str, Any], here: str
    ) -> list[Skill]:
        """Return the skills that have not ended or broken off on such a page yet."""
        now = coarse_time(observation), len(observation["messages"])
        return [
            one
            for one in live
            if (one.name, here, *now) not in self._ended
            and (one.name, here) not in self._broken
        ]

    def _choose(self, observation: dict[str, Any], page: Page) -> _Action | None:
        """Choose among skills and exploring; return an action if it is the latter."""
        here, context = _where(page), _context(page)
        ready = self._ready(self.library.at(page), observation, here)
        if ready and context not in self._doubted:
            self._doubted[context] = True
            self._chooser.prior(context, EXPLORE, _MEAN, self.settings.doubt)
        arms = [*[one.name for one in ready], EXPLORE]
        excess = self._prices.excess(observation)
        seen = outlook(observation, self._task, excess, len(self._broken))
        choice = self._chooser.choose(context, seen, arms)
        step = len(self.trajectory.taken)
        self.choices.append((step, choice))
        if choice.chosen != EXPLORE:
            self._start(self.library.skills[choice.chosen], observation, here)
            return None
        self._lead = None
        self._done.append("")
        verb, args = self.explorer.act(observation, page, step)
        return self._take(Taken(observation, page, verb, args, EXPLORE))

    def _start(self, skill: Skill, observation: dict[str, Any], here: str) -> None:
        step = len(self.trajectory.taken)
        self._running = Execution(skill, observation, step, self.library.skills)
        now = coarse_time(observation), len(observation["messages"])
        self._key = (skill.name, here, *now)
        self._doubting.began(skill, _context(features(observation)))

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
        if self._running is not None and success:
            self._succeeded(self._running)
        self._reward(success=success)
        self._doubting.learn(self._arrivals)
        for name, change in self._arrivals.items():
            if change is not None:
                self.library.evidence.note_price(name, change)
        if self._variant:
            arrived = self._variant in self._arrivals
            self._breeder.judge(self._variant, arrived=arrived, success=success)
        self._breeder.prune()
        self._prices.pass_episode()
        self.wins += success
        # Who has never met a task learns the way to a ticket from a wrong one, too.
        instructive = success or (outcome == "violation" and not self.wins)
        if self.settings.raw:
            if success:
                self._raw.keep(taken)
        elif instructive and self.settings.mining:
            self.library.mine(self._mined(), self._arrivals)
            if success and self.settings.calling:
                self.library.follow(self._done)
        self._upkeep.pass_episode(self.episode)

    def _succeeded(self, run: Execution) -> None:
        """Note that the episode ended in success while a skill was carried out."""
        if run.skill.name == REPAIR:
            self._repaired(on=True)
            return
        for one in run.chain:
            name = one.skill.name
            self.library.used(name, arrived=True, episode=self.episode)
            self._arrivals[name] = None
            self._doubting.ended(one, {}, "", arrived=True)
        self._done.append(run.skill.name)

    def _mined(self) -> Iterable[Candidate]:
        """Return what the episode consisted of, without what was only tried."""
        for one in candidates(self.trajectory):
            if all(taken.by != TRIAL for taken in one.taken):
                yield one

    def _reward(self, *, success: bool) -> None:
        """Tell the chooser what came of each choice, of the same ones once."""
        value = success * worth(self._excess, self.settings)
        steps = len(self.trajectory.taken)
        for told in rewards(self.choices, steps, value, self._lost, self.settings):
            self.library.learn(*told)


def _where(page: Page) -> str:
    """Return the place of a page, as a text."""
    return "/".join(place(page))


def _context(page: Page) -> str:
    """Return the bucket in which choices are alike."""
    return f"{_where(page)}/{page['checks']}"
