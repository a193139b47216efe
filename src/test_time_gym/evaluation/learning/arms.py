"""The arms of a study: each is a way to play the same curriculum."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from test_time_gym.agents.base import Agent
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.skill.skill import Skill
from test_time_gym.market.errors import Misuse

from .curated_skills import curated_skills
from .curriculum import SitePhase
from .placebo import shuffled

__all__ = ["ARMS", "DEFAULT", "OWN", "Arm", "arms_of", "equipped", "given"]

_CERTAIN: Final = 1e6
"""Pulls against exploring: who is given skills uses them where they apply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One arm."""

    name: str
    says: str
    """What it is, in one sentence."""
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Of the skills agent, where they differ from what is the usual."""
    learns: bool = True
    """Whether its run is kept in the memory."""


def _arm(name: str, says: str, *, learns: bool = True, **settings: Any) -> Arm:
    return Arm(name=name, says=says, settings=MappingProxyType(settings), learns=learns)


ARMS: Final[dict[str, Arm]] = {
    arm.name: arm
    for arm in (
        _arm("frozen", "Learning is off from the start.", learns=False, learning=False),
        _arm("mined", "The agent as it is."),
        _arm(
            "oracle",
            "Curated skills, written from what the site declares; learning is off.",
            learns=False,
        ),
        _arm(
            "placebo",
            "The skills that mined ended with, their steps shuffled; learning is off.",
            learns=False,
        ),
        _arm("raw", "Whole successful episodes are replayed as they were.", raw=True),
        _arm(
            "transfer",
            "It has played at another site before, and goes on learning here.",
        ),
        _arm("no-mining", "No skill is mined from successes.", mining=False),
        _arm("no-thompson", "Skills are chosen by lot, each alike.", chooser="uniform"),
        _arm(
            "no-decay",
            "Nothing fades, and nothing that used to hold is ever doubted.",
            evidence_decay=1.0,
            half_life=10**9,
            doubting=False,
        ),
        _arm(
            "no-intrinsic",
            "It gives itself no rewards for progress, consistency or surprise.",
            progress=0.0,
            consistency=0.0,
            surprise=0.0,
        ),
        _arm("no-trials", "No single change is tried for its price.", trials=0),
        _arm("no-varying", "Known skills are not varied.", varying=False),
    )
}
"""By name, in the order in which they are played and shown."""

DEFAULT: Final = ("frozen", "mined", "oracle", "placebo", "raw")
OWN: Final = ("frozen", "mined")
"""Arms that any agent has; all others are made of the skills agent's parts."""


def arms_of(asked: Sequence[str] | None, *, own: bool, sites: bool) -> tuple[str, ...]:
    """Return which arms are played: those asked for, and those that they need.

    Args:
        asked: names; None: the usual ones.
        own: the agent is not `skills`.
        sites: the scenario is a family with habits.

    Raises:
        Misuse: an arm is unknown, or cannot be.

    >>> arms_of(["placebo"], own=False, sites=True)
    ('frozen', 'mined', 'placebo')
    """
    names = list((OWN if own else DEFAULT) if asked is None else asked)
    for name in names:
        if name not in ARMS:
            msg = f"no arm is called {name!r:.40}; known: {', '.join(ARMS)}"
            raise Misuse(msg)
        if own and name not in OWN:
            msg = f"the arm {name} is made of the parts of the agent skills: any other "
            raise Misuse(msg + f"agent has only {' and '.join(OWN)}")
    if "transfer" in names and not sites:
        msg = "the arm transfer needs another site: this scenario declares no habits"
        raise Misuse(msg)
    needed = ["frozen", *(["mined"] if "placebo" in names else []), *names]
    return tuple([name for name in ARMS if name in needed])


def given(
    name: str, seed: int, usual: Mapping[str, Any], mined: Sequence[Skill]
) -> Callable[[SitePhase], Agent]:
    """Return who plays each phase in an arm whose skills are given to it.

    Args:
        name: ``oracle`` or ``placebo``.
        seed: the agent's.
        usual: settings of all agents of the study.
        mined: the skills that the arm mined ended with.
    """
    if name == "oracle":
        # After a drift they are rewritten: the oracle knows the site as it is.
        return lambda phase: equipped(seed, usual, curated_skills(phase.site))
    kept = [one for one in mined if one.state == "confirmed"]
    agent = equipped(seed, usual, shuffled(kept, seed))
    return lambda _phase: agent


def equipped(
    seed: int, usual: Mapping[str, Any], skills: Sequence[Skill]
) -> SkillsAgent:
    """Return an agent that has these skills and learns nothing."""
    settings = {**usual, "learning": False, "doubt": _CERTAIN, "chooser": "ucb1"}
    agent = SkillsAgent(seed, **settings)
    agent.start_with(skills)
    return agent
