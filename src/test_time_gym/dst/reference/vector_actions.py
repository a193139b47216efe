"""Slots: what each number of the vector door must mean on the page at hand."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from .customer import Customer
from .shop import Shop

__all__ = ["WAITS", "slots"]

WAITS: Final = (0, 1, 10, 60, 1440)
"""Minutes."""

Meaning = tuple[str, dict[str, Any] | None]
"""A verb and its arguments; None: the slot is empty."""


def slots(
    shop: Shop, customer: Customer, customers: list[Customer]
) -> Iterator[Meaning]:
    """Yield the meaning of every number, in order."""
    offers, task = shop.offers, customer.task
    shown = [{"flight_id": offers[found[0]].id} for found in customer.shown]
    cart = [{"flight_id": offers[index].id} for index, _ in customer.cart]
    cards = [{"card_token": token} for token in task.wallet]
    plans = [{"count": count} for count in shop.market.instalments.counts]
    most = {**task.wanted, "max_price": task.budget_minor // task.party}
    code = customer.code_shown
    if code is not None and not customer.reads("Bank", f"Bank: your code is {code}"):
        code = None
    yield "search_flights", {}
    yield "filter_results", most
    yield from _padded("select_flight", shown, 12)
    yield from _padded("add_to_cart", shown, 12)
    yield "proceed_to_payment", {}
    yield from _padded("enter_card", cards, 4)
    yield "confirm_payment", {}
    yield from _padded("apply_coupon", _coupons(shop, customer), 2)
    yield "restart", {}
    yield "abort", {}
    yield "answer_challenge", None if code is None else {"code": code}
    yield from _padded("wait", [{"minutes": minutes} for minutes in WAITS], 5)
    yield from _padded("remove_from_cart", cart, 2)
    yield from _padded("choose_instalments", plans, 2)
    tickets = [order.id for order in customer.orders if order.state == "ticketed"]
    yield "cancel_order", {"order_id": tickets[-1]} if tickets else None
    yield "send_message", _announcement(customer, customers, cart)


def _coupons(shop: Shop, customer: Customer) -> list[dict[str, Any] | None]:
    """Return those that the shop advertises, as long as the page says so."""
    codes = [code for code, coupon in shop.coupons.items() if coupon.advertised]
    return [
        {"code": code} if customer.reads("Shop", f"Shop: try the code {code}") else None
        for code in codes
    ]


def _announcement(
    customer: Customer, customers: list[Customer], cart: list[dict[str, Any]]
) -> dict[str, Any] | None:
    """Tell the next mate which flight comes first in the cart."""
    if len(customers) == 1 or not cart:
        return None
    mate = customers[(customer.index + 1) % len(customers)]
    return {"to": mate.name, "text": f"I take {cart[0]['flight_id']}"}


def _padded(
    verb: str, some: Sequence[dict[str, Any] | None], count: int
) -> Iterator[Meaning]:
    for k in range(count):
        yield verb, some[k] if k < len(some) else None
