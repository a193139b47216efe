"""Bid prices: what the next unit of a pool is worth, by dynamic programming.

T. C. Lee and M. Hersh (1993), A model for dynamic airline seat inventory control with
multiple seat bookings; K. T. Talluri and G. J. van Ryzin, The Theory and Practice of
Revenue Management (2004), section 2.5.

A class is closed by comparing its fare with a value, so values are whole parts of a
minor unit, rounded down at every step: floats would leave a close call to the machine.
"""

from array import array
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import Field

from ..catalog import Product
from ..config import PPM
from .forecast import Forecast, ForecastConfig
from .policy import Offer, Stock
from .pool_bids import PoolBids
from .sellers import Seller

__all__ = ["BidPrice", "Request", "unit_values"]

_PART: Final = 32
"""Binary places of a minor unit that values have."""


class Request(NamedTuple):
    """Demand of one product for a pool."""

    fare: int
    """What the pool gets of its price, in minor units."""
    mean_milli: int
    """Expected over all periods, in thousandths of a unit."""


class BidPrice(ForecastConfig):
    """Base fares, and bid prices of pools: a class that costs less is closed.

    ``V_t(x) = V_{t-1}(x) + Σ_j r_j · max(0, f_j - V_{t-1}(x) + V_{t-1}(x - 1))`` is
    what x units earn in t periods; the bid price is ``V_t(x) - V_t(x - 1)``, rounded
    up.  In each period there is a request of class j with the chance ``r_j = mean_j /
    periods``; as many periods are left as the booking curve leaves of demand.
    """

    kind: Literal["bid_price"]
    periods: Annotated[int, Field(ge=1, le=2_000)] = 500
    """Of a whole departure: each has its equal share of demand, and one request at
    most.  No pool may expect more requests than that."""

    def verify(self, products: Sequence[Product]) -> None:
        """Raise if a class has no forecast, or a pool expects too many requests.

        Raises:
            ValueError: it has none, or there are more than periods, or it comes by a
                curve of its own, or is to be learned.
        """
        super().verify(products)
        if self.learns:
            msg = (
                "bid_price needs forecasts and one booking_curve for all classes, and "
            )
            msg += "learns none: dlp and prorated_emsr have bid prices from what is "
            raise ValueError(msg + "learned")
        for one in self.forecasts:
            if one.booking_curve is not None:
                msg = "bid_price has one booking_curve for all classes, and the class "
                msg += f"{one.rate} has its own; dlp and prorated_emsr know such"
                raise ValueError(msg)
        forecast = Forecast(self)
        asked: dict[int, int] = {}
        for product in products:
            for pool in product.pools:
                asked[pool] = asked.get(pool, 0) + forecast.mean_milli(product)
                if asked[pool] > 1000 * self.periods:
                    msg = f"bid_price has {self.periods} periods, and more requests "
                    msg += f"than that are forecast with those for {product.id}: "
                    msg += "one period has one request at most"
                    raise ValueError(msg)

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
        requests = sorted(
            # What goes through several pools pays each an equal part.
            Request(one.price_minor // len(one.pools), self._forecast.mean_milli(one))
            for one in users
        )
        closes = max(one.closes_in_ms for one in users)
        ahead = self._periods * self._forecast.share_ppm(closes) // PPM
        values = unit_values(tuple(requests), stock.most, self._periods)
        return values[ahead][stock.left]


@lru_cache(maxsize=256)
def unit_values(
    requests: tuple[Request, ...], units: int, periods: int
) -> "tuple[array[int], ...]":
    """Return what the last unit is worth in every state of a pool.

    Remembered: all runs of a scenario ask for the same.

    Args:
        requests: of all products, over all periods; at most as many as periods.
        units: of the pool, that may be sold.
        periods: over which the requests are spread evenly.

    Returns:
        With t periods ahead and x units left, the value in minor units, rounded up:
        what costs as much or more is worth accepting.  Of no unit it is 0.

    >>> requests = (Request(200_00, 4_500), Request(150_00, 4_500),
    ...             Request(120_00, 3_000), Request(80_00, 3_000))
    >>> unit_values(requests, 10, 30)[30][10]
    12030
    """
    whole = 1000 * periods
    known = [(one.fare << _PART, one.mean_milli) for one in requests]
    value = [0] * (units + 1)
    table = [_rounded_up(value, 0)]
    for ahead in range(1, periods + 1):
        after = value
        # With more units than periods the last ones cannot be sold.
        useful = min(units, ahead)
        value = [0] * (units + 1)
        for x in range(1, useful + 1):
            worth = after[x] - after[x - 1]
            gain = sum(mean * (fare - worth) for fare, mean in known if fare > worth)
            value[x] = after[x] + gain // whole
        value[useful + 1 :] = [value[useful]] * (units - useful)
        table.append(_rounded_up(value, ahead))
    return tuple(table)


def _rounded_up(value: list[int], steps: int) -> "array[int]":
    """Return what each unit adds, in whole minor units.

    Args:
        value: of each stock, each rounded down once in so many steps.
        steps: how many parts a difference may therefore be too great; less than one
            millionth of a minor unit.
    """
    worth = (-(low + steps - high >> _PART) for low, high in pairwise(value))
    return array("q", [0, *worth])
