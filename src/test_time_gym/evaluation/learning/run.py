"""A learning run: the episodes of one agent at one site, one after the other."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple, Protocol

from msgspec import Struct, field

from test_time_gym.agents.answer import settled
from test_time_gym.agents.base import Agent
from test_time_gym.evaluation.bench.row import NOT_COUNTED
from test_time_gym.evaluation.run import run
from test_time_gym.market.domain import Trade
from test_time_gym.rollout.hooks import usage_of
from test_time_gym.rollout.results import AgentResult, RunResult

from .curriculum import SEAT, Curriculum, Hindsight, SitePhase
from .step_counts import StepCounts, steps_of

__all__ = [
    "FreshAgents",
    "LearningEpisode",
    "LearningRun",
    "Series",
    "play_before",
    "play_run",
]

_PASSING: Final = ("latency_ms", "recorded", "retries")
"""Of usage, what is another number when the same is played again."""

Report = Callable[[], None]
"""Called when an episode is over."""


class LearningEpisode(Struct, frozen=True, kw_only=True, array_like=True):
    """One episode of a run; money in minor units."""

    seed: int
    outcome: str
    reward: float
    steps: int
    paid: int | None
    optimal: int | None
    """None: infeasible."""
    regret: int | None
    """paid − optimal, for successes."""
    timing: int | None
    """What of the regret came from deciding when the market was dearer."""
    search: int | None
    """What of it came from a cheaper offer that was not on the page."""
    execution: int | None
    """What of it came from paying more than the page asked for at best."""
    lost_surplus: int | None
    """budget − optimal, for failures at feasible tasks."""
    choices: int
    """That the agent logged."""
    open_choices: int
    """Of them, those that had an alternative."""
    explored: int
    """Of them, those that were exploratory."""
    skill_steps: int = 0
    """Steps by what it knew: by skills, and by what prices have taught."""
    trial_steps: int = 0
    """Steps by which it tried what a price would be."""
    exploring_steps: int = 0
    """Steps by neither: its free exploration."""

    @property
    def feasible(self) -> bool:
        """Whether the task could be met, in hindsight."""
        return self.optimal is not None

    @property
    def success(self) -> bool:
        """Whether it was met."""
        return self.outcome == "success"

    @property
    def counted(self) -> bool:
        """Whether it says anything of how well the agent plays."""
        return self.outcome not in NOT_COUNTED


class Series(Struct, kw_only=True):
    """Consecutive choices in one context among the same arms."""

    context: str
    arms: tuple[str, ...]
    chosen: list[int] = field(default_factory=list)
    """Places of the arms that were chosen, in order."""
    met: list[bool] = field(default_factory=list)
    """Whether the episode of each choice was a success."""


class LearningRun(Struct, frozen=True, kw_only=True):
    """What is kept of a run."""

    episodes: list[LearningEpisode]
    series: list[Series] = field(default_factory=list)
    """Of each context the longest one; for the diagnostics of choice."""
    changes: dict[str, int] = field(default_factory=dict)
    """How often skills were born, confirmed, merged, decayed, retired."""
    skills: int = 0
    """Confirmed ones, at the end."""
    error: str = ""
    """What first ended the agent's own program in an episode, if anything did."""
    usage: dict[str, int] = {}
    """What a model's answers took, in all; without what differs from time to time."""


class _Choice(Protocol):
    """What is read of a logged choice."""

    context: str
    arms: tuple[str, ...]
    chosen: str
    exploratory: bool


class FreshAgents:
    """Creates a new agent for each episode: nothing is carried from one to the next.

    Args:
        make: returns a new agent.
    """

    def __init__(self, make: Callable[[], Agent]) -> None:
        """Have no agent yet."""
        self._make = make
        self._agent: Agent | None = None

    @property
    def current(self) -> Agent | None:
        """The agent of this episode."""
        return self._agent

    def begin(self, task: dict[str, Any]) -> None:
        """Make an agent, and let it begin."""
        self._agent = None  # if the next one cannot be made
        self._agent = self._make()
        _call(self._agent, "begin", task)

    def act(self, observation: dict[str, Any]) -> Any:
        """Return what it does."""
        if self._agent is None:  # nobody has said that an episode begins
            self._agent = self._make()
        return self._agent.act(observation)

    def end(self, result: dict[str, Any]) -> None:
        """Tell it the result, which is the last it hears."""
        _call(self._agent, "end", result)


class _Told(NamedTuple):
    """What an agent tells of an episode."""

    choices: list[_Choice]
    steps: StepCounts


class _RunLog:
    """Plays as the agent inside, and writes down its choices and changes."""

    def __init__(self, report: Report, inner: Any) -> None:
        self.agent: Any = None
        self._inner = inner
        self.told: list[_Told] = []
        self.changes: dict[str, int] = {}
        self.usage: dict[str, int] = {}
        self._report = report

    @property
    def teller(self) -> Any:
        """The agent that tells of itself."""
        if self._inner is not None:
            return self._inner
        fresh = isinstance(self.agent, FreshAgents)
        return self.agent.current if fresh else self.agent

    def begin(self, task: dict[str, Any]) -> None:
        _call(self.agent, "begin", task)

    def act(self, observation: dict[str, Any]) -> Any:
        return self.agent.act(observation)

    def end(self, result: dict[str, Any]) -> None:
        _call(self.agent, "end", result)
        self._finish()

    def _finish(self) -> None:
        """Write down what the agent tells of the episode."""
        choices = [choice for _, choice in _logged(self.teller, "choices")]
        self.told.append(_Told(choices, steps_of(self.teller)))
        for change in _logged(self.teller, "changes"):
            self.changes[change.what] = self.changes.get(change.what, 0) + 1
        self._report()


