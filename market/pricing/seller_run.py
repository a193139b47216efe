"""A seller in one run: its policy or its rules, and when it wakes."""

from typing import Any, Final

from ..streams import Streams
from .asked_prices import AskedPrices
from .past_sales import PastDeparture
from .policy import Decision, PolicyConfig, PricingPolicy, follows
from .rule_prices import RulePrices
from .sellers import Seller
from .views import Views

__all__ = ["NEVER", "SellerRun"]

NEVER: Final = -(2**53)
"""Due time of who wakes no more."""


class SellerRun:
    """A seller in one run."""

    __slots__ = (
        "_follows",
        "_looked",
        "asked",
        "bids",
        "closed",
        "due_ms",
        "past",
        "played",
        "policy",
        "rules",
        "seller",
        "trigger",
        "views",
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
        self.asked = AskedPrices(seller)
        self.views: Views | None = None
        """What it has seen; made as it looks for the first time."""
        self.rules = RulePrices(seller)
        self.wake_on: tuple[str, ...] = ()
        if isinstance(pricing, PolicyConfig) and self.policy is not None:
            self.wake_on = pricing.wake_on
        self.trigger = ""
        """What wakes it soon, besides the time."""
        self._follows = follows(self.policy)
        self._looked = False

    def decide(self, policy: PricingPolicy, views: Views, now_ms: int) -> Decision:
        """Return what its policy decides: on all it may see, or on what has moved.

        Args:
            policy: its own.
            views: of the seller.
            now_ms: the instant.
        """
        if self._follows and self._looked:
            following: Any = policy
            return following.decide_moved(views.moved(now_ms))  # type: ignore[no-any-return]
        view, self._looked = views.view(now_ms), True
        views.looked()
        return policy.decide(view)

    def wakes_after(self, now_ms: int, wished_ms: int | None = None) -> None:
        """Set the next wake: as wished, not too soon, and none after the last sale."""
        soonest = now_ms + self.seller.every_ms
        due = soonest if wished_ms is None else max(soonest, wished_ms)
        self.due_ms = due if due < self.seller.last_closing_ms else NEVER
