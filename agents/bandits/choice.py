"""Choices: what is logged of one, and what can make them."""

from collections.abc import Sequence
from math import isfinite
from typing import Any, Final, Protocol

from msgspec import Struct

from test_time_gym.market.interface.policy import AgentError

__all__ = ["LEAST", "Chance", "Choice", "Chooser", "logged", "verify_arms"]

LEAST: Final = 1e-6
"""Least propensity that is logged: dividing by it is safe."""

_DIGITS: Final = 6
_TIE: Final = 1e-12


class Choice(Struct, frozen=True):
    """What is logged of one choice; all but features is rounded to six decimals."""

    context: str
    """The bucket, as ``cart/within budget``."""
    arms: tuple[str, ...]
    """What there was to choose from, in the order offered."""
    means: tuple[float, ...]
    """Expected reward of each arm, as the chooser saw it then."""
    spreads: tuple[float, ...]
    """Standard deviation of that belief; with `ucb1` the width of its margin."""
    chosen: str
    propensity: float
    """Probability with which this chooser chooses `chosen` here, at least `LEAST`."""
    exploratory: bool
    """An arm that was not chosen has a higher mean."""
    features: tuple[float, ...] = ()
    """What the chooser was told of the page besides the context, as it was told."""


class Chance(Protocol):
    """A stream of chance, as `policy_stream` gives it."""

    drawn: int
    """Words drawn so far."""

    def word(self) -> int:
        """Return the next 64 random bits."""


class Chooser(Protocol):
    """Chooses among arms in a context, and learns from the rewards."""

    @property
    def kind(self) -> str:
        """The name by which `make_chooser` knows it."""

    def choose(
        self, context: str, features: Sequence[float], arms: Sequence[str]
    ) -> Choice:
        """Choose one of the arms.

        Raises:
            AgentError: there is no arm, or one is offered twice.
        """

    def probabilities(
        self, context: str, features: Sequence[float], arms: Sequence[str]
    ) -> tuple[float, ...]:
        """Return the probability of each arm to be chosen now; draws nothing."""

    def learn(
        self, context: str, features: Sequence[float], arm: str, reward: float
    ) -> None:
        """Take in what an arm brought, from 0 to 1.

        Raises:
            AgentError: the reward is out of range, or no number.
        """

    def pass_episode(self) -> None:
        """Let an episode's time pass: a discounting chooser forgets a little."""

    def forget(self, arm: str) -> None:
        """Drop all that is known of an arm, in every context."""

    def prior(self, context: str, arm: str, mean: float, weight: float) -> None:
        """Tell what is known of an arm beforehand, as ``weight`` pulls' worth.

        Raises:
            AgentError: the mean is not from 0 to 1, or the weight is below 0.
        """

    def dump(self) -> dict[str, Any]:
        """Return all it knows, and where its chance stands, as plain JSON data."""

    def load(self, data: dict[str, Any]) -> None:
        """Continue where `dump` stopped, draw for draw.

        The chooser is of the same kind and settings, with a stream of the same seed
        that has not been drawn from further than the dumped one.

        Raises:
            AgentError: it cannot continue from these data.
        """


def verify_arms(arms: Sequence[str]) -> tuple[str, ...]:
    """Return the arms, or raise `AgentError` for none or the same one twice."""
    offered = tuple(arms)
    if not offered:
        msg = "there is nothing to choose from: offer at least one arm"
        raise AgentError(msg)
    if len(set(offered)) < len(offered):
        msg = f"an arm is offered twice: {', '.join(offered)!r:.200}; name each once"
        raise AgentError(msg)
    return offered


def verify_share(value: float, name: str) -> float:
    """Return a number from 0 to 1, or raise `AgentError`."""
    if not 0 <= value <= 1:  # which is how NaN fails, too
        msg = f"a {name} is a number from 0 to 1, not {value!r:.40}; scale it first"
        raise AgentError(msg)
    return float(value)


def verify_weight(value: float) -> float:
    """Return a prior's weight, or raise `AgentError`."""
    if not (isfinite(value) and value >= 0):
        msg = f"a weight is a finite number of pulls, at least 0, not {value!r:.40}"
        raise AgentError(msg)
    return float(value)


def logged(
    context: str,
    arms: tuple[str, ...],
    means: Sequence[float],
    spreads: Sequence[float],
    pick: tuple[int, float],
    *,
    features: Sequence[float] = (),
) -> Choice:
    """Return the log's entry for a pick: the place of the arm, and its probability."""
    at, share = pick
    return Choice(
        context,
        arms,
        tuple([round(mean, _DIGITS) for mean in means]),
        tuple([round(spread, _DIGITS) for spread in spreads]),
        arms[at],
        max(round(share, _DIGITS), LEAST),
        means[at] < max(means) - _TIE,
        tuple(features),
    )
