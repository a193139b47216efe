"""``python -m tests.crash``: damage, kill and starve journals for as long as you like.

``--mutations N`` damages a small journal N times; ``--kills N`` kills N writers
with SIGKILL.  Both are told by their seed.  The exit code is 1 if a damage went
unnoticed, or a writer left a file that is no prefix of its journal.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from tests.crash.kills import kill
from tests.crash.mutations import mutate, victim

SHOWN = 20


def main(argv=None):
    """Do what was asked for, print the figures, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", allow_abbrev=False)
    parser.add_argument("--mutations", type=int, default=0, help="how many")
    parser.add_argument("--kills", type=int, default=0, help="how many")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        if options.mutations:
            sound = victim(Path(folder))
            found += told("mutations", mutate, sound, options.mutations, options.seed)
        if options.kills:
            found += told("kills", kill, Path(folder), options.kills, options.seed)
    return 1 if found else 0


def told(what, work, *args):
    """Work, print what came of it, and return what should not have happened."""
    start = perf_counter()
    said, wrong = work(*args)
    seconds = perf_counter() - start
    shown = ", ".join(f"{count:,} {status}" for status, count in sorted(said.items()))
    print(f"{args[1]:,} {what} in {seconds:.0f} s: {shown}; {len(wrong)} wrong")
    for line in wrong[:SHOWN]:
        print(f"  {line}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
