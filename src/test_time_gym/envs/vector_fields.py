"""What each number of a buyer's vector means: the table that lays the vector out.

`Layout` puts the blocks one after the other; `VectorCodec` writes each block's numbers
in the order in which they are declared here.
"""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from test_time_gym.market.domain import Filter, Trade
from test_time_gym.market.interface.observation import STATUSES, VIEWS
from test_time_gym.market.interface.vector_actions import CARDS, COUPONS, OFFERS

__all__ = ["CAP", "Layout", "VectorField", "fields_digest", "layout_of"]

CAP: Final = 10.0
"""Largest value of a number that has no natural bound; what is more is cut off."""


class VectorField(NamedTuple):
    """One number of a vector."""

    name: str
    """``offer_0.price``: unique within a trade."""
    low: float
    high: float
    meaning: str


_Fields = tuple[VectorField, ...]


def _flag(name: str, meaning: str) -> VectorField:
    return VectorField(name, 0.0, 1.0, meaning)


def _share(name: str, meaning: str) -> VectorField:
    return VectorField(name, 0.0, 1.0, meaning)


def _amount(name: str, meaning: str) -> VectorField:
    return VectorField(name, 0.0, CAP, meaning)


TIMES: Final[_Fields] = (
    _share("time.passed", "share of the time to the deadline that is over"),
    _amount("time.left", "days to the deadline"),
    _amount("hold.left", "quarters of an hour that the hold still lasts; 0: no hold"),
    _share("turns.taken", "share of the actions that are taken"),
    _flag("accepted", "the last action was legal"),
    _flag("ready", "the agent may act now: this row is a decision"),
)
"""What changes without the page."""

VISIT: Final[_Fields] = (
    _amount("cart.total", "bill of the cart as the page shows it, in budgets"),
    _share("cart.items", "items in the cart / 4"),
    _flag("challenge.code", "the code of a challenge has come, and is on the page"),
    _amount("payments.failed", "failed payments / 5"),
    _amount("results.shown", "offers on the page / 12"),
    _flag("results.known", "a search has been made"),
    _flag("results.selected", "an offer is selected"),
    _amount("instalments", "parts to pay in / 12"),
)
"""What changes with nearly every page."""

ORDERS: Final[_Fields] = (
    _amount("orders.seen", "orders whose receipt was seen / 4"),
    _amount("orders.owed", "what they cost in all, cancellations counted, in budgets"),
    _amount("orders.refund_pending", "money on its way back to cards, in budgets"),
)

VIEW: Final[_Fields] = tuple(_flag(f"view.{v}", f"`view` is {v}") for v in VIEWS)
STATUS: Final[_Fields] = tuple(
    _flag(f"payment.{one}", f"`status` of the payment is {one}") for one in STATUSES
)

CARD: Final[_Fields] = (
    _flag("in_wallet", "there is such a card"),
    _flag("entered", "it is entered on the payment page"),
    _amount("declines", "how often the page said that its bank declined it / 5"),
    _flag("dead", "the page has said that no other try of it is of use"),
)
COUPON: Final[_Fields] = (
    _flag("advertised", "its message is on the page"),
    _flag("tried", "it was tried on this cart, and taken or refused"),
    _flag("applied", "it is applied to this cart"),
    _flag("used", "it has paid for a ticket"),
)


def task_fields(trade: Trade) -> Iterator[VectorField]:
    """Yield what is known of a task from the beginning, and never changes."""
    yield _share("task.party", f"{trade.words.units} needed of one offer / 9")
    yield _amount("task.wallet", "cards in the wallet / 4")
    for one in trade.filters:
        name = one.argument.name
        yield _flag(f"task.asks_{name}", f"the task has a constraint `{name}`")
        if one.has_number:
            meaning = f"its value, {_scale(one)}; 0: there is none"
            yield VectorField(f"task.{name}", -CAP, CAP, meaning)


def _scale(one: Filter) -> str:
    if one.scaled is not None:
        return "on the scale of the trade"
    most = one.argument.most
    return f"as a share of {most}" if most else "as a share of the day"


def offer_fields(trade: Trade) -> Iterator[VectorField]:
    """Yield what is shown of one offer: `OFFER_MOVES` numbers that may change first."""
    units = trade.words.units
    yield _flag("shown", "there is an offer in this slot")
    yield _flag("in_cart", "it is in the cart")
    yield _amount("price", f"its price for all {units} needed, in budgets")
    fits = "its bill is within the budget, with the fees and coupons on the page"
    yield _flag("within_budget", fits)
    yield _share("left", f"{units} left / 9; 1: nine or more")
    yield _flag("meets", "it meets all constraints of the task but the budget")
    for one in named(trade):
        name = one.argument.name
        yield _flag(name, f"the task asks for `{name}`, and this is it")
    yield _flag("refundable", "it can be cancelled for a refund")
    yield _amount("cancel_fee", f"what is kept then of all {units}, in budgets")
    for name, meaning in trade.feature_names:
        yield VectorField(name, -CAP, CAP, meaning)


def named(trade: Trade) -> list[Filter]:
    """Return the constraints whose values are names: an airline, a hotel."""
    return [one for one in trade.filters if not one.has_number]


def _slots(name: str, count: int, fields: _Fields) -> _Fields:
    return tuple(
        one._replace(name=f"{name}_{slot}.{one.name}")
        for slot in range(count)
        for one in fields
    )


class Layout:
    """Where the numbers of a trade's vectors stand.

    Args:
        trade: whose.

    Attributes:
        fields: of every number, in order.
        low: the least value of each.
        high: the greatest value of each.
        size: how many there are.
        named: constraints of which each offer says whether it meets them.
        per_offer: numbers of one offer.
    """

    def __init__(self, trade: Trade) -> None:
        """Put the blocks one after the other."""
        offer = tuple(offer_fields(trade))
        blocks: tuple[tuple[str, _Fields], ...] = (
            ("times", TIMES),
            ("visit", VISIT),
            ("orders", ORDERS),
            ("view", VIEW),
            ("status", STATUS),
            ("task", tuple(task_fields(trade))),
            ("cards", _slots("card", CARDS, CARD)),
            ("coupons", _slots("coupon", COUPONS, COUPON)),
            ("offers", _slots("offer", OFFERS, offer)),
        )
        self.fields: _Fields = tuple(one for _, block in blocks for one in block)
        self.size: int = len(self.fields)
        self.low: NDArray[np.float32] = np.array([f.low for f in self.fields], "f4")
        self.high: NDArray[np.float32] = np.array([f.high for f in self.fields], "f4")
        self.named: list[Filter] = named(trade)
        self.per_offer: int = len(offer)
        self._at: dict[str, tuple[int, int]] = {}
        at = 0
        for name, block in blocks:
            self._at[name] = (at, at + len(block))
            at += len(block)

    def block(self, name: str) -> tuple[int, int]:
        """Return where a block begins, and where it ends."""
        return self._at[name]


@lru_cache(maxsize=64)
def layout_of(trade: Trade) -> Layout:
    """Return the layout of a trade's vectors; computed once."""
    return Layout(trade)


@lru_cache(maxsize=64)
def fields_digest(trade: Trade) -> str:
    """Return a digest of what a buyer's numbers are called, in their order."""
    names = "\n".join(one.name for one in layout_of(trade).fields)
    return sha256(names.encode()).hexdigest()[:16]
