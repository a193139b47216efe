"""Demand of classes for one pool: over everything of the seller that goes through it.

A leg that several itineraries use sells one class Y, whichever of them it is for: its
demand is that of all together, its fare what one of them pays the leg on average.
"""

from collections.abc import Sequence
from typing import NamedTuple

from .forecast import Forecast, ToCome
from .policy import Offer

__all__ = ["PoolClass", "classes_of_pool", "users_of"]


class PoolClass(NamedTuple):
    """A class as one pool sees it."""

    rate: str
    to_come: ToCome


def users_of(offers: Sequence[Offer]) -> dict[int, list[Offer]]:
    """Return the offers that take units from each pool."""
    users: dict[int, list[Offer]] = {}
    for offer in offers:
        for pool in offer.pools:
            users.setdefault(pool, []).append(offer)
    return users


def classes_of_pool(users: Sequence[Offer], forecast: Forecast) -> list[PoolClass]:
    """Return what is still to come of each class for one pool, the dearest first.

    What goes through several pools pays each an equal part.  The fare of a class is
    the mean over its offers, each counted by what is to come of it, rounded down.

    Args:
        users: offers that take units from the pool.
        forecast: of each of them.
    """
    by_rate: dict[str, list[ToCome]] = {}
    ranks: dict[str, int] = {}
    for offer in users:
        one = forecast.to_come(offer)
        part = one._replace(fare=one.fare // len(offer.pools))
        by_rate.setdefault(offer.rate, []).append(part)
        ranks[offer.rate] = min(offer.rank, ranks.get(offer.rate, offer.rank))
    found = [PoolClass(rate, _together(parts)) for rate, parts in by_rate.items()]
    # Classes of one fare stay in the order that their itineraries have them in.
    return sorted(found, key=lambda one: (-one.to_come.fare, ranks[one.rate]))


def _together(parts: Sequence[ToCome]) -> ToCome:
    """Return several demands as one.

    >>> _together([ToCome(100, 3000, 9, True), ToCome(200, 1000, 1, True)])
    ToCome(fare=125, mean_milli=4000, variance=10, poisson=True)
    """
    mean = sum(one.mean_milli for one in parts)
    paid = sum(one.fare * one.mean_milli for one in parts)
    return ToCome(
        fare=paid // mean if mean else max(one.fare for one in parts),
        mean_milli=mean,
        variance=sum(one.variance for one in parts),
        poisson=all(one.poisson for one in parts),
    )
