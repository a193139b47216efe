"""``python -m tests.twins``: play the same case in two processes that differ.

Their journals must be the same, byte for byte, and so must all that was seen.
``--plants`` plants chance from outside in both, one kind after the other, and
tells how many pairs it takes until that is found.  The exit code is 1 if two
twins differ, or a planted bug is not found.
"""

import argparse
import sys
from time import perf_counter

from tests.twins import pairs
from tests.twins.plants import PLANTS

WITHIN = 20
"""Pairs in which a planted bug must be found."""


def main(argv=None):
    """Do what was asked for, print the figures, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.twins", allow_abbrev=False)
    parser.add_argument("--pairs", type=int, default=100, help="how many")
    parser.add_argument("--jobs", type=int, choices=(1, 2), default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--workers", type=int, default=pairs.WORKERS, help="processes that stay"
    )
    parser.add_argument(
        "--fresh", type=int, default=pairs.FRESH, help="one pair in so many is new"
    )
    parser.add_argument("--plant", choices=PLANTS, help="plant a bug in both twins")
    parser.add_argument("--plants", action="store_true", help="all, one by one")
    options = parser.parse_args(argv)
    if options.workers < 2:
        parser.error("--workers: a pair takes two")
    return planted(options) if options.plants else played(options)


def campaign(options, count, plant):
    """Return the pairs that were asked for."""
    return pairs.play(
        count,
        seed=options.seed,
        jobs=options.jobs,
        workers=options.workers,
        fresh=options.fresh,
        plant=plant,
    )


def played(options):
    """Play until two twins differ, or all pairs are played."""
    start = perf_counter()
    done = fresh = runs = compared = 0
    differs = ""
    for pair in campaign(options, options.pairs, options.plant or ""):
        done += 1
        fresh += pair.fresh
        runs += pair.runs
        compared += pair.records * (pair.runs - 1) if pair.runs else 0
        if pair.differs:
            differs = pair.differs
            print(f"pair {pair.number}: {differs}")
            break
        if done % max(1, options.pairs // 10) == 0 and done < options.pairs:
            told = f"{done:,} of {options.pairs:,} pairs, {compared:,} records compared"
            print(told, flush=True)
    seconds = perf_counter() - start
    print(
        f"{done:,} pairs in {seconds:.0f} s, {fresh:,} of them in new processes: "
        f"{runs:,} runs, {compared:,} records compared, {int(bool(differs))} differ"
    )
    return 1 if differs else 0


def planted(options):
    """Plant every bug in turn."""
    missed = 0
    for name in PLANTS:
        found = next((p for p in campaign(options, WITHIN, name) if p.differs), None)
        if found is None or found.failed:
            missed += 1
            print(f"{name}: not found in {WITHIN} pairs", flush=True)
        else:
            print(f"{name}: found in pair {found.number + 1}", flush=True)
        if found is not None:
            print(f"  {found.differs}", flush=True)
    print(f"{len(PLANTS)} planted bugs, {missed} not found within {WITHIN} pairs")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
