"""The page: what one agent's browser shows and holds, followed from its actions.

Where records leave open what became of an action, a seat has several pages, each
of which may be the true one; what follows tells which.
"""

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from .records import RecordedHold, RecordedOrder, RecordedPayment

__all__ = ["CART_MAX", "PAGES_MAX", "Expected", "Item", "Page"]

CART_MAX = 4
"""Most items in a cart."""
PAGES_MAX = 64
"""Most pages of a seat; there are few, but a stranger's file could ask for more."""


class Expected(NamedTuple):
    """A record that has to come next, at once."""

    kind: str
    rule: str
    """Whose finding it is if it does not come."""
    why: str
    of: Any = None
    """What the record has to say, for its rule."""


class Item(NamedTuple):
    """A flight in the cart."""

    product: int
    price: int | None
    """At which the page showed it, if that is known."""
    shown: int
    """Number of the record at which the page did."""


@dataclass(slots=True)
class Page:
    """What an agent sees and has filled in, as far as legality hangs on it."""

    form: dict[str, str]
    view: str = "search_results"
    results: dict[int, Item] | None = None
    """Product → offer of the last search; None before the first."""
    found: dict[int, bool | None] = field(default_factory=dict)
    """Product → whether the search found it; None if that is not known."""
    shown: dict[int, bool | None] = field(default_factory=dict)
    """The same of what the filters let through."""
    filtered: bool = False
    selected: int | None = None
    cart: list[Item] = field(default_factory=list)
    coupons: list[str] = field(default_factory=list)
    """Applied to the cart, in the order in which they come off."""
    used: list[str] = field(default_factory=list)
    """Coupons of payments whose receipt was seen."""
    parts: int = 1
    card: str | None = None
    hold: RecordedHold | None = None
    payment: RecordedPayment | None = None
    heard: dict[str, int] = field(default_factory=dict)
    """Payment → the newest of its versions that was told."""
    status: str = "none"
    """What the agent knows of its payment."""
    confirmations: int = 0
    orders: list[RecordedOrder] = field(default_factory=list)
    """Those whose receipt was seen."""
    reached: list[str] = field(default_factory=list)
    """Stages that were rewarded."""
    asked: int | None = None
    """When a page was asked for that still waits for the gateway."""
    wake: int | None = None
    """When the agent acts next; None while it waits for the gateway, or is done."""
    lots: int = 0
    """How often a turn was given to the agent, and a lot drawn for it."""
    stopped: str = ""
    """Why there are no more turns."""
    due: list[Expected] = field(default_factory=list)
    """Records that have to come next."""

    def copy(self) -> "Page":
        """Return a page that changes by itself."""
        return replace(
            self,
            form=dict(self.form),
            results=None if self.results is None else dict(self.results),
            found=dict(self.found),
            shown=dict(self.shown),
            cart=list(self.cart),
            coupons=list(self.coupons),
            used=list(self.used),
            heard=dict(self.heard),
            orders=list(self.orders),
            reached=list(self.reached),
            due=list(self.due),
        )

    @property
    def unsettled(self) -> bool:
        """Whether, as far as the agent knows, a payment may still take money."""
        return self.status in {"processing", "unknown", "requires_challenge"}

    @property
    def waits(self) -> bool:
        """Whether a page loads until the gateway answers."""
        return self.asked is not None

    def holds(self, now: int) -> bool:
        """Return whether seats are held for the agent."""
        return self.hold is not None and self.hold.runs(now)

    def forget_hold(self) -> None:
        """Forget hold, card and payment, as when the cart changes."""
        self.hold = self.payment = self.card = None
        self.parts, self.status = 1, "none"

    def leave_checkout(self) -> None:
        """Forget the whole checkout."""
        self.forget_hold()
        self.cart, self.coupons = [], []
