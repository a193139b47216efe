"""D1 to D5: holds as a loss system: who finds every seat of a flight held goes away.

Seats come back when a hold runs out, when it is given back, or when it is paid
for and the order is cancelled at once; nothing is sold for good, so that the
flight stays as it is and its averages mean something.
"""

from collections.abc import Callable
from functools import partial
from math import exp
from typing import Any

from test_time_gym.market.clock import MINUTE_MS, Phase
from test_time_gym.market.errors import Refused
from test_time_gym.market.holds import Hold
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.payments.latency import LatencyLaw
from test_time_gym.market.payments.payment import Payment, PaymentState

from ..queueing import erlang_b, held_for, in_time
from ..shop import (
    ONE_SEAT,
    Average,
    PoissonArrivals,
    draw,
    give_back,
    law,
    pay,
    shop,
)
from ..simulation import Claim, Samples, Simulation

__all__ = ["CASES"]

LONG_S = 500_000
"""Almost six days: visitors give their seats back before, though tails are long."""
MANY = 10_000
"""So many servers that no payment waits."""


class Desk:
    """Visitors who come at random and hold a seat, or find none.

    Args:
        market: a shop with one flight.
        gap_ms: mean time between two visitors.
        customers: how many come, the warm-up's tenth included.
        then: what a visitor does with a hold.
    """

    def __init__(
        self,
        market: Marketplace,
        gap_ms: int,
        customers: int,
        then: Callable[[Hold], None],
    ) -> None:
        self.market = market
        self.paid = self.late = 0
        self._then = then
        self._last = customers - 1
        self._warm = customers // 10
        self._came = self._blocked = 0
        self._held, self._full = Average(market.clock), Average(market.clock)
        stream = market.streams.get("theory", "gaps")
        PoissonArrivals(market.clock, stream, gap_ms, customers, self._arrive)

    def play(self) -> dict[str, float]:
        """Play to the last visitor; return what was measured after the warm-up."""
        self.market.clock.observer = self._observe
        self.market.clock.advance()
        self._observe()
        placed = self._came - self._blocked
        since_ms = self.market.clock.now_ms - self._started_ms
        return {
            "blocked": self._blocked / self._came,
            "time without a free seat": self._full.value(),
            "mean hold, min": self._held.value() * since_ms / placed / MINUTE_MS,
        }

    def _observe(self) -> None:
        self._held.observe(self.market.inventory.held[0])
        self._full.observe(self.market.inventory.free(0) == 0)

    def _arrive(self, number: int) -> None:
        if number == self._last:
            # Who ends the measurement is no part of it.
            self.market.clock.halt()
            return
        if number == self._warm:
            self._observe()
            self._held.start()
            self._full.start()
            self._started_ms = self.market.clock.now_ms
            self._came = self._blocked = self.paid = self.late = 0
        self._came += 1
        try:
            hold = self.market.hold(number // 1000, ONE_SEAT, 0)
        except Refused:
            self._blocked += 1
        else:
            self._then(hold)


def play_releases(
    seed: int,
    *,
    seats: int,
    gap_ms: int,
    ttl_s: int = LONG_S,
    holding: LatencyLaw | None = None,
    customers: int = 3000,
) -> Samples:
    """Let visitors give their seats back after a time, or leave it to the market."""
    market = shop(
        seed,
        seats=seats,
        visitors=customers // 1000 + 1,
        holds={"ttl_s": ttl_s, "per_visitor": 1000},
    )
    times = market.streams.get("theory", "times")

    def then(hold: Hold) -> None:
        if holding is not None:
            at = market.clock.now_ms + draw(holding, times)
            market.clock.at(at, Phase.AGENT, give_up, "theory", hold.id)

    def give_up(timer: Any) -> None:
        market.release(market.holds.by_id[timer.entity], 0)

    return Desk(market, gap_ms, customers, then).play()


def play_payments(
    seed: int,
    *,
    seats: int,
    gap_ms: int,
    ttl_s: int,
    latency: dict[str, Any],
    customers: int = 2200,
) -> Samples:
    """Let visitors pay for their holds at once, and cancel what they have bought."""
    market = shop(
        seed,
        seats=seats,
        visitors=customers // 1000 + 1,
        holds={"ttl_s": ttl_s, "per_visitor": 1000},
        gateway={"servers": MANY, "latency": latency},
    )

    def then(hold: Hold) -> None:
        pay(market, hold, "tok_ok", hold.id)

    def answered(payment: Payment, _version: int) -> None:
        if payment.state is PaymentState.CAPTURED:
            desk.paid += 1
            give_back(market, payment)
        else:
            desk.late += 1

    market.processor.notices.on_reply = answered
    desk = Desk(market, gap_ms, customers, then)
    measured = desk.play()
    measured["paid in time"] = desk.paid / (desk.paid + desk.late)
    return measured


# ------------------------------------------------------------------- the cases


def loss(
    case: str,
    seats: int,
    load: float,
    name: str,
    sharp: float = 0.02,
    **settings: Any,
) -> Simulation:
    """Declare a pool of seats under a load, with holds of a known law."""
    expected = erlang_b(seats, load)
    more = erlang_b(seats + 1, load)
    return Simulation(
        case,
        f"{seats} seats, load {load}, holds {name}",
        [
            Claim("blocked", expected, "a seat more", more, sharp),
            Claim("time without a free seat", expected, "a seat more", more, sharp),
        ],
        partial(play_releases, seats=seats, **settings),
    )


def insensitive() -> list[Simulation]:
    """Declare the same load three times: only the mean of a hold matters."""
    even = law(kind="exponential", typical_ms=10 * MINUTE_MS)
    wide = law(kind="lognormal", typical_ms=3 * MINUTE_MS, sigma_ppm=1_500_000)
    gap_ms = round(wide.typical_ms * exp(1.5**2 / 2) / 10)
    return [
        loss("D1/run-out", 10, 10, "that run out", gap_ms=MINUTE_MS, ttl_s=600),
        loss("D1/exponential", 10, 10, "exponential", gap_ms=MINUTE_MS, holding=even),
        loss(
            "D1/lognormal",
            10,
            10,
            "lognormal, σ 1.5",
            0.04,
            gap_ms=gap_ms,
            holding=wide,
            customers=4500,
        ),
    ]


def other_sizes() -> list[Simulation]:
    """Declare pools of other sizes, with holds that simply run out."""
    return [
        loss(
            f"D2/{seats}-{load}",
            seats,
            load,
            "that run out",
            0.03,
            gap_ms=10 * MINUTE_MS // load,
            ttl_s=600,
        )
        for seats, load in ((2, 1), (4, 2), (5, 3))
    ]


def paying(case: str, per_min: int, mean_min: float, shape: int = 1) -> Simulation:
    """Declare holds that end with the payment or, at 15 minutes, by their limit."""
    seats, limit, longer = 10, 15, 20
    held, more = (held_for(mean_min, minutes, shape) for minutes in (limit, longer))
    paid, rather = (in_time(mean_min, minutes, shape) for minutes in (limit, longer))
    load, slip = per_min * held, "a limit five minutes longer"
    blocked, fewer = erlang_b(seats, load), erlang_b(seats + 1, load)
    latency: dict[str, Any] = {
        "kind": "exponential",
        "typical_ms": round(mean_min * MINUTE_MS),
    }
    if shape > 1:
        latency |= {"kind": "erlang", "shape": shape}
    return Simulation(
        case,
        f"{seats} seats, {per_min} a min, held until paid after "
        f"{mean_min:g} min ({latency['kind']} {shape}) or lost after {limit}",
        [
            Claim("blocked", blocked, "a seat more", fewer, 0.04),
            Claim("time without a free seat", blocked, "a seat more", fewer, 0.04),
            Claim("mean hold, min", held, slip, more, 0.01),
            Claim("paid in time", paid, slip, rather, 0.01),
        ],
        partial(
            play_payments,
            seats=seats,
            gap_ms=MINUTE_MS // per_min,
            ttl_s=limit * 60,
            latency=latency,
        ),
    )


CASES = [
    *insensitive(),
    *other_sizes(),
    paying("D3", 1, 10),
    paying("D4", 2, 5),
    paying("D5/3", 1, 7.5, 3),
    paying("D5/2", 1, 10, 2),
]
