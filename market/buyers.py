"""What many buyers of one segment choose together: logit shares, or the cheapest."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from math import exp, floor, log
from operator import mul
from typing import ClassVar

from .choice import UNIT_WEIGHT, logit_utility, logit_weight
from .choice_model import ChoiceModel
from .config import PPM
from .demand import Segment
from .streams import Stream
from .value_law import SURVIVAL_UNIT

__all__ = [
    "Buyers",
    "CheapestBuyers",
    "MixedBuyers",
    "Weigh",
    "buyers_of",
    "buying_share",
    "named_offer",
    "price_of",
    "weigher",
]

Weigh = Callable[[int, int], tuple[int, int]]
"""Gives, for a price and a penalty, an offer's weight and the share of buyers,
of `SURVIVAL_UNIT`, who would pay as much."""

_FINE = 1 << 34
"""Grid of what a weight is multiplied with."""

_STEP, _EACH_SIDE = 0.3, 13
"""How far apart scales are that stand for all, in σ, and how many on either side."""

_ONE = 1 << 30
"""Weight of a utility of zero at such a scale."""

_UTMOST = 20_000.0
"""Utilities beyond it count like it: weights have many thousands of bits there."""

_PENALTY_BITS = 64
_NO_PENALTY = 1 << _PENALTY_BITS - 1
"""Low bits of `named_offer`, where it has none: penalties may be negative."""
_PENALTIES = (1 << _PENALTY_BITS) - 1


def weigher(segment: Segment) -> Weigh:
    """Return how a segment weighs offers; what was weighed is remembered.

    Of those who buy the cheapest, the weight is the price and one: 0 is for what they
    may not buy.  Of those with scales of their own, and where weights depend on what
    else is on sale, it is `named_offer`.
    """
    survival, model = segment.willingness().survival, segment.choice
    if model.mixed or model.steep:
        return lambda price, penalty: (named_offer(price, penalty), survival(price))
    if model.kind == "cheapest_fence":
        return lambda price, _penalty: (price + 1, survival(price))

    @lru_cache(maxsize=16_384)
    def weigh(price: int, penalty_milli: int) -> tuple[int, int]:
        return logit_weight(price, penalty_milli, model), survival(price)

    return weigh


class Buyers:
    """The buyers of one segment in one group, at given prices.

    A buyer who would pay between the k-th price and the next one chooses offer j ≤ k
    with probability ``w_j / (1 + w_1 + … + w_k)``; the share of offer j is the mean
    over all buyers.

    Attributes:
        products: on sale, the cheapest first.
        shares: of buyers who choose each of them, in units of ``1 / UNIT``.
    """

    UNIT_BITS: ClassVar = 64
    UNIT: ClassVar = SURVIVAL_UNIT * _FINE

    __slots__ = ("_brackets", "_weights", "products", "shares")

    def __init__(self) -> None:
        """Begin with nothing on sale."""
        self.products: Sequence[int] = ()
        self.shares: list[int] = []
        self._weights: Sequence[int] = ()
        self._brackets: list[int] = []

    def copy(self) -> "Buyers":
        """Return buyers who see what these see, and look on by themselves."""
        copied = Buyers()
        copied.products, copied.shares = self.products, self.shares
        copied._weights, copied._brackets = self._weights, self._brackets
        return copied

    def look(
        self, products: Sequence[int], weights: Sequence[int], able: Sequence[int]
    ) -> None:
        """Compute the shares of offers.

        Args:
            products: the cheapest first.
            weights: of each, from `weigher`.
            able: how many buyers would pay as much, likewise.
        """
        self.products, self._weights = products, weights
        totals = accumulate(weights, initial=UNIT_WEIGHT)
        next(totals)
        self._brackets = [
            (here - beyond) * _FINE // total
            for here, beyond, total in zip(able, [*able[1:], 0], totals, strict=False)
        ]
        above = accumulate(reversed(self._brackets))
        self.shares = list(map(mul, reversed(weights), above))
        self.shares.reverse()

    def expected(self, come_micro: int) -> list[int]:
        """Return how many millionths of each of `products` so many arrivals buy."""
        bits = self.UNIT_BITS
        return [come_micro * share >> bits for share in self.shares]

    def again(
        self, rank: int, on_sale: Callable[[int], int], stream: Stream
    ) -> int | None:
        """Return what a buyer takes whose choice has sold out; None if it leaves.

        Args:
            rank: position of that choice in `products`.
            on_sale: says how many seats of a product can be bought.
            stream: two words decide: what the buyer would pay, given that this was
                its choice, and which other offer it takes.
        """
        until = list(accumulate(self._brackets[rank:]))
        payable = rank + bisect_right(until, stream.word() * until[-1] >> 64) + 1
        left = [k for k in range(payable) if on_sale(self.products[k])]
        weights = [UNIT_WEIGHT, *[self._weights[k] for k in left]]
        until = list(accumulate(weights))
        chosen = bisect_right(until, stream.word() * until[-1] >> 64)
        return self.products[left[chosen - 1]] if chosen else None


class CheapestBuyers(Buyers):
    """Buyers who take the cheapest offer that they may buy; equals are equally likely.

    All of them who would pay its price buy it, and the dearer ones have no share.
    """

    __slots__ = ("_able",)

    def __init__(self) -> None:
        """Begin with nothing on sale."""
        super().__init__()
        self._able: Sequence[int] = ()

    def copy(self) -> "CheapestBuyers":
        """Return buyers who see what these see, and look on by themselves."""
        copied = CheapestBuyers()
        copied.products, copied.shares = self.products, self.shares
        copied._weights, copied._able = self._weights, self._able
        return copied

    def look(
        self, products: Sequence[int], weights: Sequence[int], able: Sequence[int]
    ) -> None:
        """Compute the shares of offers, as `Buyers.look` does."""
        self.products, self._weights, self._able = products, weights, able
        least = min([weight for weight in weights if weight], default=-1)
        equals = weights.count(least)
        self.shares = [
            share * _FINE // equals if weight == least else 0
            for weight, share in zip(weights, able, strict=True)
        ]

    def again(
        self, rank: int, on_sale: Callable[[int], int], stream: Stream
    ) -> int | None:
        """Return what a buyer takes whose choice has sold out, as `Buyers.again`."""
        reach = stream.word() * self._able[rank] >> 64
        left = [
            k
            for k in range(rank, len(self.products))
            if self._weights[k] and self._able[k] > reach and on_sale(self.products[k])
        ]
        if not left:
            return None
        equals = [k for k in left if self._weights[k] == self._weights[left[0]]]
        return self.products[equals[stream.word() * len(equals) >> 64]]


class MixedBuyers(Buyers):
    """Buyers who each divide by a scale of their own: 27 scales stand for all.

    Over the normal law of the scale's logarithm the shares are summed by the trapezoid
    rule, 0.3 σ apart up to 3.9 σ: right to 0.0001 for σ up to 1.5, 0.0005 up to 2.
    Where all have one scale it stands for itself.

    Args:
        model: how they choose.
    """

    __slots__ = ("_cells", "_model", "_vectors")

    def __init__(self, model: ChoiceModel) -> None:
        """Begin with nothing on sale."""
        super().__init__()
        self._model = model
        self._vectors: list[tuple[int, ...]] = []
        """Of each offer, its weight at each scale."""
        self._cells: list[tuple[int, list[int]]] = []
        """Of each scale, binary places of its brackets, and these."""

    def copy(self) -> "MixedBuyers":
        """Return buyers who see what these see, and look on by themselves."""
        copied = MixedBuyers(self._model)
        copied.products, copied.shares = self.products, self.shares
        copied._vectors, copied._cells = self._vectors, self._cells
        return copied

    def look(
        self, products: Sequence[int], weights: Sequence[int], able: Sequence[int]
    ) -> None:
        """Compute the shares of offers, as `Buyers.look` does."""
        self.products, model = products, self._model
        # Fenced offers have no number.
        least = min([price_of(offer) for offer in weights if offer], default=0)
        weigh, reference = _weights_at_scales(model), model.reference_from(least)
        self._vectors = [weigh(offer, reference) for offer in weights]
        just = [one - two for one, two in zip(able, [*able[1:], 0], strict=False)]
        shares, self._cells = [0] * len(products), []
        for node, (_, part) in enumerate(_scales(model)):
            own = [vector[node] for vector in self._vectors]
            totals = list(accumulate(own, initial=_ONE))[1:]
            places = totals[-1].bit_length() if totals else 0
            brackets = [
                (many * part << places) // total
                for many, total in zip(just, totals, strict=True)
            ]
            above = list(accumulate(reversed(brackets)))[::-1]
            for k, weight in enumerate(own):
                shares[k] += weight * above[k] >> places
            self._cells.append((places, brackets))
        self.shares = shares

    def again(
        self, rank: int, on_sale: Callable[[int], int], stream: Stream
    ) -> int | None:
        """Return what a buyer takes whose choice has sold out, as `Buyers.again`.

        The first word decides its scale, too, given what it has chosen.
        """
        most = max([places for places, _ in self._cells])
        cells, sizes = [], []
        for node, (places, brackets) in enumerate(self._cells):
            weight = self._vectors[rank][node] << (most - places)
            for k in range(rank, len(brackets)):
                cells.append((node, k + 1))
                sizes.append(brackets[k] * weight)
        until = list(accumulate(sizes))
        node, payable = cells[bisect_right(until, stream.word() * until[-1] >> 64)]
        left = [k for k in range(payable) if on_sale(self.products[k])]
        weights = [_ONE, *[self._vectors[k][node] for k in left]]
        until = list(accumulate(weights))
        chosen = bisect_right(until, stream.word() * until[-1] >> 64)
        return self.products[left[chosen - 1]] if chosen else None


def named_offer(price: int, penalty_milli: int) -> int:
    """Return a number that stands for an offer; it is not 0.

    >>> divmod(named_offer(90_00, -200) + 200, 2**64)
    (9001, 9223372036854775808)
    """
    return (price + 1 << _PENALTY_BITS) + penalty_milli + _NO_PENALTY


def price_of(offer: int) -> int:
    """Return the price of a `named_offer`.

    >>> price_of(named_offer(90_00, 2))
    9000
    """
    return (offer >> _PENALTY_BITS) - 1


@lru_cache(maxsize=256)
def _scales(model: ChoiceModel) -> tuple[tuple[int, int], ...]:
    """Return scales in millionths of the segment's, and which part of `_FINE` each is.

    A part is that of the buyers for whom it stands.
    """
    if not model.mixed:
        return ((PPM, _FINE),)
    sigma = model.scale_sigma_ppm / PPM
    nodes = [k * _STEP for k in range(-_EACH_SIDE, _EACH_SIDE + 1)]
    heights = [exp(-z * z / 2) for z in nodes]
    parts = [round(_FINE * height / sum(heights)) for height in heights]
    parts[_EACH_SIDE] += _FINE - sum(parts)
    scales = [max(round(PPM * exp(sigma * z)), 1) for z in nodes]
    return tuple(zip(scales, parts, strict=True))


@lru_cache(maxsize=256)
def _weights_at_scales(model: ChoiceModel) -> Callable[[int, int], tuple[int, ...]]:
    """Return what gives the weight of a `named_offer` at each scale, by the reference.

    The reference is that of `ChoiceModel.reference_from`.
    """
    scales = [scale for scale, _ in _scales(model)]

    @lru_cache(maxsize=16_384)
    def weights(offer: int, reference: int) -> tuple[int, ...]:
        if not offer:
            return (0,) * len(scales)
        seen = price_of(offer) + model.reference_minor - reference
        penalty = (offer & _PENALTIES) - _NO_PENALTY
        utilities = [logit_utility(seen, penalty, model, scale) for scale in scales]
        return tuple(map(_exponential, utilities))

    return weights


def _exponential(utility: float) -> int:
    """Return exp(utility) in units of 1 / `_ONE`, to 30 binary places."""
    utility = min(max(utility, -_UTMOST), _UTMOST)
    twos = floor(utility / log(2))
    fraction = round(exp(utility - twos * log(2)) * _ONE)
    return fraction << twos if twos >= 0 else fraction >> -twos


def buyers_of(model: ChoiceModel) -> Buyers:
    """Return buyers who choose by a model, and have seen nothing yet."""
    if model.mixed or model.steep:
        return MixedBuyers(model)
    return CheapestBuyers() if model.kind == "cheapest_fence" else Buyers()


def buying_share(
    model: ChoiceModel,
    offers: Iterable[tuple[int, int]],
    weigh: Weigh,
    factor_ppm: int,
) -> int:
    """Return the share of buyers who would buy one of some offers, of `Buyers.UNIT`.

    Args:
        model: how they choose.
        offers: price and penalty of each, the latter as in `ChoiceModel.penalty_milli`.
        weigh: of their segment.
        factor_ppm: on all prices; they are rounded half up.
    """
    scaled = sorted(
        ((2 * price * factor_ppm + PPM) // (2 * PPM), penalty)
        for price, penalty in offers
    )
    weighed = [weigh(price, penalty) for price, penalty in scaled]
    buyers = buyers_of(model)
    weights, able = [weight for weight, _ in weighed], [share for _, share in weighed]
    buyers.look(range(len(scaled)), weights, able)
    return sum(buyers.shares)
