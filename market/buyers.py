"""What many buyers of one segment choose together: logit shares, or the cheapest."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from operator import mul
from typing import ClassVar

from .choice import UNIT_WEIGHT, logit_weight
from .config import PPM
from .demand import Segment
from .streams import Stream
from .value_law import SURVIVAL_UNIT

__all__ = ["Buyers", "CheapestBuyers", "Weigh", "buying_share", "weigher"]

Weigh = Callable[[int, int], tuple[int, int]]
"""Gives, for a price and a drawback, an offer's weight and the share of buyers,
of `SURVIVAL_UNIT`, who would pay as much."""

_FINE = 1 << 34
"""Grid of what a weight is multiplied with."""


def weigher(segment: Segment) -> Weigh:
    """Return how a segment weighs offers; what was weighed is remembered.

    Of those who buy the cheapest, the weight is the price and one: 0 is for what they
    may not buy.
    """
    survival, model = segment.willingness().survival, segment.choice
    if model.kind == "cheapest_fence":
        return lambda price, _drawback: (price + 1, survival(price))

    @lru_cache(maxsize=16_384)
    def weigh(price: int, drawback: int) -> tuple[int, int]:
        return logit_weight(price, drawback, model), survival(price)

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


def buying_share(
    kind: str, offers: Iterable[tuple[int, int]], weigh: Weigh, factor_ppm: int
) -> int:
    """Return the share of buyers who would buy one of some offers, of `Buyers.UNIT`.

    Args:
        kind: of their choice.
        offers: price and drawback of each.
        weigh: of their segment.
        factor_ppm: on all prices; they are rounded half up.
    """
    scaled = sorted(
        ((2 * price * factor_ppm + PPM) // (2 * PPM), drawback)
        for price, drawback in offers
    )
    weighed = [weigh(price, drawback) for price, drawback in scaled]
    buyers = CheapestBuyers() if kind == "cheapest_fence" else Buyers()
    weights, able = [weight for weight, _ in weighed], [share for _, share in weighed]
    buyers.look(range(len(scaled)), weights, able)
    return sum(buyers.shares)
