"""Prices: what seats are offered for, recomputed from the seats that are sold."""

from collections.abc import Callable, Iterable
from typing import Final

from .decisions import DecisionRules
from .lines import Line
from .page import Item
from .pricing import Pricing, pricings
from .scenario import DeclaredProduct
from .state import AuditState
from .stock import StockRules

__all__ = ["RepricingRules"]

_LOOKS_MAX: Final = 1_000_000
"""So often silent prices are recomputed; a stranger's file could ask for more."""


class RepricingRules:
    """The price of every product; None where that takes too long to recompute.

    Args:
        case: the journal.
        stock: whose seats make the load.
    """

    def __init__(self, case: AuditState, stock: StockRules) -> None:
        """Take the prices of an empty market."""
        self._state, self._stock = case, stock
        scenario = case.scenario
        self._pricings = pricings(scenario)
        self._looked_at = [p for p in self._pricings.values() if not p.decided]
        self._decisions = DecisionRules(case, stock)
        self.on_played: Callable[[Line], object] = case.nobody
        """Takes a record that tells of prices which an agent has set."""
        self._looks = 0
        self._exact = True
        """Whether every move of a price is known, be it by a record or by none."""
        self.known: list[int | None] = []
        self._moves = [0] * len(scenario.products)
        """Number of the record at which a price last moved, or was found to have."""
        self.next = 2**60
        """When prices that rules set are looked at again."""
        self.open()

    def open(self) -> None:
        """Take the opening prices: after what was sold before is known."""
        scenario = self._state.scenario
        prices = {
            one.index: self._price(pricing, one, scenario.start)
            for pricing in self._pricings.values()
            for one in pricing.products
        }
        self.known = [prices[index] for index in range(len(prices))]
        self._note_next()

    @property
    def pricings(self) -> Iterable[Pricing]:
        """How each seller's prices are set, in the order of the catalog."""
        return self._pricings.values()

    def _note_next(self) -> None:
        self.next = min((pricing.next for pricing in self._looked_at), default=2**60)

    def _price(self, pricing: Pricing, product: DeclaredProduct, now: int) -> int:
        load = self._stock.load(product, holds=pricing.counts_holds)
        return pricing.price(product, load, now)

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
        for pricing in self._looked_at:
            self._passed(pricing, now, n)
        self._note_next()

    def _passed(self, pricing: Pricing, now: int, n: int) -> None:
        while pricing.next < now:
            self._looks += 1
            if self._looks > _LOOKS_MAX and self._exact:
                self._exact = False
                self.known = [None] * len(self.known)
            if self._exact:
                text = "at {} prices moved to {}, and no record says so"
                moved = self._moved(pricing, pricing.next)
                self._state.check(not moved, "repricing", n, text, pricing.next, moved)
                self._take(moved, n)
            self._step(pricing, now)

    def _step(self, pricing: Pricing, now: int) -> None:
        steps = 1
        if not self._exact:
            steps = max(1, (min(now, pricing.last) - pricing.next) // pricing.every)
        pricing.next += steps * pricing.every
        if pricing.next >= pricing.last:
            pricing.next = 2**60

    def _moved(self, pricing: Pricing, now: int) -> list[list[int]]:
        moved = []
        for product in pricing.products:
            if product.closes > now:
                price = self._price(pricing, product, now)
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
        seller = record.data.get("seller", "")
        pricing, text = self._pricings.get(seller), "{!r} sells nothing of its own"
        if not check(pricing is not None, "repricing", n, text, seller) or not pricing:
            return
        if pricing.played:
            self.on_played(record)
        else:
            self._state.nobody(record)
        if pricing.decided:
            if self._decisions.take(record, pricing, self.known):
                self._take(prices, n)
            return
        if check(
            record.t == pricing.next,
            "repricing",
            n,
            "prices moved at {}, they are looked at at {}",
            record.t,
            pricing.next,
        ):
            self._looked(record, pricing)
            self._step(pricing, record.t)
            self._note_next()

    def _looked(self, record: Line, pricing: Pricing) -> None:
        """Check what a look at prices has found."""
        check, n, prices = self._state.check, record.n, record.data["prices"]
        more = [
            name
            for name in ("authorised", "bids", "limits", "reasons", "trigger")
            if name in record.data
        ]
        check(not more, "repricing", n, "rules of prices do not set {}", more)
        indices, own = [index for index, _ in prices], pricing.products
        sound = (
            indices == sorted(set(indices))
            and indices
            and own[0].index <= indices[0] <= indices[-1] <= own[-1].index
        )
        if not check(sound, "repricing", n, "prices of {} moved", indices):
            return
        if self._exact:
            moved = self._moved(pricing, record.t)
            text = "prices moved to {}, they should to {}"
            check(prices == moved, "repricing", n, text, prices, moved)
            self._take(moved, n)
