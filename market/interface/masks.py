"""Action masks: what the rules say of every action; see `RuleCache`.

A *full* mask allows what the rules allow.  A *lean* one leaves out of that what the
site does not need; see `lean`.  Whatever it leaves out is still legal.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..rule_cache import remembered
from .buyer import Buyer
from .lean import needless, waits_left
from .page_slots import PageSlots
from .turns import Turns
from .vector_actions import (
    ACTIONS,
    OFFER_ACTIONS,
    OFFERS,
    arguments,
)

__all__ = ["Masks"]

_Situation = tuple[Any, ...]

_START: Final = OFFER_ACTIONS.start
_ALL: Final = tuple(range(len(ACTIONS)))
_FIRST_OFFERS: Final = _ALL[OFFER_ACTIONS][::OFFERS]
"""For each verb that points at an offer, its action on the first one."""
_OFFER_NUMBERS: Final = _ALL[OFFER_ACTIONS]
_OTHERS: Final = _ALL[:_START] + _ALL[OFFER_ACTIONS.stop :]

_ALL_LOOK_AT: Final = 4
_IN_CART: Final = _ALL_LOOK_AT + 1
_OFFERS_LOOK_AT: Final = _ALL_LOOK_AT + 3
"""Places in a situation."""

_NONE: Final = np.zeros(0, np.int8)

_STOPPED: Final = 1
_HELD: Final = 2
_IN_TEAM: Final = 4
"""Bits of a case: what rules look at besides the page."""


class _Last:
    """A seat's last mask, full and lean, and when they hold."""

    __slots__ = ("case", "full", "lean", "revision", "until_ms")

    def __init__(self) -> None:
        self.revision = -1
        self.case = 0
        self.until_ms = -1
        self.full: NDArray[np.int8] = _NONE
        self.lean: NDArray[np.int8] = _NONE


