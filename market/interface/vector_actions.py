"""The slots of the vector door: what each number of its `Discrete` means.

A number is a verb and a slot; what the slot points at (the third offer on the
page, the first card of the wallet) depends on what the agent sees at the time.
It never points at anything that the agent's page does not show.
"""

from typing import Any, Final

from ..orders import Order
from ..storefront import (
    MESSAGES_KEPT,
    Visitor,
    advertisement,
    code_message,
)
from .actions import Action, Malformed
from .buyer import Buyer
from .turns import Turns
from .verbs import ACTIONS, ROWS, Verb

__all__ = [
    "ACTIONS",
    "CARDS",
    "OFFERS",
    "OFFER_ACTIONS",
    "WAITS",
    "action_of",
    "arguments",
    "code_on_page",
    "coupons_on_page",
    "newest_ticket",
    "own_filters",
]

OFFERS: Final = ROWS[Verb.SELECT].slots
CARDS: Final = ROWS[Verb.ENTER_CARD].slots
COUPONS: Final = ROWS[Verb.APPLY_COUPON].slots
WAITS: Final = (0, 1, 10, 60, 1440)
"""Minutes."""

OFFER_ACTIONS: Final = slice(2, 2 + 2 * OFFERS)
"""The numbers that point at an offer."""


def arguments(turns: Turns, seat: Buyer, number: int) -> dict[str, Any] | None:
    """Return the canonical arguments of an action, or None if its slot is empty."""
    build, slot = _BUILDERS[number]
    return {} if build is None else build(turns, seat, slot)


def action_of(turns: Turns, seat: Buyer, number: int) -> Action | Malformed:
    """Return the action that a number means for a seat now."""
    always = _ALWAYS[number]
    if always is not None:
        return always
    build, slot = _BUILDERS[number]
    args = None if build is None else build(turns, seat, slot)
    if args is None:
        return Malformed(f"{turns.verbs.action_name(number)} points at nothing")
    return Action(ACTIONS[number][0], args)


def newest_ticket(visitor: Visitor) -> Order | None:
    """Return the last order seen that is not cancelled."""
    return visitor.newest_ticket()


def _named(turns: Turns, product: int) -> dict[str, Any]:
    words = turns.world.trade.words
    return {words.offer_id: turns.market.catalog.products[product].id}


def _shown(turns: Turns, seat: Buyer, slot: int) -> dict[str, Any] | None:
    shown = seat.visitor.shown
    if slot >= len(shown):
        return None
    return _named(turns, shown[slot].product)


def _filter(_turns: Turns, seat: Buyer, _slot: int) -> dict[str, Any]:
    return own_filters(seat)


def own_filters(seat: Buyer) -> dict[str, Any]:
    """Return the filters of the task: its constraints, and its share of the budget."""
    most = seat.task.budget_minor // seat.task.party
    return dict(sorted({**seat.task.wanted, "max_price": most}.items()))


def _card(_turns: Turns, seat: Buyer, slot: int) -> dict[str, Any] | None:
    wallet = seat.visitor.wallet
    return {"card_token": wallet[slot]} if slot < len(wallet) else None


def coupons_on_page(turns: Turns, visitor: Visitor) -> tuple[str | None, ...]:
    """Return the code of each coupon slot: advertised, and still on the page.

    A slot keeps its coupon, also when an earlier message has scrolled away.
    """
    codes = turns.world.advertised[:COUPONS]
    if len(visitor.messages) < MESSAGES_KEPT:  # none has scrolled away yet
        return codes
    return tuple(
        [code if visitor.reads("Shop", advertisement(code)) else None for code in codes]
    )


def code_on_page(visitor: Visitor) -> str | None:
    """Return the newest challenge code, if its message is still on the page."""
    code = visitor.code
    if code is None or not visitor.reads("Bank", code_message(code)):
        return None
    return code


def _coupon(turns: Turns, seat: Buyer, slot: int) -> dict[str, Any] | None:
    codes = coupons_on_page(turns, seat.visitor)
    code = codes[slot] if slot < len(codes) else None
    return None if code is None else {"code": code}


def _challenge(_turns: Turns, seat: Buyer, _slot: int) -> dict[str, Any] | None:
    code = code_on_page(seat.visitor)
    return None if code is None else {"code": code}


def _wait(_turns: Turns, _seat: Buyer, slot: int) -> dict[str, Any]:
    return {"minutes": WAITS[slot]}


def _item(turns: Turns, seat: Buyer, slot: int) -> dict[str, Any] | None:
    cart = seat.visitor.cart
    if slot >= len(cart):
        return None
    return _named(turns, cart[slot].product)


def _plan(turns: Turns, _seat: Buyer, slot: int) -> dict[str, Any] | None:
    counts = turns.world.config.instalments.counts
    return {"count": counts[slot]} if slot < len(counts) else None


def _order(_turns: Turns, seat: Buyer, _slot: int) -> dict[str, Any] | None:
    order = newest_ticket(seat.visitor)
    return None if order is None else {"order_id": order.id}


def _announce(turns: Turns, seat: Buyer, _slot: int) -> dict[str, Any] | None:
    """Tell the next team mate which offer is in the cart."""
    cart = seat.visitor.cart
    if len(turns.seats) == 1 or not cart:
        return None
    mate = turns.seats[(seat.index + 1) % len(turns.seats)]
    offer = turns.market.catalog.products[cart[0].product].id
    return {"text": f"I take {offer}", "to": mate.name}


_ARGUMENTS: Final = {
    Verb.FILTER_RESULTS: _filter,
    Verb.SELECT: _shown,
    Verb.ADD_TO_CART: _shown,
    Verb.ENTER_CARD: _card,
    Verb.APPLY_COUPON: _coupon,
    Verb.ANSWER_CHALLENGE: _challenge,
    Verb.WAIT: _wait,
    Verb.REMOVE_FROM_CART: _item,
    Verb.CHOOSE_INSTALMENTS: _plan,
    Verb.CANCEL_ORDER: _order,
    Verb.SEND_MESSAGE: _announce,
}
_ALWAYS: Final = tuple(
    Action(verb, {"minutes": WAITS[slot]} if verb is Verb.WAIT else {})
    if verb is Verb.WAIT or verb not in _ARGUMENTS
    else None
    for verb, slot in ACTIONS
)
"""Actions that mean the same whatever a page shows."""

_BUILDERS: Final = tuple((_ARGUMENTS.get(verb), slot) for verb, slot in ACTIONS)
