"""Choosers that keep a tally: pulls and gains of each arm in each context."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Final

from test_time_gym.market.interface.policy import AgentError

from .choice import Chance, Choice, logged, verify_arms, verify_share, verify_weight
from .shares import picked

__all__ = [
    "SCHEMA",
    "UNTRIED",
    "Tallied",
    "Tally",
    "plain_means",
    "verify_dump",
    "wind",
]

SCHEMA: Final = 1
"""Version of what `dump` returns."""

Tally = Sequence[float]
"""Pulls and gains of an arm, both discounted."""

UNTRIED: Final = 1e-9
"""An arm with no more pulls than that is as good as new."""

_NOTHING: Tally = (0.0, 0.0)


class Tallied(ABC):
    """What all choosers share that know an arm by its pulls and gains alone.

    Args:
        stream: the chooser's own chance.
        keep: factor by which pulls and gains shrink with each episode, in (0, 1];
            with less than 1 old evidence fades, and so does a `prior`.

    Raises:
        AgentError: a setting is out of range.
    """

    kind: ClassVar[str]

    def __init__(self, stream: Chance, *, keep: float = 1.0) -> None:
        """Know nothing."""
        if not 0 < keep <= 1:
            msg = f"keep is a number above 0, at most 1, not {keep!r:.40}"
            raise AgentError(msg)
        self._chance = stream
        self._keep = keep
        self._tables: dict[str, dict[str, list[float]]] = {}

    @abstractmethod
    def _belief(self, tallies: list[Tally]) -> tuple[list[float], list[float]]:
        """Return means and spreads."""

    @abstractmethod
    def _shares(self, tallies: list[Tally]) -> Sequence[float]:
        """Return the probability of each of two or more arms to be chosen."""

    def _pick(self, tallies: list[Tally]) -> tuple[int, float]:
        """Return the place of the chosen arm, and its probability."""
        return picked(self._chance, self._shares(tallies))

    def _settings(self) -> dict[str, float]:
        return {"keep": self._keep}

    def choose(
        self, context: str, features: Sequence[float], arms: Sequence[str]
    ) -> Choice:
        """Choose one of the arms."""
        offered = verify_arms(arms)
        tallies = self._tallies(context, offered)
        means, spreads = self._belief(tallies)
        pick = self._pick(tallies) if len(offered) > 1 else (0, 1.0)
        return logged(context, offered, means, spreads, pick)

    def probabilities(
        self, context: str, features: Sequence[float], arms: Sequence[str]
    ) -> tuple[float, ...]:
        """Return the probability of each arm to be chosen now; draws nothing."""
        offered = verify_arms(arms)
        if len(offered) == 1:
            return (1.0,)
        return tuple(self._shares(self._tallies(context, offered)))

    def learn(
        self, context: str, features: Sequence[float], arm: str, reward: float
    ) -> None:
        """Count a pull, and its reward from 0 to 1."""
        self._add(context, arm, 1.0, verify_share(reward, "reward"))

    def pass_episode(self) -> None:
        """Let all evidence fade by the factor ``keep``."""
        keep = self._keep
        if keep == 1:
            return
        for table in self._tables.values():
            for tally in table.values():
                tally[0] *= keep
                tally[1] *= keep

    def forget(self, arm: str) -> None:
        """Drop an arm from every context."""
        for table in self._tables.values():
            table.pop(arm, None)

    def prior(self, context: str, arm: str, mean: float, weight: float) -> None:
        """Count ``weight`` pulls of this mean."""
        pulls = verify_weight(weight)
        self._add(context, arm, pulls, pulls * verify_share(mean, "mean"))

    def dump(self) -> dict[str, Any]:
        """Return tallies, settings, and how far the stream was drawn."""
        return {
            "schema": SCHEMA,
            "kind": self.kind,
            "settings": self._settings(),
            "drawn": self._chance.drawn,
            "tallies": {
                context: {arm: list(tally) for arm, tally in table.items()}
                for context, table in self._tables.items()
            },
        }

    def load(self, data: dict[str, Any]) -> None:
        """Continue where `dump` stopped."""
        verify_dump(data, self.kind, self._settings(), self._chance)
        self._tables = {
            context: {arm: list(tally) for arm, tally in table.items()}
            for context, table in data["tallies"].items()
        }
        wind(self._chance, data["drawn"])

    def _tallies(self, context: str, arms: tuple[str, ...]) -> list[Tally]:
        table = self._tables.get(context, {})
        return [table.get(arm, _NOTHING) for arm in arms]

    def _add(self, context: str, arm: str, pulls: float, gains: float) -> None:
        table = self._tables.get(context)
        if table is None:
            table = self._tables[context] = {}
        tally = table.get(arm)
        if tally is None:
            table[arm] = [pulls, gains]
        else:
            tally[0] += pulls
            tally[1] += gains


def plain_means(tallies: list[Tally]) -> list[float]:
    """Return gains per pull; 0.5 for what was never tried."""
    return [gains / n if n > UNTRIED else 0.5 for n, gains in tallies]


def verify_dump(
    data: dict[str, Any], kind: str, settings: dict[str, float], chance: Chance
) -> None:
    """Raise `AgentError` unless a chooser of this kind can continue from a dump."""
    wanted = {"schema": SCHEMA, "kind": kind, "settings": settings}
    for name, value in wanted.items():
        found = data.get(name)
        if found != value:
            msg = f"this dump has {name} {found!r:.80}, the chooser {value!r:.80}: "
            msg += "make a chooser like the one that was dumped"
            raise AgentError(msg)
    if chance.drawn > data["drawn"]:
        msg = f"the stream has been drawn {chance.drawn} times, the dumped one "
        msg += f"{data['drawn']} times: load into a chooser with a fresh stream"
        raise AgentError(msg)


def wind(chance: Chance, drawn: int) -> None:
    """Draw a stream forward until it has been drawn so many times."""
    while chance.drawn < drawn:
        chance.word()
