"""What the slots of the vector door point at on a page."""

from ..storefront import CartItem, ShownOffer, Visitor
from .turns import Turns
from .vector_actions import OFFERS, code_on_page, coupons_on_page

__all__ = ["PageSlots"]


class PageSlots:
    """What the slots of one visitor's page point at, until anything on it changes.

    Args:
        turns: the run.

    Attributes:
        in_cart: slots of those offers that are in the cart; the same tuple until the
            page or the cart changes.
        coupons: the code of each coupon slot; see `coupons_on_page`.
        code: whether a challenge code stands on the page.
        shown: how many offers are shown.
        selected: slot of the selected offer, where one must be; None if there is none.
        revision: of the visitor, when the page was last looked at.
    """

    __slots__ = (
        "_advertised",
        "_cart",
        "_places",
        "_select_first",
        "_shown",
        "_turns",
        "code",
        "coupons",
        "in_cart",
        "revision",
        "selected",
        "shown",
    )

    def __init__(self, turns: Turns) -> None:
        """Start with an empty page and an empty cart."""
        self._turns = turns
        self._select_first: bool = turns.world.config.storefront.select_first
        self._advertised: bool = len(turns.world.advertised) > 0
        self.revision: int = -1
        self._shown: list[ShownOffer] = []
        self._places: dict[int, int] = {}
        """Product → slot of those that are shown."""
        self._cart: list[CartItem] = []
        self.in_cart: tuple[int, ...] = ()
        self.coupons: tuple[str | None, ...] = ()
        self.code: bool = False
        self.shown: int = 0
        self.selected: int | None = None

    def look(self, visitor: Visitor) -> None:
        """Look at the page again, if anything on it has changed."""
        if self.revision == visitor.revision:
            return
        self.revision = visitor.revision
        shown, cart = visitor.shown, visitor.cart
        moved = self._shown is not shown
        if moved:
            self._shown = shown
            self._places = {o.product: k for k, o in enumerate(shown[:OFFERS])}
            self.shown = len(self._places)
        if moved or self._cart != cart:
            self._cart = cart.copy()
            self.in_cart = self._slots_of(cart) if cart else ()
        if self._select_first:
            chosen = visitor.selected
            self.selected = None if chosen is None else self._places.get(chosen)
        if self._advertised:
            self.coupons = coupons_on_page(self._turns, visitor)
        self.code = visitor.code is not None and code_on_page(visitor) is not None

    def _slots_of(self, cart: list[CartItem]) -> tuple[int, ...]:
        places = self._places
        slots = [places[item.product] for item in cart if item.product in places]
        slots.sort()
        return tuple(slots)
