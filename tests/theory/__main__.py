"""``python -m tests.theory``: theory against the market, as a table.

Without options it plays what the tests play.  ``--long`` plays twenty times as
much, and the queue that needs it; that takes about a quarter of an hour.
"""

import argparse
import sys

from rich.console import Console
from rich.table import Table
from tests.theory import holds, patience, queues, retries
from tests.theory.verdict import SIGMAS, measure

TOPICS = {"holds": holds, "queues": queues, "patience": patience, "retries": retries}
TIMES = 20


def main(argv=None):
    """Play the cases, print the table, and return 1 if a theory is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.theory", allow_abbrev=False)
    parser.add_argument("--long", action="store_true", help="twenty times the runs")
    parser.add_argument("--only", choices=TOPICS, action="append", help="a topic")
    options = parser.parse_args(argv)
    cases = [
        case
        for topic in options.only or TOPICS
        for case in TOPICS[topic].CASES
        if options.long or not case.slow
    ]
    table = Table("case", "quantity")
    for name in ("theory", "simulated", "± s.e.", "z"):
        table.add_column(name, justify="right")
    missed = 0
    for number, case in enumerate(cases, 1):
        print(f"{number}/{len(cases)}  {case.name}", file=sys.stderr)
        for verdict in measure(case, TIMES if options.long else 1):
            claim, sigmas = verdict.claim, verdict.sigmas(verdict.claim.theory)
            missed += abs(sigmas) > SIGMAS
            figures = (claim.theory, verdict.mean, verdict.error)
            texts = (*(f"{figure:.6f}" for figure in figures), f"{sigmas:+.2f}")
            table.add_row(verdict.case, claim.quantity, *texts)
    Console(width=140).print(table)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
