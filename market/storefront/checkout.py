"""From the cart to the receipt: hold, card, confirmation, challenge, cancellation."""

from typing import Any

from ..errors import Refused
from ..holds import HoldLine
from ..marketplace import Marketplace
from ..orders import Order, OrderState
from ..payments.instalments import split
from ..payments.keys import KeyUse
from ..payments.payment import PaymentState
from .billing import bill_of
from .visitor import CartItem, Visitor

__all__ = [
    "answer_challenge",
    "cancel_order",
    "choose_instalments",
    "confirm_payment",
    "enter_card",
    "proceed_to_payment",
]


def may_proceed(
    market: Marketplace, visitor: Visitor, _args: dict[str, Any]
) -> str | None:
    """Return why the payment page cannot be asked for."""
    if not visitor.cart:
        return "the cart is empty"
    if visitor.unsettled and not visitor.hold_active(market.clock.now_ms):
        return "a payment is not settled yet: wait for its end, or restart"
    return None


def proceed_to_payment(
    market: Marketplace, visitor: Visitor, _args: dict[str, Any], cause: int
) -> None:
    """Hold the cart's seats and lock their price, or say what changed.

    A price that has fallen is taken as it is; one that has risen is shown in
    the cart and must be accepted by proceeding again.  A coupon whose terms the
    cart no longer meets is taken off.

    Raises:
        Refused: ``price_changed``, ``sold_out``, `Words.closed`, ``hold_quota`` or
            the rule of the coupon.
    """
    if visitor.hold_active(market.clock.now_ms):
        visitor.view = "payment"
        return
    visitor.hold = None
    dearer, lines = _take_prices(market, visitor)
    if dearer:
        visitor.view = "cart"
        names = ", ".join([market.catalog.products[product].id for product in dearer])
        raise Refused("price_changed", f"the price of {names} has risen; see the cart")
    _check_coupons(market, visitor)
    visitor.hold = market.hold(visitor.seat, lines, cause)
    visitor.payment = None
    visitor.card = None
    visitor.status = "requires_method"
    visitor.view = "payment"


def _take_prices(
    market: Marketplace, visitor: Visitor
) -> tuple[list[int], tuple[HoldLine, ...]]:
    """Put the prices of now into the cart.

    Returns:
        Products whose price has risen, and the lines of a hold of the cart.
    """
    prices, party = market.prices, visitor.party
    dearer: list[int] = []
    cart: list[CartItem] = []
    lines: list[HoldLine] = []
    for item in visitor.cart:
        product, price = item.product, prices[item.product]
        if price != item.price_minor:
            if price > item.price_minor:
                dearer.append(product)
            item = CartItem(product, price)  # noqa: PLW2901 - the same, at another price
        cart.append(item)
        lines.append(HoldLine(product, party, price))
    visitor.cart = cart
    return dearer, tuple(lines)


def _check_coupons(market: Marketplace, visitor: Visitor) -> None:
    for coupon in visitor.coupons:
        refusal = coupon.refusal(visitor.cart_total(), market.clock.now_ms)
        if market.processor.spends_coupon(visitor.seat, coupon.code):
            refusal = "coupon_used"
        if refusal is not None:
            visitor.coupons.remove(coupon)
            text = f"coupon {coupon.code} no longer applies to this cart"
            raise Refused(refusal, text)


def _at_payment(market: Marketplace, visitor: Visitor) -> str | None:
    if visitor.view != "payment":
        return "this is not the payment page: use proceed_to_payment first"
    if not visitor.hold_active(market.clock.now_ms):
        return "the hold is over: use proceed_to_payment again"
    return None


def may_enter_card(
    market: Marketplace, visitor: Visitor, args: dict[str, Any]
) -> str | None:
    """Return why a card cannot be entered."""
    if visitor.unsettled:
        return "a payment is not settled yet"
    token = args["card_token"]
    if token not in visitor.wallet:
        return f"card {token!r:.40} is not in the wallet"
    return _at_payment(market, visitor)


def enter_card(
    _market: Marketplace, visitor: Visitor, args: dict[str, Any], _cause: int
) -> None:
    """Fill in a card of the wallet."""
    visitor.card = args["card_token"]
    visitor.status = "requires_confirmation"


def may_choose(
    market: Marketplace, visitor: Visitor, args: dict[str, Any]
) -> str | None:
    """Return why instalments cannot be chosen."""
    if visitor.unsettled:
        return "a payment is not settled yet"
    plans = market.world.config.instalments.counts
    if not plans:
        return "this shop offers no instalments"
    counts = (1, *plans)
    if args["count"] not in counts:
        return f"instalments on offer: {', '.join(map(str, counts))}"
    return _at_payment(market, visitor)


def choose_instalments(
    _market: Marketplace, visitor: Visitor, args: dict[str, Any], _cause: int
) -> None:
    """Choose how many parts to pay in (1: at once)."""
    visitor.instalments = args["count"]


def _first_use(
    market: Marketplace, visitor: Visitor, args: dict[str, Any]
) -> KeyUse | None:
    """Return what the key of a confirmation was first used for, if that counts yet."""
    if "idempotency_key" not in args:
        return None
    keys, key = market.processor.keys, args["idempotency_key"]
    return keys.given(visitor.seat, key, market.clock.now_ms)


def may_confirm(
    market: Marketplace, visitor: Visitor, args: dict[str, Any]
) -> str | None:
    """Return why the payment cannot be confirmed.

    A visitor who asks again with its key is answered wherever it stands: that a
    reply got lost, or the checkout is over, is what keys are for.
    """
    if _first_use(market, visitor, args) is not None:
        return None
    if visitor.status == "requires_challenge":
        return "the bank waits for the challenge: use answer_challenge"
    if visitor.card is None:
        return "no card is entered: use enter_card first"
    if visitor.status == "unknown" and visitor.view == "payment":
        return None
    return _at_payment(market, visitor)


