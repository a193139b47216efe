"""``python -m tests.learning.ablations``: what each part of the skills agent is worth.

Every line is one or several settings changed, as ``--set surprise=0,progress=0``;
without ``--set``, all lines of docs/skills.md. The same agents live at the same sites
with the settings as they are, and the table shows the mean difference in percentage
points, with its standard error over these pairs.
"""

import argparse
import math

from rich.console import Console
from rich.table import Table
from tests.learning.__main__ import LAST, mean, setting
from tests.learning.playing import lived

from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.scenarios import load_family

LINES = (
    "progress=0",
    "consistency=0",
    "surprise=0",
    "progress=0,consistency=0,surprise=0",
)
HEADS = ("first success", "first 10", f"first {LAST}", f"last {LAST}")


def lives(options, changed):
    """Return the figures of each life: at every site, of so many agents."""
    family = load_family("flights/sites")
    figures = []
    for number in range(options.sites):
        for k in range(options.agents):
            agent = SkillsAgent(number + 1000 * k, **changed)
            episodes = lived(family.site(number), number, options.episodes, agent)
            met = [100.0 * (outcome == "success") for outcome, _ in episodes]
            first = float(met.index(100) + 1 if any(met) else len(met))
            early, late = mean(met[:LAST]), mean(met[-LAST:])
            figures.append((first, mean(met[:10]), early, late))
    return figures


def differences(figures, base):
    """Return mean and standard error of each column's difference from the base.

    >>> differences([(3.0,), (5.0,)], [(1.0,), (1.0,)])
    [(3.0, 1.0)]
    """
    found = []
    for mine, theirs in zip(
        zip(*figures, strict=True), zip(*base, strict=True), strict=True
    ):
        gaps = [a - b for a, b in zip(mine, theirs, strict=True)]
        middle = mean(gaps)
        spread = sum([(gap - middle) ** 2 for gap in gaps])
        n = len(gaps)
        found.append((middle, math.sqrt(spread / n / max(1, n - 1))))
    return found


def main():
    """Play, and print a line for each change."""
    parser = argparse.ArgumentParser(prog="python -m tests.learning.ablations")
    parser.add_argument("--sites", type=int, default=20)
    parser.add_argument("--agents", type=int, default=3, help="lives at each site")
    parser.add_argument("--episodes", type=int, default=200)
    parser.add_argument("--set", action="append", default=[])
    options = parser.parse_args()
    table, console = Table("settings", *HEADS), Console(width=110)
    base = lives(options, {})
    shown = [f"{mean(column):.1f}" for column in zip(*base, strict=True)]
    table.add_row("as they are", *shown)
    for line in options.set or LINES:
        changed = dict(setting(one) for one in line.split(","))
        found = differences(lives(options, changed), base)
        table.add_row(line, *[f"{gap:+.1f} ± {error:.1f}" for gap, error in found])
    console.print(table)


if __name__ == "__main__":
    main()
