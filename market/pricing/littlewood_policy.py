"""Littlewood's rule: of two classes, how many units are kept for the dear one.

K. Littlewood (1972), Forecasting and control of passenger bookings; K. T. Talluri and
G. J. van Ryzin, The Theory and Practice of Revenue Management (2004), section 2.2.1.
"""

from collections.abc import Sequence
from math import isqrt
from typing import Literal

from ..catalog import Product
from .forecast import ToCome
from .normal import normal_quantile_nano
from .protection import MICRO, ProtectionConfig

__all__ = ["Littlewood", "littlewood_level"]

_NANO = 10**9
_CLASSES = 2


class Littlewood(ProtectionConfig):
    """Base fares, and a limit of the cheaper of two classes.

    The protection level is ``y = μ + σ · Φ⁻¹(1 - f_2 / f_1)``, of the dear class's
    demand still to come: there ``f_2 = f_1 · P(D_1 > y)``.
    """

    kind: Literal["littlewood"]

    def verify(self, products: Sequence[Product]) -> None:
        """Raise if an itinerary or a pool has not two classes, or one has no forecast.

        Raises:
            ValueError: there are more, or fewer, or it has none.
        """
        super().verify(products)
        for product in products:
            if len(product.nest) != _CLASSES:
                msg = f"littlewood is for two classes, and {product.listing_id} has "
                msg += f"{len(product.nest)}; emsr_a, emsr_b and optimal_limits are "
                msg += "for any number"
                raise ValueError(msg)
        on_pool: dict[int, dict[str, None]] = {}
        for product in products:
            for pool in product.pools:
                rates = on_pool.setdefault(pool, {})
                rates[product.rate] = None
                if len(rates) > _CLASSES:
                    msg = "littlewood is for two classes, and with "
                    msg += f"{product.listing_id} one pool has {', '.join(rates)}; "
                    msg += "emsr_a, emsr_b and optimal_limits are for any number"
                    raise ValueError(msg)

    def levels(self, classes: Sequence[ToCome], units: int) -> list[int]:
        """Return the one level of `littlewood_level`."""
        del units
        dear, cheap = classes
        return [littlewood_level(dear, cheap.fare)]


def littlewood_level(dear: ToCome, cheaper: int) -> int:
    """Return how many units are kept for a class against one that pays less.

    Args:
        dear: what is still to come of the class.
        cheaper: the other's fare, in minor units.

    Returns:
        Millionths of a unit, not below 0: none where nothing more is paid, the mean
        where nothing varies.

    >>> littlewood_level(ToCome(100, 50_000, 100_000**2), 40)
    75334710
    >>> littlewood_level(ToCome(100, 50_000, 0), 40)
    50000000
    >>> littlewood_level(ToCome(100, 50_000, 100_000**2), 100)
    0
    """
    if cheaper >= dear.fare:
        return 0
    z_nano = normal_quantile_nano(dear.fare - cheaper, dear.fare)
    deviation = isqrt(dear.variance * MICRO)
    return max(0, dear.mean_milli * 1000 + deviation * z_nano // _NANO)
