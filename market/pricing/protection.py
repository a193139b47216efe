"""Booking limits from protection levels: what all policies that keep units back share.

A policy of this family declares a forecast, and has one rule of its own: how many
units are kept for the dearest class, for the two dearest, and so on.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from .forecast import Forecast, ForecastConfig, ToCome, nests_of
from .policy import Change, Decision, Offer, View
from .sellers import Seller

__all__ = ["MICRO", "ProtectionConfig"]

MICRO: Final = 10**6
"""One unit, in the millionths in which levels are given."""


class ProtectionConfig(ForecastConfig):
    """Base fares, and limits from a forecast of each class and the stock that is left.

    At each wake class j + 1 and all cheaper ones may take what is left beyond the
    protection level of the classes 1 to j, rounded down to whole units.
    """

    def levels(self, classes: Sequence[ToCome], units: int) -> Sequence[int]:
        """Return how many units are kept for class 1, for classes 1 and 2, and so on.

        The rule of the policy, which each one says itself.

        Args:
            classes: what is still to come of each, the dearest first.
            units: capacity of the scarcest pool: nothing above it need be told.

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
        """Set the limits of all classes but the dearest of each itinerary."""
        nests = nests_of(view.offers)
        return Decision(
            limits=[one for nest in nests for one in self._limits(nest)],
            wake_at_ms=self._wakes_at(view),
        )

    def _limits(self, nest: list[Offer]) -> list[Change]:
        classes = [self._forecast.to_come(offer) for offer in nest]
        levels = self._levels(classes, nest[0].capacity)
        taken = list(accumulate(one.sold + one.held for one in reversed(nest)))
        taken.reverse()
        changes = []
        for level, offer, used in zip(levels, nest[1:], taken[1:], strict=True):
            limit = used + max(0, offer.left - level // MICRO)
            falls = offer.limit is None or limit < offer.limit
            changes.append(
                Change(offer.product, limit, "protect" if falls else "release")
            )
        return changes

    def state(self) -> tuple[()]:
        """Return nothing: each decision follows from the view."""
        return ()
