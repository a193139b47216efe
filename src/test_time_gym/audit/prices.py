"""Prices: what seats are offered for, as far as records tell it.

Where opening sales are known, prices are recomputed; where they were drawn, load
is known only between bounds, and a price until it moves from where it was seen.
"""

from bisect import bisect_right
from typing import Any, Final

from .case import Case
from .frame import Record
from .setting import DAY_MS, MINUTE_MS, PPM, Product, share_of
from .stock import Stock

__all__ = ["Prices", "curve_at"]

Points = list[tuple[int, int]]

_LOOKS_MAX: Final = 1_000_000
"""So often silent prices are recomputed; a stranger's file could ask for more."""


def curve_at(points: Points, x: int) -> int:
    """Return a curve's value: straight between its points, constant outside.

    >>> [curve_at([(0, 0), (10, 100)], x) for x in (-5, 5, 99)]
    [0, 50, 100]
    """
    after = bisect_right(points, x, key=lambda point: point[0])
    if after in {0, len(points)}:
        return points[min(after, len(points) - 1)][1]
    (x0, y0), (x1, y1) = points[after - 1], points[after]
    return y0 + (y1 - y0) * (x - x0) // (x1 - x0)


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
        rules: dict[str, Any] = setting.market["pricing"]
        self._fixed = rules["kind"] == "fixed"
        self._every = 0
        if not self._fixed:
            self._every = rules["reprice_every_s"] * 1000
            self._round: int = rules["round_to_minor"]
            self._load: Points = [(x, y) for x, y in rules["load_curve"]]
            self._days: Points = [(x * DAY_MS, y) for x, y in rules["days_curve"]]
            clock = rules["clock_curve"]
            self._clock: Points = [(x * MINUTE_MS, y) for x, y in clock]
            self._dates: dict[str, int] = dict(rules["date_factors"])
        self._exact = self._fixed or setting.opening_known
        self._looks = 0
        self.known: list[int | None] = [None] * len(setting.products)
        self._since = [setting.start] * len(setting.products)
        """When a price last moved; bounds hold as of then."""
        self.next = setting.start + self._every if self._every else 2**60
        """When prices are looked at again."""
        if self._exact:
            for product in setting.products:
                self.known[product.index] = self._exactly(product, setting.start)

    def _exactly(self, product: Product, now: int) -> int:
        if self._fixed:
            return product.base
        load = self._stock.load(product)
        return self._price(product, curve_at(self._load, load), now)

    def _price(self, product: Product, by_load: int, now: int) -> int:
        days = curve_at(self._days, max(product.departs - now, 0))
        factor = by_load * days // PPM * curve_at(self._clock, now) // PPM
        factor = factor * self._dates.get(product.pair[2], PPM) // PPM
        minor, step = share_of(product.base, factor), self._round
        return max(step, (minor + step // 2) // step * step)

    def _bounds(self, product: Product, now: int) -> tuple[int, int]:
        """Return the least and greatest price at a load of what was seen or more."""
        least = self._stock.load(product)
        factors = [y for x, y in self._load if x >= least]
        factors += [curve_at(self._load, least), curve_at(self._load, PPM)]
        low, high = min(factors), max(factors)
        return self._price(product, low, now), self._price(product, high, now)

    def seen(self, product: Product, price: int, record: Record) -> None:
        """Check a price at which seats are held or sold."""
        known = self.known[product.index]
        if known is None:
            # Load falls when seats are given back: only none at all is certain.
            low, high = self._ever(product)
            text = "{} costs {}, never less than {} nor more than {}"
            self._case.check(
                low <= price <= high,
                "price",
                record.n,
                text,
                product.id,
                price,
                low,
                high,
            )
            self.known[product.index] = price
            return
        text = "{} costs {}, it is offered for {}"
        self._case.check(
            price == known, "price", record.n, text, product.id, price, known
        )

    def _ever(self, product: Product) -> tuple[int, int]:
        factors, since = [y for _, y in self._load], self._since[product.index]
        return (
            self._price(product, min(factors), since),
            self._price(product, max(factors), since),
        )

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
                self._case.check(not moved, "repricing", n, text, self.next, moved)
                self._take(moved, self.next)
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
                price = self._exactly(product, now)
                if price != self.known[product.index]:
                    moved.append([product.index, price])
        return moved

    def _take(self, moved: list[list[int]], now: int) -> None:
        for index, price in moved:
            self.known[index] = price
            self._since[index] = now

    def repriced(self, record: Record) -> None:
        """Check that prices moved when they may, and to what they may."""
        check, n, prices = self._case.check, record.n, record.data["prices"]
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
            self._take(moved, record.t)
        else:
            self._between(record)
            self._take(prices, record.t)
        self._step(record.t)

    def _between(self, record: Record) -> None:
        for index, price in record.data["prices"]:
            product = self._case.setting.products[index]
            low, high = self._bounds(product, record.t)
            known = self.known[index]
            fits = (
                low <= price <= high and price != known and product.departs > record.t
            )
            text = "{} moves from {} to {}, which lies between {} and {}"
            self._case.check(
                fits, "repricing", record.n, text, product.id, known, price, low, high
            )
