"""Policies that find the bid price of each pool from what it sees of that pool."""

from collections.abc import Sequence

from .forecast import Forecast, ForecastConfig
from .policy import Change, Decision, Offer, Stock, View
from .pool_demand import users_of

__all__ = ["PoolBids"]


class PoolBids:
    """Bid prices in one run, pool by pool; nothing is remembered between wakes.

    Args:
        config: the policy's own.
        reason: why its bid prices move, as records tell it.
    """

    def __init__(self, config: ForecastConfig, reason: str) -> None:
        """Begin a run."""
        self._wakes_at, self._reason = config.wakes_at, reason
        self._forecast = Forecast(config)

    def bid(self, stock: Stock, users: Sequence[Offer]) -> int:
        """Return the bid price of a pool, in minor units, which each policy says.

        Args:
            stock: the pool, with units left.
            users: what takes units from it.
        """
        raise NotImplementedError

    def decide(self, view: View) -> Decision:
        """Set the bid price of every pool that has units left."""
        self._forecast.see(view)
        users = users_of(view.offers)
        return Decision(
            bids=[
                Change(stock.pool, self.bid(stock, users[stock.pool]), self._reason)
                for stock in view.stock
                if stock.left > 0
            ],
            wake_at_ms=self._wakes_at(view),
        )

    def state(self) -> tuple[()]:
        """Return nothing: each decision follows from the view."""
        return ()
