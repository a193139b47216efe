"""A seller who prices by load and time."""

from typing import Any

__all__ = ["LoadFollower"]


class LoadFollower:
    """Raises prices where sales run ahead of the clock, and lowers them where not.

    An offer of which the share sold is larger than the share of its time that has
    passed is selling too cheaply, and the other way round.

    Args:
        step: share of its base price by which a price moves.
    """

    episodic = True
    """It keeps nothing from one episode to the next."""

    def __init__(self, step: float = 0.05) -> None:
        """Start without having seen anything."""
        self._step = step
        self._opened: dict[str, tuple[int, int]] = {}

    def begin(self, _task: dict[str, Any]) -> None:
        """Forget the episode before."""
        self._opened = {}

    def act(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Return the new prices, or wait if none moves."""
        prices, decimals = {}, observation["decimals"]
        for offer in observation["offers"]:
            price = self._price(offer, decimals)
            if price != float(offer["price"]):
                prices[offer["id"]] = f"{price:.{decimals}f}"
        if not prices:
            return {"verb": "wait"}
        return {"verb": "set_prices", "payload": prices}

    def _price(self, offer: dict[str, Any], decimals: int) -> float:
        low, high = float(offer["lowest"]), float(offer["highest"])
        left, minutes = offer["left"], offer["closes_in_minutes"]
        then_left, then_minutes = self._opened.setdefault(offer["id"], (left, minutes))
        sold = 1 - left / max(then_left, 1)
        passed = 1 - minutes / max(then_minutes, 1)
        move = self._step * float(offer["base"]) * ((sold > passed) - (sold < passed))
        wanted: float = round(float(offer["price"]) + move, decimals)
        return min(max(wanted, low), high)
