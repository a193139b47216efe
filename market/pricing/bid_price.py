"""Bid prices: what the next unit of a pool is worth, class by class over time.

T. C. Lee and M. Hersh (1993), A model for dynamic airline seat inventory control with
multiple seat bookings; K. T. Talluri and G. J. van Ryzin, The Theory and Practice of
Revenue Management (2004), section 2.5.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from ..catalog import Product
from ..config import PPM
from .booking_slices import BookingPath, slices_of
from .forecast import Forecast, ForecastConfig
from .policy import Offer, Stock
from .pool_bids import PoolBids
from .sellers import Seller
from .unit_worth import (
    Periods,
    Request,
    unit_values,
    values_bytes,
    worth_after,
    worth_bytes,
)

__all__ = ["BidPrice", "Stretch", "stretches_of"]


class BidPrice(ForecastConfig):
    """Base fares, and bid prices of pools: a class that costs less is closed.

    ``V_t(x) = V_{t-1}(x) + Σ_j r_j · max(0, f_j - V_{t-1}(x) + V_{t-1}(x - 1))`` is
    what x units earn in t periods; the bid price is ``V_t(x) - V_t(x - 1)``, rounded
    up.  In each period there is a request of class j with the chance ``r_j = mean_j /
    periods``; as many periods are left as the booking curve leaves of demand.  Where
    classes come by curves of their own, or are learned, each stretch from one point of
    the curves to the next has periods and chances of its own.
    """

    kind: Literal["bid_price"]
    periods: Annotated[int, Field(ge=1, le=2_000)] = 500
    """Of a whole departure: each has its equal share of demand, and one request at
    most.  No pool may expect more requests than that of declared forecasts; where more
    are learned, there are more periods."""

    def verify(self, products: Sequence[Product]) -> None:
        """Raise if a class has no forecast, or a pool expects too many requests.

        Raises:
            ValueError: of declared forecasts, it has none, or there are more than
                periods.
        """
        super().verify(products)
        if not self.forecasts:
            return
        forecast = Forecast(self)
        asked: dict[int, int] = {}
        for product in products:
            for pool in product.pools:
                asked[pool] = asked.get(pool, 0) + forecast.mean_milli(product)
                if asked[pool] > 1000 * self.periods:
                    msg = f"bid_price has {self.periods} periods, and more requests "
                    msg += "than that are forecast with those for "
                    msg += f"{product.listing_id}: one period has one request at most"
                    raise ValueError(msg)

    def table_bytes(self, units: Sequence[int]) -> int:
        """Return about how much memory its tables take in a process."""
        if self.forecasts and Forecast(self).by_one_curve:
            return values_bytes(units, self.periods)
        return worth_bytes(units, self.periods)

    def begin(self, seller: Seller) -> "_BidPrice":
        """Return the policy of one run."""
        del seller
        return _BidPrice(self)


class _BidPrice(PoolBids):
    """Bid prices in one run."""

    def __init__(self, config: BidPrice) -> None:
        super().__init__(config, "bid")
        self._periods = config.periods

    def bid(self, stock: Stock, users: Sequence[Offer]) -> int:
        """Return what the last unit that is left is worth."""
        closes = max(one.closes_in_ms for one in users)
        if not self._forecast.by_one_curve:
            return self._by_stretches(users, closes, stock.most)[stock.left]
        requests = sorted(
            Request(_part(one), self._forecast.mean_milli(one)) for one in users
        )
        ahead = self._periods * self._forecast.share_ppm(closes) // PPM
        values = unit_values(tuple(requests), stock.most, self._periods)
        return values[ahead][stock.left]

    def _by_stretches(
        self, users: Sequence[Offer], closes_in_ms: int, units: int
    ) -> Sequence[int]:
        """Return what the last unit is worth now, whatever is left."""
        stretches = stretches_of(
            tuple(map(_part, users)),
            tuple(map(self._forecast.path, users)),
            tuple(closes_in_ms - one.closes_in_ms for one in users),
            self._periods,
        )
        ahead = [(one.periods, one.ahead(closes_in_ms)) for one in reversed(stretches)]
        return worth_after(ahead, units)


def _part(offer: Offer) -> int:
    """Return what a pool gets: what goes through several pays each an equal part."""
    return offer.price_minor // len(offer.pools)


class Stretch(NamedTuple):
    """A slice of time before closing, divided into periods."""

    start_ms: int
    """Time to the last closing."""
    end_ms: int
    periods: Periods

    def ahead(self, closes_in_ms: int) -> int:
        """Return how many of the periods are still to come, rounded down.

        >>> one = Stretch(100, 50, Periods(10, ()))
        >>> [one.ahead(at) for at in (200, 100, 74, 50, 10)]
        [10, 10, 4, 0, 0]
        """
        if closes_in_ms >= self.start_ms:
            return self.periods.number
        left = max(0, closes_in_ms - self.end_ms)
        return self.periods.number * left // (self.start_ms - self.end_ms)


@lru_cache(maxsize=1024)
def stretches_of(
    fares: tuple[int, ...],
    paths: tuple[BookingPath, ...],
    earlier_ms: tuple[int, ...],
    periods: int,
) -> tuple[Stretch, ...]:
    """Return the stretches in which requests for a pool come, the last one last.

    Each has its share of the periods by the requests that are expected in it, rounded
    up, and as many as requests at least.  Stretches without any are left out.

    Args:
        fares: of the products, what the pool gets, in minor units.
        paths: what is still to come of each.
        earlier_ms: by how much each closes before the last one does.
        periods: of a whole sale.

    >>> path = BookingPath((100, 40, 0), (4_000, 3_000, 0))
    >>> for one in stretches_of((9,), (path,), (0,), 10): print(*one)
    100 40 Periods(number=3, requests=(Request(fare=9, mean_milli=1000),))
    40 0 Periods(number=8, requests=(Request(fare=9, mean_milli=3000),))
    """
    slices = slices_of(paths, earlier_ms)
    whole = sum(sum(one.means_milli) for one in slices)
    found = []
    for one in slices:
        asked = sum(one.means_milli)
        if asked:
            count = max(-(-asked // 1000), -(-periods * asked // whole))
            requests = tuple(
                Request(fare, mean)
                for fare, mean in zip(fares, one.means_milli, strict=True)
                if mean
            )
            found.append(Stretch(one.start_ms, one.end_ms, Periods(count, requests)))
    return tuple(found)
