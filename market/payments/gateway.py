"""The gateway: finite servers, a queue, outages, and a latency law."""

from collections import deque
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, Field

from ..clock import MarketClock, Phase, Timer
from ..config import Config, Instant, Ppm
from ..streams import Streams
from .latency import LatencyLaw
from .payment import Payment

__all__ = ["Gateway", "GatewayConfig"]


def _in_order(window: tuple[int, int]) -> tuple[int, int]:
    if window[1] < window[0]:
        msg = f"an outage ends at {window[1]}, before it begins at {window[0]}"
        raise ValueError(msg)
    return window


Window = Annotated[
    tuple[Instant, Instant], Field(strict=False), AfterValidator(_in_order)
]


class GatewayConfig(Config):
    """The payment provider of a scenario."""

    servers: Annotated[int, Field(ge=1, le=10_000)] = 8
    """Payments worked on at once; the others wait in line."""
    latency: LatencyLaw = LatencyLaw()
    reply_lost_ppm: Ppm = 0
    """Chance that a reply is lost after the effect, on any card."""
    outages_s: Annotated[tuple[Window, ...], Field(strict=False, max_length=100)] = ()
    """``[[from, to), …]`` in seconds since opening: no payment gets through."""
    client_timeout_s: Annotated[int, Field(ge=1, le=3600)] = 30
    """How long the merchant's page waits for a reply."""
    notify_after_s: Annotated[int, Field(ge=0, le=604_800)] = 120
    """Delay of the notice that follows a lost reply, and of later news."""
    notify_spread_s: Annotated[int, Field(ge=0, le=604_800)] = 0
    """A notice comes up to so much later still, so that one may overtake another."""
    notify_duplicate_ppm: Ppm = 0
    """Chance that a notice comes twice."""
    notify_heard_ppm: Ppm = 0
    """Chance that a notice follows although the reply was heard."""
    money_back_after_s: Annotated[int, Field(ge=0, le=5_184_000)] = 0
    """Time until a void or a refund is on the card."""
    void_lost_ppm: Ppm = 0
    """Chance that the issuer never hears of a void: the reservation then expires."""
    authorization_expires_s: Annotated[int, Field(ge=1, le=5_184_000)] = 604_800
    """Life of a reservation that is neither captured nor voided."""
    keys_expire_s: Annotated[int, Field(ge=1, le=31_536_000)] = 86_400
    """So long after its first use an idempotency key is forgotten."""


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
