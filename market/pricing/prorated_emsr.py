"""Prorated EMSR: bid prices of legs, from what the last seat is expected to bring.

E. L. Williamson (1992), Airline network seat inventory control: an itinerary of several
legs is looked at on each of them, with its part of the fare; the expected marginal seat
revenue of the seats that are left is the leg's bid price.
"""

from collections.abc import Sequence
from math import isqrt
from typing import Literal

from .forecast import Forecast, ForecastConfig, ToCome
from .normal import ONE, normal_share
from .policy import Change, Decision, Offer, Stock, View
from .pool_demand import classes_of_pool, users_of
from .sellers import Seller

__all__ = ["ProratedEmsr", "last_unit"]


class ProratedEmsr(ForecastConfig):
    """Base fares, and bid prices of pools by EMSR-b.

    With x units left the last one is expected to bring ``max_j F_j · P(S_j ≥ x)``:
    ``S_j`` is the demand still to come of the j dearest classes of the pool together,
    as a normal law, and ``F_j`` the mean of their fares, weighted by demand.  What goes
    through several pools pays each an equal part.
    """

    kind: Literal["prorated_emsr"]

    def begin(self, seller: Seller) -> "_ProratedEmsr":
        """Return the policy of one run."""
        del seller
        return _ProratedEmsr(self)


class _ProratedEmsr:
    """Bid prices in one run; nothing is remembered between wakes."""

    def __init__(self, config: ProratedEmsr) -> None:
        self._wakes_at, self._forecast = config.wakes_at, Forecast(config)

    def decide(self, view: View) -> Decision:
        """Set the bid price of every pool that has units left."""
        users = users_of(view.offers)
        return Decision(
            bids=[
                Change(stock.pool, self._bid(stock, users[stock.pool]), "emsr")
                for stock in view.stock
                if stock.left > 0
            ],
            wake_at_ms=self._wakes_at(view),
        )

    def _bid(self, stock: Stock, users: Sequence[Offer]) -> int:
        classes = classes_of_pool(users, self._forecast)
        return last_unit([one.to_come for one in classes], stock.left)

    def state(self) -> tuple[()]:
        """Return nothing: each decision follows from the view."""
        return ()


def last_unit(classes: Sequence[ToCome], left: int) -> int:
    """Return what the last of the units that are left is expected to bring.

    Args:
        classes: what is still to come of each, the dearest first.
        left: units, 1 or more.

    Returns:
        Minor units, rounded down.

    >>> last_unit([ToCome(200_00, 50_000, 50 * 10**6), ToCome(100_00, 0, 0)], 50)
    10000
    >>> last_unit([ToCome(200_00, 50_000, 0)], 51)
    0
    """
    best = mean = variance = revenue = 0
    for one in classes:
        mean += one.mean_milli
        variance += one.variance
        revenue += one.fare * one.mean_milli
        if mean:
            # P(S ≥ left), of a normal law; without variance it is certain, or not.
            above = mean - left * 1000
            deviation = isqrt(variance)
            sure = ONE if above >= 0 else 0
            enough = normal_share(above, deviation) if deviation else sure
            best = max(best, revenue * enough // (mean * ONE))
    return best
