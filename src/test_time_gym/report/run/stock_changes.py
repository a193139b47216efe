"""Stock changes: what of every product was sold, held, free, and at which price."""

from array import array
from dataclasses import dataclass, field
from typing import Any

from test_time_gym.market.interface.turns import Turns

__all__ = ["Fall", "StockChanges"]


@dataclass(frozen=True, slots=True)
class Fall:
    """An event after which fewer units of a product could be had."""

    first: int
    """Number of the first record of the event."""
    end: int
    """Number after its last one."""
    before: int
    """Units that could be had before."""
    after: int
    """And after it."""


@dataclass(slots=True)
class _Columns:
    n: "array[Any]" = field(default_factory=lambda: array("I"))
    product: "array[Any]" = field(default_factory=lambda: array("H"))
    sold: "array[Any]" = field(default_factory=lambda: array("i"))
    held: "array[Any]" = field(default_factory=lambda: array("i"))
    free: "array[Any]" = field(default_factory=lambda: array("i"))
    price: "array[Any]" = field(default_factory=lambda: array("d"))


class StockChanges:
    """Looks at the stock of a run, and keeps what has changed.

    Attributes:
        falls: by product; the last ones alone, of which someone may still be told.
        moved_price: number of the record with which a product's price last moved.
    """

    def __init__(self, turns: Turns) -> None:
        """Look at the stock as the run begins."""
        self._market = market = turns.market
        self._of_pool: dict[int, list[int]] = {}
        for product in market.catalog.products:
            for pool in product.pools:
                self._of_pool.setdefault(pool, []).append(product.index)
        self._moved = market.inventory.watch(self._of_pool)
        self._version = -1
        self._limits: object = None
        self._prices: list[int] = []
        self._known: dict[int, tuple[int, int, int, int]] = {}
        self._columns = _Columns()
        self.falls: dict[int, list[Fall]] = {}
        self.moved_price: dict[int, int] = {}

    @property
    def columns(self) -> "dict[str, array[Any]]":
        """The changes: after which record, of which product, and what there is now."""
        kept = self._columns
        names = ("n", "product", "sold", "held", "free", "price")
        return {name: getattr(kept, name) for name in names}

    def look(self, first: int, end: int) -> None:
        """Keep what the event of these records has changed."""
        inventory, prices = self._market.inventory, self._market.prices
        touched: dict[int, None] = {}
        if inventory.version != self._version:
            # Booking limits change what can be had without a unit being moved.
            limits_moved = inventory.limits != self._limits
            self._version = inventory.version
            if limits_moved:
                self._limits = list(inventory.limits)
                touched.update(dict.fromkeys(range(len(prices))))
            for pool in self._moved:
                touched.update(dict.fromkeys(self._of_pool[pool]))
            self._moved.clear()
        if prices != self._prices:
            old = self._prices or [-1] * len(prices)
            for k, (before, now) in enumerate(zip(old, prices, strict=True)):
                if before != now:
                    touched[k] = None
                    self.moved_price[k] = first
            self._prices = list(prices)
        for k in sorted(touched):
            self._keep(k, first, end)

    def _keep(self, k: int, first: int, end: int) -> None:
        inventory = self._market.inventory
        sold, held = inventory.product_sold[k], inventory.product_held[k]
        free, price = inventory.available(k), int(self._market.prices[k])
        now, before = (sold, held, free, price), self._known.get(k)
        if now == before:
            return
        self._known[k] = now
        kept = self._columns
        kept.n.append(first)
        kept.product.append(k)
        kept.sold.append(sold)
        kept.held.append(held)
        kept.free.append(free)
        kept.price.append(price)
        if before is not None and free < before[2]:
            falls = self.falls.setdefault(k, [])
            # Of a level that was reached again only the last fall is of interest.
            while falls and falls[-1].before <= before[2]:
                falls.pop()
            falls.append(Fall(first, end, before[2], free))

    def fall_below(self, k: int, units: int) -> Fall | None:
        """Return the last event that left fewer units of a product than these."""
        for fall in reversed(self.falls.get(k, ())):
            if fall.before >= units > fall.after:
                return fall
        return None
