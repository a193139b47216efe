"""The full state: everything that a digest covers, by name."""

import json
from typing import Any, Final

from test_time_gym.market.interface.seat import Seat
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.journal import canonical
from test_time_gym.market.snapshot import state_of

__all__ = ["full_state"]

_MARKET: Final = (
    "now_ms",
    "legs_sold",
    "legs_held",
    "sold",
    "held",
    "prices",
    "arrivals",
    "holds",
    "payments",
    "orders",
    "counts",
    "quotas",
    "retries",
    "ledger",
    "transactions",
    "gateway",
    "pricing",
    "streams",
    "timers",
)
"""Prices have a state of their own only where policies decide."""
_HOLD: Final = ("state", "expires", "lines")
_PAYMENT: Final = (
    "state",
    "reason",
    "hold",
    "card",
    "attempt",
    "bill",
    "plan",
    "started",
    "authorized",
    "authentication",
    "code",
    "submissions",
    "version",
)
_ORDER: Final = (
    "hold",
    "payment",
    "state",
    "owed",
    "seats",
    "plan",
    "captured",
    "refunded",
    "returning",
)
_VISITOR: Final = (
    "view",
    "form",
    "results",
    "shown",
    "filters",
    "selected",
    "cart",
    "coupons",
    "coupons_used",
    "instalments",
    "card",
    "hold",
    "payment",
    "heard",
    "status",
    "awaiting",
    "confirmations",
    "failed_payments",
    "messages",
    "waits",
    "receipt",
    "orders",
    "code",
)
_SEAT: Final = (
    "ticket",
    "turn",
    "stopped",
    "reason",
    "outcome",
    "paid",
    "reached",
    "total",
)


def full_state(turns: Turns) -> dict[str, Any]:
    """Return all that the digest of a run is made of, named so that it can be read.

    Money is minor units, time milliseconds since opening, rewards thousandths.
    ``timers`` are pending: what for and whom, and then when and in which phase.
    """
    state = _plain(state_of(turns.market))
    whole = len(state) == len(_MARKET)
    names = (name for name in _MARKET if whole or name != "pricing")
    market = dict(zip(names, state, strict=True))
    products = turns.market.catalog.products
    columns = zip(
        products,
        market.pop("prices"),
        market.pop("sold"),
        market.pop("held"),
        strict=True,
    )
    flights = {
        product.id: {"price": price, "sold": sold, "held": held}
        for product, price, sold, held in columns
    }
    if "pricing" in market:
        limits, sellers = market["pricing"]
        for flight, limit in zip(flights.values(), limits, strict=True):
            flight["limit"] = limit
        pools = turns.market.catalog.pool_names
        market["pricing"] = {
            name: {
                "due": due,
                "bids": {pools[k]: bid for k, bid in bids},
                "closed": {products[j].id: limit for j, limit in closed},
                "state": own,
            }
            for name, due, bids, closed, own in sellers
        }
    timers: dict[str, list[Any]] = {}
    for due, phase, kind, entity in market["timers"]:
        timers.setdefault(f"{kind} {entity}".strip(), []).append([due, phase])
    ids = [product.id for product in products]
    for hold in market["holds"]:
        hold[-1] = [[ids[product], *rest] for product, *rest in hold[-1]]
    named = {
        "flights": flights,
        "holds": _by_id(market["holds"], _HOLD),
        "payments": _by_id(market["payments"], _PAYMENT),
        "orders": _by_id(market["orders"], _ORDER),
        "ledger": dict(market["ledger"]),
        "streams": dict(market["streams"]),
        "timers": timers,
        "agents": {seat.name: _agent(seat, ids) for seat in turns.seats},
    }
    return market | named


def _agent(seat: Seat, ids: list[str]) -> dict[str, Any]:
    visitor = dict(zip(_VISITOR, _plain(seat.visitor.state()), strict=True))
    results, selected = visitor["results"], visitor["selected"]
    named = {
        "results": results and [[ids[product], *rest] for product, *rest in results],
        "shown": [ids[product] for product in visitor["shown"]],
        "filters": dict(visitor["filters"]),
        "selected": None if selected is None else ids[selected],
        "cart": [[ids[product], *rest] for product, *rest in visitor["cart"]],
        "heard": dict(visitor["heard"]),
    }
    return visitor | named | dict(zip(_SEAT, _plain(seat.state()), strict=True))


def _by_id(rows: list[list[Any]], names: tuple[str, ...]) -> dict[str, Any]:
    # Each name must have its value: nothing of a state can be left out unnoticed.
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


def _plain(value: list[Any]) -> list[Any]:
    """Return the same value made of lists, integers and texts alone."""
    plain: list[Any] = json.loads(canonical(value))
    return plain