def confirm_payment(
    market: Marketplace, visitor: Visitor, args: dict[str, Any], cause: int
) -> None:
    """Authorize and capture; the page loads until the gateway answers.

    The same key with the same parameters repeats the first answer and charges
    nothing more, also when the checkout is over: then nothing else is asked for.
    Without a key, an unsettled payment is asked about again and anything else is a
    new attempt.

    Raises:
        Refused: ``idempotency_conflict``: the key was used for something else;
            ``payment_in_progress`` or ``hold_expired``.
    """
    hold, card = visitor.hold, visitor.card
    visitor.confirmations += 1
    use = _first_use(market, visitor, args)
    if use is not None and (hold is None or hold.id != use.asked[0]):
        _repeat(market, visitor, use)
        return
    if hold is None or card is None:
        raise Refused("hold_expired", "the hold is over")
    processor, seat, now = market.processor, visitor.seat, market.clock.now_ms
    given = args.get("idempotency_key")
    key = _own_key(market, visitor) if given is None else given
    bill = bill_of(market, visitor)
    plan = split(bill.total_minor, min(visitor.instalments, bill.total_minor))
    asked = (hold.id, card, bill.total_minor, len(plan))
    processor.keys.verify(seat, key, asked, now)
    known = processor.keys.known(seat, key, now)
    live = processor.book.live_payment(hold.id)
    if live is not None and (known is None or known.payment != live.id):
        raise Refused("payment_in_progress", "another payment of this hold is open")
    if known is not None:
        visitor.payment = processor.book.by_id[known.payment]
        return
    if not hold.active(now):
        raise Refused("hold_expired", "the hold is over")
    payment = processor.start(hold, card, bill, key=key, plan=plan, cause=cause)
    processor.keys.bind(seat, key, asked, payment.id, now)
    if given is not None:
        processor.keys.give(seat, given)
    visitor.payment = payment
    visitor.code = None
    visitor.status = "processing"


def _own_key(market: Marketplace, visitor: Visitor) -> str:
    """Return the key of a confirmation to which its visitor gives none."""
    if visitor.payment is not None and visitor.status == "unknown":
        return visitor.payment.key
    number, now = visitor.confirmations, market.clock.now_ms
    # A visitor may have given a key just such a name.
    while market.processor.keys.known(visitor.seat, f"auto-{number}", now):
        number += 1
    return f"auto-{number}"


def _repeat(market: Marketplace, visitor: Visitor, use: KeyUse) -> None:
    """Ask about a payment whose checkout is over.

    Raises:
        Refused: ``idempotency_conflict``: another checkout is under way, and that is
            what the confirmation asks for; ``payment_in_progress``: so is another
            payment.
    """
    if visitor.hold is not None:
        raise Refused("idempotency_conflict", "this key paid for something else")
    payment = market.processor.book.by_id[use.payment]
    if visitor.unsettled and visitor.payment is not payment:
        raise Refused("payment_in_progress", "another payment is not settled yet")
    visitor.payment = payment
    if payment.state is PaymentState.PROCESSING:
        visitor.status = "processing"


def may_answer(_m: Marketplace, visitor: Visitor, _args: dict[str, Any]) -> str | None:
    """Return why there is nothing to answer."""
    if visitor.status != "requires_challenge" or visitor.payment is None:
        return "no challenge is open"
    return None


def answer_challenge(
    market: Marketplace, visitor: Visitor, args: dict[str, Any], cause: int
) -> None:
    """Type the bank's code; it is checked once."""
    payment = visitor.payment
    if payment is None or payment.state is not PaymentState.REQUIRES_CHALLENGE:
        raise Refused("challenge_over", "the challenge is over")
    visitor.status = "processing"
    market.processor.answer(payment, args["code"], cause)


def may_cancel(
    market: Marketplace, visitor: Visitor, args: dict[str, Any]
) -> str | None:
    """Return why an order, or part of it, cannot be cancelled."""
    order = next((o for o in visitor.orders if o.id == args["order_id"]), None)
    if order is None:
        return f"no order {args['order_id']!r:.40} of yours exists"
    if order.state is not OrderState.TICKETED:
        return f"{order.id} is {order.state.value} already"
    back, words = _units_back(market, order, args), market.world.trade.words
    if not back:
        return f"{order.id} has no {words.units} on {args[words.offer_id]!r:.40}"
    seats = args.get(words.units)
    if seats is not None and not 1 <= seats <= min(back.values()):
        return f"{words.units} is 1 to {min(back.values())} here, not {seats}"
    return None


def _units_back(
    market: Marketplace, order: Order, args: dict[str, Any]
) -> dict[int, int]:
    """Return product → units that are left, of the offers that are meant."""
    name = args.get(market.world.trade.words.offer_id)
    products = market.catalog.products
    return {
        line.product: line.seats
        for line in order.lines
        if line.seats and name in (None, products[line.product].id)
    }


def cancel_order(
    market: Marketplace, visitor: Visitor, args: dict[str, Any], cause: int
) -> None:
    """Cancel an order, one of its offers, or some units; its rates say the refund.

    Raises:
        Refused: `Words.closed`: the offer is not sold any more.
    """
    order = market.orders.by_id[args["order_id"]]
    back = _units_back(market, order, args)
    seats = args.get(market.world.trade.words.units)
    if seats is not None:
        back = dict.fromkeys(back, seats)
    market.cancel(order, back, cause)
    visitor.receipt = None
    # Another checkout may be under way: its payment's status stays.
    if visitor.status == "captured":
        visitor.status = "none"
    visitor.view = "search_results"
