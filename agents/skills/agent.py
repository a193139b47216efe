"""The skills agent: it learns to buy at a site from nothing but its own episodes."""

from typing import Any, Final

from test_time_gym.agents.bandits import Choice
from test_time_gym.agents.bandits.linear import LinearThompson
from test_time_gym.agents.skills.explore.site_model import FAILURE, SUCCESS, VIOLATION
from test_time_gym.agents.skills.library.credit_assignment import rewards, worth
from test_time_gym.agents.skills.library.retirement import retire
from test_time_gym.agents.skills.perception.columns import usual_page
from test_time_gym.agents.skills.perception.context_features import context_features
from test_time_gym.agents.skills.perception.deadline import minutes_left
from test_time_gym.agents.skills.perception.page import (
    item_names,
    legal_verbs,
    minutes_for_code,
    payment_begun,
    too_dear,
)
from test_time_gym.agents.skills.perception.page_state import PageState
from test_time_gym.agents.skills.perception.place_key import place_key
from test_time_gym.agents.skills.perception.vocabulary import (
    GIVING_UP,
    PAUSE,
    PAYING,
    Vocabulary,
    vocabulary_of,
)
from test_time_gym.agents.skills.skill.execution import Execution
from test_time_gym.agents.skills.skill.mining import procedures
from test_time_gym.agents.skills.skill.skill import Skill, Step, first_needed
from test_time_gym.agents.skills.skill.trajectory import (
    EXPLORE,
    RAW,
    TACTIC,
    TRIAL,
    Taken,
    Trajectory,
)
from test_time_gym.agents.skills.start.clerk_skills import clerk_skills
from test_time_gym.market.interface.policy import AgentError

from .agent_state import SCHEMA, AgentState
from .options import Options

__all__ = ["SCHEMA", "SkillsAgent"]

_ROUNDS: Final = 40
"""Skills begun on one page, all without a step, before it is a mistake of ours."""
_PATIENT: Final = 3
"""Looks for a code after which one waits a minute longer for the next."""
_REST: Final = 7 * 24 * 60
"""Minutes for which who has all that was asked for looks away."""

_Key = tuple[str, str, tuple[Any, ...]]
_Action = dict[str, Any]


