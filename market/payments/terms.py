"""Payment terms: everything that a scenario says of payments, in one place."""

from dataclasses import dataclass

from .challenge import ChallengeConfig
from .gateway import GatewayConfig
from .instalments import InstalmentRules
from .issuer import CardLaw
from .retries import RetryRules

__all__ = ["PaymentTerms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTerms:
    """Settings of the payment provider, the card schemes and the shop's plans."""

    gateway: GatewayConfig
    challenge: ChallengeConfig
    retries: RetryRules
    instalments: InstalmentRules
    cards: dict[str, CardLaw]
    """How every card behaves, by its token."""
