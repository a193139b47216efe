"""The specification of a study: all that its answer depends on."""

import inspect
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import blake2b, sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from test_time_gym.agents.bandits import chooser_kinds
from test_time_gym.agents.base import Agent, make_agent
from test_time_gym.agents.llm.memory import TWIN
from test_time_gym.market.errors import Misuse, did_you_mean, shown
from test_time_gym.market.integers import as_integer
from test_time_gym.market.interface.crash import explained, let_interrupts_pass
from test_time_gym.market.interface.policy import AgentError
from test_time_gym.market.interface.workload import verify_workload
from test_time_gym.market.journal import SEMANTICS, canonical
from test_time_gym.scenarios import Family

from .arms import ARMS, arms_of
from .curriculum import EPISODES_MAX
from .site_choice import chosen_sites, range_of
from .studied_model import StudiedModel, studied_model

__all__ = ["SCHEMA", "SKILLS", "CustomAgent", "StudySpec", "study_spec"]

SCHEMA: Final = 2
"""Version of what a study keeps and of its protocol."""
SKILLS: Final = "skills"

_PROGRAM: Final = ("agents", "evaluation", "market", "scenarios")
"""Packages on whose code every answer depends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomAgent:
    """An agent that does not come with the package."""

    name: str
    """As its user calls it."""
    make: Callable[[], Any]
    """Returns a new one; other processes find it by its name."""
    sha256: str | None = None
    """Of its source file, where there is one."""

    def made(self) -> Agent:
        """Return a new agent.

        Raises:
            AgentError: it cannot be made, or is none.
        """
        try:
            found = self.make()
        except AgentError:
            raise
        except BaseException as error:
            if not isinstance(error, SystemExit):
                let_interrupts_pass(error)
            why = explained(error, where=False)
            msg = f"agent {self.name!r:.200} cannot be made: {why}"
            raise AgentError(msg) from error
        return make_agent(found)


@dataclass(frozen=True, kw_only=True)
class StudySpec:
    """What is asked. Made by `study_spec`."""

    family: Family
    agent: str | CustomAgent | StudiedModel
    """A built-in name, one's own, or a language model."""
    episodes: int
    sites: range
    """Numbers of the sites; each is a seed."""
    arms: tuple[str, ...]
    """All that are played, in the order of `ARMS`."""
    chooser: str | None = None
    """Of the skills agent; None: its usual one."""
    drifts: tuple[str, ...] = ()
    """Those that happen, in the order of their declaration."""

    @property
    def agent_name(self) -> str:
        """The agent's name, for people."""
        return self.agent if isinstance(self.agent, str) else self.agent.name

    @property
    def model(self) -> StudiedModel | None:
        """The language model that plays, if one does."""
        return self.agent if isinstance(self.agent, StudiedModel) else None

    @property
    def seeds(self) -> int:
        """How many sites are played."""
        return len(self.sites)

    @property
    def site_range(self) -> str | None:
        """Name of the range that all sites are in, if there is one."""
        return range_of(self.family, self.sites)

    def twin(self, arm: str) -> str:
        """Return the arm that the gain of an arm is against."""
        return TWIN if self.model is not None else ARMS[arm].twin

    @property
    def usual(self) -> dict[str, Any]:
        """Settings that all skills agents of the study have."""
        return {} if self.chooser is None else {"chooser": self.chooser}

    @property
    def runs(self) -> int:
        """How many runs a seed has, those at another site before counted too."""
        if self.model is not None:
            return len(self.arms)
        return len(self.arms) + sum([ARMS[arm].elsewhere for arm in self.arms])

    @cached_property
    def digest(self) -> str:
        """Thirty-two hex digits that no other question has."""
        return blake2b(canonical(self.as_dict()), digest_size=16).hexdigest()

    def as_dict(self) -> dict[str, Any]:
        """Return all that the answer depends on, as plain data.

        The program is part of it: what an older one has played is another answer.
        """
        own = self.agent if isinstance(self.agent, CustomAgent) else None
        family = self.family
        return {
            "schema": SCHEMA,
            "semantics": SEMANTICS,
            "program": _program(),
            "scenario": {
                "base": family.base.model_dump(mode="json", by_alias=True),
                "habits": [one.model_dump(mode="json") for one in family.habits],
                "drifts": [one.model_dump(mode="json") for one in family.drifts],
            },
            "agent": {"name": self.agent_name, "sha256": own.sha256 if own else None}
            | ({} if self.model is None else self.model.as_dict()),
            "episodes": self.episodes,
            "sites": [self.sites[0], self.sites[-1]],
            "arms": list(self.arms),
            "chooser": self.chooser,
            "drifts": list(self.drifts),
        }


