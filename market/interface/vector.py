"""The vector door: one flat Discrete action with a mask, one float32 vector.

Observation: 33 numbers about the visitor, then 12 offers of 7 numbers each.
Money is a multiple of the task's budget, times of day a share of a day, so that
policies carry over between scenarios.
"""

from array import array
from typing import Any, Final

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from ..errors import Misuse
from ..orders import OrderState
from .seat import Seat
from .turns import Turns
from .verbs import Action, Malformed, Verb, as_integer

__all__ = ["ACTIONS", "OBSERVATION_SIZE", "VectorCodec", "action_name"]

OFFERS: Final = 12
CARDS: Final = 4
COUPONS: Final = 2
WAITS: Final = (0, 1, 10, 60, 1440)
ITEMS: Final = 2
PLANS: Final = 2

ACTIONS: Final[tuple[tuple[Verb, int], ...]] = (
    (Verb.SEARCH_FLIGHTS, 0),
    (Verb.FILTER_RESULTS, 0),
    *((Verb.SELECT_FLIGHT, k) for k in range(OFFERS)),
    *((Verb.ADD_TO_CART, k) for k in range(OFFERS)),
    (Verb.PROCEED_TO_PAYMENT, 0),
    *((Verb.ENTER_CARD, k) for k in range(CARDS)),
    (Verb.CONFIRM_PAYMENT, 0),
    *((Verb.APPLY_COUPON, k) for k in range(COUPONS)),
    (Verb.RESTART, 0),
    (Verb.ABORT, 0),
    (Verb.ANSWER_CHALLENGE, 0),
    *((Verb.WAIT, k) for k in range(len(WAITS))),
    *((Verb.REMOVE_FROM_CART, k) for k in range(ITEMS)),
    *((Verb.CHOOSE_INSTALMENTS, k) for k in range(PLANS)),
    (Verb.CANCEL_ORDER, 0),
    (Verb.SEND_MESSAGE, 0),
)
"""Meaning of every number: a verb and a slot (offer, card, coupon, wait, …)."""

VIEWS: Final = ("search_results", "cart", "payment", "receipt", "error")
STATUSES: Final = (
    "none",
    "requires_method",
    "requires_confirmation",
    "requires_challenge",
    "processing",
    "unknown",
    "captured",
    "declined",
    "voided",
    "expired",
)
_VIEW_AT: Final = 18
_STATUS_AT: Final = _VIEW_AT + len(VIEWS)
_OFFERS_AT: Final = _STATUS_AT + len(STATUSES)
_PER_OFFER: Final = 7
_IN_CART: Final = _PER_OFFER - 1
OBSERVATION_SIZE: Final = _OFFERS_AT + OFFERS * _PER_OFFER
_MASKS_KEPT: Final = 4096
_CAP: Final = 10.0
_DAY: Final = 1440.0


def _one_hot(names: tuple[str, ...]) -> "dict[str, array[float]]":
    """Return, for each name, the block of numbers that says it is the one."""
    return {
        name: array("f", [float(other == name) for other in names]) for name in names
    }


_VIEW_BITS: Final = _one_hot(VIEWS)
_STATUS_BITS: Final = _one_hot(STATUSES)


def action_name(number: int) -> str:
    """Return an action's meaning in words.

    >>> action_name(0), action_name(3)
    ('search_flights', 'select_flight[1]')
    """
    verb, slot = ACTIONS[number]
    slotted = sum(other is verb for other, _ in ACTIONS) > 1
    return f"{verb.name.lower()}[{slot}]" if slotted else verb.name.lower()


Situation = tuple[Any, ...]
"""All that the rules look at, as far as it can differ for one seat."""


class _Memory:
    """What a seat's last observation was built from, to rebuild only changes."""

    __slots__ = ("buffer", "cart", "mask", "mask_key", "numbers", "revision", "shown")

    def __init__(self) -> None:
        self.numbers = array("f", bytes(4 * OBSERVATION_SIZE))
        self.buffer: NDArray[np.float32] = np.frombuffer(self.numbers, np.float32)
        self.revision = -1
        self.shown: Any = None
        self.cart: Any = None
        self.mask_key: tuple[int, bool, bool] | None = None
        self.mask: NDArray[np.int8] = np.zeros(len(ACTIONS), np.int8)


