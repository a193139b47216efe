"""``python -m tests.learning.transfer``: what another site's skills are worth.

200 episodes at site 1000 + k, then 50 at site k, for twenty sites k for validation,
beside a fresh agent in the same episodes; that takes some minutes.
``--sites 100:102`` takes a short look, ``--set trials=0`` switches something off.
"""

import argparse

from rich.console import Console
from rich.table import Table
from tests.learning.__main__ import mean
from tests.learning.drifts import met
from tests.learning.playing import add_options, lived, sites_of

from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.evaluation.statistics import paired_bootstrap

BEFORE, AFTER = 200, 50
ELSEWHERE = 1000
PARTS = 1, 10, 50


def pair(family, number, settings):
    """Return the successes at a site of an agent that comes from another, and fresh."""
    other = ELSEWHERE + number
    agent = SkillsAgent(other, **settings)
    lived(family.site(other), other, BEFORE, agent)
    agent.change_site()
    site = family.site(number)
    came = met(lived(site, number, AFTER, agent))
    return came, met(lived(site, number, AFTER, **settings))


def main():
    """Play, and print a line for each part of the episodes."""
    parser = argparse.ArgumentParser(prog="python -m tests.learning.transfer")
    add_options(parser)
    options = parser.parse_args()
    family, settings = options.family, dict(options.set)
    pairs = [pair(family, number, settings) for number in sites_of(options)]
    table = Table("episodes", "from another site", "fresh", "gain", "95 % interval")
    for part in PARTS:
        means = [[mean(life[:part]) for life in two] for two in pairs]
        gain = paired_bootstrap([came - fresh for came, fresh in means])
        came, fresh = (mean(column) for column in zip(*means, strict=True))
        interval = "-" if gain.low is None else f"{gain.low:+.1%} to {gain.high:+.1%}"
        row = f"{came:.1%}", f"{fresh:.1%}", f"{came - fresh:+.1%}", interval
        table.add_row(f"first {part}", *row)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
