"""The vector door: one flat Discrete action with a mask, one float32 vector.

What each number of the vector means is declared in `vector_fields`.
Money is a multiple of the task's budget, and whatever else has a unit is about 0 to 1,
so that policies carry over between scenarios of one trade.
"""

from functools import lru_cache
from struct import Struct
from typing import Any, Final

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.domain import Trade
from test_time_gym.market.errors import Misuse, shown
from test_time_gym.market.integers import as_integer
from test_time_gym.market.interface.actions import Action, Malformed
from test_time_gym.market.interface.buyer import Buyer
from test_time_gym.market.interface.masks import Masks
from test_time_gym.market.interface.task import Task, qualifies
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.vector_actions import (
    CARDS,
    OFFERS,
    action_of,
)
from test_time_gym.market.interface.verbs import ACTIONS
from test_time_gym.market.storefront import Visitor
from test_time_gym.market.storefront.billing import bill_for, bill_of

from .vector_fields import CAP, ORDERS, TIMES, Layout, layout_of
from .vector_memory import FLOAT, VectorMemory
from .visit_numbers import visit_numbers

__all__ = ["ACTIONS", "VectorCodec"]

_TIMES: Final = Struct(f"{len(TIMES)}f")
_ORDERS: Final = Struct(f"{len(ORDERS)}f")
_CAP: Final = CAP
_QUARTER_MS: Final = 900_000
"""Quarter of an hour, the usual life of a hold."""
_IN_CART: Final = 1
"""Place of ``in_cart`` among the numbers of an offer."""


@lru_cache(maxsize=64)
def _floats(count: int) -> Struct:
    """Return what writes so many numbers."""
    return Struct(f"{count}f")


def action_space() -> spaces.Discrete:
    """Return a new space of the actions."""
    return spaces.Discrete(len(ACTIONS))


def box_space(trade: Trade) -> spaces.Box:
    """Return a new space of a trade's observations without their mask."""
    layout = layout_of(trade)
    return spaces.Box(layout.low.copy(), layout.high.copy(), dtype=np.float32)


def dict_space(trade: Trade) -> spaces.Dict:
    """Return a new space of a trade's observations with their mask."""
    mask = spaces.Box(0, 1, (len(ACTIONS),), np.int8)
    return spaces.Dict(observation=box_space(trade), action_mask=mask)


