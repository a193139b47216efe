"""Making reports: of whatever can be shown."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from test_time_gym.agents.llm.budget import TokenPrices
from test_time_gym.evaluation.bench import Bench
from test_time_gym.evaluation.learning import Study
from test_time_gym.evaluation.market import MarketComparison, MarketFigures
from test_time_gym.market.errors import Misuse, shown
from test_time_gym.rollout.results import RunResult

from .bench_page import bench_page
from .compare_page import compare_page
from .market_page import market_page
from .report import Report
from .run import run_page
from .study import study_page

__all__ = ["Reported", "make_report"]

Reported = str | Path | RunResult
"""What a report of runs can be made of: journals, and runs that wrote some."""
Measured = Study | Bench | MarketFigures | MarketComparison
"""What a report of figures can be made of: one of them alone."""


def make_report(
    what: Reported | Measured | Sequence[Reported],
    *more: Reported,
    cassettes: Sequence[str | Path] = (),
    prices: TokenPrices | None = None,
    against: str | Path | None = None,
    memory: str | Path | None = None,
    progress: Callable[[str, int], None] | None = None,
) -> Report:
    """Return a report: a page that opens without a network.

    Every journal is executed again: what agents saw, stock and money come from there,
    and the page tells where a run comes out differently.

    Args:
        what: the path of a journal (``FILE#2``: the second run in it), what `run`
            returned, or several of either; or what `learn`, `evaluate`, `market` or
            `compare` returned; or the folder of a study.
        more: further ones.
        cassettes: with what language models were asked and answered in these runs.
        prices: of their tokens; without them the page tells no cost.
        against: path of a journal that the only one is compared with.
        memory: of a study, if it was not kept in its folder.
        progress: called with a journal, and the number of every input re-executed.

    Raises:
        CassetteError: a cassette cannot be read, or is damaged.
        Misuse: a journal cannot be read or holds no sound record, or the run wrote
            none.
    """
    single = isinstance(what, str | Path | RunResult | Measured)
    every: list[Any] = [*([what] if single else list(what)), *more]  # type: ignore[arg-type]
    if cassettes and (against is not None or _shows_figures(every)):
        raise Misuse("cassettes are shown beside the turns of runs, and nowhere else")
    if against is not None:
        if len(every) != 1 or not isinstance(every[0], str | Path):
            raise Misuse("one journal is compared with another one: name two files")
        return compare_page(every[0], against, progress=progress)
    for one in every:
        measured = _measured(one, memory)
        if measured is not None:
            if len(every) > 1:
                raise Misuse("a report of figures shows one study, bench or market")
            return measured
    paths = [path for one in every for path in _journals_of(one)]
    return run_page(paths, progress, cassettes, prices)


def _shows_figures(every: Sequence[object]) -> bool:
    folders = [isinstance(one, str | Path) and Path(one).is_dir() for one in every]
    return any(folders) or any(isinstance(one, Measured) for one in every)


def _measured(what: object, memory: str | Path | None) -> Report | None:
    """Return the report of figures; None: it is something else."""
    if isinstance(what, Study):
        return study_page(what, memory)
    if isinstance(what, str | Path) and Path(what).is_dir():
        return study_page(what, memory)
    if memory is not None:
        raise Misuse("a memory is that of a study: name its folder")
    if isinstance(what, Bench):
        return bench_page(what)
    if isinstance(what, MarketFigures | MarketComparison):
        return market_page(what)
    return None


def _journals_of(one: Reported) -> list[str | Path]:
    if isinstance(one, str | Path):
        return [one]
    if not isinstance(one, RunResult):
        raise Misuse(f"a report is made of journals and runs, not of {shown(one)}")
    kept: list[str | Path] = [each.journal for each in one.episodes if each.journal]
    if len(kept) < len(one.episodes):
        raise Misuse("this run kept no journal: run it again with journal=FILE")
    return kept
