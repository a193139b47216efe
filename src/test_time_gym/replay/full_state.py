"""The full state: everything that a digest covers, by name."""

import json
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from test_time_gym.market.interface.buyer import Buyer
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.journal import canonical
from test_time_gym.market.state import state_of

__all__ = ["full_state"]


def full_state(turns: Turns) -> dict[str, Any]:
    """Return all that the digest of a run is made of, named so that it can be read.

    Money is minor units, time milliseconds since opening, rewards thousandths.
    ``timers`` are pending: what for and whom, and then when and in which phase.
    """
    state = state_of(turns.market)
    market = _named(state)
    products = turns.market.catalog.products
    columns = zip(
        products,
        market.pop("prices"),
        market.pop("sold"),
        market.pop("held"),
        strict=True,
    )
    offers = {
        product.id: {"price": price, "sold": sold, "held": held}
        for product, price, sold, held in columns
    }
    if market.get("pricing"):
        limits, sellers = market["pricing"]
        for offer, limit in zip(offers.values(), limits, strict=True):
            offer["limit"] = limit
        pools = turns.market.catalog.pool_names
        market["pricing"] = {
            name: {
                "due": due,
                "bids": {pools[k]: bid for k, bid in bids},
                "closed": {products[j].id: limit for j, limit in closed},
                "state": own,
                **({"trigger": woken[0]} if woken else {}),
            }
            for name, due, bids, closed, own, *woken in sellers
        }
    timers: dict[str, list[Any]] = {}
    for due, phase, kind, entity in market["timers"]:
        timers.setdefault(f"{kind} {entity}".strip(), []).append([due, phase])
    ids = [product.id for product in products]
    holds = _by_id(state.holds)
    for hold in holds.values():
        hold["lines"] = [[ids[product], *rest] for product, *rest in hold["lines"]]
    named = {
        turns.world.trade.words.offers: offers,
        "holds": holds,
        "payments": _by_id(state.payments),
        "orders": _by_id(state.orders),
        "ledger": dict(market["ledger"]),
        "streams": dict(market["streams"]),
        "timers": timers,
        "agents": {one.name: _agent(one, ids) for one in turns.seats}
        | {one.name: _named(one.state()) for one in turns.sellers},
    }
    return market | named


def _agent(participant: Buyer, ids: list[str]) -> dict[str, Any]:
    visitor = _named(participant.visitor.state())
    results, selected = visitor["results"], visitor["selected"]
    named = {
        "results": results and [[ids[product], *rest] for product, *rest in results],
        "shown": [ids[product] for product in visitor["shown"]],
        "filters": dict(visitor["filters"]),
        "selected": None if selected is None else ids[selected],
        "cart": [[ids[product], *rest] for product, *rest in visitor["cart"]],
        "heard": dict(visitor["heard"]),
    }
    return visitor | named | _named(participant.state())


def _by_id(states: Iterable[Struct]) -> dict[str, Any]:
    named = map(_named, states)
    return {one.pop("id"): one for one in named}


def _named(state: Struct) -> dict[str, Any]:
    """Return the fields of a state; lists, integers and texts alone are in them."""
    values = json.loads(canonical(state))
    return dict(zip(state.__struct_fields__, values, strict=True))
