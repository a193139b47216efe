"""ε-greedy choice, and choice that ignores what was learned."""

from collections.abc import Sequence
from math import fsum, sqrt
from typing import ClassVar

from test_time_gym.market.interface.policy import AgentError

from .categorical import greatest
from .choice import Chance
from .tabular import UNTRIED, Tabular, Tally, plain_means

__all__ = ["EpsilonGreedy", "Uniform"]


class _Plain(Tabular):
    """Believes in plain means, each within a binomial standard error."""

    def _belief(self, tallies: list[Tally]) -> tuple[list[float], list[float]]:
        means = plain_means(tallies)
        spreads = [
            sqrt(max(mean * (1 - mean), 0.0) / n) if n > UNTRIED else 0.5
            for mean, (n, _) in zip(means, tallies, strict=True)
        ]
        return means, spreads


class EpsilonGreedy(_Plain):
    """Takes any arm with probability ε, or else the one with the highest mean.

    ε falls as ``epsilon`` / (1 + n / ``fade``) with the n pulls of the arms offered.
    An untried arm has the mean 0.5; ties are broken evenly by chance.

    Sources: Watkins, "Learning from delayed rewards" (1989); decay in 1 / n as in
    Auer, Cesa-Bianchi and Fischer, "Finite-time analysis of the multiarmed bandit
    problem" (2002).

    Args:
        stream: the chooser's own chance.
        keep: see `BaseChooser`.
        epsilon: at the start, from 0 to 1.
        fade: pulls after which ε is half of that; 0: it never falls.
    """

    kind: ClassVar[str] = "epsilon"

    def __init__(
        self,
        stream: Chance,
        *,
        keep: float = 1.0,
        epsilon: float = 0.1,
        fade: float = 0.0,
    ) -> None:
        """Know nothing."""
        super().__init__(stream, keep=keep)
        if not 0 <= epsilon <= 1:
            msg = f"epsilon is a number from 0 to 1, not {epsilon!r:.40}"
            raise AgentError(msg)
        if not 0 <= fade < float("inf"):
            msg = f"fade is a finite number of pulls, at least 0, not {fade!r:.40}"
            raise AgentError(msg)
        self._epsilon = epsilon
        self._fade = fade

    def _settings(self) -> dict[str, float]:
        return {"keep": self._keep, "epsilon": self._epsilon, "fade": self._fade}

    def _shares(self, tallies: list[Tally]) -> Sequence[float]:
        epsilon = self._epsilon
        if self._fade:
            epsilon /= 1 + fsum([n for n, _ in tallies]) / self._fade
        anyhow = epsilon / len(tallies)
        greedy = greatest(plain_means(tallies))
        return [anyhow + (1 - epsilon) * share for share in greedy]


class Uniform(_Plain):
    """Takes any arm with equal probability, whatever it has learned: for ablations."""

    kind: ClassVar[str] = "uniform"

    def _shares(self, tallies: list[Tally]) -> Sequence[float]:
        return [1 / len(tallies)] * len(tallies)
