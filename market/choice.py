"""Multinomial logit over offers, as a race of exponential clocks.

A buyer with willingness to pay ``w`` looks at the offers that cost at most
``w`` and at not buying.  Offer j has the utility
``(reference − price_j) / scale − stops_j · stop_penalty``, not buying 0; it is
chosen with probability proportional to exp(utility).
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import exp, inf

import numpy as np
from numpy.typing import NDArray

from .config import Config, Minor, SignedMilli
from .race import unit_exponentials
from .streams import name_key, pair_words

__all__ = [
    "NO_PURCHASE",
    "UNIT_WEIGHT",
    "ChoiceModel",
    "ChoiceSet",
    "Clocks",
    "Taste",
    "logit_weight",
]

NO_PURCHASE = -1
"""What `ChoiceSet.choose` returns when the buyer leaves."""

UNIT_WEIGHT = 1 << 20
"""Weight of a utility of zero, which not buying has."""

Clocks = NDArray[np.float64]
"""Exponential clocks, a row for each buyer: of not buying, then of each offer."""


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
    return round(exp(min(max(utility, -20.0), 20.0)) * UNIT_WEIGHT)


def logit_weight(price: int, stops: int, model: ChoiceModel) -> int:
    """Return exp(utility) in units of 2**-20, rounded: the one float step.

    >>> model = ChoiceModel(reference_minor=500, scale_minor=100)
    >>> logit_weight(500, 0, model) == 2**20
    True
    """
    return _weight(
        price, stops, model.reference_minor, model.scale_minor, model.stop_penalty_milli
    )


class Taste:
    """The exponential clocks that buyers have for the offers of a choice set.

    Args:
        names: of the offers; a clock depends on the buyer and the name alone.
    """

    __slots__ = ("_keys", "size")

    def __init__(self, names: Iterable[str]) -> None:
        """Take the keys of not buying and of the names."""
        keys = [name_key(""), *map(name_key, names)]
        self._keys = np.array(keys, np.uint64)
        self.size = len(keys)

    def clocks(self, words: Sequence[int]) -> Clocks:
        """Return the exponential clocks of buyers.

        Args:
            words: 64 random bits of each buyer.
        """
        return unit_exponentials(pair_words(np.array(words, np.uint64), self._keys))


class ChoiceSet:
    """What one segment's buyers may choose from at one city pair.

    Args:
        stops: of each offer that there may be, in the order of its clocks.
        model: how the segment weighs price and stops.

    Attributes:
        cheapest: the least price on sale; None when nothing is.
    """

    __slots__ = (
        "_dearest",
        "_means",
        "_model",
        "_on_sale",
        "_prices",
        "_stops",
        "cheapest",
    )

    def __init__(self, stops: Sequence[int], model: ChoiceModel) -> None:
        """Begin with nothing on sale."""
        self._stops, self._model = stops, model
        self._on_sale: dict[int, int] = {}
        self._prices = np.zeros(len(stops) + 1, np.int64)
        # Mean time of an offer's clock: 1 / weight, infinite when it is not on sale.
        self._means = np.full(len(stops) + 1, inf)
        self._means[0] = 1 / UNIT_WEIGHT
        self._dearest = 0
        self.cheapest: int | None = None

    def offer(self, prices: Mapping[int, int | None]) -> None:
        """Put offers on sale, at other prices, or take them off.

        Args:
            prices: by position; None takes it off.
        """
        model, stops, on_sale = self._model, self._stops, self._on_sale
        reference, scale = model.reference_minor, model.scale_minor
        penalty = model.stop_penalty_milli
        places, shown, means = [], [], []
        for position, price in prices.items():
            weight = 0
            if price is None:
                on_sale.pop(position, None)
            else:
                on_sale[position] = price
                weight = _weight(price, stops[position], reference, scale, penalty)
            places.append(position + 1)
            shown.append(price or 0)
            means.append(1 / weight if weight else inf)
        self._prices[places], self._means[places] = shown, means
        self.cheapest = min(on_sale.values(), default=None)
        self._dearest = max(on_sale.values(), default=0)

    def choose(self, willing_minor: Sequence[int], clocks: Clocks) -> list[int]:
        """Return what buyers choose: positions of offers, or `NO_PURCHASE`.

        Args:
            willing_minor: dearest price that each buyer would consider.
            clocks: of these buyers, from `Taste.clocks`.
        """
        arrivals = clocks * self._means
        dearest = self._dearest
        if min(willing_minor) < dearest:
            able = np.array([min(most, dearest) for most in willing_minor])
            arrivals[self._prices > able[:, np.newaxis]] = inf
        # Not buying stands first, at position −1.
        chosen: list[int] = (arrivals.argmin(axis=1) - 1).tolist()
        return chosen
