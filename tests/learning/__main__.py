"""``python -m tests.learning``: how the skills agent gets better, as a table.

By default 200 episodes at each of twenty sites for validation, which takes minutes.
``--sites 100:102`` takes a short look, ``--set trials=0`` switches something off,
``--set start=clerk`` begins with the flow, ``--twin`` adds the frozen twin.
"""

import argparse
import time

from rich.console import Console
from rich.table import Table
from tests.learning.playing import add_options, lived, sites_of

LAST = 50


def mean(numbers):
    """Return the mean; 0 of nothing."""
    return sum(numbers) / max(1, len(numbers))


def row(episodes):
    """Return what is told of one site's episodes."""
    met = [outcome == "success" for outcome, _ in episodes]
    steps = [n for outcome, n in episodes if outcome == "success"]
    first = met.index(True) + 1 if any(met) else len(met)
    return (
        first,
        mean(met[:10]),
        mean(met[:LAST]),
        mean(met[-LAST:]),
        mean(steps[:5]),
        mean(steps[:LAST]),
        mean(steps[-LAST:]),
    )


def main():
    """Play, and print a line for each site and their mean."""
    parser = argparse.ArgumentParser(prog="python -m tests.learning")
    add_options(parser)
    parser.add_argument("--episodes", type=int, default=200)
    parser.add_argument("--twin", action="store_true")
    options = parser.parse_args()
    family, numbers = options.family, sites_of(options)
    heads = "site", "first success", "first 10", f"first {LAST}", f"last {LAST}"
    table = Table(*heads, "steps of first 5", f"of first {LAST}", f"of last {LAST}")
    rows, twins = [], []
    begun = time.process_time()
    for number in numbers:
        site = family.site(number)
        rows.append(row(lived(site, number, options.episodes, **dict(options.set))))
        table.add_row(str(number), *shown(rows[-1]))
    seconds = time.process_time() - begun
    table.add_row("mean", *shown([mean(column) for column in zip(*rows, strict=True)]))
    console = Console()
    console.print(table)
    rate = len(numbers) * options.episodes / seconds
    console.print(f"{rate:.0f} episodes per second of processor time")
    if options.twin:
        for number in numbers:
            episodes = lived(family.site(number), number, 50, learning=False)
            twins.append(mean([outcome == "success" for outcome, _ in episodes]))
        console.print(f"frozen twin: {mean(twins):.1%}, at most {max(twins):.1%}")


def shown(line):
    """Return a line's numbers as text."""
    first, ten, early, late, *steps = line
    shares = [f"{share:.0%}" for share in (ten, early, late)]
    return [f"{first:.0f}", *shares, *[f"{n:.1f}" for n in steps]]


if __name__ == "__main__":
    main()
