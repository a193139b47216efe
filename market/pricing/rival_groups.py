"""Own products beside what rivals show of the same wish, group by group."""

from bisect import bisect_left, insort
from collections.abc import Sequence

from .policy import Offer, Shown

__all__ = ["RivalGroup", "rival_groups"]


class RivalGroup:
    """The prices that rivals show in a group, and the bounds of own products there.

    Attributes:
        own: own products that are on sale.
    """

    __slots__ = ("_by_ceiling", "_by_floor", "_prices", "own")

    def __init__(self, prices: list[int], own: Sequence[Offer]) -> None:
        """Sort both; the list of prices is kept and changed."""
        prices.sort()
        self._prices = prices
        self.own = {offer.product: offer for offer in own}
        self._by_floor = sorted((one.floor_minor, one.product) for one in own)
        self._by_ceiling = sorted((one.ceiling_minor, one.product) for one in own)

    @property
    def lowest(self) -> int | None:
        """Return the lowest price that a rival shows; None if none shows any."""
        return self._prices[0] if self._prices else None

    def come(self, price: int) -> None:
        """Note that a rival shows a price."""
        insort(self._prices, price)

    def gone(self, price: int) -> None:
        """Note that a rival shows one of its prices no longer."""
        del self._prices[bisect_left(self._prices, price)]

    def close(self, product: int) -> None:
        """Leave out an own product."""
        offer = self.own.pop(product)
        for bound, rows in (
            (offer.floor_minor, self._by_floor),
            (offer.ceiling_minor, self._by_ceiling),
        ):
            del rows[bisect_left(rows, (bound, product))]

    def between(self, one: int, other: int) -> list[int]:
        """Return own products some of whose prices lie from one price to another.

        A few more may be among them: the bounds of all others are on the same side of
        both prices.
        """
        low, high = min(one, other), max(one, other)
        below = bisect_left(self._by_floor, (high + 1, -1))
        above = bisect_left(self._by_ceiling, (low, -1))
        rows = self._by_floor[:below]
        if len(self._by_ceiling) - above < below:
            rows = self._by_ceiling[above:]
        return [product for _, product in rows]


def rival_groups(
    offers: Sequence[Offer], rivals: Sequence[Shown]
) -> dict[tuple[str, ...], RivalGroup]:
    """Return the groups of a view.

    Args:
        offers: own products.
        rivals: what rivals show.
    """
    own: dict[tuple[str, ...], list[Offer]] = {}
    prices: dict[tuple[str, ...], list[int]] = {}
    for offer in offers:
        own.setdefault(offer.group, []).append(offer)
    for shown in rivals:
        prices.setdefault(shown.group, []).append(shown.price_minor)
    return {
        group: RivalGroup(prices.get(group, []), own.get(group, []))
        for group in (own | prices)
    }
