"""One attempt to pay for a hold, with its state machine."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from ..errors import MarketBug

__all__ = ["LIVE", "Payment", "PaymentState"]


class PaymentState(Enum):
    """Where a payment stands."""

    REQUIRES_METHOD = "requires_method"
    REQUIRES_CHALLENGE = "requires_challenge"
    PROCESSING = "processing"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    REFUNDED = "refunded"
    DECLINED = "declined"
    VOIDED = "voided"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


_S = PaymentState
_NEXT: Final[dict[PaymentState, tuple[PaymentState, ...]]] = {
    _S.REQUIRES_METHOD: (_S.PROCESSING, _S.CANCELLED),
    _S.PROCESSING: (
        _S.REQUIRES_CHALLENGE,
        _S.AUTHORIZED,
        _S.DECLINED,
        _S.CANCELLED,
    ),
    _S.REQUIRES_CHALLENGE: (
        _S.PROCESSING,
        _S.DECLINED,
        _S.EXPIRED,
        _S.CANCELLED,
    ),
    _S.AUTHORIZED: (_S.CAPTURED, _S.VOIDED, _S.EXPIRED),
    _S.CAPTURED: (_S.CAPTURED, _S.REFUNDED),
    _S.REFUNDED: (_S.REFUNDED,),
}

LIVE: Final = (_S.PROCESSING, _S.REQUIRES_CHALLENGE, _S.AUTHORIZED)
"""States in which a payment may still take money; at most one a hold."""

_TAKEN: Final = (_S.CAPTURED, _S.REFUNDED)


@dataclass(slots=True, kw_only=True)
class Payment:
    """Money on its way from a card to the merchant."""

    id: str
    seat: int
    hold_id: str
    card: str
    attempt: int
    """Which use of this card by this visitor it is, from 1."""
    amount_minor: int
    key: str
    """Idempotency key under which it was confirmed."""
    first_capture_minor: int
    """What is captured at once: the amount, or the first instalment."""
    state: PaymentState = PaymentState.REQUIRES_METHOD
    reason: str = ""
    """Why it was declined, expired or cancelled; empty otherwise."""
    authorized_minor: int = 0
    captured_minor: int = 0
    refunded_minor: int = 0
    voided_minor: int = 0
    challenged: bool = False
    """The cardholder has passed a 3DS challenge for this very attempt."""
    code: str = ""
    """The code that answers the pending challenge."""
    cause: int = 0
    """Number of the journal record of the action that started it."""
    coupon: str = ""
    """Code of the coupon that lowered the amount; empty without one."""
    replies: int = 0
    """How often the gateway has worked on it."""

    def can_move(self, state: PaymentState) -> bool:
        """Return whether the state machine allows this transition."""
        return state in _NEXT.get(self.state, ())

    def move(self, state: PaymentState, reason: str = "") -> None:
        """Make a transition: the only place where a payment changes state.

        Raises:
            MarketBug: the state machine has no such transition.
        """
        if not self.can_move(state):
            msg = f"payment {self.id} cannot go from {self.state.value} "
            msg += f"to {state.value}"
            raise MarketBug(msg)
        self.state = state
        self.reason = reason

    @property
    def live(self) -> bool:
        """Whether it may still take money."""
        return self.state in LIVE

    @property
    def open_minor(self) -> int:
        """What is authorized, and neither captured nor voided yet."""
        return self.authorized_minor - self.captured_minor - self.voided_minor

    @property
    def spends_coupon(self) -> bool:
        """Whether its coupon, if any, is used up or may yet be."""
        return self.state in LIVE or self.state in _TAKEN
