"""One attempt to pay for a hold, with its state machine."""

from dataclasses import dataclass
from typing import Final

from ..bill import Bill
from ..errors import MarketBug
from .payment_state import Answer, Authentication, PaymentState

__all__ = [
    "FINAL",
    "LIVE",
    "TAKEN",
    "Answer",
    "Authentication",
    "Payment",
    "PaymentState",
]


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
    _S.CAPTURED: (_S.CAPTURED, _S.PARTIALLY_REFUNDED, _S.REFUNDED),
    _S.PARTIALLY_REFUNDED: (_S.PARTIALLY_REFUNDED, _S.REFUNDED),
}

LIVE: Final = (_S.PROCESSING, _S.REQUIRES_CHALLENGE)
"""States in which a payment may still take money; at most one a hold."""

FINAL: Final = tuple(state for state in PaymentState if state not in _NEXT)
"""States that are never left."""

TAKEN: Final = (_S.CAPTURED, _S.PARTIALLY_REFUNDED, _S.REFUNDED)
"""States of a payment that has paid for an order."""


@dataclass(slots=True, kw_only=True)
class Payment:
    """Money on its way from a card to the merchant."""

    id: str
    seat: int
    hold_id: str
    card: str
    attempt: int
    """Which use of this card by this visitor it is, from 1."""
    bill: Bill
    """What is paid for."""
    plan: tuple[int, ...]
    """The parts in which the bill is paid; one unless there are instalments."""
    key: str
    """Idempotency key under which it was confirmed."""
    started_at_ms: int
    state: PaymentState = PaymentState.REQUIRES_METHOD
    reason: str = ""
    """Why it ended, or why its money goes back; empty otherwise."""
    history: tuple[Answer, ...] = ()
    """What it has been, one entry for every transition."""
    authorized_minor: int = 0
    captured_minor: int = 0
    refunded_minor: int = 0
    voided_minor: int = 0
    """Authorized, and given back without having been captured."""
    returning_minor: int = 0
    """On its way back to the card, by refund."""
    authentication: Authentication = Authentication.NONE
    code: str = ""
    """The code that answers the challenge; empty before one is asked for."""
    cause: int = 0
    """Number of the journal record that caused what happens to it next."""
    submissions: int = 0
    """How often it has gone to the gateway."""
    number: int = 0
    """Its place among the payments of the run."""

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
        self.history += (Answer(state, reason),)

    @property
    def amount_minor(self) -> int:
        """What is to be paid in all."""
        return self.bill.total_minor

    @property
    def live(self) -> bool:
        """Whether it may still take money."""
        return self.state in LIVE

    @property
    def version(self) -> int:
        """Transitions so far; the newest entry of the history is ``version - 1``."""
        return len(self.history)

    @property
    def open_minor(self) -> int:
        """What is authorized, and neither captured nor voided yet."""
        return self.authorized_minor - self.captured_minor - self.voided_minor

    @property
    def pending(self) -> bool:
        """Whether it is not decided yet, or money is reserved."""
        return self.state in LIVE or self.open_minor > 0

    @property
    def kept_minor(self) -> int:
        """What the merchant keeps: captured, neither refunded nor on its way back."""
        return self.captured_minor - self.refunded_minor - self.returning_minor

    @property
    def verdict(self) -> Answer | None:
        """What first became of it, once that was decided: the answer to a key.

        A refund, months later, is no other answer to the same question.  Nor is it
        an answer that money was reserved, when it was captured or came back.
        """
        return next((a for a in self.history if a.state not in _UNDECIDED), None)

    @property
    def coupons(self) -> tuple[str, ...]:
        """Codes of the coupons that lowered the bill."""
        return tuple(code for code, _ in self.bill.discounts)

    @property
    def spends_coupons(self) -> bool:
        """Whether its coupons, if any, are used up or may yet be."""
        return self.state in LIVE or self.state in TAKEN


_UNDECIDED: Final = (*LIVE, _S.REQUIRES_METHOD, _S.AUTHORIZED)
"""States that are no answer yet: reserved money is taken at once, or goes back."""
