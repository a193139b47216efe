"""Making reports: of whatever can be shown."""

from collections.abc import Callable, Sequence
from pathlib import Path

from test_time_gym.agents.llm.budget import TokenPrices
from test_time_gym.market.errors import Misuse, shown
from test_time_gym.rollout.results import RunResult

from .report import Report
from .run import run_page

__all__ = ["Reported", "make_report"]

Reported = str | Path | RunResult
"""What a report can be made of: journals, and runs that wrote some."""


def make_report(
    what: Reported | Sequence[Reported],
    *more: Reported,
    cassettes: Sequence[str | Path] = (),
    prices: TokenPrices | None = None,
    progress: Callable[[str, int], None] | None = None,
) -> Report:
    """Return a report of recorded runs: a page that opens without a network.

    Every journal is executed again: what agents saw, stock and money come from there,
    and the page tells where a run comes out differently.

    Args:
        what: the path of a journal (``FILE#2``: the second run in it), what `run`
            returned, or several of either.
        more: further ones.
        cassettes: with what language models were asked and answered in these runs.
        prices: of their tokens; without them the page tells no cost.
        progress: called with a journal, and the number of every input re-executed.

    Raises:
        CassetteError: a cassette cannot be read, or is damaged.
        Misuse: a journal cannot be read or holds no sound record, or the run wrote
            none.
    """
    first = [what] if isinstance(what, str | Path | RunResult) else list(what)
    paths: list[str | Path] = []
    for one in (*first, *more):
        paths.extend(_journals_of(one))
    return run_page(paths, progress, cassettes, prices)


def _journals_of(one: Reported) -> list[str | Path]:
    if isinstance(one, str | Path):
        return [one]
    if not isinstance(one, RunResult):
        raise Misuse(f"a report is made of journals and runs, not of {shown(one)}")
    kept: list[str | Path] = [each.journal for each in one.episodes if each.journal]
    if len(kept) < len(one.episodes):
        raise Misuse("this run kept no journal: run it again with journal=FILE")
    return kept
