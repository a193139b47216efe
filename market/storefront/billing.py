"""The bill of a visitor's cart, with the fees that have arisen so far."""

from typing import Final

from ..bill import Bill, draw_up
from ..marketplace import Marketplace
from ..payments.instalments import with_interest
from .visitor import Visitor

__all__ = ["bill_of"]

_NOTHING: Final = Bill(0)


def bill_of(market: Marketplace, visitor: Visitor) -> Bill:
    """Return what the cart costs now, as the visitor's page shows it."""
    if not visitor.cart:
        return _NOTHING
    fees = market.world.config.fees
    if fees:
        held = visitor.hold is not None
        card = visitor.card
        brand = None if card is None else market.world.cards[card].brand
        fees = tuple(fee for fee in fees if fee.applies(held=held, brand=brand))
    bill = draw_up(visitor.cart_total(), visitor.coupons, fees)
    if visitor.instalments == 1:
        return bill
    apr_ppm = market.world.config.instalments.apr_ppm
    return with_interest(bill, visitor.instalments, apr_ppm)
