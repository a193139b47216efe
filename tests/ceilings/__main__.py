"""``python -m tests.ceilings``: measure the ceilings of all packaged scenarios again.

Prints scenarios/ceilings.toml, and below it the table of docs/evaluation.md.  With
300 seeds, as they are published, that takes some half an hour on one core.
"""

import argparse
import sys

from tests.ceilings.page import as_table, as_toml

from test_time_gym.evaluation.bench import NULLS, evaluate
from test_time_gym.scenarios import scenario_names


def main(argv=None):
    """Measure, and print both."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.ceilings", allow_abbrev=False
    )
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--start", type=int, default=10_000, help="the first one")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", action="append", help="a scenario")
    options = parser.parse_args(argv)
    rows = []
    for name in options.only or scenario_names():
        print(name, file=sys.stderr, flush=True)
        rows += evaluate(
            [*NULLS, "oracle"],
            name,
            seeds=options.seeds,
            start=options.start,
            workers=options.workers,
        ).rows
    print(as_toml(rows))
    print(as_table(rows))


if __name__ == "__main__":
    main()