class Masks:
    """The masks of one run's seats.

    Args:
        turns: the run.
        lean: leave out what the site does not need.

    Attributes:
        slots: what the slots of each seat's page point at.
    """

    __slots__ = (
        "_answers",
        "_last",
        "_lean",
        "_mates",
        "_select_first",
        "_turns",
        "slots",
    )

    def __init__(self, turns: Turns, *, lean: bool = False) -> None:
        """Start with no mask for any seat."""
        self._turns = turns
        self._lean = lean
        self._answers = turns.world.rule_cache
        self._select_first: bool = turns.world.config.storefront.select_first
        self.slots = [PageSlots(turns) for _ in turns.seats]
        in_team = turns.config.task.team and len(turns.seats) > 1
        self._mates: int = _IN_TEAM if in_team else 0
        self._last = [_Last() for _ in turns.seats]

    def of(self, seat: Buyer) -> NDArray[np.int8]:
        """Return a seat's mask now, read-only; `wait` is always legal.

        It holds until anything changes on the page, its hold ends, or its turns do;
        a lean one, until a wait would go beyond the deadline.
        """
        visitor, slots = seat.visitor, self.slots[seat.index]
        if slots.revision != visitor.revision:
            slots.look(visitor)
        last, hold, case = self._last[seat.index], visitor.hold, self._mates
        if seat.stopped:
            case += _STOPPED
        if hold is not None and hold.active(self._turns.clock.now_ms):
            case += _HELD
        if last.revision != slots.revision or last.case != case:
            last.revision, last.case = slots.revision, case
            last.full = self._look(seat, slots, case)
            last.until_ms = -1
        return self._thinned(seat, slots, last) if self._lean else last.full

    def _look(self, seat: Buyer, slots: PageSlots, case: int) -> NDArray[np.int8]:
        """Return what the rules say of the situation that a seat is in."""
        situation = _situation(seat, slots, case)
        mask = self._answers.masks.get(situation)
        return self._learn(seat, situation) if mask is None else mask

    def _thinned(self, seat: Buyer, slots: PageSlots, last: _Last) -> NDArray[np.int8]:
        """Return the mask without what the site does not need, kept while it holds."""
        now = self._turns.clock.now_ms
        if now >= last.until_ms:
            waits, last.until_ms = waits_left(seat.deadline_ms - now, now)
            held = last.case & _HELD > 0
            bits = needless(self._turns, seat, slots.selected, held, waits)

            def learn() -> NDArray[np.int8]:
                kept = [bits >> number & 1 == 0 for number in _ALL]
                thin = last.full & np.array(kept, np.int8)
                return np.frombuffer(thin.tobytes(), np.int8)

            known = last.full.tobytes(), bits
            last.lean = remembered(self._answers.masks, known, learn)
        return last.lean

    def by_the_rules(self, seat: Buyer) -> NDArray[np.int8]:
        """Return a seat's mask with every rule asked again."""
        return np.frombuffer(self._ask(seat, _ALL), np.int8)

    def _learn(self, seat: Buyer, situation: _Situation) -> NDArray[np.int8]:
        """Put a mask together from answers that hold in other situations as well."""
        answers, in_cart = self._answers, situation[_IN_CART]
        if self._select_first:
            # Offers differ by more than whether they are in the cart.
            offers = situation[:_OFFERS_LOOK_AT]
            pointing = remembered(
                answers.parts, offers, lambda: self._ask(seat, _OFFER_NUMBERS)
            )
            bits = self._around(seat, situation, pointing)
        else:
            # Which of them are in the cart makes no difference to all else.
            page = situation[:_IN_CART] + situation[_OFFERS_LOOK_AT:]
            known = remembered(
                answers.pages,
                (len(in_cart), page),
                lambda: self._ask_page(seat, situation),
            )
            made = bytearray(known[: len(ACTIONS)])
            for first, inside in zip(_FIRST_OFFERS, known[len(ACTIONS) :], strict=True):
                for k in in_cart:
                    made[first + k] = inside
            bits = bytes(made)
        return remembered(
            answers.masks, situation, lambda: np.frombuffer(bits, np.int8)
        )

    def _around(self, seat: Buyer, situation: _Situation, pointing: bytes) -> bytes:
        """Put what the rules say of the other actions around those of offers."""
        others = situation[:_ALL_LOOK_AT] + situation[_OFFERS_LOOK_AT:]
        page = remembered(self._answers.parts, others, lambda: self._ask(seat, _OTHERS))
        return page[:_START] + pointing + page[_START:]

    def _ask_page(self, seat: Buyer, situation: _Situation) -> bytes:
        """Return a mask as if no offer were in the cart, then what holds for those.

        All offers of a page that are in the cart are alike, and so are those that are
        not; whether that is so is tested like all that masks say.
        """
        shown, in_cart, _ = situation[_ALL_LOOK_AT:_OFFERS_LOOK_AT]
        outside = next((k for k in range(shown) if k not in in_cart), None)
        around = inside = bytes(len(_FIRST_OFFERS))
        if outside is not None:
            around = self._ask(seat, tuple([n + outside for n in _FIRST_OFFERS]))
        if in_cart:
            inside = self._ask(seat, tuple([n + in_cart[0] for n in _FIRST_OFFERS]))
        empty = bytes(OFFERS - shown)
        rows = [bytes([legal]) * shown + empty for legal in around]
        return self._around(seat, situation, b"".join(rows)) + inside

    def _ask(self, seat: Buyer, numbers: tuple[int, ...]) -> bytes:
        turns, legal = self._turns, bytearray()
        for number in numbers:
            args = arguments(turns, seat, number)
            verb, _ = ACTIONS[number]
            legal.append(
                args is not None and turns.buyer.why_not(seat, verb, args) is None
            )
        return bytes(legal)


def _situation(seat: Buyer, slots: PageSlots, case: int) -> _Situation:
    """Return all that the rules look at.

    First what matters for every action, then what matters only for those that
    point at an offer, then what matters only for the others.  A rule that looks
    at anything else must be told of here; a test compares masks with rules in
    every state of random episodes.
    """
    visitor = seat.visitor
    coupons, used = visitor.coupons, visitor.coupons_used
    return (
        case,
        visitor.status,
        visitor.results is None,
        len(visitor.cart),
        slots.shown,
        slots.in_cart,
        slots.selected,
        visitor.view,
        visitor.card is None,
        tuple([(c.code, c.stackable) for c in coupons]) if coupons else (),
        tuple(used) if used else (),
        slots.coupons,
        slots.code,
        visitor.payment is None,
        not visitor.tickets or visitor.newest_ticket() is None,
        len(visitor.wallet),
    )
