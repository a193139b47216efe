"""States of a payment, and what is answered about it."""

from enum import Enum

from msgspec import Struct

__all__ = ["Answer", "Authentication", "PaymentState"]


class PaymentState(Enum):
    """Where a payment stands."""

    REQUIRES_METHOD = "requires_method"
    REQUIRES_CHALLENGE = "requires_challenge"
    PROCESSING = "processing"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    DECLINED = "declined"
    VOIDED = "voided"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Authentication(Enum):
    """How the cardholder was recognised (3-D Secure)."""

    NONE = "none"
    FRICTIONLESS = "frictionless"
    """The bank asked nothing of the cardholder."""
    CHALLENGE = "challenge"
    """The cardholder has answered a challenge of this very attempt."""


class Answer(Struct, frozen=True, gc=False):
    """What a payment had become at one moment."""

    state: PaymentState
    reason: str
