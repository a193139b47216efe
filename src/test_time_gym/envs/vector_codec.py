"""The vector door: one flat Discrete action with a mask, one float32 vector.

Observation: 34 numbers about the visitor, then 12 offers of 7 numbers each.
Money is a multiple of the task's budget, and a trade's three features of an offer are
about 0 to 1, so that policies carry over between scenarios.
"""

from array import array
from struct import Struct
from typing import Any, Final

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.errors import Misuse, shown
from test_time_gym.market.integers import as_integer
from test_time_gym.market.interface.actions import Action, Malformed
from test_time_gym.market.interface.buyer import Buyer
from test_time_gym.market.interface.masks import Masks
from test_time_gym.market.interface.observation import STATUSES, VIEWS
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.vector_actions import (
    CARDS,
    OFFERS,
    PageSlots,
    action_of,
)
from test_time_gym.market.interface.verbs import ACTIONS
from test_time_gym.market.storefront import Visitor
from test_time_gym.market.storefront.billing import bill_of

__all__ = ["ACTIONS", "OBSERVATION_SIZE", "VectorCodec"]

_TIMES: Final = Struct("5f")
_VISITOR: Final = Struct("13f")
_FLOAT: Final = 4
"""Bytes of a number."""
_VISITOR_AT: Final = 5
_VIEW_AT: Final = _VISITOR_AT + 13
_STATUS_AT: Final = _VIEW_AT + len(VIEWS)
_OFFERS_AT: Final = _STATUS_AT + len(STATUSES)
_PER_OFFER: Final = 7
_IN_CART_AT: Final = _OFFERS_AT + _PER_OFFER - 1
OBSERVATION_SIZE: Final = _OFFERS_AT + OFFERS * _PER_OFFER
_CAP: Final = 10.0
_QUARTER_MS: Final = 900_000
"""Quarter of an hour, the usual life of a hold."""


def _one_hot(names: tuple[str, ...]) -> "dict[str, array[float]]":
    """Return, for each name, the block of numbers that says it is the one."""
    return {
        name: array("f", [float(other == name) for other in names]) for name in names
    }


_VIEW_BITS: Final = _one_hot(VIEWS)
_STATUS_BITS: Final = _one_hot(STATUSES)


def action_space() -> spaces.Discrete:
    """Return a new space of the actions."""
    return spaces.Discrete(len(ACTIONS))


def box_space() -> spaces.Box:
    """Return a new space of the observations without their mask."""
    return spaces.Box(-_CAP, _CAP, (OBSERVATION_SIZE,), np.float32)


def dict_space() -> spaces.Dict:
    """Return a new space of the observations with their mask."""
    mask = spaces.Box(0, 1, (len(ACTIONS),), np.int8)
    return spaces.Dict(observation=box_space(), action_mask=mask)


class _Memory:
    """What a seat's last observation was built from, to rebuild only changes."""

    __slots__ = (
        "budget",
        "buffer",
        "deadline_ms",
        "in_cart",
        "max_turns",
        "numbers",
        "party",
        "revision",
        "shown",
        "status",
        "view",
        "wallet",
    )

    def __init__(self, seat: Buyer, max_turns: int) -> None:
        # What stays the same for the whole run:
        self.budget = max(seat.task.budget_minor, 1)
        self.deadline_ms = seat.task.deadline_ms
        self.max_turns = max_turns
        self.party = seat.task.party / 9
        self.wallet = min(len(seat.visitor.wallet), 40) / CARDS
        self.numbers = array("f", bytes(_FLOAT * OBSERVATION_SIZE))
        self.buffer: NDArray[np.float32] = np.frombuffer(self.numbers, np.float32)
        self.revision = -1
        self.view = ""
        self.status = ""
        self.shown: Any = None
        self.in_cart: tuple[int, ...] = ()


