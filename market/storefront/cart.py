"""The cart and its coupon."""

from typing import Any

from ..errors import Refused
from ..events import CouponApplied
from ..marketplace import Marketplace
from .search import no_results, product_named
from .visitor import CartItem, Visitor

__all__ = ["add_to_cart", "apply_coupon", "remove_from_cart", "restart"]

CART_MAX = 4
"""Most items in a cart."""

_UNSETTLED = (
    "a payment is not settled yet: wait, answer its challenge, or confirm again "
    "with the same key"
)


def may_add(  # noqa: PLR0911 - one for each rule
    market: Marketplace, visitor: Visitor, args: dict[str, Any]
) -> str | None:
    """Return why an offer cannot go into the cart."""
    if visitor.unsettled:
        return _UNSETTLED
    if visitor.results is None:
        return no_results(market)
    if len(visitor.cart) >= CART_MAX:
        return f"the cart is full ({CART_MAX} items)"
    words = market.world.trade.words
    name, index = args.get(words.offer_id), visitor.selected
    if name is not None:
        offer = product_named(market, visitor, name)
        index = None if offer is None else offer.product
    if index is None:
        need = f"give {words.offer_id} or use {words.select} first"
        unknown = f"no {words.offer} {name!r:.40} is on the results page"
        return f"no {words.offer} is selected: {need}" if name is None else unknown
    for item in visitor.cart:
        if item.product == index:
            return f"{market.catalog.products[index].id} is in the cart already"
    if market.world.config.storefront.select_first and index != visitor.selected:
        need = f"use {words.select}, then add it"
        return f"here a {words.offer} must be selected first: {need}"
    return None


def add_to_cart(
    market: Marketplace, visitor: Visitor, args: dict[str, Any], cause: int
) -> None:
    """Put an offer into the cart at the price it was shown at.

    Raises:
        Refused: ``sold_out``: the page was out of date.
    """
    name = args.get(market.world.trade.words.offer_id)
    index = visitor.selected if name is None else market.catalog.by_id[name].index
    offer = next(o for o in visitor.shown if o.product == index)
    if market.on_sale(offer.product) < visitor.party:
        product = market.catalog.products[offer.product]
        raise Refused("sold_out", f"{product.id} has sold out since the page loaded")
    _drop_hold(market, visitor, cause)
    visitor.cart.append(CartItem(offer.product, offer.price_minor))
    visitor.view = "cart"


def may_remove(
    market: Marketplace, visitor: Visitor, args: dict[str, Any]
) -> str | None:
    """Return why an item cannot leave the cart."""
    if visitor.unsettled:
        return _UNSETTLED
    words = market.world.trade.words
    name = args[words.offer_id]
    product = market.catalog.by_id.get(name)
    if product is None or all(i.product != product.index for i in visitor.cart):
        return f"no {words.offer} {name!r:.40} is in the cart"
    return None


def remove_from_cart(
    market: Marketplace, visitor: Visitor, args: dict[str, Any], cause: int
) -> None:
    """Take an item out; seats held for the old cart are given back."""
    _drop_hold(market, visitor, cause)
    name = args[market.world.trade.words.offer_id]
    index = market.catalog.by_id[name].index
    visitor.cart = [item for item in visitor.cart if item.product != index]
    visitor.view = "cart"


def may_apply(_m: Marketplace, visitor: Visitor, args: dict[str, Any]) -> str | None:
    """Return why a coupon cannot be tried."""
    if visitor.unsettled:
        return _UNSETTLED
    if not visitor.cart:
        return "the cart is empty"
    for coupon in visitor.coupons:
        if coupon.code == args["code"] or not coupon.stackable:
            return f"coupon {coupon.code} is applied, and stacks with no other"
    if args["code"] in visitor.coupons_used:
        return "this coupon has been used"
    return None


def apply_coupon(
    market: Marketplace, visitor: Visitor, args: dict[str, Any], cause: int
) -> None:
    """Try a coupon on the cart.

    Raises:
        Refused: ``coupon_unknown``, ``coupon_expired``,
            ``coupon_minimum_not_met``, ``coupon_used``,
            ``coupon_not_stackable``.
    """
    code = args["code"]
    if code not in visitor.coupons_tried:
        visitor.coupons_tried.append(code)
    coupon = market.world.coupons.get(code)
    if coupon is None:
        raise Refused("coupon_unknown", "this coupon is not known here")
    refusal = coupon.refusal(visitor.cart_total(), market.clock.now_ms)
    if refusal is not None:
        raise Refused(refusal, f"coupon {coupon.code} does not apply to this cart")
    if market.processor.spends_coupon(visitor.seat, coupon.code):
        raise Refused("coupon_used", f"coupon {coupon.code} works only once")
    if visitor.coupons and not coupon.stackable:
        text = f"coupon {coupon.code} does not work together with others"
        raise Refused("coupon_not_stackable", text)
    visitor.coupons.append(coupon)
    fact = CouponApplied(code=coupon.code)
    market.journal.emit(fact, market.clock.now_ms, visitor.name, cause)


def restart(
    market: Marketplace, visitor: Visitor, _args: dict[str, Any], cause: int
) -> None:
    """Start the flow over; the world goes on. Held seats are given back.

    A payment whose answer is unknown cannot be called back: if it succeeds
    after its seats are gone, it is voided in full.
    """
    if visitor.status == "requires_challenge" and visitor.payment is not None:
        market.processor.cancel(visitor.payment, cause)
    _drop_hold(market, visitor, cause)
    visitor.leave_checkout()
    visitor.results = None
    visitor.shown = []
    visitor.filters = {}
    visitor.selected = None
    visitor.view = "search_results"


def _drop_hold(market: Marketplace, visitor: Visitor, cause: int) -> None:
    if visitor.hold is not None and visitor.hold_active(market.clock.now_ms):
        market.release(visitor.hold, cause)
    visitor.hold = None
    visitor.coupons_tried = []
    visitor.payment = None
    visitor.card = None
    visitor.instalments = 1
    visitor.status = "none"
