"""What one seller may see: rows that are made again only where something moved."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import repeat
from operator import attrgetter, sub
from typing import Any, Final

from ..catalog import Catalog
from ..inventory import Inventory
from .past_sales import PastDeparture
from .policy import Moved, Offer, Shown, Stock, View
from .sellers import Seller, group_of, seller_of

__all__ = ["Views"]

_FIXED: Final = ("index", "listing_id", "rate", "group", "nest", "rank", "pools")
"""What an offer has of its product, in the order of its fields, down to the price."""


class Views:
    """What one seller sees in one run, kept from look to look.

    A view is frozen: what moves later is in the next one.  Its offers differ in the
    time that is left, and are made by maps over columns, at no step of Python's for
    each.

    Args:
        seller: who looks.
        catalog: what is for sale.
        inventory: its stock; that of rivals only tells whether they still sell.
        prices: of every product, as they are.
        past: what the seller knows of past departures.
        now_ms: the instant of the first look.

    Attributes:
        touched: products whose price or limit has moved since the last look, its own
            and its rivals'; filled from outside.
    """

    __slots__ = (
        "_capacity",
        "_catalog",
        "_changed",
        "_closed",
        "_closings",
        "_columns",
        "_ends",
        "_holds",
        "_inventory",
        "_left",
        "_moved_pools",
        "_open",
        "_open_users",
        "_past",
        "_place",
        "_pools",
        "_prices",
        "_rival",
        "_rivals",
        "_seller",
        "_shown",
        "_stock",
        "_was",
        "touched",
    )

    def __init__(
        self,
        seller: Seller,
        catalog: Catalog,
        inventory: Inventory,
        prices: Sequence[int],
        *,
        past: tuple[PastDeparture, ...],
        now_ms: int,
    ) -> None:
        """Look at everything for the first time, and be told of what moves."""
        self._seller, self._catalog, self._inventory = seller, catalog, inventory
        self._prices, self._past = prices, past
        self._holds = seller.pricing.counts_holds
        self._place: dict[int, int] = {j: k for k, j in enumerate(seller.indices)}
        self._rival: dict[int, int] = {
            one.index: k for k, one in enumerate(seller.rivals)
        }
        pools = dict.fromkeys(
            [*seller.users, *(pool for one in seller.rivals for pool in one.pools)]
        )
        self._moved_pools = inventory.watch(pools)
        self.touched: dict[int, None] = {}
        self._stock = {pool: self._units(pool) for pool in seller.users}
        self._left = [0] * len(seller.products)
        self._capacity = [0] * len(seller.products)
        self._look_at_own(range(len(seller.products)))
        self._shown: list[Shown | None] = [None] * len(seller.rivals)
        self._rivals: tuple[Shown, ...] | None = None
        self._was: dict[int, Shown | None] = {}
        self._show(self._rival, now_ms)
        self._ends = _latest_first(
            (one.sale_ends_ms, one.index) for one in seller.rivals
        )
        self._changed: dict[int, None] = {}
        self._open = list(range(len(seller.products)))
        self._columns = self._columns_of(self._open)
        self._pools = sorted(seller.users)
        self._open_users = {pool: len(used) for pool, used in seller.users.items()}
        self._closings = _latest_first(
            (closes, k) for k, closes in enumerate(seller.closings_ms)
        )
        self._closed: list[int] = []

    # -- whole and in part -------------------------------------------------------------

    def view(self, now_ms: int) -> View:
        """Return what the seller may see at this instant."""
        self._refresh(now_ms)
        if self._rivals is None:
            self._rivals = tuple(filter(None, self._shown))
        return View(
            now_ms=now_ms,
            offers=self._offers(self._open, self._columns, now_ms),
            rivals=self._rivals,
            stock=tuple(map(self._stock.__getitem__, self._pools)),
            past=self._past,
        )

    def looked(self) -> None:
        """Note that the policy has seen all there is now."""
        self._was.clear()
        self._changed.clear()
        self._closed.clear()

    def moved(self, now_ms: int) -> Moved:
        """Return what has moved since the policy looked last, which this is."""
        self._refresh(now_ms)
        closings = self._seller.closings_ms
        places = [k for k in sorted(self._changed) if closings[k] > now_ms]
        shown = self._shown
        rivals = [(was, shown[k]) for k, was in sorted(self._was.items())]
        found = Moved(
            now_ms=now_ms,
            offers=self._offers(places, self._columns_of(places), now_ms),
            closed=tuple(self._closed),
            gone=tuple(was for was, now in rivals if was is not None and was != now),
            come=tuple(now for was, now in rivals if now is not None and was != now),
        )
        self.looked()
        return found

    # -- what is kept ------------------------------------------------------------------

    def _refresh(self, now_ms: int) -> None:
        """Look again at what may have moved since the last look of anybody."""
        touched, users = self.touched, self._catalog.users
        for pool in self._moved_pools:
            touched.update(dict.fromkeys(users[pool]))
        self._moved_pools.clear()
        own = [self._place[j] for j in touched if j in self._place]
        pools = self._catalog.pools
        indices = self._seller.indices
        for pool in dict.fromkeys(pool for k in own for pool in pools[indices[k]]):
            self._stock[pool] = self._units(pool)
        self._look_at_own(own)
        self._changed.update(dict.fromkeys(own))
        self._show([j for j in touched if j in self._rival], now_ms)
        touched.clear()
        while (ended := self._next(self._ends, now_ms)) is not None:
            self._show((ended,), now_ms)
        while (place := self._next(self._closings, now_ms)) is not None:
            self._close(place)

    @staticmethod
    def _next(times: list[tuple[int, int]], now_ms: int) -> int | None:
        """Take the first of what ends by now, if anything does."""
        return times.pop()[1] if times and times[-1][0] <= now_ms else None

    def _look_at_own(self, places: Iterable[int]) -> None:
        """Take the units that are left of own products: of the scarcest pool."""
        products, stock = self._seller.products, self._stock
        for k in places:
            self._left[k], self._capacity[k] = min(
                stock[pool][1:3] for pool in products[k].pools
            )

    def _units(self, pool: int) -> Stock:
        stock, capacity = self._inventory, self._catalog.capacity[pool]
        held = stock.held[pool] if self._holds else 0
        most = stock.authorised[pool]
        return Stock(pool, most - stock.sold[pool] - held, capacity, most)

    def _show(self, indices: Iterable[int], now_ms: int) -> None:
        """Look at what rivals show of products of theirs."""
        available, prices, shown = self._inventory.available, self._prices, self._shown
        for j in indices:
            k = self._rival[j]
            rival, was = self._seller.rivals[k], shown[k]
            now = None
            if rival.sale_ends_ms > now_ms and available(j):
                now = Shown(group_of(rival), seller_of(rival), prices[j])
            if now != was:
                self._was.setdefault(k, was)
                shown[k], self._rivals = now, None

    def _close(self, place: int) -> None:
        """Leave out what can no longer be sold."""
        product = self._seller.products[place]
        self._closed.append(product.index)
        at = bisect_left(self._open, place)
        for column in (self._open, *self._columns):
            del column[at]
        for pool in product.pools:
            self._open_users[pool] -= 1
            if not self._open_users[pool]:
                del self._pools[bisect_left(self._pools, pool)]

    # -- rows of offers ----------------------------------------------------------------

    def _columns_of(self, places: Sequence[int]) -> tuple[list[Any], ...]:
        """Return what never moves of own products: as fields, bounds and closings."""
        products = [self._seller.products[k] for k in places]
        bounds = [self._seller.bounds[one.index] for one in products]
        return (
            *[list(map(attrgetter(name), products)) for name in _FIXED],
            [one.base_minor for one in products],
            [low for low, _ in bounds],
            [high for _, high in bounds],
            [self._seller.closings_ms[k] for k in places],
        )

    def _offers(
        self, places: Sequence[int], columns: tuple[list[Any], ...], now_ms: int
    ) -> tuple[Offer, ...]:
        """Return own products as they are now."""
        stock, indices = self._inventory, columns[0]
        *fixed, lows, highs, closings = columns
        return tuple(
            map(
                Offer,
                *fixed,
                map(self._prices.__getitem__, indices),
                lows,
                highs,
                map(stock.limits.__getitem__, indices),
                map(stock.product_sold.__getitem__, indices),
                map(stock.product_held.__getitem__, indices)
                if self._holds
                else repeat(0),
                map(self._left.__getitem__, places),
                map(self._capacity.__getitem__, places),
                map(sub, closings, repeat(now_ms)),
            )
        )


def _latest_first(times: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return instants and what they are of; the next one is the last of the list."""
    return sorted(times, reverse=True)
