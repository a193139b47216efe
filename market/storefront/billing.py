"""The bill of a visitor's cart, with the fees that have arisen so far."""

from typing import Final

from ..bill import Bill, draw_up
from ..marketplace import Marketplace
from ..payments.instalments import with_interest
from .visitor import Visitor

__all__ = ["bill_for", "bill_of"]

_NOTHING: Final = Bill(0)


def bill_of(market: Marketplace, visitor: Visitor) -> Bill:
    """Return what the cart costs now, as the visitor's page shows it."""
    return bill_for(market, visitor, visitor.cart_total()) if visitor.cart else _NOTHING


def bill_for(market: Marketplace, visitor: Visitor, items_minor: int) -> Bill:
    """Return what items of this price would cost in place of those in the cart.

    With the coupons, the fees and the instalments that stand on the page now.
    """
    fees = market.world.config.fees
    if not visitor.cart:
        fees = ()  # They are not known before.
    elif fees:
        held = visitor.hold is not None
        card = visitor.card
        brand = None if card is None else market.world.cards[card].brand
        fees = tuple(fee for fee in fees if fee.applies(held=held, brand=brand))
    bill = draw_up(items_minor, visitor.coupons, fees)
    if visitor.instalments == 1:
        return bill
    apr_ppm = market.world.config.instalments.apr_ppm
    return with_interest(bill, visitor.instalments, apr_ppm)
