"""Prices as a seller asked them last: what it asks again need not be looked at."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import compress, count, repeat
from operator import is_, itemgetter, ne
from typing import Any, Final, NamedTuple

from ..clock import HORIZON_MS
from .policy import Change
from .rows import Rows, rows_of
from .sellers import Seller

__all__ = ["AskedPrices", "unlike"]

_OF: Final = itemgetter(0)
_TO: Final = itemgetter(1)


def unlike(given: Sequence[Any], before: Sequence[Change]) -> list[int] | None:
    """Return the places of rows that are not as they were, if the others surely are.

    Sellers of thousands of products mostly say again what they said a minute before;
    no step of Python's is taken for a row that is the same.

    Args:
        given: what a policy says now, of any kind.
        before: what it said before, found to be in order.

    Returns:
        None if the rows are of other products, or not all are plain.

    >>> before = [Change(0, 99, "x"), Change(1, 80, "x")]
    >>> unlike([Change(0, 99, "x"), Change(1, 70, "x")], before)
    [1]
    >>> unlike([Change(0, 99.0, "x"), Change(1, 80, "x")], before) is None
    True
    """
    if len(given) != len(before) or not _plain(given):
        return None
    if any(map(ne, map(_OF, given), map(_OF, before))):
        return None
    return list(compress(count(), map(ne, given, before)))


def _plain(given: Sequence[Any]) -> bool:
    """Return whether rows cannot change, nor only look like whole numbers."""
    return (
        all(map(is_, map(type, given), repeat(Change)))
        and all(map(is_, map(type, map(_OF, given)), repeat(int)))
        and all(map(is_, map(type, map(_TO, given)), repeat(int)))
    )


class _Asked(NamedTuple):
    """The prices of a decision as they were given."""

    rows: tuple[Change, ...]
    cut: bytearray
    """Of each row, whether it was asked at a bound in place of beyond it, or beyond."""
    until_ms: int
    """Until then nothing of the seller closes."""


class AskedPrices:
    """What one seller asks in one run, kept within its bounds.

    Args:
        seller: whose bounds.

    Attributes:
        cut: prices that it has asked beyond its floor and ceiling.
    """

    __slots__ = ("_closings", "_last", "_next", "_seller", "cut")

    def __init__(self, seller: Seller) -> None:
        """Begin with nothing asked."""
        self.cut = 0
        self._seller = seller
        self._closings: list[int] = []
        self._last: _Asked | None = None
        self._next: _Asked | None = None

    def rows(self, changes: Sequence[Change], now_ms: int) -> Rows:
        """Return what may move of what is asked, within the bounds, and count the cuts.

        Rows that are as they were last time are counted again, and not returned.

        Args:
            changes: product, price and reason of each.
            now_ms: the instant; what is closed by then is left out.

        Raises:
            MarketBug: one is not as it has to be.
        """
        given, last, own = tuple(changes), self._last, self._seller.closes_ms
        self.forget()
        places = None if last is None else unlike(given, last.rows)
        if last is None or places is None or now_ms >= last.until_ms:
            places = [*range(len(given))]
            last = _Asked(given, bytearray(len(given)), self._until(now_ms))
        asked = rows_of(self._seller.name, "price", [given[k] for k in places], own)
        where = {given[k][0]: k for k in places}
        found: Rows = []
        for j, to, reason in asked:
            if own[j] > now_ms:
                kept, cut = self.within(j, to, reason)
                last.cut[where[j]] = cut
                found.append((j, kept, reason))
        self.cut += last.cut.count(1)
        if _plain(given):
            self._next = last._replace(rows=given)
        return found

    def within(self, product: int, price: int, reason: str) -> tuple[int, bool]:
        """Return the price that is set of one that is asked, and whether it was cut.

        A policy that keeps to its bounds by itself says so by its reason.
        """
        low, high = self._seller.bounds[product]
        kept = min(max(price, low), high)
        cut = kept != price or (reason, kept) in (("floor", low), ("ceiling", high))
        return kept, cut

    def done(self) -> None:
        """Note that what was asked has become the prices of the products."""
        self._last, self._next = self._next, None

    def forget(self) -> None:
        """Look at everything next time: prices have moved otherwise."""
        self._last = self._next = None

    def _until(self, now_ms: int) -> int:
        """Return when the next of the seller's products closes."""
        if not self._closings:
            self._closings = sorted(self._seller.closings_ms)
        later = bisect_right(self._closings, now_ms)
        return self._closings[later] if later < len(self._closings) else HORIZON_MS
