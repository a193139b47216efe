"""Prices: what seats are offered for, as far as records tell it.

Where opening sales are known, prices are recomputed; where they were drawn, loads
are known only as far as the opening is, and a price until it moves from where it was
seen.
"""

from typing import Final

from .case import Case
from .frame import Record
from .page import Item
from .pricing import Pricing
from .setting import Product
from .stock import Stock

__all__ = ["Prices"]

_LOOKS_MAX: Final = 1_000_000
"""So often silent prices are recomputed; a stranger's file could ask for more."""

_Look = tuple[int, tuple[int, ...]]
"""An instant, and the seats that were sold by then of a product's legs."""


class Prices:
    """The price of every product, exactly, or None until it is seen.

    Args:
        case: the journal.
        stock: whose sales make the load.
    """

    def __init__(self, case: Case, stock: Stock) -> None:
        """Take the opening prices."""
        self._case, self._stock = case, stock
        setting = case.setting
        self._pricing = Pricing(setting)
        self._every = self._pricing.every
        self._exact = False
        self._looks = 0
        self.known: list[int | None] = [None] * len(setting.products)
        self._set: list[_Look] = [
            (setting.start, stock.taken(product)) for product in setting.products
        ]
        """When a price last moved, and at which sales."""
        self._moves = [0] * len(setting.products)
        """Number of the record at which a price last moved, or was found to have."""
        self._told = True
        """Whether every move of a price is known, be it by a record."""
        self.next = setting.start + self._every if self._every else 2**60
        """When prices are looked at again."""
        if self._pricing.fixed or setting.opening_known:
            self._settle()

    def _settle(self) -> None:
        """Recompute prices from now on, since nothing is unknown any more."""
        self._exact = True
        for product in self._case.setting.products:
            if self.known[product.index] is None:
                self.known[product.index] = self._under(
                    product,
                    self._set[product.index],
                    self._stock.opening_of(product),
                )

    def _under(self, product: Product, look: _Look, opening: tuple[int, ...]) -> int:
        """Return the price that was set at a look, had so many been sold before."""
        now, taken = look
        return self._pricing.price(
            product, self._stock.load(product, taken, opening), now
        )

    def _keep(self, product: Product, look: _Look, price: int) -> bool:
        """Return whether a price may have been set, and note what follows from it."""
        return self._stock.opening.keep(
            product.pools,
            lambda opening: self._under(product, look, opening),
            price,
            rising=self._pricing.rising,
        )

    def _as_now(self, product: Product, now: int) -> _Look:
        return now, self._stock.taken(product)

    def seen(self, product: Product, price: int, record: Record) -> None:
        """Check a price at which seats are held or sold."""
        known = self.known[product.index]
        if known is not None:
            text = "{} costs {}, it is offered for {}"
            self._case.check(
                price == known, "price", record.n, text, product.id, price, known
            )
            return
        look = self._set[product.index]
        possible = self._keep(product, look, price)
        low, high = self._pricing.bounds(product, 0, look[0])
        text = "{} costs {}, which it never does between {} and {}"
        self._case.check(
            possible and low <= price <= high,
            "price",
            record.n,
            text,
            product.id,
            price,
            low,
            high,
        )
        self.known[product.index] = price
        if self._told and self._stock.opening.known:
            self._settle()

    def shown(self, item: Item) -> int | None:
        """Return the price at which a page showed a flight, if that is known."""
        if item.price is not None or self._moves[item.product] > item.shown:
            return item.price
        return self.known[item.product] if self._told else None

    def risen(self, item: Item) -> bool | None:
        """Return whether a price is higher than a page showed it, if that is known."""
        if self._moves[item.product] <= item.shown and self._told:
            return False
        now, then = self.known[item.product], item.price
        return None if now is None or then is None else now > then

    # -- looks at prices ---------------------------------------------------------------

    def passed(self, now: int, n: int) -> None:
        """Look at prices at every instant before now at which that was due."""
        while self.next < now:
            self._looks += 1
            if self._looks > _LOOKS_MAX and self._exact:
                self._exact = self._told = False
                self.known = [None] * len(self.known)
            if self._exact:
                text = "at {} prices moved to {}, and no record says so"
                moved = self._moved(self.next)
                self._case.check(not moved, "repricing", n, text, self.next, moved)
                self._take(moved, self.next, n)
            self._step(now)

    def _step(self, now: int) -> None:
        last = self._case.setting.last_departure
        steps = 1
        if not self._exact:
            steps = max(1, (min(now, last) - self.next) // self._every)
        self.next += steps * self._every
        if self.next >= last:
            self.next = 2**60

    def _moved(self, now: int) -> list[list[int]]:
        moved = []
        for product in self._case.setting.products:
            if product.departs > now:
                opening = self._stock.opening_of(product)
                price = self._under(product, self._as_now(product, now), opening)
                if price != self.known[product.index]:
                    moved.append([product.index, price])
        return moved

    def _take(self, moved: list[list[int]], now: int, n: int) -> None:
        for index, price in moved:
            self.known[index] = price
            self._set[index] = self._as_now(self._case.setting.products[index], now)
            self._moves[index] = n

    def repriced(self, record: Record) -> None:
        """Check that prices moved when they may, and to what they may."""
        check, n, prices = self._case.check, record.n, record.data["prices"]
        self._case.nobody(record)
        if not check(
            record.t == self.next,
            "repricing",
            n,
            "prices moved at {}, they are looked at at {}",
            record.t,
            self.next,
        ):
            return
        products = self._case.setting.products
        indices = [index for index, _ in prices]
        sound = (
            indices == sorted(set(indices))
            and indices
            and 0 <= indices[0] <= indices[-1] < len(products)
        )
        if not check(sound, "repricing", n, "prices of {} moved", indices):
            return
        if self._exact:
            moved = self._moved(record.t)
            text = "prices moved to {}, they should to {}"
            check(prices == moved, "repricing", n, text, prices, moved)
            self._take(moved, record.t, n)
        else:
            self._between(record)
            self._take(prices, record.t, n)
            if self._told and self._stock.opening.known:
                self._settle()
        self._step(record.t)

    def _between(self, record: Record) -> None:
        """Check every price against what opening sales may have been."""
        moved = dict(record.data["prices"])
        for product in self._case.setting.products:
            if product.departs > record.t:
                self._fits(record, product, moved.get(product.index))
            else:
                text = "the price of {} moves, which departed at {}"
                left = product.index not in moved
                self._case.check(
                    left, "repricing", record.n, text, product.id, product.departs
                )

    def _fits(self, record: Record, product: Product, price: int | None) -> None:
        """Check that a price moves to a new one, or stays, as it may have."""
        known, n = self.known[product.index], record.n
        target = known if price is None else price
        if target is None:
            return
        now = self._as_now(product, record.t)
        possible = self._keep(product, now, target)
        if price is not None:
            least = self._stock.load(product, now[1], self._stock.opening_of(product))
            low, high = self._pricing.bounds(product, least, record.t)
            possible = possible and low <= price <= high and price != known
        text = "{} moves from {} to {}, which no opening sales would bring"
        self._case.check(possible, "repricing", n, text, product.id, known, target)
