"""D8: travellers who wait for a seat, and lose patience: the Erlang-A model.

The market has no line for seats, and nobody leaves the gateway's line.  So the
line is added here the way anybody may extend the market: SimPy processes on its
clock.  Seats, holds and time are the market's own; the line is not.
"""

from collections.abc import Generator
from functools import partial
from typing import Any

from test_time_gym.market.clock import MINUTE_MS
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.payments.latency import LatencyLaw

from ..queueing import erlang_a
from ..shop import ONE_SEAT, Average, PoissonArrivals, draw, law, shop
from ..simulation import Claim, Samples, Simulation

__all__ = ["CASES"]


class WaitingRoom:
    """Travellers take a seat, or wait for one in order of arrival, or leave.

    Args:
        market: a shop with one flight.
        staying: law of the time for which a seat is held.
        patience: law of the time for which somebody waits.
    """

    def __init__(
        self, market: Marketplace, staying: LatencyLaw, patience: LatencyLaw
    ) -> None:
        self.market = market
        self.line: dict[int, Any] = {}
        self.left = 0
        self._staying = staying, market.streams.get("theory", "staying")
        self._patience = patience, market.streams.get("theory", "patience")

    def traveller(self, number: int) -> Generator[Any, Any, None]:
        """Be a traveller, from arrival to the end of the hold."""
        clock, free = self.market.clock, self.market.inventory.free
        if not free(0):
            called = self.line[number] = clock.event()
            yield called | clock.timeout(draw(*self._patience))
            if not called.triggered:
                del self.line[number]
                self.left += 1
                return
        hold = self.market.hold(number // 1000, ONE_SEAT, 0)
        yield clock.timeout(draw(*self._staying))
        self.market.release(hold, 0)
        if self.line:
            # The customer who is called takes the seat before any other event can.
            self.line.pop(next(iter(self.line))).succeed()


def play(
    seed: int, *, seats: int, rate: float, leaving_rate: float, customers: int = 2500
) -> Samples:
    """Play one replication; rates are per minute, and a seat is held for one."""
    market = shop(
        seed,
        seats=seats,
        visitors=customers // 1000 + 1,
        holds={"ttl_s": 3600, "per_visitor": 1000},
    )
    clock = market.clock
    room = WaitingRoom(
        market,
        law(kind="exponential", typical_ms=MINUTE_MS),
        law(kind="exponential", typical_ms=round(MINUTE_MS / leaving_rate)),
    )
    length = Average(clock)
    warm = customers // 10

    def come(number: int) -> None:
        if number == customers - 1:
            # Who ends the measurement is no part of it.
            clock.halt()
            return
        if number == warm:
            length.observe(len(room.line))
            length.start()
            room.left = 0
        clock.process(room.traveller(number))

    def observe() -> None:
        length.observe(len(room.line))

    clock.observer = observe
    gaps = market.streams.get("theory", "gaps")
    PoissonArrivals(clock, gaps, round(MINUTE_MS / rate), customers, come)
    clock.advance()
    length.observe(len(room.line))
    return {
        "share that leaves": room.left / (customers - 1 - warm),
        "travellers in line": length.value(),
    }


def impatient(case: str, rate: float, leaving_rate: float, seats: int) -> Simulation:
    """Declare a waiting room of known load and patience."""
    leaves, line = erlang_a(rate, 1, leaving_rate, seats)
    fewer, shorter = erlang_a(rate, 1, leaving_rate, seats + 1)
    return Simulation(
        case,
        f"M/M/{seats}+M, {rate:g} arrivals, {leaving_rate:g} lose patience",
        [
            Claim("share that leaves", leaves, "a seat more", fewer, 0.03),
            Claim("travellers in line", line, "a seat more", shorter, 0.04),
        ],
        partial(play, seats=seats, rate=rate, leaving_rate=leaving_rate),
    )


CASES = [
    impatient("D8/1", 3.2, 0.5, 4),
    impatient("D8/2", 5, 0.5, 4),
    impatient("D8/3", 10, 1, 10),
]
