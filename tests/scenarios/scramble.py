"""``python -m tests.scenarios.scramble``: what agreeing beforehand is worth.

Prints how many of eight agents succeed in ``flights/scramble``, on average: if all go
for the cheapest offer, if each draws one of those that it can pay, and if each is told
beforehand which offer is its own.
"""

import argparse
from itertools import count

import test_time_gym as ttg
from test_time_gym.agents.page import offer_named, offers_of, searched
from test_time_gym.agents.scripted import Cheapest, do, number
from test_time_gym.market.interface.policy import policy_stream

SEATS = 8
_CARDS = ("tok_ok", "tok_decline_soft", "tok_3ds")
"""The scenario's, those that pay soonest first."""


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


class Hasty(Cheapest):
    """Draws an offer that it can pay, wastes no time, and takes another when it fails.

    It neither filters nor starts over: one sold out is taken out of the cart, and
    another one of those on the page put there.  It pays with the card that its bank
    lets pass at once, if it has one.
    """

    _made = count()

    def __init__(self):
        super().__init__()
        self._dice = policy_stream(next(self._made))
        self._gone = []

    def begin(self, task):
        super().begin(task)
        self._gone = []

    def cards(self, observation):
        return sorted(super().cards(observation), key=_CARDS.index)

    def _check_out(self, observation):
        error, legal = observation["last_action_error"], observation["legal_verbs"]
        lost = error is not None and error["code"] in ("sold_out", "hold_expired")
        dear = number(observation["cart"]["total"]) > self.limit(observation)
        if (lost or dear) and "remove_from_cart" in legal:
            self._gone.append(offer_named(observation["cart"]["items"][0]))
            return do("remove_from_cart", flight_id=self._gone[-1])
        return super()._check_out(observation)

    def _shop(self, observation):
        if not searched(observation):
            return self.search(observation)
        fits = [
            offer["id"]
            for offer in offers_of(observation)
            if number(offer["price"]) <= self.limit(observation)
            and offer["id"] not in self._gone
        ]
        if fits:
            drawn = fits[self._dice.below(len(fits))]
            return do("add_to_cart", flight_id=drawn)
        self._gone = []
        self._fruitless += 1
        if self._fruitless > self.patience:
            return do("abort", reason="nothing that it can pay is left")
        return do("restart")


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
    print(f"hasty    {mean_success(lambda _seat: Hasty(), seeds):.2f}")
    print(f"planned  {mean_success(Planned, seeds):.2f}")


if __name__ == "__main__":
    main()
