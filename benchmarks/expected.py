"""``python -m benchmarks.expected``: a share of the figures, beside those expected.

It warns where one is much worse, and never fails: other work on a machine makes all
figures worse, so that somebody has to look.
"""

import argparse
import json
import sys
from typing import Any, Final

from .__main__ import measure
from .cases import CASES
from .scaling import FIGURES, STEPS, measure_scaling

__all__ = ["EXPECTED", "main"]

TOLERANCE: Final = 1.3
"""So many times what is expected is worth a warning."""

EXPECTED: Final[dict[str, float]] = {
    "aec-checked": 130.0,
    "reset": 950.0,
    "disk, 50 steps, one file": 140.0,
    "flights, 1000": 1.25,
}
"""Pure Python on a machine with nothing else to do: bare events, or multiples."""


def main(argv: list[str] | None = None) -> int:
    """Measure, print the figures (or JSON), and return 0."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.expected", allow_abbrev=False
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the work")
    parser.add_argument("--json", action="store_true", help="one object for machines")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(argv)
    rounds = max(1, options.rounds)
    rows = [
        {"name": name, "expected": EXPECTED[name], "measured": figure}
        for name, figure in _measured(rounds, quick=options.quick).items()
    ]
    for row in rows:
        row["warning"] = row["measured"] > TOLERANCE * row["expected"]
    if options.json:
        print(json.dumps({"python": sys.version.split()[0], "figures": rows}, indent=2))
        return 0
    for row in rows:
        print(f"{row['name']}: {row['measured']}, expected {row['expected']}")
        if row["warning"]:
            times = row["measured"] / row["expected"]
            print(f"warning: {row['name']} is {times:.1f} times what is expected")
    return 0


def _measured(rounds: int, *, quick: bool) -> dict[str, Any]:
    """Return the figures by their names."""
    told = {
        case.name: measure(case, rounds, quick=quick)["bare_events_each"]
        for case in CASES
        if case.name in EXPECTED
    }
    steps = STEPS // 10 if quick else STEPS
    for name, sizes in (("disk", ["50 steps, one file"]), ("flights", ["20", "1000"])):
        unit, make = FIGURES[name]
        plays = make(steps)
        chosen = {size: plays[size] for size in sizes}
        figures = measure_scaling(name, unit, chosen, rounds)["of"]
        told[f"{name}, {sizes[-1]}"] = figures[sizes[-1]]
    return told


if __name__ == "__main__":
    sys.exit(main())
