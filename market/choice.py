"""Multinomial logit over offers, as a race of exponential clocks.

A buyer with willingness to pay ``w`` looks at the offers that cost at most
``w`` and at not buying.  Offer j has the utility
``(reference − price_j) / scale − penalty_j``, not buying 0; it is chosen with
probability proportional to exp(utility).  What else than its price counts against an
offer, `ChoiceModel.penalty_milli` adds up.

A choice among offers with weights w_j is a race: offer j arrives after E_j / w_j,
where the E_j are independent unit exponentials, and the first one wins.  It wins
with probability w_j / Σ w (the multinomial logit, exactly), and since an E_j
depends on nothing but the buyer and the offer, a weight that changes moves the
choices of few: two laws that differ by a total variation of δ make at most
2δ / (1 + δ) of the buyers choose otherwise, and no coupling can do with less than δ.
(The same coupling as with Gumbel keys, log w_j − log E_j; Maddison, Tarlow and Minka,
"A* Sampling", 2014.)

In a mixed logit each buyer divides by a scale of its own, drawn from a word that its
clocks are not made of; so it runs the race of its own weights.

A buyer who takes the cheapest offer is in the same race: only the cheapest offers run,
all at one speed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from math import ceil, exp, inf, log

import numpy as np
from numpy.typing import NDArray

from .choice_model import STEEP_FROM, ChoiceModel
from .config import PPM
from .exponential import unit_exponentials
from .lognormal import Lognormal
from .race import first, firsts
from .streams import name_key, pair_words

__all__ = [
    "NO_PURCHASE",
    "UNIT_WEIGHT",
    "ChoiceModel",
    "ChoiceSet",
    "Clocks",
    "Taste",
    "logit_utility",
    "logit_weight",
]

NO_PURCHASE = -1
"""What `ChoiceSet.choose` returns when the buyer leaves."""

UNIT_WEIGHT = 1 << 20
"""Weight of a utility of zero, which not buying has."""

_UTMOST = 640.0
"""Utilities beyond it count like it: an exponential of so much is within a float."""

_LOG_2 = log(2)

_WIDE = 512
"""From so many offers on, only the clocks of those that may be chosen are drawn."""

_GRID = 1 << 40
"""Weight of a buyer's best offer, where the scale is its own."""

_SCALE_KEY = np.array([name_key("/scale")], np.uint64)
"""Of a word for a buyer's scale; no offer is called so."""

_NEVER = 2**62
"""A price that nobody pays: of what is not on sale."""

_DRAWN = 4096
"""Clocks that are drawn at a time for buyers of a wide choice."""

Clocks = NDArray[np.float64]
"""Exponential clocks, a row for each buyer: of not buying, then of each offer."""


def logit_utility(
    price: int, penalty_milli: int, model: ChoiceModel, scale_ppm: int
) -> float:
    """Return the utility of an offer to a buyer whose scale is its own.

    Args:
        price: in minor units.
        penalty_milli: from `ChoiceModel.penalty_milli`.
        model: how the segment weighs them.
        scale_ppm: the buyer's scale in millionths of the segment's, 1 or more.

    >>> model = ChoiceModel(reference_minor=500, scale_minor=100)
    >>> logit_utility(400, 0, model, 500_000)
    2.0
    """
    scaled = (model.reference_minor - price) * PPM / (model.scale_minor * scale_ppm)
    return scaled - penalty_milli / 1000


def logit_weight(
    price: int, penalty_milli: int, model: ChoiceModel, reference: int | None = None
) -> int:
    """Return exp(utility) in units of 2**-20, rounded: the one float step.

    Args:
        price: in minor units.
        penalty_milli: from `ChoiceModel.penalty_milli`.
        model: how the segment weighs them.
        reference: from `ChoiceModel.reference_from`; None: as the model says.

    >>> model = ChoiceModel(reference_minor=500, scale_minor=100)
    >>> logit_weight(500, 0, model) == 2**20
    True
    """
    if reference is None:
        reference = model.reference_minor
    utility = (reference - price) / max(model.scale_minor, 1)
    utility -= penalty_milli / 1000
    utility = min(max(utility, -_UTMOST), _UTMOST)
    if utility <= STEEP_FROM:
        return round(exp(utility) * UNIT_WEIGHT)
    # Rounded to 49 binary places, as below: all machines agree on so many.
    twos = ceil((utility - STEEP_FROM) / _LOG_2)
    return round(exp(utility - twos * _LOG_2) * UNIT_WEIGHT) << twos


