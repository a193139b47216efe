"""The page of runs: one or several, of one journal or of many."""

from collections.abc import Callable, Sequence
from pathlib import Path

from test_time_gym.agents.llm.budget import TokenPrices
from test_time_gym.journal.reader import STATUS_CODES, ExitCode, JournalFile, read_runs
from test_time_gym.market.errors import Misuse
from test_time_gym.replay.execute import Worlds

from ..page import page
from ..report import Report
from .chats import Chats
from .run_data import RunPart, run_part

__all__ = ["run_page"]


def run_page(
    paths: Sequence[str | Path],
    progress: Callable[[str, int], None] | None = None,
    cassettes: Sequence[str | Path] = (),
    prices: TokenPrices | None = None,
) -> Report:
    """Return the page of the runs in these journals.

    Every run is executed again, as by `ttgym verify`: what the page shows beside the
    records comes from there, and it tells where a run comes out differently.

    Args:
        paths: of journals; ``FILE#2`` names one run of several.
        progress: called with a path, and the number of every input re-executed.
        cassettes: with what language models were asked, and what they answered.
        prices: of their tokens.

    Raises:
        CassetteError: a cassette cannot be read, or is damaged.
        Misuse: one cannot be read or holds no sound record, or there is none.
    """
    if not paths:
        raise Misuse("name at least one journal")
    parts: list[RunPart] = []
    findings: list[str] = []
    worst, worlds, chats = ExitCode.OK, Worlds(), Chats(cassettes, prices)
    for path in paths:
        for journal in _runs_in(path):
            name, found = journal.path.name, journal.structure
            if not journal.lines:
                worst = max(worst, STATUS_CODES[found.status])
                findings.append(f"{name} is {found.status}: {found.reason}")
                continue

            def report(n: int, name: str = name) -> None:
                if progress is not None:
                    progress(name, n)

            part = run_part(
                journal,
                name,
                len(parts),
                worlds=worlds,
                progress=report,
                chats=chats,
            )
            parts.append(part)
            worst = max(worst, part.exit_code)
            if part.exit_code:
                findings.append(f"{name} is {part.status}: {part.data['reason']}")
    one = parts[0].data
    title = f"{one['scenario']}, seed {one['seed']}"
    if len(parts) > 1:
        title = f"{len(parts)} runs, the first: {title}"
    blocks = {name: block for part in parts for name, block in part.blocks.items()}
    records = sum(part.data["records"] for part in parts)
    runs = "1 run" if len(parts) == 1 else f"{len(parts)} runs"
    return Report(
        html=page("run", title, {"runs": [part.data for part in parts]}, blocks),
        title=title,
        kind="run",
        contents=f"{runs}, {records:,} records",
        findings=tuple(findings),
        exit_code=worst,
    )


def _runs_in(path: str | Path) -> list[JournalFile]:
    """Return every run of a journal's file.

    Raises:
        Misuse: it cannot be read, or holds no sound record at all.
    """
    runs = list(read_runs(path))
    if not any(run.lines for run in runs):
        raise Misuse(f"{path} is no journal: {runs[0].structure.reason}")
    return runs
