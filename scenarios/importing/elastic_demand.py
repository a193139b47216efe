"""Demand that has the elasticities asked for: fitted in markets that are played."""

from collections.abc import Callable, Mapping, Sequence
from math import isqrt
from typing import Final

from test_time_gym.market.config import PPM
from test_time_gym.market.world import World

from ..flights.domain import FlightSegment
from .elasticity import elasticities_at, factors_of, scaled
from .forecast import NAMES, shown_after_opening
from .played_offers import played_offers

__all__ = ["TOLERATED_MILLI", "elastic_segments", "measured_elasticities"]

TOLERATED_MILLI: Final = 100
"""By which what is measured may be off without a note."""
_FORECASTS: Final = 6
"""How often demand is fitted to offers that are forecast."""
_ROUGHLY, _FINELY = (8, 50, 4), (4, 15, 1)
"""How often it is fitted to offers that are played at most, by how many thousandths it
may be off then, and to which part of the markets."""
_PRODUCTS_PLAYED: Final = 400
"""Of all markets together: small ones differ more."""
_SEEDS_LEAST, _SEEDS_MOST = 2, 150
_FITTED_FROM, _MEASURED_FROM = 2_000_000, 3_000_000
"""Seeds far from those that people play, and from those of rehearsals."""


def elastic_segments(
    world: World,
    plain: Callable[[int], tuple[FlightSegment, ...]],
    count: Callable[[Callable[[int], tuple[FlightSegment, ...]]], int],
    wanted: Mapping[str, int],
) -> tuple[FlightSegment, ...]:
    """Return segments whose demand after the opening has elasticities asked for.

    What they are shown depends on what they buy, and their number on what they would
    pay: the one is fitted to the other in turn, first by the forecast, then in markets
    that are played, by half of what is missing each time, until it is near enough.

    Args:
        world: the flights and their price rules.
        plain: the segments for a number of buyers, as they are without.
        count: how many buyers there are, for segments by their number.
        wanted: segment → its elasticity, in thousandths.

    Raises:
        ScenarioError: no willingness to pay that is tried has one of them.
    """
    factors = dict.fromkeys(NAMES, PPM)

    def made(buyers: int) -> tuple[FlightSegment, ...]:
        return tuple(scaled(one, factors[one.name]) for one in plain(buyers))

    for _ in range(_FORECASTS):
        shown = shown_after_opening(world, made(count(made)))
        factors |= factors_of(plain(PPM), wanted, shown)
    for turns, near_milli, part in (_ROUGHLY, _FINELY):
        seeds = _seeds(world, _FITTED_FROM, part)
        tried: dict[int, dict[str, int]] = {}
        for _ in range(turns):
            demand = made(count(made))
            shown = played_offers(world, demand, seeds)
            off = _off(elasticities_at(demand, shown), wanted)
            tried.setdefault(off, dict(factors))
            if off <= near_milli:
                break
            asked = factors_of(plain(PPM), wanted, shown)
            factors |= {name: isqrt(factors[name] * asked[name]) for name in asked}
        factors = tried[min(tried)]
    return tuple(
        one.model_copy(update={"elasticity_milli": wanted.get(one.name)})
        for one in made(count(made))
    )


def measured_elasticities(
    world: World, demand: Sequence[FlightSegment]
) -> dict[str, int | None]:
    """Return what elasticity segments have in markets that nothing was fitted to.

    Returns:
        Segment → elasticity of its demand in all prices, in thousandths; None where
        nobody would buy.
    """
    shown = played_offers(world, demand, _seeds(world, _MEASURED_FROM, 1))
    return elasticities_at(demand, shown)


def _seeds(world: World, first: int, part: int) -> range:
    most = _PRODUCTS_PLAYED // (part * max(1, len(world.catalog.products)))
    return range(first, first + min(max(most, _SEEDS_LEAST), _SEEDS_MOST))


def _off(found: Mapping[str, int | None], wanted: Mapping[str, int]) -> int:
    """Return by how much the worst is off, in thousandths."""
    return max(abs((found[name] or 0) - milli) for name, milli in wanted.items())
