"""3DS challenges: a code that reaches the cardholder, and an end."""

from collections.abc import Callable
from typing import Annotated

from pydantic import Field

from ..clock import MarketClock, Phase, Timer
from ..config import Config
from .book import PaymentBook
from .issuer import IssuerDecision
from .payment import Payment, PaymentState

__all__ = ["ChallengeConfig", "Challenges"]


class ChallengeConfig(Config):
    """How 3DS challenges go."""

    expires_s: Annotated[int, Field(ge=1, le=86_400)] = 300
    """A challenge not answered for so long fails; it may outlast the hold."""
    code_after_s: Annotated[int, Field(ge=0, le=86_400)] = 5
    """Delay of the message that brings the code."""


class Challenges:
    """Opens challenges, sends their codes, and ends those that nobody answers.

    Args:
        config: delays.
        clock: sends codes in the gateway phase, ends challenges with expiries.
        book: where the payments' transitions are made.
    """

    def __init__(
        self, config: ChallengeConfig, clock: MarketClock, book: PaymentBook
    ) -> None:
        """Nobody is asked yet."""
        self._config = config
        self._clock = clock
        self._book = book
        self.on_code: Callable[[Payment], None] = _nobody
        """Called when a challenge's code reaches the cardholder."""
        self.on_expired: Callable[[Payment], None] = _nobody
        """Called when a challenge was not answered in time."""

    def open(self, payment: Payment, decision: IssuerDecision) -> None:
        """Ask the cardholder for the decision's code."""
        now = self._clock.now_ms
        expires = now + self._config.expires_s * 1000
        self._book.challenge(payment, decision.code, expires)
        self._clock.at(expires, Phase.EXPIRY, self._end, "challenge", payment.id)
        if not decision.code_lost:
            due = now + self._config.code_after_s * 1000
            self._clock.at(due, Phase.GATEWAY, self._send, "code", payment.id)

    def _end(self, timer: Timer) -> None:
        payment = self._book.by_id[timer.entity]
        if payment.state is PaymentState.REQUIRES_CHALLENGE:
            self._book.close(payment, PaymentState.EXPIRED, "challenge_expired")
            self.on_expired(payment)

    def _send(self, timer: Timer) -> None:
        payment = self._book.by_id[timer.entity]
        if payment.state is PaymentState.REQUIRES_CHALLENGE:
            self.on_code(payment)


def _nobody(_payment: Payment) -> None:
    """Stand in until someone listens."""
