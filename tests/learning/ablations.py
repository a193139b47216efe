"""``python -m tests.learning.ablations``: what each part of the skills agent is worth.

Every line is one or several settings changed, as ``--line trials=0,mining=false``;
without ``--line``, one for each part that can be switched off. The same agents live at
the same sites with the settings as they are, or as ``--set`` has them, and the table
shows the mean difference, with its standard error over these pairs: success in
percentage points, regret of the last fifty in the currency.

By default twenty sites for validation: what is decided by them is reported on others.
"""

import argparse
import math

from rich.console import Console
from rich.table import Table
from tests.learning.__main__ import LAST, mean
from tests.learning.playing import SEAT, add_options, setting, sites_of

import test_time_gym as ttg
from test_time_gym.agents.skills.agent import SkillsAgent

LINES = (
    "mining=false",
    "trials=0",
    "evidence_decay=1.0",
    "chooser=uniform",
    "chooser=epsilon",
    "chooser=ucb1",
    "chooser=linear",
    "curiosity=1.0",
    "price_weight=0.0",
    "upkeep=0",
)
HEADS = ("first success", "first 10", f"first {LAST}", f"last {LAST}", "regret")
MINOR = 100


def lives(options, changed):
    """Return the figures of each life: at every site, of so many agents."""
    figures = []
    for number in sites_of(options):
        for k in range(options.agents):
            settings = {**dict(options.set), **changed}
            agent = SkillsAgent(number + 1000 * k, **settings)
            site = options.family.site(number)
            seats = seats_of(site, number, options.episodes, agent)
            met = [100.0 * (one.outcome == "success") for one in seats]
            first = float(met.index(100) + 1 if any(met) else len(met))
            regrets = [one.regret for one in seats[-LAST:] if one.regret is not None]
            figures.append(
                (
                    first,
                    mean(met[:10]),
                    mean(met[:LAST]),
                    mean(met[-LAST:]),
                    mean(regrets) / MINOR,
                )
            )
    return figures


def seats_of(site, number, episodes, agent):
    """Return what became of each episode of an agent's life at a site."""
    result = ttg.run(site, agent, seed=1000 * number, episodes=episodes)
    return [episode.agents[SEAT] for episode in result.episodes]


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
    add_options(parser)
    parser.add_argument("--agents", type=int, default=1, help="lives at each site")
    parser.add_argument("--episodes", type=int, default=120)
    parser.add_argument("--line", action="append", default=[])
    options = parser.parse_args()
    table, console = Table("settings", *HEADS), Console(width=120)
    base = lives(options, {})
    shown = [f"{mean(column):.1f}" for column in zip(*base, strict=True)]
    table.add_row("as they are", *shown)
    for line in options.line or LINES:
        changed = dict(setting(one) for one in line.split(","))
        found = differences(lives(options, changed), base)
        table.add_row(line, *[f"{gap:+.1f} ± {error:.1f}" for gap, error in found])
    console.print(table)


if __name__ == "__main__":
    main()
