"""Fare ladder: rungs with fixed limits, as filed fare tables have them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from ..catalog import Product
from ..config import Code, Config
from .decision_points import DecisionPoints
from .forecast import nests_of
from .policy import Change, Decision, Offer, View
from .sellers import Seller

__all__ = ["Ladder", "Rung"]


class Rung(Config):
    """A fare class, and how far it and all rungs below it may sell."""

    rate: Annotated[Code, Field(alias="class")]
    limit: Annotated[int, Field(ge=0, le=10**6)] | None = None
    """Most units of one pool for this class and all cheaper ones, over everything
    that uses the pool; without it only the pool itself limits them."""


class Ladder(DecisionPoints):
    """Base fares, and fixed limits of each class on each pool.

    The cheapest class sells until its limit, then the next is the cheapest on sale,
    and so on.  A limit counts what *all* itineraries of the seller have sold on a leg,
    where a class's own `booking_limit` counts those of one itinerary.
    """

    kind: Literal["ladder"]
    rungs: Annotated[tuple[Rung, ...], Field(min_length=1, max_length=50, strict=False)]
    """From the cheapest class up."""

    @model_validator(mode="after")
    def _rising(self) -> "Ladder":
        classes = [rung.rate for rung in self.rungs]
        twice = sorted({one for one in classes if classes.count(one) > 1})
        if twice:
            msg = f"rungs has two rungs of the class {twice[0]}"
            raise ValueError(msg)
        limited = [
            (rung.rate, rung.limit) for rung in self.rungs if rung.limit is not None
        ]
        for (below, low), (above, high) in pairwise(limited):
            if high < low:
                msg = f"rungs gives {above} the limit {high}, below {low} of {below}: "
                msg += "limits are nested, a class's counts all rungs below it too"
                raise ValueError(msg)
        return self

    @property
    def classes_named(self) -> tuple[str, ...]:
        """Those of the rungs."""
        return tuple(rung.rate for rung in self.rungs)

    def verify(self, products: Sequence[Product]) -> None:
        """Raise if a class of the seller has no rung, or the fares fall on the way up.

        Raises:
            ValueError: one has none, or an itinerary sells an upper rung for less.
        """
        place = {rung.rate: k for k, rung in enumerate(self.rungs)}
        above: dict[tuple[int, ...], Product] = {}
        for product in sorted(products, key=_rank):
            if product.rate not in place:
                msg = f"ladder has no rung of the class {product.rate} of "
                msg += f"{product.listing_id}; it has those of {', '.join(place)}"
                raise ValueError(msg)
            dearer = above.get(product.nest)
            if dearer is not None and place[dearer.rate] < place[product.rate]:
                msg = f"ladder has the class {product.rate} above {dearer.rate}, and "
                msg += f"{product.id} costs less than {dearer.id}"
                raise ValueError(msg)
            above[product.nest] = product

    def begin(self, seller: Seller) -> "_Ladder":
        """Return the policy of one run."""
        return _Ladder(self, seller)


class _Ladder:
    """The ladder in one run; it remembers what sold itineraries take of a pool."""

    def __init__(self, config: Ladder, seller: Seller) -> None:
        self._limits = [rung.limit for rung in config.rungs]
        self._wakes_at = config.wakes_at
        place = {rung.rate: k for k, rung in enumerate(config.rungs)}
        self._place: dict[int, int] = {}
        self._pools: dict[int, tuple[int, ...]] = {}
        for one in seller.products:
            self._place[one.index] = place[one.rate]
            self._pools[one.index] = one.pools
        self._sold = dict.fromkeys(self._place, 0)
        """As seen last: what has departed from its first stop is not shown."""

    def decide(self, view: View) -> Decision:
        """Set the limits of all classes that have one."""
        taken = self._taken(view.offers)
        changes = []
        for nest in nests_of(view.offers):
            used = 0
            for offer in reversed(nest):
                used += offer.sold + offer.held
                rung = self._place[offer.product]
                most = self._limits[rung]
                if most is None:
                    continue
                room = min(most - taken[pool][rung] for pool in offer.pools)
                reason = "rung" if room > 0 else "sold_out"
                changes.append(Change(offer.product, used + max(0, room), reason))
        return Decision(limits=changes, wake_at_ms=self._wakes_at(view))

    def _taken(self, offers: Sequence[Offer]) -> dict[int, list[int]]:
        """Return, of each pool, what each rung and all below it have taken."""
        used = self._sold | {one.product: one.sold + one.held for one in offers}
        self._sold.update((one.product, one.sold) for one in offers)
        taken: dict[int, list[int]] = {}
        for product, units in used.items():
            for pool in self._pools[product]:
                rungs = taken.setdefault(pool, [0] * len(self._limits))
                for rung in range(self._place[product], len(rungs)):
                    rungs[rung] += units
        return taken

    def state(self) -> list[int]:
        """Return what each product had sold when it was last seen."""
        return list(self._sold.values())


def _rank(product: Product) -> int:
    return product.rank
