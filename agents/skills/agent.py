"""The skills agent: it learns to buy at a site from nothing but its own episodes."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from test_time_gym.market.interface.policy import AgentError, policy_stream

from .breeder import Breeder
from .choice import Choice, make_chooser
from .doubt import Doubt
from .effects import LEAST_GAIN, Effects
from .execution import Execution
from .explorer import Explorer
from .library import Library
from .mining import Candidate, candidates, place
from .page import coarse_time, features
from .prices import Prices
from .reading import Reading
from .repair import REPAIR, Repairs
from .settings import Settings
from .skill import Page, Skill, Step
from .trajectory import EXPLORE, TRIAL, Taken, Trajectory, core
from .trial import fixed
from .tryout import Tryout

__all__ = ["SCHEMA", "SkillsAgent"]

SCHEMA: Final = 1
"""Version of what `SkillsAgent.dump` returns."""

_LOOKS: Final = 5
"""Minutes, one by one, that a message is waited for in an episode."""
_WINS: Final = 3
"""Successes after which skills are varied."""
_ROUNDS: Final = 40
"""Skills begun on one page, all without a step, before it is a mistake of ours."""
_MEAN: Final = 0.05
"""What exploring beside a known skill is worth, beforehand."""
_HAGGLE: Final = 1.5
"""Worth of a bargain: 0.5 at the usual price, and so much more per logarithm less."""

_Key = tuple[str, str, int, int]
_Action = dict[str, Any]


class SkillsAgent:
    """Explores, mines skills from its successes, chooses among them, varies them.

    It knows the verbs, the names of their arguments, how to read a page, and the task.
    The same seed, settings and episodes make the same actions.

    Args:
        seed: of all its chance.
        settings: the same as keyword arguments, or a `Settings`.

    Attributes:
        choices: of this episode: number of the action before which it was made, and
            what was logged of it.

    Raises:
        AgentError: a setting is unknown or out of range.

    >>> SkillsAgent(seed=7, learning=False).settings.learning
    False
    """

    def __init__(self, seed: int = 0, **settings: Any) -> None:
        """Know nothing."""
        try:
            self.settings = msgspec.convert(settings, Settings)
        except msgspec.ValidationError as error:
            raise AgentError(f"a setting is wrong: {error}") from error
        unknown = [name for name in settings if name not in Settings.__struct_fields__]
        if unknown:
            known = ", ".join(Settings.__struct_fields__)
            raise AgentError(f"unknown setting {unknown[0]!r:.60}; known: {known}")
        self.settings.verify()
        chance = policy_stream(seed, "choice")
        kind, keep = self.settings.chooser, self.settings.keep
        self._chooser = make_chooser(kind, chance, keep=keep)
        self._dice = policy_stream(seed, "tryout")
        self.explorer = Explorer(seed, self.settings)
        self.library = Library(self._chooser)
        self._breeder = Breeder(self.library, policy_stream(seed, "breeder"))
        self._prices = Prices()
        self._effects = Effects()
        self._reading = Reading()
        self._doubt = Doubt()
        self._repairs = Repairs()
        self._doubted: dict[str, bool] = {}
        self.episode = 0
        self.wins = 0
        self._fresh()

    def _fresh(self) -> None:
        most = (
            self.settings.trials
            if self.settings.learning and self.library.skills
            else 0
        )
        self._tryout = Tryout(self._effects, self._dice, most)
        self.trajectory = Trajectory()
        self.choices: list[tuple[int, Choice]] = []
        self._repairs.begin()
        self._held: dict[str, bool] = {}
        self._ran: dict[str, str] = {}
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
        self._minutes = 0

    def begin(self, task: dict[str, Any]) -> None:
        """Begin an episode with its first page."""
        self._fresh()
        self.episode += 1
        self._minutes = task["minutes_left"]
        self._reading.begin(learning=self.settings.learning)
        self.explorer.begin(self._seen(task))

    # -- acting

    def act(self, observation: dict[str, Any]) -> _Action:
        """Return an action for a page."""
        observation = self._seen(observation)
        self._read(observation)
        page = features(observation)
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

    def _seen(self, observation: dict[str, Any]) -> dict[str, Any]:
        doubting = self.settings.doubting
        return self._reading.usual(observation) if doubting else observation

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
            if self._lead is not None and lead is not None:
                self._lead = lead, self._lead[1]
        run = self._running
        if run is None:
            return None
        found = run.action(observation)
        if found is not None:
            verb, args, step = found
            by = run.skill.name
            return self._take(Taken(observation, page, verb, args, by, step))
        if run.lacking and self._looks < _LOOKS:
            self._looks += 1
            run.look_again()
            pause = {"minutes": 1}
            by = run.skill.name
            return self._take(Taken(observation, page, "wait", pause, by))
        self._stop(run, observation, page)
        return None

    def _take(self, taken: Taken) -> _Action:
        self.trajectory.take(taken)
        return {"verb": taken.verb, "payload": taken.args}

    def _stop(self, run: Execution, observation: dict[str, Any], page: Page) -> None:
        """Note where a skill has led."""
        self._running, self._lead = None, None
        if run.skill.name == REPAIR:
            on = run.arrived(page) or _where(page) != self._repairs.where
            self._repaired(on=on)
            return
        self._ended[self._key] = True
        name, taken = run.skill.name, self.trajectory.taken[run.began :]
        arrived = run.arrived(page)
        if self.settings.learning:
            self.library.used(name, arrived=arrived, episode=self.episode)
        self._held[name] = arrived and self._held.get(name, True)
        if not arrived:
            last = self._last(name)
            if self.settings.doubting:
                self._repairs.broke(run, last, observation, _where(page))
            self._broken[name, self._key[1]] = True
            start = taken[0].page if taken else page
            self._lost[name, _context(start)] = True
            return
        self._arrivals[name] = self._prices.change(run.before, observation)
        if taken and taken[-1].step is not None:
            last = taken[-1]
            # What moved nothing for good can be done again.
            if core(last.observation)[:-1] == core(observation)[:-1]:
                self._lead = fixed(last.verb, last.args), _where(page)

    def _last(self, name: str) -> Skill | None:
        """Return the skill that was carried out before another one, if there was."""
        others = [one for one in self._ran if one != name]
        return self.library.skills[others[-1]] if others else None

    def _repair(self, observation: dict[str, Any], page: Page) -> bool:
        """Begin a repair, if a skill broke off here; return whether."""
        way = self._repairs.next(observation, _where(page))
        if way is not None:
            step = len(self.trajectory.taken)
            self._running = Execution(way, observation, step)
        return way is not None

    def _repaired(self, *, on: bool) -> None:
        """Blame a skill for what a repair made good."""
        name = self._repairs.ended(on=on)
        if name:
            self._arrivals.pop(name, None)
            self._held[name] = False
            if name in self._ran:
                self._lost[name, self._ran[name]] = True

    def _tries(self, observation: dict[str, Any], page: Page) -> bool:
        """Begin a trial or a variant, or make siblings; return whether."""
        live = self.library.at(page) if self.settings.learning else []
        if not live:
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
        minute = self._minutes - observation["minutes_left"]
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
        choice = self._chooser.choose(context, (), arms)
        step = len(self.trajectory.taken)
        self.choices.append((step, choice))
        if choice.chosen != EXPLORE:
            self._start(self.library.skills[choice.chosen], observation, here)
            return None
        self._lead = None
        verb, args = self.explorer.act(observation, page, step)
        return self._take(Taken(observation, page, verb, args, EXPLORE))

    def _start(self, skill: Skill, observation: dict[str, Any], here: str) -> None:
        step = len(self.trajectory.taken)
        self._running = Execution(skill, observation, step)
        now = coarse_time(observation), len(observation["messages"])
        self._key = (skill.name, here, *now)
        self._ran.pop(skill.name, None)
        self._ran[skill.name] = _context(features(observation))

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
            name = self._running.skill.name
            if name == REPAIR:
                self._repaired(on=True)
            else:
                self.library.used(name, arrived=True, episode=self.episode)
                self._arrivals[name], self._held[name] = None, True
        self._reward(success=success)
        self._doubts()
        for name, change in self._arrivals.items():
            if change is not None:
                self.library.price(name, change)
        if self._variant:
            arrived = self._variant in self._arrivals
            self._breeder.judge(self._variant, arrived=arrived, success=success)
        self._breeder.prune()
        self._prices.pass_episode()
        self.wins += success
        # Who has never met a task learns the way to a ticket from a wrong one, too.
        instructive = success or (outcome == "violation" and not self.wins)
        if instructive and self.settings.mining:
            origin, born = f"episode {self.episode}", self.episode
            self.library.mine(self._mined(), self._arrivals, origin, born)

    def _doubts(self) -> None:
        """Doubt what no longer holds."""
        if not self.settings.doubting:
            return
        for name, held in self._held.items():
            if self._doubt.note(name, held=held):
                self.library.doubt(name)
        for name, change in self._arrivals.items():
            n, usual = self.library.asked.get(name, (0, 0.0))
            if change is None or n < 2:
                continue
            if self._doubt.note(f"{name} price", held=change < usual + LEAST_GAIN):
                where = self.library.give_up(self.library.skills[name])
                self._effects.reopen(where)

    def _mined(self) -> Iterable[Candidate]:
        """Return what the episode consisted of, without what was only tried."""
        for one in candidates(self.trajectory):
            if all(taken.by != TRIAL for taken in one.taken):
                yield one

    def _reward(self, *, success: bool) -> None:
        """Tell the chooser what came of each choice, of the same ones once."""
        excess = self._excess
        cheap = 0.5 if excess is None else max(0.0, min(1.0, 0.5 - _HAGGLE * excess))
        share = self.settings.bargain
        worth = success * (1 - share + share * cheap)
        told: dict[tuple[str, str], bool] = {}
        steps = len(self.trajectory.taken)
        for at, choice in self.choices:
            key = choice.chosen, choice.context
            if len(choice.arms) == 1 or key in told:
                continue
            told[key] = True
            reward = worth * self.settings.discount ** (steps - at)
            if key in self._lost:
                reward = 0.0
            if choice.chosen == EXPLORE:
                reward *= self.settings.curiosity
            self.library.learn(choice.context, choice.chosen, reward)

    # -- keeping

    @property
    def skills(self) -> list[Skill]:
        """All skills, retired ones too, in the order of their birth."""
        return list(self.library.skills.values())

    def dump(self) -> dict[str, Any]:
        """Return all but the skills between two episodes, as plain JSON data."""
        return {
            "schema": SCHEMA,
            "settings": msgspec.to_builtins(self.settings),
            "episode": self.episode,
            "wins": self.wins,
            "drawn": self._dice.drawn,
            "doubted": list(self._doubted),
            "chooser": self._chooser.dump(),
            "explorer": self.explorer.dump(),
            "library": self.library.dump(),
            "breeder": self._breeder.dump(),
            "prices": self._prices.dump(),
            "effects": self._effects.dump(),
            "reading": self._reading.dump(),
            "doubt": self._doubt.dump(),
            "repairs": self._repairs.dump(),
        }

    def load(self, skills: Iterable[Skill], data: dict[str, Any]) -> None:
        """Continue where `dump` stopped, with the skills of then.

        The agent is fresh, and has the same seed; its settings may differ, as
        ``learning=False``, except the chooser's.

        Raises:
            AgentError: the data are of another layout, or this agent has played.
        """
        if data.get("schema") != SCHEMA:
            msg = f"this state has layout {data.get('schema')!r:.40}, and this program "
            raise AgentError(msg + f"knows {SCHEMA}: use the version that wrote it")
        if self.episode:
            msg = "this agent has played: load into a fresh one of the same seed"
            raise AgentError(msg)
        self._chooser.load(data["chooser"])
        self.explorer.load(data["explorer"])
        self.library.load(skills, data["library"])
        self._breeder.load(data["breeder"])
        self._prices.load(data["prices"])
        self._effects.load(data["effects"])
        self._reading.load(data["reading"])
        self._doubt.load(data["doubt"])
        self._repairs.load(data["repairs"])
        self.episode, self.wins = data["episode"], data["wins"]
        self._doubted = dict.fromkeys(data["doubted"], True)
        while self._dice.drawn < data["drawn"]:
            self._dice.word()


def _where(page: Page) -> str:
    """Return the place of a page, as a text."""
    return "/".join(place(page))


def _context(page: Page) -> str:
    """Return the bucket in which choices are alike."""
    return f"{_where(page)}/{page['checks']}"
