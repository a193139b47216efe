"""Notices: what the gateway tells the shop later, as often and late as it will.

A notice tells what a payment was when the notice was sent.  It may come twice,
and a later one may overtake it; a reader of notices must go by their version.
"""

from collections.abc import Callable

from ..clock import MarketClock, Phase, Timer
from ..streams import Stream, Streams
from .gateway import GatewayConfig
from .payment import Payment

__all__ = ["Listener", "Notices"]

Listener = Callable[[Payment, int], None]
"""Who wants to know what a payment was at one of its versions."""


class Notices:
    """Sends what has become of payments, through a medium that is not perfect.

    Args:
        config: chances and delays.
        clock: delivers notices in the gateway phase.
        streams: every notice's luck is keyed by (payment, version).
        find: returns a payment by its id.
    """

    def __init__(
        self,
        config: GatewayConfig,
        clock: MarketClock,
        streams: Streams,
        find: Callable[[str], Payment],
    ) -> None:
        """Nobody listens yet."""
        self._config = config
        self._clock = clock
        self._streams = streams
        self._find = find
        self.on_reply: Listener = _nobody
        """Called at once when the merchant's page hears the answer."""
        self.on_notice: Listener = _nobody
        """Called when a notice arrives."""

    def reply(self, payment: Payment, *, lost: bool = False) -> None:
        """Answer the page that waits; what it does not hear, a notice tells later.

        Args:
            payment: whose present state is the answer.
            lost: the answer is lost in any case.
        """
        config = self._config
        if lost or config.reply_lost_ppm or config.notify_heard_ppm:
            dice = self._streams.at(payment.version, "reply", payment.id)
            lost = dice.chance(config.reply_lost_ppm) or lost
            if dice.chance(config.notify_heard_ppm) or lost:
                self._send(payment, dice)
        if not lost:
            self.on_reply(payment, payment.version)

    def announce(self, payment: Payment) -> None:
        """Tell of a change that no page waits for."""
        self._send(payment, self._streams.at(payment.version, "notice", payment.id))

    def tell_now(self, payment: Payment) -> None:
        """Tell of a change that the visitor's own page shows at once."""
        self.on_notice(payment, payment.version)

    def _send(self, payment: Payment, dice: Stream) -> None:
        config = self._config
        copies = 2 if dice.chance(config.notify_duplicate_ppm) else 1
        for copy in range(copies):
            late_ms = config.notify_after_s * 1000
            late_ms += dice.below(config.notify_spread_s * 1000 + 1)
            entity = f"{payment.id}/{payment.version}/{copy}"
            due = self._clock.now_ms + late_ms
            self._clock.at(due, Phase.GATEWAY, self._deliver, "notice", entity)

    def _deliver(self, timer: Timer) -> None:
        payment_id, version, _ = str(timer.entity).split("/")
        self.on_notice(self._find(payment_id), int(version))


def _nobody(_payment: Payment, _version: int) -> None:
    """Stand in until someone listens."""
