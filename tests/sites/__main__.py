"""``python -m tests.sites``: what the habits of booking sites are worth, as tables.

The tables of docs/scenarios.md: 300 episodes at each of the sites 0 to 9; that
takes some ten minutes for each family.  ``--episodes 20`` takes a short look.
"""

import argparse
import sys
from itertools import combinations

from rich.console import Console
from rich.table import Table
from tests.sites.buyers import Explorer, Insider, cheap_hours, habits_of
from tests.sites.playing import best_of, play_many

from test_time_gym.agents import make_agent
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_family

SCRIPTED = ("dummy", "random", "first-offer", "cheapest", "patient")
LEFT = {"flights/sites": 0.8, "hotels/sites": 0.75}
"""Share of a price that the best codes of a family leave."""


class Aborter:
    """Gives up at once."""

    def act(self, page):
        return {"verb": "abort"}


def known_sets(family):
    """Yield sets of habits: those that move prices, in all sets, then all there are."""
    habits = habits_of(family)
    moving = [name for name in habits if name != "card"]
    for size in range(len(moving) + 1):
        yield from combinations(moving, size)
    yield habits


def buyers(family, site):
    """Return who is measured: name → maker of an agent from a seed."""
    hours, left = cheap_hours(family), LEFT[family.name]
    return {
        **{
            "knows " + (" + ".join(known) or "nothing"): (
                lambda _seed, known=known: Insider(site, known)
            )
            for known in known_sets(family)
        },
        "tries everything": lambda _seed: Explorer(hours, left),
        **{name: (lambda seed, name=name: make_agent(name, seed)) for name in SCRIPTED},
        "abort at once": lambda _seed: Aborter(),
    }


def measured(family, number, options):
    """Return, for one site, how each buyer fares, and the share of feasible tasks."""
    site, seeds = family.site(number, options.drift), range(options.episodes)
    if options.max_turns is not None:
        turns = site.turns.model_copy(update={"max_turns": options.max_turns})
        site = site.model_copy(update={"turns": turns})
    played = {
        name: play_many(site, seeds, maker)
        for name, maker in buyers(family, site).items()
        if not options.only or name in options.only
    }
    world = World.of(site.market)
    met = sum(best_of(site, world, seed) is not None for seed in seeds)
    return played, met / options.episodes


def main(argv=None):
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.sites", allow_abbrev=False)
    parser.add_argument("--family", default="flights/sites", choices=list(LEFT))
    parser.add_argument("--episodes", type=int, default=300, help="at each site")
    parser.add_argument("--sites", type=int, default=10, help="0 to so many")
    parser.add_argument("--drift", action="append", default=[], help="has happened")
    parser.add_argument("--max-turns", type=int, help="other than the scenario's")
    parser.add_argument("--only", action="append", help="a buyer, as the table says")
    options = parser.parse_args(argv)
    family = load_family(options.family)
    found = []
    for number in range(options.sites):
        print(f"site {number} of {options.sites}", file=sys.stderr)
        found.append(measured(family, number, options))
    _print(found, family, options)


def _print(found, family, options):
    names = list(found[0][0])
    mean = Table("buyer", *("met", "least", "most", "turns", "reward"))
    for name in names:
        every = [played[name] for played, _ in found]
        shares = [one.success for one in every]
        turns = sum(one.turns_each for one in every) / len(every)
        reward = sum(one.reward_each for one in every) / len(every)
        texts = [f"{100 * x:.1f} %" for x in (sum(shares) / len(shares), min(shares))]
        texts += [f"{100 * max(shares):.1f} %", f"{turns:.1f}", f"{reward:.2f}"]
        mean.add_row(name, *texts)
    feasible = [share for _, share in found]
    mean.add_row("clairvoyant", f"{100 * sum(feasible) / len(feasible):.1f} %")
    each = Table("site", "habits", *(n for n in names if not n.startswith("knows")))
    for number, (played, _) in enumerate(found):
        habits = ", ".join(family.habits_of(number, options.drift).values())
        shares = [
            f"{100 * one.success:.0f}"
            for name, one in played.items()
            if not name.startswith("knows")
        ]
        each.add_row(str(number), habits, *shares)
    console = Console(width=170)
    console.print(mean)
    console.print(each)


if __name__ == "__main__":
    main()
