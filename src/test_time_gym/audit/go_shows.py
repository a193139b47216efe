"""Go-shows: who comes to a closing without a booking, drawn again by the seed."""

from collections.abc import Callable
from functools import partial
from math import exp
from typing import Final

from .lines import Line
from .prices import RepricingRules
from .scenario import DeclaredProduct
from .state import AuditState
from .stock import StockRules

__all__ = ["GoShowRules", "poisson_of"]

_PPM: Final = 1_000_000
_PART: Final = 30 * _PPM
"""Means above it are drawn in parts."""
_FINEST: Final = 2.0**-53


def poisson_of(mean_micro: int, word: Callable[[], int]) -> int:
    """Return a Poisson draw by inversion: a sum of draws of mean below 30.

    Args:
        mean_micro: mean in millionths.
        word: gives the next 64 random bits.

    >>> poisson_of(500_000, lambda: 2**63), poisson_of(2_000_000, lambda: 2**63)
    (0, 2)
    """
    parts = mean_micro // _PART + 1
    return sum(_part((mean_micro + k) // parts / _PPM, word()) for k in range(parts))


def _part(mean: float, word: int) -> int:
    left, number, chance = ((word >> 12) + 0.5) / 2**52, 0, exp(-mean)
    while left >= chance and (number < mean or chance > _FINEST):
        left, number = left - chance, number + 1
        chance *= mean / number
    return number


class GoShowRules:
    """Who boards without a booking, and whether there is room.

    Args:
        case: the journal.
        stock: what is sold and held.
        prices: what products cost.
    """

    def __init__(
        self, case: AuditState, stock: StockRules, prices: RepricingRules
    ) -> None:
        """Expect those whom the seed draws, at the closing of each pool."""
        self._state, self._stock, self._prices = case, stock, prices
        self._empty = [0] * len(case.scenario.capacity)
        """Of what is sold of each pool, what nobody uses."""
        self._due: dict[int, list[tuple[str, int]] | None] = {}
        """Pool that has boarded → product and number of who is still to be told; None
        where it is not known which product is the dearest."""
        self._of: dict[int, list[DeclaredProduct]] = {}
        for product in case.scenario.products:
            if product.go_shows_milli:
                self._of.setdefault(product.pools[0], []).append(product)
        for pool in self._of:
            unseated = partial(self._unseated, pool)
            case.deadlines.owe(self._boards(pool), "afterwards", unseated)

    def _boards(self, pool: int) -> int:
        """Return when the last of what is sold from a pool closes."""
        products = self._state.scenario.products
        return max([one.closes for one in products if pool in one.pools])

    def missed(self, product: DeclaredProduct, seats: int) -> None:
        """Note that nobody showed up for so many seats."""
        for pool in product.pools:
            self._empty[pool] += seats

    def denied(self, product: DeclaredProduct, pool: int) -> None:
        """Note that somebody was denied a pool: it takes no seat of later ones."""
        if pool not in product.pools:
            return
        last = self._boards(pool), pool
        for one in product.pools:
            if (self._boards(one), one) >= last:
                self._empty[one] += 1

    def come(self, record: Line) -> DeclaredProduct | None:
        """Check that somebody boards who has to, for the price of the moment.

        Returns:
            What was bought; None if nobody may come for it.
        """
        case, data, n = self._state, record.data, record.n
        case.nobody(record)
        product = case.scenario.by_id.get(data["product"])
        text = "somebody comes for {} without a booking, which nobody does"
        expected = product is not None and product.go_shows_milli > 0
        known = case.check(expected, "afterwards", n, text, data["product"])
        if product is None or not known:
            return None
        pool = product.pools[0]
        boards, text = self._boards(pool), "{} has a go-show at {}, and boards at {}"
        of = (product.id, record.t, boards)
        if not case.check(record.t == boards, "afterwards", n, text, *of):
            return product
        due, one = self._expected(pool), (product.id, data["number"])
        if due is None:
            return product
        text = "number {} of {} takes a seat, the seed and the seats left say {}"
        fits = bool(due) and due[0] == one
        of_seed = due[0] if due else "nobody"
        case.check(fits, "afterwards", n, text, data["number"], product.id, of_seed)
        if one in due:
            due.remove(one)
        return product

    def _expected(self, pool: int) -> list[tuple[str, int]] | None:
        """Return who is still to be told of those who find a seat, in their order."""
        if pool not in self._due:
            stock, scenario = self._stock, self._state.scenario
            used = stock.sold[pool] + stock.held[pool] - self._empty[pool]
            left = max(0, scenario.capacity[pool] - used)
            ranked = self._ranked(self._of[pool])
            who = [(one.id, k + 1) for one in ranked or () for k in self._came(one)]
            self._due[pool] = None if ranked is None else who[:left]
        return self._due[pool]

    def _ranked(self, products: list[DeclaredProduct]) -> list[DeclaredProduct] | None:
        """Return who pays most first; None where prices are not known."""
        prices = [self._prices.known[one.index] for one in products]
        asked = [price for price in prices if price is not None]
        if len(asked) < len(prices) and len(prices) > 1:
            return None
        places = sorted(range(len(products)), key=lambda k: -asked[k] if asked else 0)
        return [products[k] for k in places]

    def _came(self, product: DeclaredProduct) -> range:
        dice = self._state.scenario.luck.stream("go-show", product.id, 0)
        return range(poisson_of(product.go_shows_milli * 1000, dice.word))

    def _unseated(self, pool: int) -> str | None:
        """Say who should have found a seat, once a pool has boarded."""
        left = self._expected(pool)
        return (
            f"{left} found no seat in pool {pool}, and there was one" if left else None
        )
