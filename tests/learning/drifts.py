"""``python -m tests.learning.drifts``: what drifts cost, and for how long.

At each of twenty sites for validation 100 episodes, then 100 more for each drift alone,
by the same agent; that takes some minutes.  ``--sites 100:102`` takes a short look,
``--set start=clerk`` begins with the flow, ``--drift coupon-gone`` plays only this one,
``--lives`` shows every site.
"""

import argparse
from copy import deepcopy

from rich.console import Console
from rich.table import Table
from tests.learning.__main__ import mean
from tests.learning.playing import add_options, lived, sites_of

from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.evaluation.statistics import recovery_time

BEFORE = AFTER = 100
LAST = 50
SOON = 40
"""Episodes after which the level of before should be reached again."""
WINDOW = 10
SHARE = 0.9
NONE = "none"


def met(episodes):
    """Return 1 for each success, and 0 for the others."""
    return [int(outcome == "success") for outcome, _ in episodes]


def lives(family, sites, names, settings):
    """Return, by drift, the successes of each site's life."""
    found = {name: [] for name in names}
    for number in sites:
        learner = SkillsAgent(number, **settings)
        early = met(lived(family.site(number), number, BEFORE, learner))
        for name in names:
            site = family.site(number, drifts=[] if name == NONE else [name])
            agent = deepcopy(learner)
            late = met(lived(site, number, AFTER, agent, first=BEFORE))
            found[name].append(early + late)
    return found


def recovered(values):
    """Return after how many episodes 90 % of the last 50 before are back, or None."""
    level = mean(values[BEFORE - LAST : BEFORE])
    late = values[BEFORE:]
    for end in range(WINDOW, len(late) + 1):
        if mean(late[end - WINDOW : end]) >= SHARE * level:
            return end - WINDOW
    return None


def row(curves):
    """Return what is told of a drift."""
    curve = [mean(column) for column in zip(*curves, strict=True)]
    times = [recovery_time(one, BEFORE, SHARE, WINDOW) for one in curves]
    counted = [one for one in times if one is not None]
    soon = mean([time is not None and time <= SOON for time in times])
    late = curve[BEFORE:]
    return (
        *(f"{mean(part):.1%}" for part in (curve[BEFORE - LAST : BEFORE], late[:10])),
        *(f"{mean(late[k : k + 10]):.0%}" for k in (10, 20, 30)),
        *(f"{mean(part):.1%}" for part in (late[SOON : SOON + 10], late[-LAST:])),
        str(recovered(curve)),
        f"{mean(counted):.1f}",
        f"{soon:.0%}",
    )


def main():
    """Play, and print a line for each drift."""
    parser = argparse.ArgumentParser(prog="python -m tests.learning.drifts")
    add_options(parser)
    parser.add_argument("--drift", action="append")
    parser.add_argument("--lives", action="store_true")
    options = parser.parse_args()
    family, numbers = options.family, sites_of(options)
    names = options.drift or [NONE, *[drift.name for drift in family.drifts]]
    found = lives(family, numbers, names, dict(options.set))
    heads = "drift", "before", "next 10", "20", "30", "40", "50", f"last {LAST}"
    table = Table(*heads, "back after", "mean of sites", f"sites within {SOON}")
    for name, curves in found.items():
        table.add_row(name, *row(curves))
    console = Console(width=120)
    console.print(table)
    if options.lives:
        for name, curves in found.items():
            for number, one in zip(numbers, curves, strict=True):
                tens = [sum(one[k : k + 10]) for k in range(0, len(one), 10)]
                back = recovery_time(one, BEFORE, SHARE, WINDOW)
                console.print(f"{name} {number}: {tens}, back after {back}")


if __name__ == "__main__":
    main()
