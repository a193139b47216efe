"""``python -m tests.learning``: how the skills agent gets better, as a table.

The figures of docs/skills.md: 200 episodes at each of the sites 0 to 19, and the
frozen twin beside it; that takes some minutes.  ``--sites 2`` takes a short look,
``--set trials=0`` switches something off, ``--twin`` adds the frozen twin.
"""

import argparse
import json
import time

from rich.console import Console
from rich.table import Table
from tests.learning.playing import lived

from test_time_gym.scenarios import load_family

LAST = 50


def setting(text):
    """Return a setting and its value from ``name=value``."""
    name, _, value = text.partition("=")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value


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
    parser.add_argument("--sites", type=int, default=20)
    parser.add_argument("--episodes", type=int, default=200)
    parser.add_argument("--set", action="append", default=[], type=setting)
    parser.add_argument("--twin", action="store_true")
    options = parser.parse_args()
    family = load_family("flights/sites")
    heads = "site", "first success", "first 10", f"first {LAST}", f"last {LAST}"
    table = Table(*heads, "steps of first 5", f"of first {LAST}", f"of last {LAST}")
    rows, twins = [], []
    begun = time.process_time()
    for number in range(options.sites):
        site = family.site(number)
        rows.append(row(lived(site, number, options.episodes, **dict(options.set))))
        table.add_row(str(number), *shown(rows[-1]))
    seconds = time.process_time() - begun
    table.add_row("mean", *shown([mean(column) for column in zip(*rows, strict=True)]))
    console = Console()
    console.print(table)
    rate = options.sites * options.episodes / seconds
    console.print(f"{rate:.0f} episodes per second of processor time")
    if options.twin:
        for number in range(options.sites):
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
