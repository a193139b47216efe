"""Prorated EMSR: bid prices of legs, from what the last seat is expected to bring.

E. L. Williamson (1992), Airline network seat inventory control: an itinerary of several
legs is looked at on each of them, with its part of the fare; the expected marginal seat
revenue of the seats that are left is the leg's bid price.
"""

from collections.abc import Sequence
from math import isqrt
from typing import Literal

from .forecast import ForecastConfig, ToCome
from .normal import ONE, normal_share
from .policy import Offer, Stock
from .pool_bids import PoolBids
from .pool_demand import classes_of_pool
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
        return _ProratedEmsr(self, "emsr")


class _ProratedEmsr(PoolBids):
    """Bid prices in one run."""

    def bid(self, stock: Stock, users: Sequence[Offer]) -> int:
        """Return what the last unit that is left is expected to bring."""
        classes = classes_of_pool(users, self._forecast)
        return last_unit([one.to_come for one in classes], stock.left)


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
