"""Hunts: ways to look for a bug, each repeatable from a seed."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from given_up import fickle_world
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from machines.inventory_machine import InventoryMachine
from machines.ledger_machine import LedgerMachine
from machines.payment_machine import PaymentMachine
from players import numbers_for, play
from wild_policy import wild_world
from worlds import WatchedTurns, busy_world

from test_time_gym.market.clock import DAY_MS

MACHINES = {
    "seats": InventoryMachine,
    "payments": PaymentMachine,
    "ledger": LedgerMachine,
}
FOUND = (Exception, pytest.fail.Exception)
"""A bug shows itself in any way: a law, a model's disagreement, or a crash."""

WORLDS = {
    "play": lambda _number: busy_world(),
    "policy": wild_world,
    "after": lambda _number: fickle_world(),
}
"""What senseless agents play in, by the seed: the second has a senseless seller, in the
third background bookings are given up."""

HUNTS = (*MACHINES, *WORLDS)


@dataclass(frozen=True)
class Find:
    """A bug that was found."""

    examples: int
    """How many were needed."""
    said: str
    """The error's kind and text."""

    @property
    def laws(self):
        """Names of the laws that were broken; none if a model disagreed first."""
        return re.findall(r"\b(\w+): ", self.said.partition(" ms ")[2])


def said_by(error):
    """Return an error's kind and text; a planted bug that does not fit is no find.

    Raises:
        the error itself, when it was raised in a planted bug's own lines.
    """
    last = error.__traceback__
    while last.tb_next is not None:
        last = last.tb_next
    if Path(last.tb_frame.f_code.co_filename).parent == Path(__file__).parent:
        raise error
    return f"{type(error).__name__}: {error}"


def run_machine(machine, start, budget):
    """Run a machine's examples from a seed; return what was found, or None."""
    own = seed(start)(type(machine.__name__, (machine,), {"made": 0}))
    chosen = settings(
        max_examples=budget,
        stateful_step_count=50,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        database=None,
        derandomize=False,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(own, settings=chosen)
    except FOUND as error:
        # Hypothesis runs the last example once more to be sure.
        return Find(own.made - 1, said_by(error))
    return None


def run_players(world, start, budget):
    """Let senseless agents play under all laws, one seed after the other."""
    for example in range(budget):
        number = start + example
        try:
            turns = WatchedTurns(world(number), number, agents=3)
            play(turns, numbers_for(3, number))
            clock = turns.market.clock
            clock.advance(clock.now_ms + 5 * DAY_MS)
        except FOUND as error:
            return Find(example + 1, said_by(error))
    return None


def hunt(name, start, budget):
    """Look for a bug in one way.

    Args:
        name: one of `HUNTS`.
        start: the seed.
        budget: most examples.
    """
    if name in WORLDS:
        return run_players(WORLDS[name], start, budget)
    return run_machine(MACHINES[name], start, budget)
