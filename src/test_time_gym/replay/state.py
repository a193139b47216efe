"""The state of a recorded run at one record, as plain data."""

from pathlib import Path
from typing import Any

from test_time_gym.journal.reader import read_journal
from test_time_gym.market.errors import Misuse, shown
from test_time_gym.market.integers import as_integer
from test_time_gym.market.interface.buyer import Buyer
from test_time_gym.market.interface.observation import moment
from test_time_gym.market.interface.seller import SellerAgent
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.money import show

from .execute import execute_to

__all__ = ["state_at"]


def state_at(path: str | Path, n: int) -> dict[str, Any]:
    """Return the state of a run right after the event that wrote a record.

    Args:
        path: of the journal.
        n: number of a record.

    Returns:
        ``record``, ``kind``, ``now_ms``, ``now``, ``currency``, ``digest`` (as
        records of the kinds ``digest`` and ``end`` hold it), ``offer`` and ``offers``
        (the trade's words for what is for sale), and lists under the name that
        ``offers`` says (price in major units, sold, held, available), ``agents``
        (view, cart, payment, outcome …) and ``ledger`` balances.

    Raises:
        Misuse: there is no such record, or the journal cannot be executed.
        Diverged: a record up to this one comes out differently.
    """
    journal = read_journal(path)
    last = len(journal.lines) - 1
    if last < 0:
        msg = f"{path} holds no record to go to: {journal.structure.reason}"
        raise Misuse(msg)
    number = as_integer(n)
    if number is None or not 0 <= number <= last:
        msg = f"{path} has records 0 to {last}; {shown(n)} is none of them"
        raise Misuse(msg)
    n = number
    turns = execute_to(journal, n)
    market, world = turns.market, turns.world
    words = world.trade.words
    return {
        "record": n,
        "kind": journal.record(n).kind,
        "now_ms": market.clock.now_ms,
        "now": moment(world.catalog.opens_minute, market.clock.now_ms),
        "currency": world.config.currency,
        "digest": turns.full_digest(),
        "offer": words.offer,
        "offers": words.offers,
        words.offers: [
            {
                "id": product.id,
                "price": show(market.prices[product.index], world.exponent),
                "sold": market.inventory.product_sold[product.index],
                "held": market.inventory.product_held[product.index],
                "available": market.inventory.available(product.index),
            }
            for product in market.catalog.products
        ],
        "agents": [_agent(turns, seat) for seat in turns.seats]
        + [_seller(turns, seller) for seller in turns.sellers],
        "ledger": {
            name: show(amount, world.exponent)
            for name, amount in sorted(market.ledger.balances.items())
        },
    }


def _agent(turns: Turns, seat: Buyer) -> dict[str, Any]:
    visitor, products = seat.visitor, turns.market.catalog.products
    return {
        "name": seat.name,
        "turn": seat.turn,
        "view": visitor.view,
        "cart": [products[item.product].id for item in visitor.cart],
        "payment": visitor.status,
        "hold": visitor.hold.id if visitor.hold else None,
        "orders": [order.id for order in turns.market.orders.ticketed(seat.index)],
        "outcome": seat.outcome,
        "reward": seat.total_milli / 1000,
    }


def _seller(turns: Turns, seller: SellerAgent) -> dict[str, Any]:
    took = turns.seller.revenue_minor(seller)
    return {
        "name": seller.name,
        "turn": seller.turn,
        "seller": seller.seller.name,
        "revenue": show(took, turns.world.exponent),
        "outcome": seller.outcome,
        "reward": seller.total_milli / 1000,
    }
