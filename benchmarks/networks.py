"""``python -m benchmarks.networks``: what the linear programme of a network takes.

Flights to a hub and from it, in three classes; itineraries of one leg or of two.  In
each network about as much is asked as there is, so that a third of the legs are full.
"""

import argparse
import json
import sys
from fractions import Fraction
from random import Random
from statistics import median
from time import process_time
from typing import Any, Final

from test_time_gym.market.pricing.bounded_simplex import BoundedSimplex

__all__ = ["main", "network"]

SIZES: Final = ((30, 100), (90, 300), (300, 1_000))
"""Legs, and products on them."""


def network(legs: int, products: int) -> dict[str, list[Any]]:
    """Return the programme of a network, as `BoundedSimplex` takes it."""
    dice = Random(legs)  # noqa: S311 - not a secret
    uses, gains, bounds = [], [], []
    half = legs // 2
    while len(uses) < products:
        far = dice.random() < 0.6
        used = [dice.randrange(legs)]
        if far:
            used = [dice.randrange(half), half + dice.randrange(half)]
        fare = dice.randint(80, 300) * 100 * len(used)
        uses += [used] * 3
        gains += [Fraction(fare * (10 - 3 * cheap) // 10) for cheap in range(3)]
        bounds += [Fraction(dice.randint(500, 40_000), 1000) for _ in range(3)]
    return {
        "capacity": [Fraction(dice.randint(40, 180)) for _ in range(legs)],
        "gains": gains[:products],
        "bounds": bounds[:products],
        "uses": uses[:products],
    }


def main(argv: list[str] | None = None) -> int:
    """Measure, print the seconds of each size (or JSON), and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.networks", allow_abbrev=False
    )
    parser.add_argument("--json", action="store_true", help="one object for machines")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(argv)
    rows = []
    for legs, products in SIZES:
        programme, taken = network(legs, products), []
        for _ in range(max(1, options.rounds)):
            start = process_time()
            found = BoundedSimplex(**programme)
            found.solve()
            taken.append(process_time() - start)
        full = sum(value > 0 for value in found.duals())
        rows.append(
            {
                "legs": legs,
                "products": products,
                "full_legs": full,
                "seconds": round(median(taken), 4),
            }
        )
    if options.json:
        print(json.dumps({"python": sys.version.split()[0], "networks": rows}))
        return 0
    for row in rows:
        told = f"{row['products']} products on {row['legs']} legs, "
        print(f"{told}{row['full_legs']} of them full: {row['seconds']} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
