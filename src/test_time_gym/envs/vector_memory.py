"""What a vector was built from, so that only what has changed is built again."""

from array import array
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from test_time_gym.market.domain import Trade
from test_time_gym.market.interface.buyer import Buyer
from test_time_gym.market.interface.task import Task
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.vector_actions import CARDS
from test_time_gym.market.payments.payment import Payment
from test_time_gym.market.world import World

from .vector_fields import CAP, Layout

__all__ = ["FLOAT", "VectorMemory"]

FLOAT: Final = 4
"""Bytes of a number."""

_TASKS: Final = 64
"""Tasks that are remembered; then all are forgotten."""


class VectorMemory:
    """What a seat's last observation was built from, to rebuild only changes.

    Args:
        seat: whose.
        turns: the run.
        layout: where the numbers of its trade stand.
    """

    __slots__ = (
        "budget",
        "buffer",
        "card",
        "coupons",
        "deadline_ms",
        "facts",
        "failed",
        "in_cart",
        "max_turns",
        "numbers",
        "orders",
        "returning",
        "revision",
        "shown",
        "task",
        "terms",
        "visit",
    )

    def __init__(self, seat: Buyer, turns: Turns, layout: Layout) -> None:
        """Write down what stays the same for the whole run."""
        self.budget: int = max(seat.task.budget_minor, 1)
        self.deadline_ms: int = seat.task.deadline_ms
        self.max_turns: int = turns.max_turns
        self.numbers: array[float] = array("f", bytes(FLOAT * layout.size))
        self.buffer: NDArray[np.float32] = np.frombuffer(self.numbers, np.float32)
        start, stop = layout.block("task")
        self.numbers[start:stop] = array("f", _task(seat, turns.world.trade))
        self.task: Task = seat.task
        """Whose facts these are."""
        self.facts: dict[int, tuple[float, ...]] = _facts_for(seat.task, turns.world)
        """Of products that were seen, what never changes; shared by like tasks."""
        self.revision: int = -1
        self.visit: Any = None
        """Numbers of `visit_numbers`."""
        self.shown: Any = None
        self.terms: Any = None
        """What else than its price tells what an offer costs."""
        self.in_cart: tuple[int, ...] = ()
        self.card: str | None = None
        self.failed: int = -1
        self.coupons: Any = None
        self.orders: tuple[int, int] = (0, 0)
        self.returning: list[Payment] = []


def _facts_for(task: Task, world: World) -> dict[int, tuple[float, ...]]:
    """Return what is known of products as a task like this one sees them."""
    of = task.groups, tuple(task.wanted.items()), task.party, task.budget_minor
    known = world.offer_facts
    facts = known.get(of)
    if facts is None:
        if len(known) >= _TASKS:
            known.clear()
        facts = known[of] = {}
    return facts


def _task(seat: Buyer, trade: Trade) -> list[float]:
    """Return the numbers that say what a task asks for."""
    task = seat.task
    numbers = [task.party / 9, min(len(task.wallet) / CARDS, CAP)]
    for one in trade.filters:
        value = task.wanted.get(one.argument.name)
        numbers.append(float(value is not None))
        if one.has_number:
            number = 0.0 if value is None else one.number(value)
            numbers.append(max(-CAP, min(number, CAP)))
    return numbers