class VectorCodec:
    """Observations, masks and actions of the vector door for one run.

    Args:
        turns: the run.
        flatten: observe a plain Box; the mask is then in ``infos`` only.
        lean: whether masks leave out what the site does not need; see `Masks`.
    """

    def __init__(
        self,
        turns: Turns,
        *,
        flatten: bool = False,
        lean: bool = False,
    ) -> None:
        """Start with nothing observed."""
        self._turns = turns
        self._flatten = flatten
        self.masks: Masks = Masks(turns, lean=lean)
        self._layout: Layout = layout_of(turns.world.trade)
        self._fees: bool = len(turns.world.config.fees) > 0
        block = self._layout.block
        self._total_at: int = block("visit")[0]
        self._visit: slice = slice(*block("visit"))
        self._place: slice = slice(block("view")[0], block("status")[1])
        self._orders_at: int = block("orders")[0]
        self._cards: tuple[int, int] = block("cards")
        self._coupons: tuple[int, int] = block("coupons")
        self._offers_at: int = block("offers")[0]
        self._memory: list[VectorMemory | None] = [None] * len(turns.seats)
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
        """Return what `observe` and `mask` do, for less."""
        vector, mask = self._vector(seat), self.masks.of(seat)
        if self._flatten:
            return vector, mask.copy()
        return {"observation": vector, "action_mask": mask.copy()}, mask.copy()

    def _vector(self, seat: Buyer) -> NDArray[np.float32]:
        memory = self._memory[seat.index]
        if memory is None:
            memory = VectorMemory(seat, self._turns, self._layout)
            self._memory[seat.index] = memory
        visitor = seat.visitor
        # First what changes by itself.
        now, hold = self._turns.clock.now_ms, visitor.hold
        passed, left, held = 1.0, 0.0, 0.0
        if now <= memory.deadline_ms:
            passed = now / memory.deadline_ms
            left = min((memory.deadline_ms - now) / DAY_MS, _CAP)
        if hold is not None and hold.expires_at_ms > now:
            held = min((hold.expires_at_ms - now) / _QUARTER_MS, _CAP)
        _TIMES.pack_into(
            memory.numbers,
            0,
            passed,
            left,
            held,
            seat.turn / memory.max_turns,
            seat.accepted,
            seat.ready,
        )
        if memory.revision != visitor.revision:
            self._update_page(seat, memory)
        elif memory.returning:
            self._update_orders(visitor, memory)
        return memory.buffer.copy()

    def _update_page(self, seat: Buyer, memory: VectorMemory) -> None:
        """Write down what has changed on the page."""
        visitor, numbers = seat.visitor, memory.numbers
        slots = self.masks.slots[seat.index]
        slots.look(visitor)
        memory.revision = visitor.revision
        self._update_visit(visitor, memory, slots.code)
        if memory.card != visitor.card or memory.failed != visitor.failed_payments:
            self._update_cards(visitor, memory)
        if slots.coupons or memory.coupons is None:
            self._update_coupons(visitor, memory, slots.coupons)
        terms = None
        # What nothing but the items' own prices makes up is not asked for.
        if visitor.coupons or visitor.instalments != 1 or self._fees:
            terms = self._terms(visitor)
        if visitor.cart:
            if terms is None:
                minor = visitor.cart_total()
            else:
                minor = bill_of(self._turns.market, visitor).total_minor
            numbers[self._total_at] = min(minor / memory.budget, _CAP)
        if memory.shown is not visitor.shown or memory.terms != terms:
            memory.shown, memory.terms, memory.in_cart = visitor.shown, terms, ()
            self._update_offers(seat, memory)
        in_cart = slots.in_cart
        if memory.in_cart is not in_cart:
            at, each = self._offers_at + _IN_CART, self._layout.per_offer
            for k in memory.in_cart:
                numbers[at + k * each] = 0.0
            for k in in_cart:
                numbers[at + k * each] = 1.0
            memory.in_cart = in_cart

    def _update_visit(self, visitor: Visitor, memory: VectorMemory, code: bool) -> None:  # noqa: FBT001
        """Write down where the visit is, and its orders; a cart costs nothing yet."""
        visit = visit_numbers(
            visitor.view,
            visitor.status,
            len(visitor.cart),
            visitor.failed_payments,
            len(visitor.shown),
            visitor.instalments,
            code,
            visitor.results is not None,
            visitor.selected is not None,
        )
        if memory.visit is not visit:
            memory.visit = visit
            memory.numbers[self._visit], memory.numbers[self._place] = visit
        if visitor.orders:
            back = self._turns.market.orders.times_given_back(visitor.seat)
            orders = (len(visitor.orders), back)
            if memory.returning or memory.orders != orders:
                memory.orders = orders
                self._update_orders(visitor, memory)

    def _update_cards(self, visitor: Visitor, memory: VectorMemory) -> None:
        memory.card, memory.failed = visitor.card, visitor.failed_payments
        block: list[float] = []
        for token in visitor.wallet[:CARDS]:
            declines = min(visitor.declines.get(token, 0) / 5, _CAP)
            dead = token in visitor.dead_cards
            block += (1.0, token == visitor.card, declines, dead)
        self._put(memory, self._cards, block)

    def _update_coupons(
        self, visitor: Visitor, memory: VectorMemory, codes: tuple[str | None, ...]
    ) -> None:
        applied, used = visitor.coupons, len(visitor.coupons_used)
        known = (codes, tuple(applied), used, tuple(visitor.coupons_tried))
        if memory.coupons == known:
            return
        memory.coupons = known
        block: list[float] = []
        on_cart = [coupon.code for coupon in applied]
        # A slot keeps its coupon, also when its message has scrolled away.
        for code, advertised in zip(self._turns.world.advertised, codes, strict=False):
            block += (
                advertised is not None,
                code in visitor.coupons_tried,
                code in on_cart,
                code in visitor.coupons_used,
            )
        self._put(memory, self._coupons, block)

    def _update_orders(self, visitor: Visitor, memory: VectorMemory) -> None:
        orders, budget = visitor.orders, memory.budget
        memory.returning = [o.payment for o in orders if o.payment.returning_minor]
        owed = sum([order.owed_minor for order in orders])
        returning = sum([one.returning_minor for one in memory.returning])
        _ORDERS.pack_into(
            memory.numbers,
            FLOAT * self._orders_at,
            min(len(orders) / 4, _CAP),
            min(owed / budget, _CAP),
            min(returning / budget, _CAP),
        )

    def _terms(self, visitor: Visitor) -> Any:
        """Return what else than prices tells what offers cost.

        Whether anything makes them dearer comes first.
        """
        fees, parts = self._fees and len(visitor.cart) > 0, visitor.instalments
        coupons, held = tuple(visitor.coupons), visitor.hold is not None
        return fees or parts != 1, fees, coupons, held, visitor.card, parts

    def _update_offers(self, seat: Buyer, memory: VectorMemory) -> None:
        """Write down the offers; none of them is in the cart yet."""
        party, budget, known = seat.task.party, memory.budget, memory.facts
        block: list[float] = []
        plain = memory.terms is None
        dearer: bool = not plain and memory.terms[0]
        for offer in seat.visitor.shown[:OFFERS]:
            price = cost = offer.price_minor * party
            if dearer or (price > budget and not plain):
                market = self._turns.market
                cost = bill_for(market, seat.visitor, price).total_minor
            facts = known.get(offer.product)
            if facts is None:
                facts = known[offer.product] = self._facts(memory.task, offer.product)
            block += (
                1.0,
                0.0,
                min(price / budget, _CAP),
                cost <= budget,
                min(offer.left, 9) / 9,
            )
            block += facts
        whole = (self._offers_at, self._layout.size)
        self._put(memory, whole, block)

    def _facts(self, task: Task, number: int) -> tuple[float, ...]:
        """Return what never changes of an offer, as the task sees it."""
        world = self._turns.world
        product, wanted = world.catalog.products[number], task.wanted
        fee = product.cancel_fee_minor * task.party / max(task.budget_minor, 1)
        facts = [float(qualifies(product, task, world))]
        for one in self._layout.named:
            name = one.argument.name
            asked = name in wanted
            facts.append(float(asked and one.passes(product.facts, wanted[name])))
        facts += [float(product.refundable), min(fee, _CAP) * product.refundable]
        facts += [max(-_CAP, min(one, _CAP)) for one in world.features[number]]
        return tuple(facts)

    def _put(
        self, memory: VectorMemory, where: tuple[int, int], block: list[float]
    ) -> None:
        """Write a block; slots that are empty are zeros."""
        start, stop = where
        block += [0.0] * (stop - start - len(block))
        # An array takes its numbers one by one, which is three times as slow.
        _floats(stop - start).pack_into(memory.numbers, FLOAT * start, *block)
