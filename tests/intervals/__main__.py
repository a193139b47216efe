"""``python -m tests.intervals``: how often intervals hold the truth, as a table.

Without options 200 samples are drawn for each figure.  ``--long`` draws 1,000; that
takes some minutes.
"""

import argparse
import sys

from rich.console import Console
from rich.table import Table
from tests.intervals.coverage import METHODS, measure
from tests.intervals.laws import LAWS

COUNTS = (10, 20, 50)
SAMPLES, LONG = 200, 1000
DRAWS = {"studentised": 999, "general": 499, "percentile": 999}


def main(argv=None):
    """Measure, print the table, and return 1 if what is claimed is missed."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.intervals", allow_abbrev=False
    )
    parser.add_argument("--long", action="store_true", help="1,000 samples each")
    options = parser.parse_args(argv)
    samples = LONG if options.long else SAMPLES
    table = Table("clusters are", "clusters")
    for name in METHODS:
        table.add_column(name, justify="right")
    missed = 0
    for law in LAWS:
        for count in COUNTS:
            print(f"{law.name}, {count}", file=sys.stderr)
            found = {
                name: measure(law, count, name, samples, DRAWS[name])
                for name in METHODS
            }
            best = found["studentised"]
            missed += law.claimed and count >= 20 and best.share + best.error < 0.93
            figures = (f"{100 * cover.share:.1f}" for cover in found.values())
            table.add_row(law.name, str(count), *figures)
    Console(width=100).print(table)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
