"""What the conditions of situations ask of a moment again and again."""

from typing import Any

from test_time_gym.market.interface.actions import Action
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.market.orders import Order
from test_time_gym.market.payments.payment import Payment

from .watch import CoverageContext

__all__ = [
    "Data",
    "did",
    "order_before",
    "order_of",
    "payment_before",
    "payment_of",
    "product_of",
]

Data = dict[str, Any]


def payment_of(m: CoverageContext, data: Data) -> Payment:
    """Return the payment that a record is about, as it is now."""
    return m.turns.market.processor.book.by_id[data["payment"]]


def payment_before(m: CoverageContext, name: str) -> Payment:
    """Return a payment as it was before this moment."""
    return next(p for p in m.before.payments if p.id == name)


def order_of(m: CoverageContext, data: Data) -> Order:
    """Return the order that a record is about, as it is now."""
    return m.turns.market.orders.by_id[data["order"]]


def order_before(m: CoverageContext, name: str) -> Order:
    """Return an order as it was before this moment."""
    return next(o for o in m.before.orders if o.id == name)


def product_of(m: CoverageContext, name: str) -> int:
    """Return the index of a product."""
    return m.turns.market.catalog.by_id[name].index


def did(m: CoverageContext, verb: Verb) -> bool:
    """Return whether the moment is a legal action of this verb."""
    seat = m.acted
    return (
        isinstance(m.given, Action)
        and m.given.verb is verb
        and seat is not None
        and seat.accepted
    )
