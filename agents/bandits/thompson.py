"""Thompson sampling with a beta posterior for each context and arm."""

from collections.abc import Sequence
from math import sqrt
from typing import ClassVar

from test_time_gym.market.interface.policy import AgentError

from .argmax_probability import beta_wins
from .choice import Chance
from .tabular import Tabular, Tally
from .variates import beta

__all__ = ["Thompson"]

_LEAST = 0.5
"""Least parameter of the prior: below it the grid of `beta_wins` does not hold."""


class Thompson(Tabular):
    """Draws a mean reward for each arm from its posterior, and takes the largest.

    A reward between 0 and 1 counts as that share of a success. With ``keep`` below
    1 the posterior moves back towards the prior with each episode.

    Sources: Thompson, "On the likelihood that one unknown probability exceeds
    another" (1933); Agrawal and Goyal, "Analysis of Thompson sampling for the
    multi-armed bandit problem" (2012); discounting as in Raj and Kalyani, "Taming
    non-stationary bandits: a Bayesian approach" (2017).

    Args:
        stream: the chooser's own chance.
        keep: see `BaseChooser`.
        successes: of the prior, at least 0.5.
        failures: of the prior, at least 0.5.
    """

    kind: ClassVar[str] = "thompson"

    def __init__(
        self,
        stream: Chance,
        *,
        keep: float = 1.0,
        successes: float = 1.0,
        failures: float = 1.0,
    ) -> None:
        """Know the prior alone."""
        super().__init__(stream, keep=keep)
        for name, value in (("successes", successes), ("failures", failures)):
            if not _LEAST <= value < float("inf"):
                msg = (
                    f"{name} of the prior is a number from {_LEAST}, not {value!r:.40}"
                )
                raise AgentError(msg)
        self._a = successes
        self._b = failures

    def _settings(self) -> dict[str, float]:
        return {"keep": self._keep, "successes": self._a, "failures": self._b}

    def _known(
        self, context: str, features: Sequence[float], arms: tuple[str, ...]
    ) -> list[Tally]:
        """Return the posterior of each arm."""
        a, b = self._a, self._b
        tallies = super()._known(context, features, arms)
        return [(a + gains, b + pulls - gains) for pulls, gains in tallies]

    def _belief(self, known: list[Tally]) -> tuple[Sequence[float], Sequence[float]]:
        means, spreads = [], []
        for a, b in known:
            n = a + b
            means.append(a / n)
            spreads.append(sqrt(a * b / (n + 1)) / n)
        return means, spreads

    def _shares(self, known: list[Tally]) -> Sequence[float]:
        return beta_wins(known)

    def _pick(self, known: list[Tally]) -> tuple[int, float]:
        draws = [beta(self._chance, a, b) for a, b in known]
        at = draws.index(max(draws))
        return at, beta_wins(known)[at]