class SkillsAgent(AgentState):
    """Explores, mines skills from its successes, chooses among them, learns values.

    It knows the verbs, what their arguments are about, how to read a page, and the
    task. The same seed, settings and episodes make the same actions.

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

    one_seat: Final = True

    def __init__(self, seed: int = 0, **settings: Any) -> None:
        """Know nothing."""
        super().__init__(seed, settings)
        self._fresh()

    def _fresh(self) -> None:
        self.trajectory = Trajectory()
        self.choices: list[tuple[int, Choice]] = []
        self._running: Execution | None = None
        self._key: _Key = ("", "", ())
        self._ended: dict[_Key, bool] = {}
        self._broken: dict[tuple[str, str, tuple[Any, ...]], bool] = {}
        self._lost: dict[tuple[str, str], bool] = {}
        self._excess: float | None = None
        self._looks = self._gone_before = 0
        self._refused: list[Taken] = []
        self._task: dict[str, Any] = {}
        self._scene = self._bucket = ""
        self._pointless: tuple[str, ...] = ()

    def begin(self, task: dict[str, Any]) -> None:
        """Begin an episode with its first page.

        Raises:
            AgentError: no known trade has such pages.
        """
        words: Vocabulary = vocabulary_of(task)
        self._words = self._trade = words
        self._options = Options(words, self.values, self.shopper)
        self._fresh()
        if not self.episode and self.settings.start == "clerk":
            self._learn_flow(words)
        self.episode += 1
        origin = self.instance or f"episode {self.episode}"
        self.changes = self.library.begin(self.episode, origin)
        self.events.clear()
        self._task = usual_page(task, words)
        self._shield.begin(self._task)
        self._attempt.begin()
        self.values.begin()
        self.shopper.begin(self._task)
        self.explorer.begin()
        self._replay.begin(self._task)

    def _learn_flow(self, words: Vocabulary) -> None:
        known = self.library.skills
        self.library.start_with(
            [one for one in clerk_skills(words) if one.name not in known]
        )
        self._expect_flow()

    @property
    def _knows_way(self) -> bool:
        return self.wins > 0 or self.settings.start == "clerk"

    # -- acting

    def act(self, observation: dict[str, Any]) -> _Action:
        """Return an action for a page."""
        page = usual_page(observation, self._words)
        state = PageState(self._shield.look(page))
        self._read(state)
        if self._shield.served:
            minutes = max(1, min(minutes_left(page), _REST))
            return self._take(state, PAUSE, {"minutes": minutes}, TACTIC)
        if self.settings.raw:
            raw = self._replay.action(state.observation, self._options.value)
            if raw is not None:
                return self._take(state, *raw, RAW)
        for _ in range(_ROUNDS):
            action = self._going_on(state) or self._advised(state)
            if action is not None:
                return action
            action = self._choose(state)
            if action is not None:
                return action
        msg = "skills begin and end on this page without a step"
        raise AgentError(msg)

    def _read(self, state: PageState) -> None:
        """Take in what the page says of what was done before."""
        seen = state.observation
        if self._shield.refused:
            verb = self._shield.refused[0]
            self._refused = self.trajectory.foregone(seen, state.page, verb)
        self._attempt.look(state)
        dear = too_dear(seen)
        self.values.look(seen, state.trouble, dear=dear)
        self.shopper.look(seen, state.trouble)
        chances = self._options.chances(seen)
        self._bucket = self._attempt.bucket(state) + chances
        self._scene = self._attempt.scene(state) + chances
        self._pointless = self._attempt.pointless(state, self._words)
        if payment_begun(seen) and item_names(seen):
            self._excess = self.shopper.excess(seen)

    def _advised(self, state: PageState) -> _Action | None:
        """Do something for a better price, or give up what cannot be had."""
        if self.shopper.hopeless(state.observation):
            return self._take(state, GIVING_UP, {}, TACTIC)
        code = self._code(state)
        if code is not None:
            return code
        advice = self.shopper.advise(state.observation, trying=self._knows_way)
        if advice is None or advice.verb not in legal_verbs(state.observation):
            return None
        by = TRIAL if advice.trial else TACTIC
        return self._take(state, advice.verb, advice.args, by)

    def _code(self, state: PageState) -> _Action | None:
        """Apply a code that was never tried, or one that lowered the price before."""
        page = state.observation
        trying = self.settings.learning and self.settings.trials and self._knows_way
        code = self._options.new_code(page, untried=True) if trying else None
        if code is not None:
            return self._take(state, *code, TRIAL)
        code = self._options.known_code(page)
        if code is not None:
            return self._take(state, *code, TACTIC)
        code = self._options.new_code(page) if trying else None
        return None if code is None else self._take(state, *code, TRIAL)

    def _going_on(self, state: PageState) -> _Action | None:
        """Take the next step of the skill under way; None: it is through, or over."""
        run = self._running
        if run is None:
            return None
        found = run.action(state.observation)
        by = run.skill.name
        if found is not None:
            verb, args, step = found
            return self._take(state, verb, args, by, step)
        most = minutes_for_code(state.observation) if run.lacking else 0
        if most:
            run.look_again()
            self._looks += 1
            minutes = min(most, 1 + self._looks // _PATIENT)
            return self._take(state, PAUSE, {"minutes": minutes}, by)
        self._running = None
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
        if verb == self._words.search and not args:
            args = self.shopper.day(seen)
        taken = Taken(seen, page, verb, args, by, step, state.signature)
        self.trajectory.take(taken)
        self._shield.took(verb, args)
        self._attempt.took(verb, args)
        self.values.took(verb, args, self._words.arguments[verb], seen)
        self.shopper.took(verb, args, seen, dear=too_dear(seen))
        if by != EXPLORE:
            self.explorer.took(self._scene, verb)
        return {"verb": verb, "payload": args}

    def _note(self, run: Execution, state: PageState) -> None:
        """Note where a skill has led."""
        name, taken = run.skill.name, self.trajectory.taken[run.began :]
        arrived = bool(taken) and run.arrived(state.page)
        start = taken[0].page if taken else state.page
        bucket = self._key[1]
        if run.failed is not None and run.failed.verb in self._shield.refused:
            # Not the skill is to blame, but the choice of it for such a cart.
            self._lost[name, bucket] = True
            return
        if not arrived:
            tried = *state.moment[2:], self._gone_before
            self._broken[name, place_key(start), tried] = True
            self._lost[name, bucket] = True
        if not taken:
            return
        if self.settings.learning:
            self.library.used(name, arrived=arrived, episode=self.episode)
        if arrived:
            self._lost.pop((name, bucket), None)

    def _ready(self, state: PageState, known: list[Skill]) -> list[Skill]:
        """Return the skills that have not ended or broken off on such a page yet."""
        verbs = legal_verbs(state.observation)
        legal = [one for one in verbs if one not in self._pointless]
        bucket, moment = self._bucket, self._moment(state)
        offer = *state.moment[2:], len(self.shopper.gone)
        return [
            one
            for one in known
            if first_needed(one).verb in legal
            and (one.name, bucket, moment) not in self._ended
            and (one.name, state.where, offer) not in self._broken
        ]

    def _moment(self, state: PageState) -> tuple[Any, ...]:
        """Return what may make a skill worth another try on the same sort of page."""
        return (*state.moment, self.values.failures, len(self.shopper.gone))

    def _choose(self, state: PageState) -> _Action | None:
        """Choose among skills and exploring; return an action if it is the latter."""
        bucket = self._bucket
        known = self.library.at(state.page)
        ready = self._ready(state, known)
        if ready:
            self._expectations.tell(bucket, ready)
        arms = [*[one.name for one in ready], EXPLORE]
        seen: tuple[float, ...] = ()
        if self._chooser.kind == LinearThompson.kind:
            excess = self.shopper.excess(state.observation)
            seen = context_features(state, self._task, excess, len(self._broken))
        choice = self._chooser.choose(bucket, seen, arms)
        step = len(self.trajectory.taken)
        self.choices.append((step, choice))
        if choice.chosen != EXPLORE:
            skill = self.library.skills[choice.chosen]
            self._running = Execution(skill, step, self._options.value)
            self._key = (skill.name, bucket, self._moment(state))
            self._gone_before = len(self.shopper.gone)
            return None
        return self._explore(state)

    # -- exploring

    def _explore(self, state: PageState) -> _Action:
        """Take one step by the primitive policy."""
        options = self._options.all(state.observation, self._pointless)
        name = self.explorer.choose(self._scene, list(options))
        self.explorer.took(self._scene, name, list(options))
        verb, args = options[name]
        return self._take(state, verb, args, EXPLORE)

    # -- learning

    def end(self, result: dict[str, Any]) -> None:
        """Learn from an episode; ``outcome`` is what counts."""
        if not self.settings.learning:
            return
        outcome = result["outcome"]
        success = outcome == "success"
        bought = success or outcome == "violation"
        self.values.end(bought=bought)
        self.explorer.learn(_end_of(outcome))
        self._chooser.pass_episode()
        if success:
            self._succeeded()
        self._reward(success=success)
        retire(self.library)
        self.wins += success
        if self.settings.raw:
            if success:
                self._replay.keep(self.trajectory.taken)
        elif self.settings.mining:
            self._mine(success=success, bought=bought)
        self._maintenance.pass_episode(self.episode)

    def _mine(self, *, success: bool, bought: bool) -> None:
        """Take in the procedures of an episode, if it teaches the way to a ticket.

        Who has never met a task learns it from a wrong one, too; and who knows no way
        to the end at all, even from a purchase that was not made because it is wrong.
        """
        way = self.trajectory.taken
        if self.wins > 1 and all(one.by != EXPLORE for one in way):
            return  # Skills did it all, and there is nothing in it that they are not.
        if not bought:
            known = any(one.steps[-1].verb in PAYING for one in self.library.in_use())
            way = [] if known else self._refused
        if success or (way and not self.wins):
            self.library.mine(procedures(way))

    def _succeeded(self) -> None:
        """Note that what was carried out led to the end."""
        run = self._running
        if run is not None:
            self.library.used(run.skill.name, arrived=True, episode=self.episode)

    def _reward(self, *, success: bool) -> None:
        """Tell the chooser what came of each choice, of the same ones once."""
        value = success * worth(self._excess, self.settings)
        steps = len(self.trajectory.taken)
        for told in rewards(self.choices, steps, value, self._lost, self.settings):
            self.library.learn(*told)


def _end_of(outcome: str) -> str:
    """Return what an outcome is in the site model; "": it was cut short."""
    if outcome == "success":
        return SUCCESS
    if outcome == "violation":
        return VIOLATION
    return FAILURE if outcome == "failed" else ""
