"""A seller in one run: its policy or its rules, and when it wakes."""

from typing import Final

from ..streams import Streams
from .past_sales import PastDeparture
from .policy import PolicyConfig, PricingPolicy
from .rule_prices import RulePrices
from .sellers import Seller

__all__ = ["NEVER", "SellerRun"]

NEVER: Final = -(2**53)
"""Due time of who wakes no more."""


class SellerRun:
    """A seller in one run."""

    __slots__ = (
        "bids",
        "closed",
        "cut",
        "due_ms",
        "past",
        "played",
        "policy",
        "rules",
        "seller",
        "trigger",
        "wake_on",
    )

    def __init__(
        self,
        seller: Seller,
        streams: Streams,
        past: tuple[PastDeparture, ...],
        *,
        played: bool,
    ) -> None:
        """Begin its policy, if it has one and no agent plays it."""
        pricing = seller.pricing
        self.seller = seller
        self.played = played
        self.past = past
        self.policy: PricingPolicy | None = (
            pricing.begin_with(seller, streams)
            if isinstance(pricing, PolicyConfig) and not played
            else None
        )
        self.due_ms = NEVER
        self.bids: dict[int, int] = {}
        """Bid prices of pools, as far as the seller has set any."""
        self.closed: dict[int, int] = {}
        """Product that bid prices close → the booking limit it has otherwise."""
        self.cut = 0
        """Prices that it has asked beyond its floor and ceiling."""
        self.rules = RulePrices(seller)
        self.wake_on: tuple[str, ...] = ()
        if isinstance(pricing, PolicyConfig) and self.policy is not None:
            self.wake_on = pricing.wake_on
        self.trigger = ""
        """What wakes it soon, besides the time."""

    def within(self, product: int, price: int, reason: str) -> int:
        """Return the price that is set of one that is asked, and count if it was cut.

        A policy that keeps to its bounds by itself says so by its reason.

        Args:
            product: position in the catalog.
            price: as asked, in minor units.
            reason: of it.
        """
        low, high = self.seller.bounds[product]
        kept = min(max(price, low), high)
        if kept != price or (reason, kept) in (("floor", low), ("ceiling", high)):
            self.cut += 1
        return kept

    def wakes_after(self, now_ms: int, wished_ms: int | None = None) -> None:
        """Set the next wake: as wished, not too soon, and none after the last sale."""
        soonest = now_ms + self.seller.every_ms
        due = soonest if wished_ms is None else max(soonest, wished_ms)
        self.due_ms = due if due < self.seller.last_closing_ms else NEVER
