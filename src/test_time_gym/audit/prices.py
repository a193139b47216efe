"""Prices: what seats are offered for, recomputed from the seats that are sold."""

from typing import Final

from .lines import Line
from .page import Item
from .pricing import Pricing
from .scenario import DeclaredProduct
from .state import AuditState
from .stock import StockRules

__all__ = ["PriceRules"]

_LOOKS_MAX: Final = 1_000_000
"""So often silent prices are recomputed; a stranger's file could ask for more."""


class PriceRules:
    """The price of every product; None where that takes too long to recompute.

    Args:
        case: the journal.
        stock: whose seats make the load.
    """

    def __init__(self, case: AuditState, stock: StockRules) -> None:
        """Take the prices of an empty market."""
        self._state, self._stock = case, stock
        scenario = case.scenario
        self._pricing = Pricing(scenario)
        self._every = self._pricing.every
        self._looks = 0
        self._exact = True
        """Whether every move of a price is known, be it by a record or by none."""
        self.known: list[int | None] = []
        self._moves = [0] * len(scenario.products)
        """Number of the record at which a price last moved, or was found to have."""
        self.next = scenario.start + self._every if self._every else 2**60
        """When prices are looked at again."""
        self.open()

    def open(self) -> None:
        """Take the opening prices: after what was sold before is known."""
        scenario = self._state.scenario
        self.known = [self._price(one, scenario.start) for one in scenario.products]

    def _price(self, product: DeclaredProduct, now: int) -> int:
        return self._pricing.price(product, self._stock.load(product), now)

    def seen(self, product: DeclaredProduct, price: int, record: Line) -> None:
        """Check a price at which seats are held or sold."""
        known = self.known[product.index]
        text = "{} costs {}, it is offered for {}"
        self._state.check(
            known is None or price == known,
            "price",
            record.n,
            text,
            product.id,
            price,
            known,
        )

    def shown(self, item: Item) -> int | None:
        """Return the price at which a page showed a flight, if that is known."""
        if item.price is not None or self._moves[item.product] > item.shown:
            return item.price
        return self.known[item.product]

    def risen(self, item: Item) -> bool | None:
        """Return whether a price is higher than a page showed it, if that is known."""
        if self._moves[item.product] <= item.shown and self._exact:
            return False
        now, then = self.known[item.product], item.price
        return None if now is None or then is None else now > then

    # -- looks at prices ---------------------------------------------------------------

    def passed(self, now: int, n: int) -> None:
        """Look at prices at every instant before now at which that was due."""
        while self.next < now:
            self._looks += 1
            if self._looks > _LOOKS_MAX and self._exact:
                self._exact = False
                self.known = [None] * len(self.known)
            if self._exact:
                text = "at {} prices moved to {}, and no record says so"
                moved = self._moved(self.next)
                self._state.check(not moved, "repricing", n, text, self.next, moved)
                self._take(moved, n)
            self._step(now)

    def _step(self, now: int) -> None:
        last = self._state.scenario.last_departure
        steps = 1
        if not self._exact:
            steps = max(1, (min(now, last) - self.next) // self._every)
        self.next += steps * self._every
        if self.next >= last:
            self.next = 2**60

    def _moved(self, now: int) -> list[list[int]]:
        moved = []
        for product in self._state.scenario.products:
            if product.departs > now:
                price = self._price(product, now)
                if price != self.known[product.index]:
                    moved.append([product.index, price])
        return moved

    def _take(self, moved: list[list[int]], n: int) -> None:
        for index, price in moved:
            self.known[index] = price
            self._moves[index] = n

    def repriced(self, record: Line) -> None:
        """Check that prices moved when they may, and to what they may."""
        check, n, prices = self._state.check, record.n, record.data["prices"]
        self._state.nobody(record)
        if not check(
            record.t == self.next,
            "repricing",
            n,
            "prices moved at {}, they are looked at at {}",
            record.t,
            self.next,
        ):
            return
        products = self._state.scenario.products
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
            self._take(moved, n)
        self._step(record.t)