@lru_cache(maxsize=256)
def _mean_time(model: ChoiceModel) -> Callable[[int, int, int], float]:
    """Return what gives the mean time of an offer's clock.

    By its price and penalty, and the reference.
    """

    @lru_cache(maxsize=16_384)
    def mean(price: int, penalty_milli: int, reference: int) -> float:
        weight = logit_weight(price, penalty_milli, model, reference)
        return 1 / weight if weight else inf

    return mean


class Taste:
    """The exponential clocks that buyers have for the offers of a choice set.

    Args:
        names: of the offers; a clock depends on the buyer and the name alone.

    Attributes:
        keys: of not buying, then of the names.
        size: how many clocks a buyer has.
        wide: whether they are too many to draw all of them.
    """

    __slots__ = ("keys", "size", "wide")

    def __init__(self, names: Iterable[str]) -> None:
        """Take the keys of not buying and of the names."""
        keys = [name_key(""), *map(name_key, names)]
        self.keys: NDArray[np.uint64] = np.array(keys, np.uint64)
        self.size = len(keys)
        self.wide = self.size > _WIDE

    def clocks(self, words: NDArray[np.uint64]) -> Clocks:
        """Return the exponential clocks of buyers.

        Args:
            words: 64 random bits of each buyer.
        """
        return unit_exponentials(pair_words(words, self.keys))


