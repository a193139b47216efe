"""A buyer who waits for a better price."""

from typing import Any

from .scripted import Action, Cheapest, do, number

__all__ = ["Patient"]

_LATE = 0.8
"""Share of the time after which it takes the best there is."""
_TURNS_TO_BUY = 15
"""Turns it keeps back for the purchase itself."""


class Patient(Cheapest):
    """Watches the cheapest fitting price, and buys when it seems good.

    It looks again at regular intervals for the first part of the time it has.
    Having seen the best price of that part, it buys as soon as one is at least
    as good, and at the latest when little time is left (the rule of the
    secretary problem, with a deadline).

    Args:
        look_share: share of the time that is spent only watching.
        looks: how often it looks over the whole time.
    """

    patience = 8

    def __init__(self, look_share: float = 0.37, looks: int = 12) -> None:
        """Start without having seen anything."""
        super().__init__()
        self._look_share = look_share
        self._looks = looks
        self._begin_watching()

    def _begin_watching(self) -> None:
        self._time_in_all: int | None = None
        self._best: float | None = None

    def begin(self, task: dict[str, Any]) -> None:
        """Forget the episode before."""
        super().begin(task)
        self._begin_watching()

    def choose(self, observation: dict[str, Any]) -> str | None:
        """Return the cheapest fitting offer if its price is good enough now."""
        choice = super().choose(observation)
        left = observation["minutes_left"]
        if self._time_in_all is None:
            self._time_in_all = max(left, 1)
        if choice is None:
            return None
        price = min(number(offer["price"]) for offer in self.fitting(observation))
        spent = 1 - left / self._time_in_all
        watching = spent < self._look_share
        late = spent > _LATE or observation["turns_left"] < _TURNS_TO_BUY
        good = self._best is not None and price <= self._best
        if late or (good and not watching):
            return choice
        self._best = price if self._best is None else min(self._best, price)
        return None

    def on_nothing(self, observation: dict[str, Any]) -> Action:
        """Wait for the next look, unless there never is anything to buy."""
        self._filtered = False
        if not self.fitting(observation):
            self._fruitless += 1
            if self._fruitless >= self.patience:
                return do("abort", reason="nothing meets the constraints")
        pause = max(1, (self._time_in_all or 1) // self._looks)
        return do("wait", minutes=pause)
