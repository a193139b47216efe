"""One seed of a study: all its lives at one site."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from test_time_gym.agents.base import Agent, make_agent
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.memory import Memory
from test_time_gym.agents.skills.skill.skill import Skill
from test_time_gym.evaluation.oracle import Oracle
from test_time_gym.market.world import World
from test_time_gym.scenarios import Scenario

from .arms import ARMS, given
from .course import Course, Prospect, Stretch
from .kept import opened, remembered
from .life import Life, Renewed, Report, live, live_before
from .question import SEEDS_MAX, SKILLS, OwnAgent, Question

__all__ = ["SeedResult", "play_seed"]


class SeedResult(Struct, frozen=True, kw_only=True):
    """What one seed has come to."""

    seed: int
    clairvoyant: list[bool | None]
    """Whether the clairvoyant agent met each task; None: infeasible."""
    lives: dict[str, Life]
    """By arm."""


class _Advised:
    """The clairvoyant agent: in each episode it is told the optimum."""

    def __init__(self, site: Scenario, prospects: list[Prospect]) -> None:
        self._site, self._world = site, World.of(site.market)
        self._coming = iter(prospects)
        self._now = Oracle(None)

    def begin(self, _task: object) -> None:
        best = next(self._coming).best
        self._now = Oracle.advised(best, self._site, self._world)

    def act(self, observation: dict[str, object]) -> dict[str, object]:
        return self._now.act(observation)


def play_seed(
    question: Question, seed: int, memory: Path | None, report: Report
) -> SeedResult:
    """Play all lives of a seed.

    Args:
        question: of the study.
        seed: number of the site, and the agent's seed.
        memory: file in which learning lives are kept; None: nowhere.
        report: called after every episode.

    Raises:
        AgentError: the agent cannot be made, or its ``end`` failed.
        StoreError: the memory cannot be written.
    """
    course = Course(question.family, seed, question.episodes, question.drifts)
    prospects = course.prospects()
    lives: dict[str, Life] = {}
    mined: list[Skill] = []
    with opened(memory) as store:
        for name in question.arms:
            if isinstance(question.agent, OwnAgent) or question.agent != SKILLS:
                lives[name] = _own(question, name, course, prospects, report)
            elif name in ("oracle", "placebo"):
                who = given(name, seed, question.usual, mined)
                lives[name] = live(course, prospects, who, report)
            else:
                agent = _skills_agent(question, name, seed)
                player = _kept(question, name, agent, seed, store)
                if name == "transfer":
                    other = Course(question.family, SEEDS_MAX + seed, question.episodes)
                    live_before(other, player, report)
                    agent.change_site()
                who = _always(player)
                lives[name] = live(course, prospects, who, report, inner=agent)
                if name == "mined":
                    mined = agent.skills
    return SeedResult(
        seed=seed, clairvoyant=_clairvoyant(course, prospects), lives=lives
    )


def _skills_agent(question: Question, arm: str, seed: int) -> SkillsAgent:
    return SkillsAgent(seed, **{**question.usual, **ARMS[arm].settings})


def _kept(
    question: Question, arm: str, agent: SkillsAgent, seed: int, store: Memory | None
) -> Agent:
    if not ARMS[arm].learns:
        return agent
    key = f"{question.family.name}/{question.digest[:10]}/seed {seed}/{arm}"
    return remembered(agent, store, key)


def _own(
    question: Question,
    arm: str,
    course: Course,
    prospects: list[Prospect],
    report: Report,
) -> Life:
    """Play an agent that is not `skills`: the same object, or a new one each time."""

    def made() -> Agent:
        if isinstance(question.agent, str):
            return make_agent(question.agent, course.number)
        return question.agent.made()

    player = Renewed(made) if arm == "frozen" else made()
    return live(course, prospects, _always(player), report)


def _always(agent: Agent) -> Callable[[Stretch], Agent]:
    return lambda _stretch: agent


def _clairvoyant(course: Course, prospects: list[Prospect]) -> list[bool | None]:
    coming = iter(prospects)

    def advised(stretch: Stretch) -> Agent:
        own = [next(coming) for _ in range(stretch.episodes)]
        return _Advised(stretch.site, own)

    life = live(course, prospects, advised, _silent)
    return [one.success if one.feasible else None for one in life.episodes]


def _silent() -> None:
    """Report to nobody."""
