"""Playing agents at a site, many times, without a journal."""

from collections import Counter
from typing import NamedTuple

from test_time_gym.evaluation import clairvoyant
from test_time_gym.market.interface.actions import Crashed
from test_time_gym.market.interface.observation import observe
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.world import World

SEATS = ["buyer_0"]


class Played(NamedTuple):
    """What came of many episodes."""

    outcomes: Counter
    turns: int
    reward_milli: int

    @property
    def episodes(self):
        return self.outcomes.total()

    @property
    def success(self):
        return self.outcomes["success"] / self.episodes

    @property
    def turns_each(self):
        return self.turns / self.episodes

    @property
    def reward_each(self):
        return self.reward_milli / 1000 / self.episodes


def play(site, world, seed, agent):
    """Play one episode, and return its seat; a crash ends it, as in a run."""
    turns = Turns(site, world, seed, SEATS)
    (seat,) = turns.seats
    while turns.ready:
        page = observe(turns, seat)
        try:
            action = turns.buyer.decode(agent.act(page))
        except KeyError:
            action = Crashed("KeyError")
        turns.act(seat, action)
        turns.advance()
    return seat


def play_many(site, seeds, make_agent):
    """Play one episode for each seed, each with a new agent.

    Args:
        site: the scenario.
        seeds: of the episodes.
        make_agent: takes a seed.
    """
    world, outcomes, turns, milli = World.of(site.market), Counter(), 0, 0
    for seed in seeds:
        seat = play(site, world, seed, make_agent(seed))
        outcomes[seat.outcome] += 1
        turns += seat.turn
        milli += seat.total_milli
    return Played(outcomes, turns, milli)


def best_of(site, world, seed):
    """Return the clairvoyant optimum of an episode."""
    return clairvoyant(site, world, seed, SEATS, focal=0, recorded_actions={})
