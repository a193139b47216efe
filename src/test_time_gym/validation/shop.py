"""The market's own parts, put together for theory: the one place that does it."""

from collections.abc import Callable
from typing import Any

from test_time_gym.market.bill import Bill
from test_time_gym.market.clock import MarketClock, Phase
from test_time_gym.market.distributions import exponential
from test_time_gym.market.holds import Hold, HoldLine
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.payments.gateway import Gateway, GatewayConfig
from test_time_gym.market.payments.latency import LatencyLaw
from test_time_gym.market.payments.payment import Payment
from test_time_gym.market.streams import Stream, Streams
from test_time_gym.market.world import World
from test_time_gym.scenarios.flights.domain import FlightMarket

__all__ = [
    "ONE_SEAT",
    "Average",
    "PoissonArrivals",
    "draw",
    "gateway_line",
    "give_back",
    "law",
    "new_payment",
    "pay",
    "shop",
]

FARE_MINOR = 100_00
ONE_SEAT = (HoldLine(0, 1, FARE_MINOR),)


_FLIGHT = {
    "id": "AA1",
    "airline": "Aurora",
    "fares": [{"code": "Y", "fare_minor": FARE_MINOR}],
}
_LEG = {
    "flight": "AA1",
    "from": "SFO",
    "to": "MAD",
    "depart": "2126-06-01T10:00",
    "arrive": "2126-06-01T18:00",
}
"""Far away, so that it departs after everything."""


def shop(seed: int, *, seats: int, visitors: int, **settings: Any) -> Marketplace:
    """Return an open market with one flight, far away, and no other buyers.

    Args:
        seed: of all its luck.
        seats: of the flight.
        visitors: how many seats for visitors there are.
        settings: of the market, besides.
    """
    config = FlightMarket.model_validate(
        {
            "currency": "USD",
            "opens": "2026-06-01T09:00",
            "flights": [{**_FLIGHT, "legs": [{**_LEG, "seats": seats}]}],
            "gateway": {"latency": {"kind": "deterministic", "typical_ms": 1000}},
            "holds": {"per_visitor": 1000},
            "retries": {"most": 1000},
            **settings,
        }
    )
    names = [f"buyer_{k}" for k in range(visitors)]
    built = Marketplace(World.of(config), seed, names, JournalWriter(None))
    built.open()
    return built


def gateway_line(
    seed: int, servers: int, latency: dict[str, Any], finish: Callable[[Payment], None]
) -> tuple[MarketClock, Gateway]:
    """Return a clock, and a gateway on it that calls ``finish`` with who is done."""
    clock = MarketClock()
    config = GatewayConfig.model_validate({"servers": servers, "latency": latency})
    return clock, Gateway(config, clock, Streams(seed), finish)


def new_payment(number: int) -> Payment:
    """Return a payment that nobody has sent to a gateway yet."""
    return Payment(
        id=f"pay-0-{number}",
        seat=0,
        hold_id="hold-0-1",
        card="tok_ok",
        attempt=number + 1,
        bill=Bill(1),
        plan=(1,),
        key=str(number),
        started_at_ms=0,
    )


def pay(market: Marketplace, hold: Hold, card: str, key: str) -> Payment:
    """Send a payment for one seat to the gateway, without a visitor's page."""
    fare = Bill(FARE_MINOR)
    return market.processor.start(
        hold, card, fare, key=key, plan=(FARE_MINOR,), cause=0
    )


def give_back(market: Marketplace, payment: Payment) -> None:
    """Cancel the order that a payment has just paid for."""
    order = market.orders.of(payment.seat)[-1]
    market.cancel(order, {line.product: line.seats for line in order.lines}, 0)


def draw(law: LatencyLaw, stream: Stream) -> int:
    """Return a time in milliseconds, from the settings of a latency law."""
    return law.draw(stream.word())


def law(**settings: Any) -> LatencyLaw:
    """Return a latency law."""
    return LatencyLaw.model_validate(settings)


class PoissonArrivals:
    """Calls ``arrive(number)`` at the instants of a Poisson process.

    The next customer is scheduled when one has come, so that the queue of
    events stays short.
    """

    def __init__(
        self,
        clock: MarketClock,
        stream: Stream,
        gap_ms: int,
        customers: int,
        arrive: Callable[[int], None],
    ) -> None:
        self._clock = clock
        self._stream = stream
        self._gap_ms = gap_ms
        self._left = customers
        self._arrive = arrive
        self._number = 0
        clock.at(self._next(), Phase.DEMAND, self._come, "theory")

    def _next(self) -> int:
        return self._clock.now_ms + exponential(self._stream.word(), self._gap_ms)

    def _come(self, _timer: Any) -> int | None:
        number, self._number = self._number, self._number + 1
        self._arrive(number)
        return self._next() if self._number < self._left else None


class Average:
    """The average over time of a number that changes at events."""

    def __init__(self, clock: MarketClock) -> None:
        self._clock = clock
        self._value = 0.0
        self.start()

    def start(self) -> None:
        """Forget what was; begin the average now."""
        self._since_ms = self._at_ms = self._clock.now_ms
        self._area = 0.0

    def observe(self, value: float) -> None:
        """Take notice of what the number is from now on."""
        now_ms = self._clock.now_ms
        self._area += self._value * (now_ms - self._at_ms)
        self._at_ms = now_ms
        self._value = value

    def value(self) -> float:
        """Return the average from the start to what was noticed last."""
        return self._area / (self._at_ms - self._since_ms)