def study_spec(
    family: Family,
    agent: str | CustomAgent | StudiedModel | Callable[[], Any] = SKILLS,
    *,
    episodes: int = 200,
    seeds: int | None = None,
    start: int | None = None,
    sites: str | range | None = None,
    arms: Sequence[str] | None = None,
    bandit: str | None = None,
    drifts: Sequence[str] = (),
    allow_long: bool = False,
) -> StudySpec:
    """Return a question that can be answered.

    Args:
        family: what is played.
        agent: a built-in name; or one's own: a class, a function without arguments
            that makes one, or a function of the observation; or a language model.
        episodes: of each run.
        seeds: how many sites; see `chosen_sites`.
        start: number of the first.
        sites: name of a range of the family, or ``A:B``.
        arms: see `arms_of`.
        bandit: kind of the skills agent's chooser.
        drifts: names of what happens to sites, or ``all`` that is due.
        allow_long: play even a scenario that hardly ends.

    Raises:
        Misuse: something is out of range or unknown, and what can be done.
    """
    verify_workload(family.longest, allow_long=allow_long)
    given = as_integer(episodes)
    if given is None or not 1 <= given <= EPISODES_MAX:
        msg = f"episodes is a whole number from 1 to {EPISODES_MAX}, not "
        raise Misuse(msg + shown(episodes))
    who = _who(agent)
    own = who != SKILLS
    if bandit is not None and (own or bandit not in chooser_kinds()):
        known = ", ".join(chooser_kinds())
        msg = f"no bandit is called {bandit!r:.40}; known: {known}"
        msg += did_you_mean(bandit, chooser_kinds())
        raise Misuse("only the agent skills has a bandit" if own else msg)
    return StudySpec(
        family=family,
        agent=who,
        episodes=int(episodes),
        sites=chosen_sites(family, seeds=seeds, start=start, sites=sites),
        arms=who.arms(arms, family.base.market.trade)
        if isinstance(who, StudiedModel)
        else arms_of(arms, own=own, sites=bool(family.habits)),
        chooser=bandit,
        drifts=_happening(family, drifts, episodes),
    )


def _who(
    agent: str | CustomAgent | StudiedModel | Callable[[], Any],
) -> str | CustomAgent | StudiedModel:
    if isinstance(agent, CustomAgent | StudiedModel):
        return agent
    return studied_model(agent) or _named(agent)


def _named(agent: str | Callable[[], Any]) -> str | CustomAgent:
    if isinstance(agent, str):
        make_agent(agent)
        return agent
    if not callable(agent):
        msg = "an agent is a name, or a class or function that makes one: a study "
        raise AgentError(msg + "needs a new one for each run")
    name = f"{agent.__module__}:{getattr(agent, '__qualname__', type(agent).__name__)}"
    make = agent
    if inspect.isfunction(agent) and inspect.signature(agent).parameters:
        make = partial(_itself, agent)
    try:
        source = Path(inspect.getsourcefile(agent) or "").read_bytes()
    except (OSError, TypeError):
        return CustomAgent(name=name, make=make)
    return CustomAgent(name=name, make=make, sha256=sha256(source).hexdigest())


def _itself(agent: Any) -> Any:
    """Return a function of the observation, which is an agent already."""
    return agent


def _happening(family: Family, asked: Sequence[str], episodes: int) -> tuple[str, ...]:
    """Return the drifts that happen within so many episodes."""
    due = [drift.name for drift in family.drifts if drift.after_episodes < episodes]
    if "all" in asked:
        if not due:
            msg = f"no drift of {family.name} is due within {episodes} episodes"
            raise Misuse(msg)
        return tuple(due)
    family.site(0, asked)  # refuses unknown ones
    for drift in family.drifts:
        if drift.name in asked and drift.name not in due:
            msg = f"{drift.name} happens after {drift.after_episodes} episodes: play "
            raise Misuse(msg + f"more than that, not {episodes}")
    return tuple([name for name in due if name in asked])


def _program() -> str:
    """Return a digest of the code that plays."""
    found = sha256()
    folders = [(folder, "*.py") for folder in sys.modules["test_time_gym"].__path__]
    for name in _PROGRAM:
        spec = find_spec(f"test_time_gym.{name}")
        inside = (spec.submodule_search_locations or []) if spec else []
        folders += [(folder, "**/*.py") for folder in inside]
    for folder, pattern in folders:
        for path in sorted(Path(folder).glob(pattern)):
            found.update(path.relative_to(folder).as_posix().encode())
            found.update(path.read_bytes())
    return found.hexdigest()
