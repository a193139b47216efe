"""``python -m tests.dst``: plant every bug in turn, and play seeds until it is found.

It prints a line for each: the first seed that finds it, and the law that is broken.
``--laws`` hunts without the reference model, by laws alone.  The exit code is 1 if
one is not found.
"""

import argparse
import sys
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import pytest
from plants import PLANTS, by_laws_alone, impatient
from rules import RULES

from test_time_gym.dst import draw_case, play_case


def hunt(plant, seeds, *, laws=False):
    """Return the first seed of some that finds a bug, and what was played; or None."""
    with pytest.MonkeyPatch.context() as patch:
        impatient(patch)
        if laws:
            by_laws_alone(patch)
        plant(patch)
        for seed in seeds:
            played = play_case(draw_case(seed))
            if played.law:
                return played
    return None


def main(argv=None):
    """Hunt for what was asked for, print the figures, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.dst", allow_abbrev=False)
    parser.add_argument("plants", nargs="*", help="names; by default all wrong rules")
    parser.add_argument("--seeds", type=int, default=420, help="most for one bug")
    parser.add_argument("--laws", action="store_true", help="by laws alone")
    options = parser.parse_args(argv)
    every = {plant.__name__: plant for plant in (*RULES, *PLANTS)}
    names = options.plants or [rule.__name__ for rule in RULES]
    found, start = [], process_time()
    for name in names:
        played = hunt(every[name], range(options.seeds), laws=options.laws)
        told = "not found" if played is None else f"seed {played.seed}, {played.law}"
        print(f"{name}: {told}", flush=True)
        found += [] if played is None else [played.seed]
    within = [sum(seed < most for seed in found) for most in (12, 60, options.seeds)]
    print(
        f"{len(found)} of {len(names)} found within {options.seeds} seeds "
        f"({within[0]} within 12, {within[1]} within 60), "
        f"{process_time() - start:.0f} s of one core"
    )
    return int(len(found) < len(names))


if __name__ == "__main__":
    sys.exit(main())
