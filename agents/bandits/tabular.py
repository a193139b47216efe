"""Tabular bandits: pulls and gains of each arm in each context."""

from collections.abc import Sequence
from typing import Any, Final

from .base import BaseChooser
from .choice import Chance, verify_share, verify_weight

__all__ = ["UNTRIED", "Tabular", "Tally", "plain_means"]

Tally = tuple[float, float]
"""Pulls and gains of an arm, both discounted."""

UNTRIED: Final = 1e-9
"""An arm with no more pulls than that is as good as new."""

_NOTHING: Tally = (0.0, 0.0)


class Tabular(BaseChooser[Tally]):
    """What all choosers share that know an arm by its pulls and gains alone."""

    def __init__(self, stream: Chance, *, keep: float = 1.0) -> None:
        """Know nothing."""
        super().__init__(stream, keep=keep)
        self._tables: dict[str, dict[str, Tally]] = {}

    def _known(
        self, context: str, features: Sequence[float], arms: tuple[str, ...]
    ) -> list[Tally]:
        table = self._tables.get(context, {})
        return [table.get(arm, _NOTHING) for arm in arms]

    def _state(self) -> dict[str, Any]:
        return {context: dict(table) for context, table in self._tables.items()}

    def _restore(self, state: dict[str, Any]) -> None:
        self._tables = {
            context: {arm: (n, gains) for arm, (n, gains) in table.items()}
            for context, table in state.items()
        }

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
            for arm, (pulls, gains) in table.items():
                table[arm] = pulls * keep, gains * keep

    def forget(self, arm: str) -> None:
        """Drop an arm from every context."""
        for table in self._tables.values():
            table.pop(arm, None)

    def prior(self, context: str, arm: str, mean: float, weight: float) -> None:
        """Count ``weight`` pulls of this mean."""
        pulls = verify_weight(weight)
        self._add(context, arm, pulls, pulls * verify_share(mean, "mean"))

    def _add(self, context: str, arm: str, pulls: float, gains: float) -> None:
        table = self._tables.get(context)
        if table is None:
            table = self._tables[context] = {}
        known, before = table.get(arm, _NOTHING)
        table[arm] = known + pulls, before + gains


def plain_means(tallies: list[Tally]) -> list[float]:
    """Return gains per pull; 0.5 for what was never tried."""
    return [gains / n if n > UNTRIED else 0.5 for n, gains in tallies]
