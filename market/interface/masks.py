"""Action masks: what the rules say of every action; see `RuleCache`.

A *full* mask allows what the rules allow.  A *lean* one leaves out of that what the
site does not need; see `lean`.  Whatever it leaves out is still legal.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..rule_cache import remembered
from .buyer import Buyer
from .lean import needless, shown_slot, waits_left
from .turns import Turns
from .vector_actions import (
    ACTIONS,
    OFFER_ACTIONS,
    OFFERS,
    PageSlots,
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


class _Known:
    """A seat's mask, and when it holds."""

    __slots__ = ("held", "mask", "revision", "stopped", "until_ms", "waits")

    def __init__(self) -> None:
        self.revision = -1
        self.held = False
        self.stopped = False
        self.until_ms = -1
        self.waits = 0
        """Waits that a lean mask may allow; 0 in full ones."""
        self.mask: NDArray[np.int8] = _NONE


class Masks:
    """The masks of one run's seats.

    Args:
        turns: the run.
        slots: of the page of each seat.
        lean: leave out what the site does not need.
    """

    __slots__ = (
        "_answers",
        "_first",
        "_in_team",
        "_known",
        "_lean",
        "_select_first",
        "_slots",
        "_turns",
    )

    def __init__(
        self, turns: Turns, slots: list[PageSlots], *, lean: bool = False
    ) -> None:
        """Start with no mask for any seat."""
        self._turns = turns
        self._slots = slots
        self._lean = lean
        self._answers = turns.world.rule_cache
        self._select_first: bool = turns.world.config.storefront.select_first
        self._first = len(turns.world.advertised)
        """Revision of a visitor who has got the shop's messages, and no more."""
        self._in_team: bool = turns.config.task.team and len(turns.seats) > 1
        self._known = [_Known() for _ in turns.seats]

    def of(self, seat: Buyer) -> NDArray[np.int8]:
        """Return a seat's mask now, read-only; `wait` is always legal.

        It holds until anything changes on the page, its hold ends, or its turns do;
        a lean one, until a wait would go beyond the deadline.
        """
        visitor, known = seat.visitor, self._known[seat.index]
        now, hold = self._turns.clock.now_ms, visitor.hold
        held = hold is not None and hold.active(now)
        if (
            known.revision != visitor.revision
            or known.held is not held
            or known.stopped is not seat.stopped
            or (self._lean and now >= known.until_ms)
        ):
            known.revision, known.held = visitor.revision, held
            known.stopped = seat.stopped
            if self._lean and now >= known.until_ms:
                left_ms = seat.deadline_ms - now
                known.waits, known.until_ms = waits_left(left_ms, now)
            if visitor.revision == self._first and not seat.stopped:
                known.mask = self._look_first(seat, known)
            else:
                known.mask = self._look(seat, known)
        return known.mask

    def _look_first(self, seat: Buyer, known: _Known) -> NDArray[np.int8]:
        """Return the mask of a seat that has done nothing yet.

        All that makes a difference between such seats is what it is remembered by.
        """
        first = len(seat.visitor.wallet), self._in_team, known.waits
        return remembered(
            self._answers.first_masks, first, lambda: self._look(seat, known)
        )

    def _look(self, seat: Buyer, known: _Known) -> NDArray[np.int8]:
        """Return what the rules say of the situation that a seat is in."""
        visitor, slots = seat.visitor, self._slots[seat.index]
        if slots.revision != visitor.revision:
            slots.look(self._turns, visitor)
        selected = shown_slot(visitor) if self._select_first else None
        situation = _situation(seat, slots, selected, known.held, self._in_team)
        mask = self._answers.masks.get(situation)
        if mask is None:
            mask = self._learn(seat, situation)
        if not self._lean:
            return mask
        bits = needless(self._turns, seat, selected, known.held, known.waits)
        return self._thinned(mask, situation, bits)

    def _thinned(
        self, mask: NDArray[np.int8], situation: _Situation, needless: int
    ) -> NDArray[np.int8]:
        """Return a mask without the actions whose bits are set."""

        def learn() -> NDArray[np.int8]:
            kept = [needless >> number & 1 == 0 for number in _ALL]
            return np.frombuffer(bytes(mask & np.array(kept, np.int8)), np.int8)

        return remembered(self._answers.masks, (situation, needless), learn)

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


def _situation(
    seat: Buyer,
    slots: PageSlots,
    selected: int | None,
    held: bool,  # noqa: FBT001
    in_team: bool,  # noqa: FBT001
) -> _Situation:
    """Return all that the rules look at.

    First what matters for every action, then what matters only for those that
    point at an offer, then what matters only for the others.  A rule that looks
    at anything else must be told of here; a test compares masks with rules in
    every state of random episodes.
    """
    visitor = seat.visitor
    coupons, used = visitor.coupons, visitor.coupons_used
    return (
        seat.stopped,
        visitor.status,
        visitor.results is None,
        len(visitor.cart),
        slots.shown,
        slots.in_cart,
        selected,
        visitor.view,
        held,
        visitor.card is None,
        tuple([(c.code, c.stackable) for c in coupons]) if coupons else (),
        tuple(used) if used else (),
        slots.coupons,
        slots.code,
        visitor.payment is None,
        not visitor.tickets or visitor.newest_ticket() is None,
        len(visitor.wallet),
        in_team,
    )
