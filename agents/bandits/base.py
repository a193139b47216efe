"""What all choosers share: asking, logging, and continuing from a dump."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Final, Generic, TypeVar

from test_time_gym.market.interface.policy import AgentError

from .categorical import picked
from .choice import Chance, Choice, logged, verify_arms

__all__ = ["SCHEMA", "BaseChooser"]

SCHEMA: Final = 1
"""Version of what `dump` returns."""

Known = TypeVar("Known")
"""What a kind of chooser knows of one arm."""


class BaseChooser(ABC, Generic[Known]):
    """A chooser that asks its subclass what it knows and what follows from it.

    Args:
        stream: the chooser's own chance.
        keep: factor by which all evidence, a `prior` included, shrinks with each
            episode, in (0, 1]; with less than 1 the chooser follows changes.

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

    @abstractmethod
    def _known(
        self, context: str, features: Sequence[float], arms: tuple[str, ...]
    ) -> list[Known]:
        """Return what is known of each arm."""

    @abstractmethod
    def _belief(self, known: list[Known]) -> tuple[Sequence[float], Sequence[float]]:
        """Return means and spreads."""

    @abstractmethod
    def _shares(self, known: list[Known]) -> Sequence[float]:
        """Return the probability of each of two or more arms to be chosen."""

    @abstractmethod
    def _state(self) -> dict[str, Any]:
        """Return what was learned, as plain data of its own."""

    @abstractmethod
    def _restore(self, state: dict[str, Any]) -> None:
        """Take over a copy of what `_state` returned."""

    def _pick(self, known: list[Known]) -> tuple[int, float]:
        """Return the place of the chosen arm, and its probability."""
        return picked(self._chance, self._shares(known))

    def _settings(self) -> dict[str, float]:
        return {"keep": self._keep}

    def choose(
        self, context: str, features: Sequence[float], arms: Sequence[str]
    ) -> Choice:
        """Choose one of the arms."""
        offered = verify_arms(arms)
        known = self._known(context, features, offered)
        means, spreads = self._belief(known)
        pick = self._pick(known) if len(offered) > 1 else (0, 1.0)
        return logged(context, offered, means, spreads, pick, features=features)

    def probabilities(
        self, context: str, features: Sequence[float], arms: Sequence[str]
    ) -> tuple[float, ...]:
        """Return the probability of each arm to be chosen now; draws nothing."""
        offered = verify_arms(arms)
        if len(offered) == 1:
            return (1.0,)
        return tuple(self._shares(self._known(context, features, offered)))

    def dump(self) -> dict[str, Any]:
        """Return what was learned, the settings, and how far the stream was drawn."""
        return {
            "schema": SCHEMA,
            "kind": self.kind,
            "settings": self._settings(),
            "drawn": self._chance.drawn,
            "state": self._state(),
        }

    def load(self, data: dict[str, Any]) -> None:
        """Continue where `dump` stopped."""
        wanted = {"schema": SCHEMA, "kind": self.kind, "settings": self._settings()}
        for name, value in wanted.items():
            found = data.get(name)
            if found != value:
                msg = f"this dump has {name} {found!r:.80}, the chooser {value!r:.80}: "
                msg += "make a chooser like the one that was dumped"
                raise AgentError(msg)
        drawn = data["drawn"]
        if self._chance.drawn > drawn:
            msg = f"the stream has been drawn {self._chance.drawn} times, the dumped "
            msg += f"one {drawn} times: load into a chooser with a fresh stream"
            raise AgentError(msg)
        self._restore(data["state"])
        while self._chance.drawn < drawn:
            self._chance.word()
