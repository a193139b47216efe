"""Last offers: what an agent could have bought when it acted for the last time."""

from typing import Any

from test_time_gym.market.interface.buyer import Buyer
from test_time_gym.market.interface.task import qualifies
from test_time_gym.market.interface.turns import Turns

from .stock_changes import StockChanges

__all__ = ["last_offers"]


def last_offers(
    turns: Turns, stock: StockChanges, last_acts: dict[str, int]
) -> dict[str, dict[str, Any]]:
    """Return the cheapest offer that would have done, for each buyer that has acted.

    Args:
        turns: the run, at its end.
        stock: all that has changed in it.
        last_acts: number of each agent's last action, by its name.

    Returns:
        By name of the buyer: ``n`` of its last action, ``offer`` (empty: none was left)
        that met its task just before it, price aside, with units for its whole party,
        and their ``cost`` in minor units, without coupons and fees.
    """
    buyers = [
        (last_acts[who.name], who)
        for who in turns.participants
        if isinstance(who, Buyer) and who.name in last_acts
    ]
    columns = stock.columns
    numbers, products = columns["n"], columns["product"]
    row, free, price = 0, dict[int, int](), dict[int, int]()
    found: dict[str, dict[str, Any]] = {}
    for n, who in sorted(buyers, key=lambda pair: pair[0]):
        while row < len(numbers) and numbers[row] < n:
            free[products[row]] = columns["free"][row]
            price[products[row]] = int(columns["price"][row])
            row += 1
        found[who.name] = {"n": n, **_cheapest(turns, who, free, price)}
    return found


def _cheapest(
    turns: Turns, who: Buyer, free: dict[int, int], price: dict[int, int]
) -> dict[str, Any]:
    """Return the cheapest product that meets a buyer's task, price aside."""
    world, task = turns.world, who.task
    all_products = world.catalog.products
    fitting = [
        (price[k], k)
        for k, units in free.items()
        if units >= task.party and qualifies(all_products[k], task, world)
    ]
    if not fitting:
        return {"offer": "", "cost": 0}
    cost, k = min(fitting)
    return {"offer": all_products[k].id, "cost": cost * task.party}
