"""What the last action of a buyer did, in a sentence: what its page shows already.

Models that read a page do better when they are told what came of their last call;
people do, too.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ..money import show
from ..storefront.billing import bill_of
from .verbs import Verb

if TYPE_CHECKING:
    from .buyer import Buyer
    from .turns import Turns

__all__ = ["result_of"]


def result_of(turns: "Turns", seat: "Buyer") -> str | None:
    """Return what the last action did; None if there was none, or it was refused."""
    visitor = seat.visitor
    verb = turns.verbs.by_name.get(visitor.last_action or "")
    if verb is None or visitor.last_error is not None:
        return None
    return _TELLERS[verb](turns, seat)


def _found(turns: "Turns", seat: "Buyer") -> str:
    offers, shown = turns.world.trade.words.offers, len(seat.visitor.shown)
    found = len(seat.visitor.results or ())
    if shown == found:
        return f"{found} {offers} found"
    return f"{shown} of {found} {offers} pass the filters"


def _selected(turns: "Turns", seat: "Buyer") -> str:
    index = seat.visitor.selected
    if index is None:
        return "nothing is selected"
    return f"{turns.market.catalog.products[index].id} is selected"


def _in_cart(turns: "Turns", seat: "Buyer") -> str:
    products, cart = turns.market.catalog.products, seat.visitor.cart
    if not cart:
        return "the cart is empty"
    names = ", ".join(products[item.product].id for item in cart)
    return f"in the cart: {names}; total {_total(turns, seat)}"


def _total(turns: "Turns", seat: "Buyer") -> str:
    world, bill = turns.world, bill_of(turns.market, seat.visitor)
    return f"{show(bill.total_minor, world.exponent)} {world.config.currency}"


def _held(turns: "Turns", seat: "Buyer") -> str:
    hold = seat.visitor.hold
    if hold is None:
        return "nothing is held: read the messages, and look at the cart again"
    left_s = max(0, hold.expires_at_ms - turns.clock.now_ms) // 1000
    return f"held for {left_s} s at {_total(turns, seat)}; now enter a card"


def _card(turns: "Turns", seat: "Buyer") -> str:
    name = turns.buyer.cards.shown(seat.visitor.card or "no card")
    return f"{name} is entered; nothing is paid yet"


def _payment(_turns: "Turns", seat: "Buyer") -> str:
    return f"the payment's status is {seat.visitor.status}"


def _coupons(turns: "Turns", seat: "Buyer") -> str:
    codes = ", ".join(coupon.code for coupon in seat.visitor.coupons) or "none"
    return f"coupons applied: {codes}; total {_total(turns, seat)}"


def _parts(_turns: "Turns", seat: "Buyer") -> str:
    parts = seat.visitor.instalments
    return "to be paid at once" if parts == 1 else f"to be paid in {parts} parts"


def _orders(_turns: "Turns", seat: "Buyer") -> str:
    orders = seat.visitor.orders
    return "; ".join(f"order {one.id} is {one.state.value}" for one in orders)


def _saying(text: str) -> Callable[["Turns", "Buyer"], str]:
    return lambda _turns, _seat: text


_TELLERS: Final[dict[Verb, Callable[["Turns", "Buyer"], str]]] = {
    Verb.SEARCH: _found,
    Verb.FILTER_RESULTS: _found,
    Verb.SELECT: _selected,
    Verb.ADD_TO_CART: _in_cart,
    Verb.PROCEED_TO_PAYMENT: _held,
    Verb.ENTER_CARD: _card,
    Verb.CONFIRM_PAYMENT: _payment,
    Verb.APPLY_COUPON: _coupons,
    Verb.RESTART: _saying("the visit starts over; nothing is held"),
    Verb.ABORT: _saying("the episode is over"),
    Verb.ANSWER_CHALLENGE: _payment,
    Verb.WAIT: _saying("time has passed"),
    Verb.REMOVE_FROM_CART: _in_cart,
    Verb.CHOOSE_INSTALMENTS: _parts,
    Verb.CANCEL_ORDER: _orders,
    Verb.SEND_MESSAGE: _saying("the message is sent"),
}
