"""The gateway: finite servers, a queue, outages, and a latency law."""

from collections import deque
from collections.abc import Callable

from ..clock import MarketClock, Phase, Timer
from ..streams import Streams
from .gateway_config import GatewayConfig
from .payment import Payment

__all__ = ["Gateway", "GatewayConfig"]


class Gateway:
    """A queue in front of the issuer; a server is busy for one latency draw.

    Latency grows with load because payments wait for a free server.
    """

    __slots__ = ("_clock", "_config", "_finish", "_line", "_serving", "_streams")

    def __init__(
        self,
        config: GatewayConfig,
        clock: MarketClock,
        streams: Streams,
        finish: Callable[[Payment], None],
    ) -> None:
        """Connect the queue to the clock.

        Args:
            config: servers, latency and outages.
            clock: schedules the ends of service, in the gateway phase.
            streams: latency is keyed by (payment, submission).
            finish: called with the payment when its service ends.
        """
        self._config = config
        self._clock = clock
        self._streams = streams
        self._finish = finish
        self._serving: dict[str, Payment] = {}
        self._line: deque[Payment] = deque()

    def submit(self, payment: Payment) -> None:
        """Begin service, or wait in line when every server is busy."""
        if len(self._serving) < self._config.servers:
            self._begin(payment)
        else:
            self._line.append(payment)

    def down(self, now_ms: int) -> bool:
        """Return whether an outage lasts at this instant."""
        return any(
            start * 1000 <= now_ms < end * 1000 for start, end in self._config.outages_s
        )

    def waiting(self) -> list[str]:
        """Return the ids of the payments in line, first come first."""
        return [payment.id for payment in self._line]

    def serving(self) -> list[str]:
        """Return the ids of the payments that are being worked on."""
        return list(self._serving)

    @property
    def busy(self) -> int:
        """Servers at work."""
        return len(self._serving)

    def _begin(self, payment: Payment) -> None:
        payment.submissions += 1
        word = self._streams.word_at(payment.submissions, "latency", payment.id)
        due = self._clock.now_ms + self._config.latency.draw(word)
        self._clock.at(due, Phase.GATEWAY, self._end, "gateway", payment.id)
        self._serving[payment.id] = payment

    def _end(self, timer: Timer) -> None:
        payment = self._serving.pop(timer.entity)
        if self._line:
            self._begin(self._line.popleft())
        self._finish(payment)
