"""Reward terms, in thousandths; their sum is the reward."""

from typing import Final

from ..config import Config, SignedMilli

__all__ = ["MILLI", "SELLER_TERMS", "TERMS", "RewardConfig"]

MILLI: Final = 1000
"""One unit of reward, in thousandths."""

TERMS: Final = (
    "success",
    "violation",
    "progress",
    "penalty",
    "time",
    "correct_abort",
)
"""Every name that may stand in a buyer's ``reward_terms``."""

SELLER_TERMS: Final = ("revenue", "penalty")
"""The same of a seller's."""


class RewardConfig(Config):
    """What each term is worth, in thousandths; a scenario may change numbers."""

    success: SignedMilli = 1000
    """Ticket issued and every constraint met."""
    violation: SignedMilli = -300
    """Ticket issued, a constraint broken."""
    progress_cart: SignedMilli = 20
    """First time the cart is filled."""
    progress_payment: SignedMilli = 30
    """First time the payment page is reached."""
    progress_card: SignedMilli = 50
    """First time a card is accepted by the payment page."""
    penalty: SignedMilli = -50
    """An illegal action or a failed payment."""
    time: SignedMilli = -10
    """Every step."""
    correct_abort: SignedMilli = 500
    """Abort of a task that is certified infeasible."""
