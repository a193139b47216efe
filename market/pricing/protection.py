"""Booking limits from protection levels: what all policies that keep units back share.

A policy of this family declares a forecast, and has one rule of its own: how many
units are kept for the dearest class, for the two dearest, and so on.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from .forecast import Forecast, ForecastConfig, ToCome, nests_of
from .policy import Change, Decision, Offer, Stock, View
from .pool_demand import classes_of_pool, users_of
from .sellers import Seller

__all__ = ["MICRO", "ProtectionConfig"]

MICRO: Final = 10**6
"""One unit, in the millionths in which levels are given."""


class ProtectionConfig(ForecastConfig):
    """Base fares, and limits from a forecast of each class and the stock that is left.

    At each wake class j + 1 and all cheaper ones may take of a pool what is left beyond
    the protection level of the classes 1 to j, rounded down to whole units: of every
    pool they go through.  Demand for a pool is that of all itineraries that use it.
    """

    def levels(self, classes: Sequence[ToCome], units: int) -> Sequence[int]:
        """Return how many units are kept for class 1, for classes 1 and 2, and so on.

        The rule of the policy, which each one says itself.

        Args:
            classes: what is still to come of each, the dearest first.
            units: that may ever be left of the pool: nothing above need be told.

        Returns:
            Millionths of a unit, never falling; one less than there are classes.
        """
        raise NotImplementedError

    def begin(self, seller: Seller) -> "_Protection":
        """Return the policy of one run."""
        del seller
        return _Protection(self)


class _Protection:
    """Nested limits in one run; nothing is remembered between wakes."""

    def __init__(self, config: ProtectionConfig) -> None:
        self._levels, self._wakes_at = config.levels, config.wakes_at
        self._forecast = Forecast(config)

    def decide(self, view: View) -> Decision:
        """Set the limits of all classes but those that are the dearest on a pool."""
        self._forecast.see(view)
        users = users_of(view.offers)
        kept = {
            stock.pool: self._kept(users[stock.pool], stock) for stock in view.stock
        }
        return Decision(
            limits=[
                change
                for nest in nests_of(view.offers)
                for change in _limits(nest, kept)
            ],
            wake_at_ms=self._wakes_at(view),
        )

    def _kept(self, users: Sequence[Offer], stock: Stock) -> dict[str, int]:
        """Return by class what a pool has left for it and all cheaper ones.

        That of the dearest is not limited, and is not there.
        """
        classes = classes_of_pool(users, self._forecast)
        levels = self._levels([one.to_come for one in classes], stock.most)
        return {
            one.rate: max(0, stock.left - level // MICRO)
            for level, one in zip(levels, classes[1:], strict=True)
        }

    def state(self) -> tuple[()]:
        """Return nothing: each decision follows from the view."""
        return ()


def _limits(nest: Sequence[Offer], kept: Mapping[int, dict[str, int]]) -> list[Change]:
    """Return the limits of an itinerary's classes.

    Args:
        nest: the dearest class first.
        kept: of each pool, what is left for a class and all cheaper ones.
    """
    changes, used = [], 0
    for offer in reversed(nest):
        used += offer.sold + offer.held
        rooms = [
            kept[pool][offer.rate] for pool in offer.pools if offer.rate in kept[pool]
        ]
        if rooms:
            limit = used + min(rooms)
            falls = offer.limit is None or limit < offer.limit
            reason = "protect" if falls else "release"
            changes.append(Change(offer.product, limit, reason))
    return changes