class VectorCodec:
    """Spaces, observations, masks and actions of the vector door for one run.

    Args:
        turns: the run.
        flatten: observe a plain Box; the mask is then in ``infos`` only.
        masks: masks of situations met before, shared by all runs of one world.
    """

    action_space = spaces.Discrete(len(ACTIONS))
    box_space = spaces.Box(-_CAP, _CAP, (OBSERVATION_SIZE,), np.float32)
    dict_space = spaces.Dict(
        observation=box_space,
        action_mask=spaces.Box(0, 1, (len(ACTIONS),), np.int8),
    )

    def __init__(
        self,
        turns: Turns,
        *,
        flatten: bool = False,
        masks: dict[Situation, NDArray[np.int8]] | None = None,
    ) -> None:
        """Start with nothing observed."""
        self._turns = turns
        self._flatten = flatten
        self._masks = {} if masks is None else masks
        self._memory = [_Memory() for _ in turns.seats]

    # -- actions --------------------------------------------------------------------

    def decode(self, seat: Seat, action: object) -> Action | Malformed:
        """Return the action that a number means for this seat now.

        Raises:
            Misuse: it is no integer of the action space; nothing has changed.
        """
        number = action if type(action) is int else as_integer(action)
        if number is None or not 0 <= number < len(ACTIONS):
            msg = f"an action is an integer from 0 to {len(ACTIONS) - 1}, "
            msg += f"not {action!r:.60}"
            raise Misuse(msg)
        verb, slot = ACTIONS[number]
        args = self.arguments(seat, verb, slot)
        if args is None:
            return Malformed(f"{action_name(number)} points at nothing")
        return Action(verb, args)

    def arguments(self, seat: Seat, verb: Verb, slot: int) -> dict[str, Any] | None:
        """Return the canonical arguments behind a slot, or None if it is empty."""
        build = _ARGUMENTS.get(verb)
        return {} if build is None else build(self._turns, seat, slot)

    def mask(self, seat: Seat) -> NDArray[np.int8]:
        """Return a fresh mask of the legal actions; `wait` is always legal."""
        return self._mask(seat).copy()

    def _mask(self, seat: Seat) -> NDArray[np.int8]:
        memory = self._memory[seat.index]
        visitor = seat.visitor
        active = visitor.hold_active(self._turns.market.clock.now_ms)
        # Nothing else of what the rules look at changes without a new revision.
        key = (visitor.revision, active, seat.stopped)
        if key != memory.mask_key:
            memory.mask_key = key
            situation = _situation(seat, active)
            mask = self._masks.get(situation)
            if mask is None:
                if len(self._masks) >= _MASKS_KEPT:
                    self._masks.clear()
                mask = self._masks[situation] = self.rules_mask(seat)
            memory.mask = mask
        return memory.mask

    def rules_mask(self, seat: Seat) -> NDArray[np.int8]:
        """Return what the rules say of every action: the mask's definition."""
        why_not = self._turns.why_not
        legal = []
        for verb, slot in ACTIONS:
            args = self.arguments(seat, verb, slot)
            legal.append(args is not None and why_not(seat, verb, args) is None)
        return np.array(legal, np.int8)

    # -- observations ---------------------------------------------------------------

    def observe(self, seat: Seat) -> Any:
        """Return fresh arrays: the vector alone, or with its mask."""
        memory = self._memory[seat.index]
        self._update(seat, memory)
        if self._flatten:
            return memory.buffer.copy()
        return {
            "observation": memory.buffer.copy(),
            "action_mask": self._mask(seat).copy(),
        }

    def _update(self, seat: Seat, memory: _Memory) -> None:
        visitor, task, numbers = seat.visitor, seat.task, memory.numbers
        now = self._turns.market.clock.now_ms
        numbers[0] = now / task.deadline_ms
        numbers[1] = min((task.deadline_ms - now) / 86_400_000, _CAP)
        hold = visitor.hold
        left = 0 if hold is None else max(0, hold.expires_at_ms - now)
        numbers[2] = min(left / 900_000, _CAP)
        numbers[3] = seat.turn / self._turns.max_turns
        numbers[4] = 1.0 if seat.accepted else 0.0
        if memory.revision != visitor.revision:
            memory.revision = visitor.revision
            self._update_visitor(seat, numbers)
            if memory.shown is not visitor.shown:
                memory.shown, memory.cart = visitor.shown, None
                self._update_offers(seat, numbers)
            cart = [item.product for item in visitor.cart]
            if memory.cart != cart:
                memory.cart = cart
                for k, offer in enumerate(visitor.shown[:OFFERS]):
                    numbers[_OFFERS_AT + k * _PER_OFFER + _IN_CART] = offer.product in cart

    def _update_visitor(self, seat: Seat, numbers: "array[float]") -> None:
        visitor = seat.visitor
        budget = max(seat.task.budget_minor, 1)
        numbers[5] = min(visitor.total() / budget, _CAP)
        numbers[6] = len(visitor.cart) / 4
        numbers[7] = visitor.card is not None
        numbers[8] = visitor.code is not None
        numbers[9] = visitor.coupon is not None
        numbers[10] = min(visitor.failed_payments / 5, _CAP)
        numbers[11] = min(len(visitor.shown) / OFFERS, _CAP)
        numbers[12] = visitor.results is not None
        numbers[13] = min(len(visitor.orders) / 4, _CAP)
        numbers[14] = min(len(visitor.wallet) / CARDS, _CAP)
        numbers[15] = seat.task.party / 9
        numbers[16] = visitor.selected is not None
        numbers[17] = visitor.instalments / 12
        numbers[_VIEW_AT:_STATUS_AT] = _VIEW_BITS[visitor.view]
        numbers[_STATUS_AT:_OFFERS_AT] = _STATUS_BITS[visitor.status]

    def _update_offers(self, seat: Seat, numbers: "array[float]") -> None:
        products = self._turns.market.catalog.products
        budget = max(seat.task.budget_minor, 1)
        block = array("f")
        for offer in seat.visitor.shown[:OFFERS]:
            product = products[offer.product]
            block.extend(
                (
                    1.0,
                    min(offer.price_minor * seat.task.party / budget, _CAP),
                    product.depart_minute / _DAY,
                    min(product.duration_minutes / _DAY, _CAP),
                    product.stops / 4,
                    min(offer.seats_left, 9) / 9,
                    0.0,
                )
            )
        block.frombytes(bytes(4 * (OFFERS * _PER_OFFER - len(block))))
        numbers[_OFFERS_AT:] = block


