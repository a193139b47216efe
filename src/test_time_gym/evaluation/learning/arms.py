"""The arms of a study: each is a way to play the same curriculum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from test_time_gym.market.errors import Misuse, did_you_mean

__all__ = ["ARMS", "BASELINES", "DEFAULT", "OWN", "Arm", "arms_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One arm."""

    name: str
    says: str
    """What it is, in one sentence."""
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Of the skills agent, where they differ from what is the usual."""
    twin: str = "frozen"
    """The arm that its gain is against."""
    learns: bool = True
    """Whether its run is kept in the memory."""
    elsewhere: bool = False
    """Whether something is played at another site before."""


def _arm(name: str, says: str, **settings: Any) -> Arm:
    return Arm(name=name, says=says, settings=MappingProxyType(settings))


def _off(name: str, says: str, *, elsewhere: bool = False, **settings: Any) -> Arm:
    """Return an arm that does not learn what is seen here."""
    off = MappingProxyType({**settings, "learning": False})
    return Arm(
        name=name,
        says=says,
        settings=off,
        twin=name if name.endswith("frozen") else "frozen",
        learns=False,
        elsewhere=elsewhere,
    )


ARMS: Final[dict[str, Arm]] = {
    arm.name: arm
    for arm in (
        _off("frozen", "Learning is off: the agent is a new one in each episode."),
        Arm(name="cheapest", says="The scripted buyer of that name.", learns=False),
        Arm(
            name="clerk",
            says="The scripted buyer who remembers which card and which code worked.",
            learns=False,
        ),
        _arm("mined", "The agent as it is: it begins with nothing but the verbs."),
        Arm(
            name="clerk-skills",
            says="The same agent, which begins with the flow as curated skills.",
            settings=MappingProxyType({"start": "clerk"}),
            twin="clerk-frozen",
        ),
        _off("clerk-frozen", "As clerk-skills, with learning off.", start="clerk"),
        _off(
            "placebo",
            "All that the agent has learned at another site; learning is off.",
            elsewhere=True,
        ),
        _arm(
            "raw",
            "Whole successes are replayed, with arguments chosen as in skills.",
            raw=True,
        ),
        Arm(
            name="transfer",
            says="It has played at another site before, and goes on learning here.",
            elsewhere=True,
        ),
        _arm("no-mining", "No skill is mined from successes.", mining=False),
        _arm("no-trials", "No wait is tried for the price it brings.", trials=0),
        _arm("no-thompson", "Skills are chosen by lot, each alike.", chooser="uniform"),
        _arm("epsilon", "Skills are chosen ε-greedily.", chooser="epsilon"),
        _arm("ucb1", "Skills are chosen by UCB1.", chooser="ucb1"),
        _arm(
            "no-decay",
            "Nothing fades.",
            evidence_decay=1.0,
            half_life=10**9,
        ),
    )
}
"""By name, in the order in which they are played and shown."""

BASELINES: Final = ("cheapest", "clerk")
"""Scripted buyers, which are played beside every agent."""
DEFAULT: Final = ("frozen", *BASELINES, "mined", "clerk-skills", "placebo", "raw")
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

    >>> arms_of(["clerk-skills"], own=False, sites=True)
    ('frozen', 'cheapest', 'clerk', 'clerk-skills', 'clerk-frozen')
    """
    usual = OWN if own else [name for name in DEFAULT if sites or _anywhere(name)]
    names = list(usual if asked is None else asked)
    for name in names:
        if name not in ARMS:
            msg = f"no arm is called {name!r:.40}; known: {', '.join(ARMS)}"
            raise Misuse(msg + did_you_mean(name, ARMS))
        if own and name not in (*OWN, *BASELINES):
            msg = f"the arm {name} is made of the parts of the agent skills: any other "
            msg += f"agent has only {' and '.join(OWN)}, beside the baselines"
            raise Misuse(msg)
        if not (sites or _anywhere(name)):
            msg = f"the arm {name} needs another site: this scenario declares no habits"
            raise Misuse(msg)
    needed = ["frozen", *BASELINES, *names, *[ARMS[name].twin for name in names]]
    return tuple([name for name in ARMS if name in needed])


def _anywhere(name: str) -> bool:
    """Return whether an arm can be where there is but one site."""
    return not ARMS[name].elsewhere