class ChoiceSet:
    """What one segment's buyers may choose from in one group.

    Args:
        penalties_milli: from `ChoiceModel.penalty_milli`, of each offer that there may
            be, in the order of its clocks.
        model: how the segment weighs prices.
        away_minor: by how much dearer than its price each seems to all of them; empty
            where none does.

    Attributes:
        on_sale: the prices of what can be bought, by position.
        cheapest: the least of them; None when there is none.
    """

    __slots__ = (
        "_away_minor",
        "_cheapest_alone",
        "_dearest",
        "_mean",
        "_means",
        "_model",
        "_penalties",
        "_prices",
        "_reference",
        "_scale",
        "_steep",
        "cheapest",
        "on_sale",
    )

    def __init__(
        self,
        penalties_milli: Sequence[int],
        model: ChoiceModel,
        away_minor: Sequence[int] = (),
    ) -> None:
        """Begin with nothing on sale."""
        self._penalties, self._mean = penalties_milli, _mean_time(model)
        self._away_minor = away_minor or (0,) * len(penalties_milli)
        self._cheapest_alone = model.kind == "cheapest_fence"
        self._model, self._reference = model, model.reference_from(0)
        self._steep = model.steep
        self._scale = Lognormal.of(PPM, model.scale_sigma_ppm) if model.mixed else None
        self.on_sale: dict[int, int] = {}
        self._prices = np.full(len(penalties_milli) + 1, _NEVER, np.int64)
        self._prices[0] = 0
        # Mean time of an offer's clock: 1 / weight, infinite when it is not on sale.
        self._means = np.full(len(penalties_milli) + 1, inf)
        self._means[0] = 1 / UNIT_WEIGHT
        self._dearest = 0
        self.cheapest: int | None = None

    def offer(self, prices: Mapping[int, int | None]) -> None:
        """Put offers on sale, at other prices, or take them off.

        Args:
            prices: by position; None takes it off.
        """
        on_sale, penalties, mean = self.on_sale, self._penalties, self._mean
        away_minor = self._away_minor
        for position, price in prices.items():
            if price is None:
                on_sale.pop(position, None)
            else:
                on_sale[position] = price
        self._prices[[position + 1 for position in prices]] = [
            _NEVER if price is None else price for price in prices.values()
        ]
        if len(penalties) < _WIDE:
            self.cheapest = min(on_sale.values(), default=None)
            self._dearest = max(on_sale.values(), default=0)
        else:
            self.cheapest = int(self._prices[1:].min()) if on_sale else None
            self._dearest = _NEVER
        if self._steep:
            seem = [price + away_minor[k] for k, price in on_sale.items()]
            reference = self._model.reference_from(min(seem, default=0))
            if reference != self._reference:
                self._reference, prices = reference, {**prices, **on_sale}
        self._means[[position + 1 for position in prices]] = [
            inf
            if price is None
            else mean(
                price + away_minor[position], penalties[position], self._reference
            )
            for position, price in prices.items()
        ]
        if self._cheapest_alone:
            # Who may buy anything buys; where nothing is on sale, not buying is first.
            self._means.fill(inf)
            if self.cheapest is not None:
                self._means[1:][self._prices[1:] == self.cheapest] = 1.0

    def choose(self, willing_minor: NDArray[np.int64], clocks: Clocks) -> list[int]:
        """Return what buyers choose: positions of offers, or `NO_PURCHASE`.

        Args:
            willing_minor: dearest price that each buyer would consider.
            clocks: of these buyers, from `Taste.clocks`.
        """
        arrivals = clocks * self._means
        if willing_minor.min() < self._dearest:
            arrivals[self._prices > willing_minor[:, np.newaxis]] = inf
        # Not buying stands first, at position −1.
        chosen: list[int] = (arrivals.argmin(axis=1) - 1).tolist()
        return chosen

    def choose_one(self, willing_minor: int, clocks: Clocks) -> int:
        """Return what one buyer chooses, as `choose` does.

        Args:
            willing_minor: dearest price that it would consider.
            clocks: its own, one row.
        """
        arrivals = clocks * self._means
        if willing_minor < self._dearest:
            arrivals[self._prices > willing_minor] = inf
        return int(arrivals.argmin()) - 1

    def choose_alone(
        self,
        willing_minor: int,
        word: NDArray[np.uint64],
        taste: Taste,
        *,
        away_minor: Sequence[int] | None = None,
        has_room: Callable[[int], bool] | None = None,
    ) -> int:
        """Return what one buyer chooses to whom offers are not what all others see.

        Args:
            willing_minor: dearest price that it would consider.
            word: 64 random bits of it, of shape (1,).
            taste: of the offers.
            away_minor: by how much dearer each offer seems to this one besides, by
                position.
            has_room: says of a position whether it can be bought; None: all that is
                on sale can.
        """
        (within,) = (self._prices <= willing_minor).nonzero()
        positions: list[int] = (within[1:] - 1).tolist()
        if has_room is not None:
            positions = [k for k in positions if has_room(k)]
        on_sale, penalties = self.on_sale, self._penalties
        if self._cheapest_alone:
            if not positions:
                return NO_PURCHASE
            least = min([on_sale[k] for k in positions])
            places = [k + 1 for k in positions if on_sale[k] == least]
            means = [1.0] * len(places)
        else:
            places = [0, *[k + 1 for k in positions]]
            more = self._away_minor
            offers = [
                (
                    on_sale[k] + more[k] + (away_minor[k] if away_minor else 0),
                    penalties[k],
                )
                for k in positions
            ]
            if self._scale is None:
                least = min([price for price, _ in offers], default=0)
                reference = self._model.reference_from(least)
                own_means = [self._mean(*offer, reference) for offer in offers]
                means = [1 / UNIT_WEIGHT, *own_means]
            else:
                own = self._scale.at(int(pair_words(word, _SCALE_KEY)[0, 0]))
                means = self._own_means(offers, max(own, 1))
        return places[first(word, taste.keys[places], np.array(means))] - 1

    def _own_means(self, offers: list[tuple[int, int]], scale_ppm: int) -> list[float]:
        """Return mean times of the clocks of a buyer with a scale of its own.

        Args:
            offers: the price that each seems to have, and its penalty.
            scale_ppm: of the buyer, in millionths of the segment's.

        Returns:
            Of not buying, then of each offer.
        """
        utilities = [0.0]
        for price, penalty in offers:
            utilities.append(logit_utility(price, penalty, self._model, scale_ppm))
        # The best has the whole grid: who minds prices a lot has very high utilities.
        most = max(utilities)
        weights = [round(exp(utility - most) * _GRID) for utility in utilities]
        return [1 / weight if weight else inf for weight in weights]

    def choose_wide(
        self, willing_minor: NDArray[np.int64], words: NDArray[np.uint64], taste: Taste
    ) -> list[int]:
        """Return what buyers choose, as `choose` does, drawing few of their clocks.

        Args:
            willing_minor: dearest price that each buyer would consider.
            words: 64 random bits of each buyer.
            taste: of the offers.

        Returns:
            At least what the first buyer chooses; fewer than asked where many offers
            come into question.
        """
        prices, means = self._prices, self._means
        own = prices <= willing_minor[0]
        if len(words) > 1 and np.count_nonzero(own) * len(words) <= _DRAWN:
            (within,) = (prices <= willing_minor.max()).nonzero()
            if len(within) * len(words) <= _DRAWN:
                payable = prices[within] <= willing_minor[:, np.newaxis]
                able = np.where(payable, means[within], inf)
                places = within[firsts(words, taste.keys[within], able)]
                return (places - 1).tolist()  # type: ignore[no-any-return]
        (within,) = own.nonzero()
        place = first(words[:1], taste.keys[within], means[within])
        return [int(within[place]) - 1]
