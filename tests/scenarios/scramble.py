"""``python -m tests.scenarios.scramble``: what agreeing beforehand is worth.

Prints how many of eight agents succeed in ``flights/scramble``, on average: if all go
for the cheapest offer, and if each is told beforehand which offer is its own.
"""

import argparse

import test_time_gym as ttg
from test_time_gym.agents.scripted import Cheapest

SEATS = 8


class Planned(Cheapest):
    """Goes for the offer of its rank at once; later for that of those left.

    Args:
        rank: among the offers within its budget, the cheapest first.
    """

    def __init__(self, rank):
        super().__init__()
        self._rank = rank

    def _shop(self, observation):
        budget = float(observation["constraints"]["budget"])
        if observation["last_action"] != "search_flights":
            return {"verb": "search_flights", "payload": ""}
        offers = sorted(
            (float(one["price"]), one["id"])
            for one in observation["flights"]
            if float(one["price"]) <= budget
        )
        if not offers:
            return {"verb": "abort", "payload": ""}
        return {"verb": "add_to_cart", "payload": offers[self._rank % len(offers)][1]}


def mean_success(agents, seeds):
    """Return how many agents succeed, on average over seeds.

    Args:
        agents: makes the agent of a seat.
        seeds: of the episodes.
    """
    succeeded = 0
    for seed in seeds:
        made = {f"buyer_{k}": agents(k) for k in range(SEATS)}
        result = ttg.run("flights/scramble", made, seed=seed, regret=False)
        mine = result.episodes[0].agents.values()
        succeeded += sum(one.outcome == "success" for one in mine)
    return succeeded / len(seeds)


def main(argv=None):
    """Print both."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.scenarios.scramble", allow_abbrev=False
    )
    parser.add_argument("--seeds", type=int, default=60)
    seeds = range(parser.parse_args(argv).seeds)
    print(f"cheapest {mean_success(lambda _seat: 'cheapest', seeds):.2f}")
    print(f"planned  {mean_success(Planned, seeds):.2f}")


if __name__ == "__main__":
    main()
