"""``python -m tests.audit``: change sound journals, for as long as you like.

``--mutations N`` changes one thing in a journal N times, at random, and seals it
again. The exit code is 1 if a change went unnoticed that contradicts something.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from tests.audit.free import free
from tests.audit.library import library
from tests.audit.mutations import Subject, campaign, shown

SHOWN = 20


def main(argv=None):
    """Do what was asked for, print the figures, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.audit", allow_abbrev=False)
    parser.add_argument("--mutations", type=int, default=10_000, help="how many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=8, help="journals played for it")
    options = parser.parse_args(argv)
    subjects = [Subject(name, data) for name, data in library(options.runs)]
    start, found, left, wrong = perf_counter(), Counter(), Counter(), []
    for subject, mutation, rules in campaign(subjects, options.mutations, options.seed):
        found.update(rules)
        if not rules:
            why = free(mutation.what)
            left[why] += 1
            if why is None:
                wrong.append(f"{subject.name}, {shown(mutation)}")
    seconds, of = perf_counter() - start, len(subjects)
    print(f"{options.mutations:,} mutations of {of} journals in {seconds:.0f} s")
    for rule, count in found.most_common():
        print(f"  {count:6,} seen by {rule}")
    for why, count in left.most_common():
        print(f"  {count:6,} unseen: {why or 'and it should be seen'}")
    for line in wrong[:SHOWN]:
        print(f"  {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
