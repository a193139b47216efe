"""``python -m benchmarks``: how fast the market is, against a bare event loop.

Every case runs in rounds that alternate with a calibration loop (pop, call and
push on a heap of 1,000 entries), so that a machine whose speed drifts moves
both.  What is quoted is the median of the rounds.
"""

import argparse
import json
import sys
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from .calibration import bare_event_us
from .cases import CASES, Case


def main(argv: list[str] | None = None) -> int:
    """Measure, print a table (or JSON), and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", allow_abbrev=False)
    parser.add_argument("--quick", action="store_true", help="a tenth of the work")
    parser.add_argument("--json", action="store_true", help="one object for machines")
    parser.add_argument(
        "--only", choices=[case.name for case in CASES], action="append"
    )
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(argv)
    chosen = [c for c in CASES if not options.only or c.name in options.only]
    rows = [measure(c, max(1, options.rounds), quick=options.quick) for c in chosen]
    if options.json:
        print(json.dumps({"python": sys.version.split()[0], "cases": rows}, indent=2))
    else:
        _print(rows)
    return 0


def measure(case: Case, rounds: int, *, quick: bool) -> dict[str, Any]:
    """Return the figures of a case: medians of rounds."""
    rates, ratios = [], []
    notes: dict[str, float] = {}
    for _ in range(rounds):
        before = bare_event_us()
        result = case.run(0.1 if quick else 1.0)
        bare = (before + bare_event_us()) / 2
        rates.append(result.count / result.seconds)
        ratios.append(result.seconds * 1e6 / result.count / bare)
        notes = result.notes
    return {
        "name": case.name,
        "unit": case.unit,
        "rate_per_s": round(median(rates), 1),
        "worst_per_s": round(min(rates), 1),
        "best_per_s": round(max(rates), 1),
        "us_each": round(1e6 / median(rates), 2),
        "bare_events_each": round(median(ratios), 1),
        **{name: round(value, 2) for name, value in notes.items()},
    }


def _print(rows: list[dict[str, Any]]) -> None:
    table = Table(
        title="median of the rounds; 'bare events' = time ÷ one bare heap event"
    )
    for name in ("case", "rate /s", "worst … best", "µs each", "bare events", "notes"):
        table.add_column(name, justify="left" if name in ("case", "notes") else "right")
    known = ("name", "unit", "rate_per_s", "worst_per_s", "best_per_s", "us_each")
    for row in rows:
        notes = ", ".join(
            f"{value} {name.replace('_', ' ')}"
            for name, value in row.items()
            if name not in (*known, "bare_events_each")
        )
        table.add_row(
            f"{row['name']} ({row['unit']})",
            f"{row['rate_per_s']:,.0f}",
            f"{row['worst_per_s']:,.0f} … {row['best_per_s']:,.0f}",
            f"{row['us_each']:,.1f}",
            f"{row['bare_events_each']:,.1f}",
            notes,
        )
    Console(width=130).print(table)


if __name__ == "__main__":
    sys.exit(main())
