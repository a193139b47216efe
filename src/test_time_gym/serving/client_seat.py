"""A client's seat: who is told what, and whether it keeps the others waiting."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.participant import Participant

__all__ = ["ClientSeat", "TooManyCalls"]

CALLS_MAX: Final = 8


class TooManyCalls(Misuse):
    """A client has called again and again before it was answered."""


class ClientSeat:
    """One seat that a client plays.

    Args:
        seat: in the market.
        page: that it begins with.

    Attributes:
        page: that it was shown last.
        waiting: whether a call waits for its turn.
        absent: whether it has let its last turn pass by.
        passed_over: how often it has.
    """

    def __init__(self, seat: Participant, page: dict[str, Any]) -> None:
        """Begin with nothing asked."""
        self.seat = seat
        self.page = page
        self.waiting = False
        self.absent = False
        self.passed_over = 0
        self._terms: dict[str, float] = {}
        self._calls = 0
        self._one_at_a_time = asyncio.Lock()

    def earn(self, terms: dict[str, float]) -> None:
        """Note reward terms of which it has not been told."""
        for name, value in terms.items():
            self._terms[name] = self._terms.get(name, 0.0) + value

    def take_terms(self) -> dict[str, float]:
        """Return the terms since the last call, and start over."""
        terms, self._terms = self._terms, {}
        return terms

    @asynccontextmanager
    async def call(self) -> AsyncIterator[None]:
        """Carry out one call of the client after the other, in their order.

        Raises:
            TooManyCalls: so many already wait.
        """
        if self._calls >= CALLS_MAX:
            msg = f"{CALLS_MAX} calls of {self.seat.name} wait for an answer already: "
            raise TooManyCalls(msg + "wait for one before you make the next")
        self._calls += 1
        self.absent = False
        try:
            async with self._one_at_a_time:
                yield
        finally:
            self._calls -= 1