class VectorCodec:
    """Observations, masks and actions of the vector door for one run.

    Args:
        turns: the run.
        flatten: observe a plain Box; the mask is then in ``infos`` only.
    """

    def __init__(
        self,
        turns: Turns,
        *,
        flatten: bool = False,
    ) -> None:
        """Start with nothing observed."""
        self._turns = turns
        self._flatten = flatten
        self._slots = [PageSlots() for _ in turns.seats]
        self.masks: Masks = Masks(turns, self._slots)
        self._memory: list[_Memory | None] = [None] * len(turns.seats)
        """Of each seat, once it has been observed."""

    # -- actions --------------------------------------------------------------------

    def decode(self, seat: Buyer, action: object) -> Action | Malformed:
        """Return the action that a number means for this seat now.

        Raises:
            Misuse: it is no integer of the action space; nothing has changed.
        """
        number = action if type(action) is int else as_integer(action)
        if number is None or not 0 <= number < len(ACTIONS):
            msg = f"an action is an integer from 0 to {len(ACTIONS) - 1}, "
            msg += f"not {shown(action)}"
            raise Misuse(msg)
        return action_of(self._turns, seat, number)

    def mask(self, seat: Buyer) -> NDArray[np.int8]:
        """Return a fresh mask of the legal actions; `wait` is always legal."""
        return self.masks.of(seat).copy()

    # -- observations ---------------------------------------------------------------

    def observe(self, seat: Buyer, *, masked: bool = True) -> Any:
        """Return fresh arrays: the vector alone, or with its mask."""
        vector = self._vector(seat)
        if self._flatten:
            return vector
        if not masked:
            return {"observation": vector}
        return {"observation": vector, "action_mask": self.masks.of(seat).copy()}

    def observe_with_mask(self, seat: Buyer) -> tuple[Any, NDArray[np.int8]]:
        """Return what `observe` and `mask` do."""
        vector, mask = self._vector(seat), self.masks.of(seat)
        if self._flatten:
            return vector, mask.copy()
        return {"observation": vector, "action_mask": mask.copy()}, mask.copy()

    def _vector(self, seat: Buyer) -> NDArray[np.float32]:
        memory = self._memory[seat.index]
        if memory is None:
            memory = _Memory(seat, self._turns.max_turns)
            self._memory[seat.index] = memory
        self._update_times(seat, memory)
        if memory.revision != seat.visitor.revision:
            self._update_page(seat, memory)
        return memory.buffer.copy()

    def _update_times(self, seat: Buyer, memory: _Memory) -> None:
        """Write down what changes by itself."""
        now, hold = self._turns.clock.now_ms, seat.visitor.hold
        left, held = memory.deadline_ms - now, 0.0
        if hold is not None and hold.expires_at_ms > now:
            held = min((hold.expires_at_ms - now) / _QUARTER_MS, _CAP)
        _TIMES.pack_into(
            memory.numbers,
            0,
            now / memory.deadline_ms,
            min(left / DAY_MS, _CAP),
            held,
            seat.turn / memory.max_turns,
            seat.accepted,
        )

    def _update_page(self, seat: Buyer, memory: _Memory) -> None:
        """Write down what has changed on the page."""
        visitor, numbers = seat.visitor, memory.numbers
        slots = self._slots[seat.index]
        slots.look(self._turns, visitor)
        memory.revision = visitor.revision
        self._update_visitor(visitor, memory, slots)
        if memory.shown is not visitor.shown:
            memory.shown, memory.in_cart = visitor.shown, ()
            self._update_offers(seat, memory)
        in_cart = slots.in_cart
        if memory.in_cart is not in_cart:
            for k in memory.in_cart:
                numbers[_IN_CART_AT + k * _PER_OFFER] = 0.0
            for k in in_cart:
                numbers[_IN_CART_AT + k * _PER_OFFER] = 1.0
            memory.in_cart = in_cart

    def _update_visitor(
        self, visitor: Visitor, memory: _Memory, slots: PageSlots
    ) -> None:
        numbers, total = memory.numbers, 0.0
        if visitor.cart:
            bill = bill_of(self._turns.market, visitor)
            total = min(bill.total_minor / memory.budget, _CAP)
        _VISITOR.pack_into(
            numbers,
            _FLOAT * _VISITOR_AT,
            total,
            len(visitor.cart) / 4,
            visitor.card is not None,
            slots.code,
            bool(visitor.coupons),
            min(visitor.failed_payments, 50) / 5,
            len(visitor.shown) / OFFERS,
            visitor.results is not None,
            min(len(visitor.orders), 40) / 4,
            memory.wallet,
            memory.party,
            visitor.selected is not None,
            visitor.instalments / 12,
        )
        if memory.view is not visitor.view:
            memory.view = visitor.view
            numbers[_VIEW_AT:_STATUS_AT] = _VIEW_BITS[visitor.view]
        if memory.status is not visitor.status:
            memory.status = visitor.status
            numbers[_STATUS_AT:_OFFERS_AT] = _STATUS_BITS[visitor.status]

    def _update_offers(self, seat: Buyer, memory: _Memory) -> None:
        budget = memory.budget
        features = self._turns.world.features
        block = array("f")
        for offer in seat.visitor.shown[:OFFERS]:
            block.extend(
                (
                    1.0,
                    min(offer.price_minor * seat.task.party / budget, _CAP),
                    *features[offer.product],
                    min(offer.left, 9) / 9,
                    0.0,
                )
            )
        block.frombytes(bytes(_FLOAT * (OFFERS * _PER_OFFER - len(block))))
        memory.numbers[_OFFERS_AT:] = block
