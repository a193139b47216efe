"""DLP: bid prices of a network, from the deterministic linear programme.

R. W. Simpson (1989), Using network flow techniques to find shadow prices for market
demands and seat inventory control; E. L. Williamson (1992), Airline network seat
inventory control; K. T. Talluri and G. J. van Ryzin, The Theory and Practice of Revenue
Management (2004), section 3.3.1.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from .bounded_simplex import BoundedSimplex
from .forecast import Forecast, ForecastConfig
from .policy import Change, Decision, Offer, Stock, View
from .sellers import Seller

__all__ = ["DlpPolicy", "network_bids"]

_MILLI = 1000


class DlpPolicy(ForecastConfig):
    """Base fares, and bid prices of pools from the whole network's programme.

    At each wake ``max Σ_j f_j y_j``, with ``Σ_{j uses i} y_j ≤ units left of pool i``
    and ``0 ≤ y_j ≤ demand to come for j``, is solved in fractions; the dual values
    of the pools, rounded down, are their bid prices.
    """

    kind: Literal["dlp"]

    def begin(self, seller: Seller) -> "_Network":
        """Return the policy of one run."""
        del seller
        return _Network(self)


class _Network:
    """Bid prices in one run; nothing is remembered between wakes."""

    def __init__(self, config: DlpPolicy) -> None:
        self._wakes_at, self._forecast = config.wakes_at, Forecast(config)

    def decide(self, view: View) -> Decision:
        """Set the bid price of every pool that has units left."""
        self._forecast.see(view)
        means = [self._forecast.to_come(offer).mean_milli for offer in view.offers]
        bids = network_bids(view.stock, view.offers, means)
        return Decision(
            bids=[
                Change(stock.pool, bid, "dlp")
                for stock, bid in zip(view.stock, bids, strict=True)
                if stock.left > 0
            ],
            wake_at_ms=self._wakes_at(view),
        )

    def state(self) -> tuple[()]:
        """Return nothing: each decision follows from the view."""
        return ()


def network_bids(
    stock: Sequence[Stock], offers: Sequence[Offer], means_milli: Sequence[int]
) -> list[int]:
    """Return the bid price of every pool, in minor units, rounded down.

    Down, so that what just pays its way through several pools stays on sale.

    Args:
        stock: the pools.
        offers: what takes units from them, at their present prices.
        means_milli: what is still to come for each offer, in thousandths of a unit.
    """
    row = {one.pool: k for k, one in enumerate(stock)}
    # What nobody wants any more would only make the programme larger.
    wanted = [
        (offer, mean) for offer, mean in zip(offers, means_milli, strict=True) if mean
    ]
    programme = BoundedSimplex(
        capacity=[Fraction(max(one.left, 0)) for one in stock],
        gains=[Fraction(offer.price_minor) for offer, _ in wanted],
        bounds=[Fraction(mean, _MILLI) for _, mean in wanted],
        uses=[[row[pool] for pool in offer.pools] for offer, _ in wanted],
    )
    programme.solve()
    return [int(value) for value in programme.duals()]
