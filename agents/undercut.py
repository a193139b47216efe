"""A seller who is always a little cheaper than its cheapest rival."""

from typing import Any

__all__ = ["Undercut"]


class Undercut:
    """Asks for less than the lowest price that a rival shows in the same group.

    Args:
        by: units of the currency by which it is cheaper.
    """

    episodic = True
    """It keeps nothing from one episode to the next."""

    def __init__(self, by: float = 2.0) -> None:
        """Take the undercut."""
        self._by = by

    def act(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Return the new prices, or wait if none moves."""
        lowest: dict[tuple[str, ...], float] = {}
        for rival in observation["rivals"]:
            group, price = tuple(rival["group"]), float(rival["price"])
            lowest[group] = min(lowest.get(group, price), price)
        prices, decimals = {}, observation["decimals"]
        for offer in observation["offers"]:
            wanted = lowest.get(tuple(offer["group"]), float(offer["base"]) + self._by)
            price = max(wanted - self._by, float(offer["lowest"]))
            price = round(min(price, float(offer["highest"])), decimals)
            if price != float(offer["price"]):
                prices[offer["id"]] = f"{price:.{decimals}f}"
        if not prices:
            return {"verb": "wait"}
        return {"verb": "set_prices", "payload": prices}
