"""Declared numbers so small or so large that another scale must be meant.

``mean_milli``, ``sd_milli`` and ``buyers_milli`` are thousandths: who writes units has
a policy that expects nobody, or a segment of nobody, and who writes millionths one of
a whole town.
"""

from collections.abc import Iterable, Iterator

from test_time_gym.market.catalog import Product
from test_time_gym.market.market_config import MarketConfig
from test_time_gym.market.pricing.forecast import (
    ClassForecast,
    Forecast,
    ForecastConfig,
)
from test_time_gym.market.pricing.gallego_van_ryzin_policy import GallegoVanRyzinPrices
from test_time_gym.market.pricing.sellers import seller_of

__all__ = ["odd_forecasts", "rare_buyers"]

_MILLI = 1000
_FEW = 100
"""One unit is so many times what is too little of a class in all; so is what a pool
has, of all that is forecast for it; and a mean, of its standard deviation."""
_MANY = 100
"""So many times what there is are too many."""
_RARE_MILLI = 100
"""Fewer buyers than that of a departure are too few."""


def odd_forecasts(config: MarketConfig, sellers: Iterable[str]) -> Iterator[str]:
    """Yield in words whose forecasts are of hardly anybody, or of far too many.

    Args:
        config: the market.
        sellers: those whose policy the market's configuration declares.
    """
    for seller in sellers:
        pricing = config.pricing_of.get(seller, config.pricing)
        # A policy may stand in front of another one, which has the forecasts.
        pricing = getattr(pricing, "policy", pricing)
        whose = f"{pricing.kind} of {seller}"
        if isinstance(pricing, ForecastConfig) and pricing.forecasts:
            own = [one for one in config.catalog().products if seller_of(one) == seller]
            yield from _odd(config, whose, pricing, own)
        if isinstance(pricing, GallegoVanRyzinPrices):
            buyers = pricing.buyers_milli or 0
            if 0 < buyers < _RARE_MILLI:
                yield (
                    f"{whose} expects {buyers / _MILLI:g} buyers of an offer: "
                    "buyers_milli is in thousandths"
                )


def rare_buyers(config: MarketConfig) -> Iterator[str]:
    """Yield in words which segments have hardly ever a buyer, by their counts."""
    for segment in config.demand:
        mean = getattr(segment.count, "mean_milli", 0)
        if 0 < mean < _RARE_MILLI:
            yield (
                f"segment {segment.name} has {mean / _MILLI:g} buyers a departure: "
                "mean_milli of its count is in thousandths"
            )


def _odd(
    config: MarketConfig, whose: str, pricing: ForecastConfig, products: list[Product]
) -> Iterator[str]:
    """Yield what is odd of one seller: the first class of each kind of oddity."""
    catalog, told = config.catalog(), Forecast(pricing)
    of_classes = dict.fromkeys(one.rate for one in products)
    sums = dict.fromkeys(of_classes, 0)
    pools: dict[int, int] = {}
    most = dict.fromkeys(of_classes, 0)
    for product in products:
        mean = told.mean_milli(product)
        sums[product.rate] += mean
        most[product.rate] += min(catalog.capacity[pool] for pool in product.pools)
        for pool in product.pools:
            pools[pool] = pools.get(pool, 0) + mean
    units, scale = catalog.units, "mean_milli is in thousandths"
    for rate, mean in sums.items():
        if 0 < mean * _FEW < _MILLI or mean > _MANY * _MILLI * most[rate]:
            yield (
                f"{whose} expects {_units(mean, units)} of the class {rate} in all, "
                f"where there are {most[rate]:,}: {scale}"
            )
            return
    for pool, mean in pools.items():
        has = catalog.capacity[pool]
        if 0 < mean * _FEW < _MILLI * has or mean > _MANY * _MILLI * has:
            yield (
                f"{whose} expects {_units(mean, units)} in all for the {has:,} of "
                f"{catalog.pool_names[pool]}: {scale}"
            )
            return
    yield from _narrow(whose, pricing.forecasts, units)


def _narrow(
    whose: str, forecasts: Iterable[ClassForecast], units: str
) -> Iterator[str]:
    """Yield the first forecast that is all but certain, and not quite."""
    for one in forecasts:
        sd = one.sd_milli
        if sd and sd * _FEW < one.mean_milli:
            yield (
                f"{whose} expects {_units(one.mean_milli, units)} of the class "
                f"{one.rate} with a standard deviation of {sd / _MILLI:g}, less than a "
                "hundredth of that: sd_milli is in thousandths, and 0 is certain"
            )
            return


def _units(milli: int, units: str) -> str:
    return f"{milli / _MILLI:,.10g} {units}"
