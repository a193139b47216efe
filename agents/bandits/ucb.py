"""Upper confidence bounds: optimism in the face of uncertainty."""

from collections.abc import Sequence
from math import fsum, inf, log, sqrt
from typing import ClassVar

from test_time_gym.market.interface.policy import AgentError

from .categorical import even, greatest
from .choice import Chance
from .tabular import UNTRIED, Tabular, Tally, plain_means

__all__ = ["Ucb1"]


class Ucb1(Tabular):
    """Takes the arm whose mean plus margin is greatest; untried arms come first.

    The margin is ``width`` √(ln n / n_i), where n_i counts the arm's pulls and n
    those of all arms offered. Ties are broken evenly by chance. With ``keep`` below
    1 it is D-UCB, discounted by episode and not by pull.

    Sources: Auer, Cesa-Bianchi and Fischer, "Finite-time analysis of the multiarmed
    bandit problem" (2002); Garivier and Moulines, "On upper-confidence bound
    policies for switching bandit problems" (2011), whose padding with B = 1 and
    ξ = 1/2 is the same margin.

    Args:
        stream: the chooser's own chance.
        keep: see `BaseChooser`.
        width: √2 in the papers, where the proof needs it; less explores less.
    """

    kind: ClassVar[str] = "ucb1"

    def __init__(
        self, stream: Chance, *, keep: float = 1.0, width: float = sqrt(2)
    ) -> None:
        """Know nothing."""
        super().__init__(stream, keep=keep)
        if not 0 <= width < inf:
            msg = f"width is a finite number, at least 0, not {width!r:.40}"
            raise AgentError(msg)
        self._width = width

    def _settings(self) -> dict[str, float]:
        return {"keep": self._keep, "width": self._width}

    def _belief(self, tallies: list[Tally]) -> tuple[list[float], list[float]]:
        means, margins = plain_means(tallies), []
        pulls = fsum([n for n, _ in tallies])
        spread = self._width * sqrt(log(pulls)) if pulls > 1 else 0.0
        for n, _ in tallies:
            margins.append(spread / sqrt(n) if n > UNTRIED else 1.0)
        return means, margins

    def _shares(self, tallies: list[Tally]) -> Sequence[float]:
        untried = [n <= UNTRIED for n, _ in tallies]
        if any(untried):
            return even(untried)
        means, margins = self._belief(tallies)
        return greatest([m + margin for m, margin in zip(means, margins, strict=True)])
