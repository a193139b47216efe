"""Lean masks: the legal actions that a site does not need.

They change nothing at all, or nothing that another legal action would not change as
well.  They stay legal: a lean mask leaves them out, and the rules go on to accept them.
"""

from typing import Final

from ..clock import MINUTE_MS
from ..storefront import Visitor
from .buyer import Buyer
from .turns import Turns
from .vector_actions import ACTIONS, CARDS, COUPONS, OFFERS, WAITS, own_filters
from .verbs import ROWS, Verb

__all__ = ["needless", "waits_left"]

_FIRST: Final = {verb: ACTIONS.index((verb, 0)) for verb in Verb}
_BIT: Final = {verb: 1 << number for verb, number in _FIRST.items()}
_ADDS: Final = sum(_BIT[Verb.ADD_TO_CART] << slot for slot in range(OFFERS))
_SELECTS: Final = sum(_BIT[Verb.SELECT] << slot for slot in range(OFFERS))
_LOST_WAITS: Final = tuple(
    sum(_BIT[Verb.WAIT] << slot for slot in range(left, len(WAITS)))
    for left in range(len(WAITS) + 1)
)
"""For each number of waits that are left, the longer ones."""
_PLANS: Final = ROWS[Verb.CHOOSE_INSTALMENTS].slots
_WAITS_MS: Final = tuple(minutes * MINUTE_MS for minutes in WAITS)


def waits_left(left_ms: int, now_ms: int) -> tuple[int, int]:
    """Return how many waits end before the deadline, and until when that is so.

    The shortest one always counts: there is always something to do.

    Args:
        left_ms: time to the deadline.
        now_ms: the clock.
    """
    waits = 1
    while waits < len(WAITS) and _WAITS_MS[waits] < left_ms:
        waits += 1
    if waits == 1:
        return waits, now_ms + max(left_ms, 0) + _WAITS_MS[-1]
    return waits, now_ms + left_ms - _WAITS_MS[waits - 1]


def needless(
    turns: Turns,
    seat: Buyer,
    selected: int | None,
    held: bool,  # noqa: FBT001
    waits: int,
) -> int:
    """Return the actions that the site does not need now, a bit for each number.

    - To select an offer where adding it to the cart works without, or once more, or
      when there is one in the cart.
    - To add a second offer to the cart: one meets a task, and another can be added once
      the first is removed.
    - To filter once more by the same constraints, or try a coupon once more on a cart.
    - To start over, unless that drops a coupon or a payment that is not settled: all
      else can be removed from the cart.
    - To proceed to the payment page from there.
    - To enter the card, or choose the plan, that is entered or chosen.
    - To wait beyond the deadline; and to wait long once the episode is over.

    Args:
        turns: the run.
        seat: whose actions.
        selected: slot of the selected offer, where a site needs one.
        held: whether its hold is active.
        waits: how many waits end before the deadline.
    """
    if seat.stopped:
        return _LOST_WAITS[1]
    visitor, bits = seat.visitor, _LOST_WAITS[waits]
    if visitor.cart:
        bits |= _ADDS | _SELECTS
    elif not turns.world.config.storefront.select_first:
        bits |= _SELECTS
    elif selected is not None:
        bits |= _BIT[Verb.SELECT] << selected
    if visitor.filters and visitor.filters == own_filters(seat):
        bits |= _BIT[Verb.FILTER_RESULTS]
    if not (visitor.coupons or visitor.unsettled):
        bits |= _BIT[Verb.RESTART]
    return bits | _in_checkout(turns, visitor, held)


def _in_checkout(turns: Turns, visitor: Visitor, held: bool) -> int:  # noqa: FBT001
    """Return the same of coupons, the payment page, cards and plans."""
    bits, plans = 0, turns.world.config.instalments.counts[:_PLANS]
    for slot, code in enumerate(turns.world.advertised[:COUPONS]):
        if code in visitor.coupons_tried:
            bits |= _BIT[Verb.APPLY_COUPON] << slot
    if held and visitor.view == "payment":
        bits |= _BIT[Verb.PROCEED_TO_PAYMENT]
    if visitor.card is not None and visitor.status == "requires_confirmation":
        slot = visitor.wallet.index(visitor.card)
        bits |= _BIT[Verb.ENTER_CARD] << slot if slot < CARDS else 0
    if visitor.instalments in plans:
        bits |= _BIT[Verb.CHOOSE_INSTALMENTS] << plans.index(visitor.instalments)
    return bits