class _SeatedLog(_RunLog):
    """The same of an agent that makes who plays each episode, such as a model."""

    episodes_agent: Any = None

    @property
    def reads_as_people_do(self) -> bool:
        return getattr(self.agent, "reads_as_people_do", False) is True

    def for_episode(self, *, seed: int, seat: str, trade: Trade) -> "_SeatedLog":
        self.episodes_agent = self.agent.for_episode(seed=seed, seat=seat, trade=trade)
        return self

    def begin(self, task: dict[str, Any]) -> None:
        _call(self.episodes_agent, "begin", task)

    def act(self, observation: dict[str, Any]) -> Any:
        return self.episodes_agent.act(observation)

    def end(self, result: dict[str, Any]) -> None:
        try:
            _call(self.episodes_agent, "end", result)
        finally:
            # Only then all is known that the episode took: notes are written last.
            for name, value in (usage_of(self.episodes_agent) or {}).items():
                if name not in _PASSING and value is not None:
                    self.usage[name] = self.usage.get(name, 0) + value
        self._finish()


def play_run(
    curriculum: Curriculum,
    hindsights: Sequence[Hindsight],
    agent_at: Callable[[SitePhase], Agent],
    report: Report,
    *,
    inner: Any = None,
) -> LearningRun:
    """Play a run.

    Args:
        curriculum: its episodes.
        hindsights: what they offer.
        agent_at: returns who plays from the beginning of a phase on; mostly the
            same agent.
        report: called after every episode.
        inner: the agent whose choices, changes and skills are read, if it is not the
            one that plays.

    Raises:
        AgentError: the agent's ``end`` failed.
    """
    first = agent_at(curriculum.phases[0])
    seated = callable(getattr(first, "for_episode", None))
    log = (_SeatedLog if seated else _RunLog)(report, inner)
    results: list[tuple[int, AgentResult]] = []
    for k, phase in enumerate(curriculum.phases):
        log.agent = agent_at(phase) if k else first
        coming = hindsights[len(results) : len(results) + phase.episodes]
        played = _run(phase, log, coming)
        results += [(one.seed, one.agents[SEAT]) for one in played.episodes]
    episodes = [
        _episode(*one, told) for one, told in zip(results, log.told, strict=True)
    ]
    met = [one.success for one in episodes]
    skills = _logged(log.teller, "skills")
    return LearningRun(
        episodes=episodes,
        series=_series([told.choices for told in log.told], met),
        changes=dict(sorted(log.changes.items())),
        skills=sum([one.state == "confirmed" for one in skills]),
        error=next((one.error for _, one in results if one.outcome == "error"), "")
        or "",
        usage=dict(sorted(log.usage.items())),
    )


def play_before(curriculum: Curriculum, agent: Agent, report: Report) -> None:
    """Play a run of which nothing is written down, at another site."""
    log = _RunLog(report, None)
    log.agent = agent
    for phase in curriculum.phases:
        _run(phase, log)


def _run(
    phase: SitePhase, agent: Agent, hindsights: Sequence[Hindsight] = ()
) -> RunResult:
    seeds = range(phase.seed, phase.seed + len(hindsights))
    bests = [hindsight.best for hindsight in hindsights]
    prices = [None if best is None else best.price_minor for best in bests]
    return run(
        phase.site,
        {SEAT: agent},
        n_agents=1,
        seed=phase.seed,
        episodes=phase.episodes,
        regret=bool(hindsights),
        optima=dict(zip(seeds, prices, strict=True)),
    )


def _episode(seed: int, result: AgentResult, told: _Told) -> LearningEpisode:
    choices, steps = told
    return LearningEpisode(
        seed=seed,
        outcome=result.outcome,
        reward=result.reward,
        steps=result.steps,
        paid=result.paid,
        optimal=result.optimal,
        regret=result.regret,
        timing=result.timing,
        search=result.search,
        execution=result.execution,
        lost_surplus=result.lost_surplus,
        choices=len(choices),
        open_choices=sum([len(one.arms) > 1 for one in choices]),
        explored=sum([one.exploratory for one in choices]),
        skill_steps=steps.skills,
        trial_steps=steps.trials,
        exploring_steps=steps.exploring,
    )


def _series(choices: Sequence[Sequence[_Choice]], met: Sequence[bool]) -> list[Series]:
    """Return the longest series of each context, in the order of first choices."""
    longest: dict[str, Series] = {}
    running: dict[str, Series] = {}
    for logged, success in zip(choices, met, strict=True):
        for one in logged:
            if len(one.arms) < 2:  # noqa: PLR2004 - one arm is no choice
                continue
            arms = tuple(sorted(one.arms))
            series = running.get(one.context)
            if series is None or series.arms != arms:
                series = Series(context=one.context, arms=arms)
                running[one.context] = series
            series.chosen.append(arms.index(one.chosen))
            series.met.append(success)
            best = longest.get(one.context)
            if best is None or len(series.chosen) > len(best.chosen):
                longest[one.context] = series
    return list(longest.values())


def _call(agent: Any, name: str, argument: dict[str, Any]) -> None:
    method = getattr(agent, name, None)
    if callable(method):
        settled(method(argument))


def _logged(agent: Any, name: str) -> Iterable[Any]:
    """Return what an agent tells of itself, if it is one that does."""
    found = getattr(agent, name, ())
    return found if isinstance(found, list) else ()
