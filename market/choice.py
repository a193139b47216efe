"""Multinomial logit over offers, as integer weights and one bisection.

A buyer with willingness to pay ``w`` looks at the offers that cost at most
``w`` and at not buying.  Offer j has the utility
``(reference − price_j) / scale − stops_j · stop_penalty``, not buying 0; it is
chosen with probability proportional to exp(utility).
"""

from bisect import bisect_right
from functools import lru_cache
from math import exp

from .config import MAX_MINOR, Config, Minor, SignedMilli

__all__ = ["NO_PURCHASE", "ChoiceModel", "OfferTable", "logit_weight"]

NO_PURCHASE = -1
"""What `OfferTable.choose` returns when the buyer leaves."""

_UNIT = 1 << 20
"""Weight of a utility of zero."""


class ChoiceModel(Config):
    """How a segment weighs price and stops."""

    reference_minor: Minor
    """Price at which a non-stop offer is worth as much as not buying."""
    scale_minor: Minor
    """Price difference that changes the odds by a factor of e."""
    stop_penalty_milli: SignedMilli = 500
    """Utility lost per stop, in thousandths."""


@lru_cache(maxsize=65_536)
def _weight(price: int, stops: int, reference: int, scale: int, penalty: int) -> int:
    utility = (reference - price) / max(scale, 1)
    utility -= stops * penalty / 1000
    # 20 on either side keeps weights within 64 bits and above nothing.
    return round(exp(min(max(utility, -20.0), 20.0)) * _UNIT)


def logit_weight(price: int, stops: int, model: ChoiceModel) -> int:
    """Return exp(utility) in units of 2**-20, rounded: the one float step.

    >>> model = ChoiceModel(reference_minor=500, scale_minor=100)
    >>> logit_weight(500, 0, model) == 2**20
    True
    """
    return _weight(
        price, stops, model.reference_minor, model.scale_minor, model.stop_penalty_milli
    )


class OfferTable:
    """Open offers of one city pair as one segment sees them, cheapest first.

    Attributes:
        cheapest: the least price; beyond all money when there is no offer.
    """

    __slots__ = ("_cumulative", "_offers", "_prices", "cheapest")

    def __init__(self, offers: list[tuple[int, int, int]], model: ChoiceModel) -> None:
        """Build from ``(price, product, stops)``, in any order."""
        offers = sorted(offers)
        self._prices = [price for price, _, _ in offers]
        self._offers = [product for _, product, _ in offers]
        self.cheapest = self._prices[0] if offers else MAX_MINOR + 1
        self._cumulative: list[int] = []
        total = _UNIT
        for price, _, stops in offers:
            total += logit_weight(price, stops, model)
            self._cumulative.append(total)

    def choose(self, willingness_minor: int, word: int) -> int:
        """Return the product chosen, or `NO_PURCHASE`.

        Args:
            willingness_minor: dearest price the buyer would consider.
            word: 64 random bits; scaled to the total weight (the bias of the
                multiplication is below 2**-20 of a weight unit).
        """
        affordable = bisect_right(self._prices, willingness_minor)
        if affordable == 0:
            return NO_PURCHASE
        ticket = word * self._cumulative[affordable - 1] >> 64
        if ticket < _UNIT:
            return NO_PURCHASE
        return self._offers[bisect_right(self._cumulative, ticket)]

    def shares_ppm(self, willingness_minor: int) -> list[tuple[int, int]]:
        """Return ``(product, probability in ppm)`` for one willingness to pay."""
        affordable = bisect_right(self._prices, willingness_minor)
        if affordable == 0:
            return []
        total = self._cumulative[affordable - 1]
        before, shares = _UNIT, []
        for product, upto in zip(
            self._offers[:affordable], self._cumulative[:affordable], strict=True
        ):
            shares.append((product, (upto - before) * 1_000_000 // total))
            before = upto
        return shares
