"""Contests: packaged scenarios, played by built-in agents on the engine itself."""

from dataclasses import dataclass, field
from functools import cache

from tests.support.worlds import WatchedTurns

from test_time_gym.agents import make_agent
from test_time_gym.market.interface.actions import decode_action
from test_time_gym.market.interface.observation import observe
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario


@cache
def world_of(name):
    """Return a packaged scenario's compiled market."""
    return World.of(load_scenario(name).market)


@dataclass
class Contest:
    """A contest that is over."""

    turns: Turns
    unknown: set[str] = field(default_factory=set)
    """Payments of which a page did not hear in time what became of them."""

    notices: list[tuple[str, int]] = field(default_factory=list)
    """Payment and version of every notice, in the order of their coming."""

    @property
    def payments(self):
        """All payments."""
        return list(self.turns.market.processor.book.by_id.values())

    @property
    def outcomes(self):
        """How every agent's episode ended."""
        return [seat.outcome for seat in self.turns.seats]

    @property
    def late(self):
        """Payments whose money came after the seats were gone."""
        return [
            payment
            for payment in self.payments
            if any(answer.reason == "hold_expired" for answer in payment.history)
        ]


def contest(name, seed, policies=None, *, change=None, watched=False):
    """Play a packaged scenario to its end.

    Args:
        name: of the scenario.
        seed: of the run.
        policies: names of agents, by seat; None: as the scenario says.
        change: takes the scenario, and returns the one to play.
        watched: check every law after every event.
    """
    scenario = load_scenario(name)
    if change is not None:
        scenario = change(scenario)
    count = scenario.agents.count
    default = [scenario.policies[k % len(scenario.policies)] for k in range(count)]
    agents = [make_agent(one, seed + k) for k, one in enumerate(policies or default)]
    if watched:
        turns = WatchedTurns(scenario, seed, len(agents))
    else:
        world = world_of(name) if change is None else World.of(scenario.market)
        names = [f"buyer_{k}" for k in range(len(agents))]
        turns = Turns(scenario, world, seed, names)
    told = Contest(turns)
    _overhear(turns, told)
    while not turns.over:
        for seat in list(turns.ready):
            given = agents[seat.index].act(observe(turns, seat))
            action = decode_action(given, turns.verbs, turns.world.exponent)
            turns.act(seat, action)
        turns.advance()
        visitors = [seat.visitor for seat in turns.seats]
        told.unknown |= {v.payment.id for v in visitors if v.status == "unknown"}
    return told


def _overhear(turns, told):
    """Let a contest know of notices, before the shop hears of them."""
    notices = turns.market.processor.notices
    hear = notices.on_notice

    def on_notice(payment, version):
        told.notices.append((payment.id, version))
        hear(payment, version)

    notices.on_notice = on_notice
