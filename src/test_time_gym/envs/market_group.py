"""A group of markets that one process steps, one after the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from test_time_gym.journal.journal_files import JournalFiles

from .adapter import EnvAdapter, SinkFactory
from .market_rows import Autoreset, MarketRows
from .row_buffers import RowBuffers
from .scripted_seats import MakePolicies

__all__ = ["MarketGroup", "MarketJournals", "MarketPlan"]


@dataclass(frozen=True)
class MarketJournals:
    """Journals of a vector environment: each market writes files of its own.

    Args:
        path: of which they have their names, see `path_of`.
        settings: of `JournalFiles`.
    """

    path: Path
    settings: dict[str, Any]

    @classmethod
    def of(cls, options: dict[str, Any]) -> "MarketJournals | None":
        """Take the options of journals out of others; None if there is no path."""
        path = options.pop("journal", None)
        settings: dict[str, Any] = {
            name: options.pop(name)
            for name in ("overwrite", "durability")
            if name in options
        }
        if path is None:
            return None
        journals = cls(Path(path), settings)
        journals(0)  # raises what is wrong with the settings
        return journals

    def path_of(self, market: int) -> Path:
        """Return where a market's first journal is.

        >>> MarketJournals(Path("runs/a.jsonl"), {}).path_of(3).name
        'market-3-a.jsonl'
        """
        return self.path.with_name(f"market-{market}-{self.path.name}")

    def __call__(self, market: int) -> JournalFiles:
        """Return what opens the journals of a market."""
        return JournalFiles(self.path_of(market), **self.settings)


@dataclass(frozen=True)
class MarketPlan:
    """What a process needs to know to step markets; it can be pickled.

    Args:
        adapter: of the world that all markets share.
        per_market: rows of each market.
        autoreset: when a market's next episode begins.
        others: makes the policies of agents without a row.
        scripted: their names.
        journals: returns, for the number of a market, what opens its journals.
    """

    adapter: EnvAdapter
    per_market: int
    autoreset: Autoreset = "same_step"
    others: MakePolicies | None = None
    scripted: tuple[str, ...] = ()
    journals: Callable[[int], SinkFactory] | None = None

    def market(self, number: int, rows: RowBuffers) -> MarketRows:
        """Return one market of a vector environment."""
        journal = None if self.journals is None else self.journals(number)
        return MarketRows(
            self.adapter.another(journal),
            rows,
            others=self.others,
            scripted=self.scripted,
            autoreset=self.autoreset,
        )


class MarketGroup:
    """Some markets of a vector environment, whose rows follow each other.

    Args:
        plan: how they are made.
        rows: of these markets.
        first: number of the first market.
    """

    def __init__(self, plan: MarketPlan, rows: RowBuffers, first: int = 0) -> None:
        """Make the markets; they share one compiled world."""
        self._rows = rows
        self._ended = False
        """Whether any row is told that its episode has ended."""
        each = plan.per_market
        self.markets: list[MarketRows] = [
            plan.market(first + k, rows.of(slice(k * each, (k + 1) * each)))
            for k in range(len(rows.ready) // each)
        ]

    def reset(self, seeds: Sequence[int | None], chosen: Sequence[bool]) -> None:
        """Begin new episodes in the chosen markets.

        Raises:
            Misuse: a seed is no seed, or a journal cannot be written.
        """
        self._clear()
        for market, seed, begins in zip(self.markets, seeds, chosen, strict=True):
            if begins:
                market.begin(seed)

    def step(self) -> bool:
        """Take the actions that stand in the rows, in every market.

        Returns:
            Whether the episode of any row has ended.
        """
        self._clear()
        ended = [market.step() for market in self.markets]
        self._ended = any(ended)
        return self._ended

    def begin(self, name: str) -> None:
        """Do nothing yet: a process that is its own worker steps as it waits."""

    def wait(self) -> list[bool]:
        """Step; see `MarketWorkers.wait`."""
        return [self.step()]

    def _clear(self) -> None:
        rows = self._rows
        rows.earned.fill(0.0)
        if self._ended:
            rows.terminations[:] = rows.truncations[:] = self._ended = False

    def told(self) -> list[dict[str, Any]]:
        """Return what is told of each market."""
        return [market.told() for market in self.markets]

    def close(self) -> None:
        """Seal the journals of unfinished episodes."""
        for market in self.markets:
            market.adapter.close()
