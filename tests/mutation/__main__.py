"""``python -m tests.mutation``: break the core, and see whether a test notices.

It rewrites docs/mutation.md; the verdicts on survivors that are still there stay.
"""

import argparse
import dataclasses
import importlib.util
import json
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table
from tests.mutation import bench, page
from tests.mutation.targets import TARGETS


def options_of(argv):
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutation", allow_abbrev=False
    )
    parser.add_argument("--only", choices=TARGETS, action="append", help="a module")
    parser.add_argument("--jobs", type=int, default=1, help="mutants at a time")
    parser.add_argument("--json", action="store_true", help="results as JSON")
    options = parser.parse_args(argv)
    if options.jobs < 1:
        parser.error(f"--jobs must be at least 1, not {options.jobs}")
    return options


def main(argv=None):
    """Run mutmut on the modules, print the scores, and write the page."""
    options = options_of(argv)
    if importlib.util.find_spec("mutmut") is None:
        print("mutmut is missing: pip install -e '.[mutation]'", file=sys.stderr)
        return 2
    rows = page.read(page.PAGE.read_text("utf-8")) if page.PAGE.exists() else {}
    scores = []
    with tempfile.TemporaryDirectory(prefix="mutation-") as name:
        folder = Path(name)
        bench.make_copy(folder)
        for module in options.only or TARGETS:
            print(f"{module} …", file=sys.stderr)
            try:
                score = bench.run(folder, module, TARGETS[module], options.jobs)
            except bench.Broken as broken:
                print(broken, file=sys.stderr)
                return 1
            scores.append(score)
            # After every module, so that what was found outlives an interruption.
            rows = page.with_score(rows, score)
            page.PAGE.write_text(page.write(rows), "utf-8")
    if options.json:
        print(json.dumps([dataclasses.asdict(score) for score in scores], indent=2))
    else:
        Console(width=100).print(table(scores))
    return 0


def table(scores):
    """Return the scores as a table."""
    shown = Table("module")
    for title in ("mutants", "killed", "without end", "survived", "noticed", "seconds"):
        shown.add_column(title, justify="right")
    for score in scores:
        noticed = 100 * (score.killed + score.timeouts) / score.mutants
        numbers = (score.mutants, score.killed, score.timeouts, len(score.survivors))
        cells = (*map(str, numbers), f"{noticed:.1f} %", str(score.seconds))
        shown.add_row(score.module, *cells)
    return shown


if __name__ == "__main__":
    sys.exit(main())