def _situation(seat: Seat, hold_active: bool) -> Situation:  # noqa: FBT001
    """Return all that the rules look at, offers and cards by their slots.

    A rule that looks at anything else must be told of here; a property test
    compares masks with rules in every state of random episodes.
    """
    visitor = seat.visitor
    shown, cart = visitor.shown[:OFFERS], [item.product for item in visitor.cart]
    return (
        seat.stopped,
        seat.task.team,
        visitor.status,
        visitor.view,
        hold_active,
        visitor.results is None,
        len(shown),
        len(cart),
        tuple([k for k, o in enumerate(shown) if o.product in cart]) if cart else (),
        len(visitor.wallet),
        visitor.card is None,
        visitor.coupon is None,
        tuple(visitor.coupons_used),
        visitor.code is None,
        visitor.payment is None,
        any(order.state is OrderState.TICKETED for order in visitor.orders),
    )


def _shown(turns: Turns, seat: Seat, slot: int) -> dict[str, Any] | None:
    shown = seat.visitor.shown
    if slot >= len(shown):
        return None
    return {"flight_id": turns.market.catalog.products[shown[slot].product].id}


def _filter(_turns: Turns, seat: Seat, _slot: int) -> dict[str, Any]:
    most = seat.task.budget_minor // seat.task.party
    return dict(sorted({**seat.task.wanted, "max_price": most}.items()))


def _card(_turns: Turns, seat: Seat, slot: int) -> dict[str, Any] | None:
    wallet = seat.visitor.wallet
    return {"card_token": wallet[slot]} if slot < len(wallet) else None


def _coupon(turns: Turns, _seat: Seat, slot: int) -> dict[str, Any] | None:
    coupons = turns.world.config.coupons
    return {"code": coupons[slot].code} if slot < len(coupons) else None


def _challenge(_turns: Turns, seat: Seat, _slot: int) -> dict[str, Any] | None:
    return None if seat.visitor.code is None else {"code": seat.visitor.code}


def _wait(_turns: Turns, _seat: Seat, slot: int) -> dict[str, Any]:
    return {"minutes": WAITS[slot]}


def _item(turns: Turns, seat: Seat, slot: int) -> dict[str, Any] | None:
    cart = seat.visitor.cart
    if slot >= len(cart):
        return None
    return {"flight_id": turns.market.catalog.products[cart[slot].product].id}


def _plan(turns: Turns, _seat: Seat, slot: int) -> dict[str, Any] | None:
    counts = turns.world.config.instalment_counts
    return {"count": counts[slot]} if slot < len(counts) else None


def _order(_turns: Turns, seat: Seat, _slot: int) -> dict[str, Any] | None:
    for order in reversed(seat.visitor.orders):
        if order.state is OrderState.TICKETED:
            return {"order_id": order.id}
    return None


def _announce(turns: Turns, seat: Seat, _slot: int) -> dict[str, Any] | None:
    """Tell the next team mate which flight is in the cart."""
    cart = seat.visitor.cart
    if len(turns.seats) == 1 or not cart:
        return None
    mate = turns.seats[(seat.index + 1) % len(turns.seats)]
    flight = turns.market.catalog.products[cart[0].product].id
    return {"text": f"I take {flight}", "to": mate.name}


_ARGUMENTS: Final = {
    Verb.FILTER_RESULTS: _filter,
    Verb.SELECT_FLIGHT: _shown,
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
