"""Bills: what a checkout costs, line by line."""

from collections.abc import Collection, Iterable
from itertools import permutations

from msgspec import Struct

from .coupons import Coupon
from .fees import Fee

__all__ = ["Bill", "cheapest", "draw_up"]

Entry = tuple[str, int]
"""A name and an amount in minor units."""


class Bill(Struct, frozen=True, gc=False):
    """Items, less discounts, plus fees; all in minor units."""

    items_minor: int
    discounts: tuple[Entry, ...] = ()
    """Code of every coupon, and what it takes off."""
    fees: tuple[Entry, ...] = ()
    """Name of every fee, and what it adds."""

    @property
    def fees_minor(self) -> int:
        """Sum of the fees."""
        return sum(amount for _, amount in self.fees) if self.fees else 0

    @property
    def goods_minor(self) -> int:
        """What the items cost, discounts taken off."""
        if not self.discounts:
            return self.items_minor
        return self.items_minor - sum(amount for _, amount in self.discounts)

    @property
    def total_minor(self) -> int:
        """What is to be paid."""
        if not self.discounts and not self.fees:
            return self.items_minor
        return self.goods_minor + self.fees_minor


def draw_up(
    items_minor: int, coupons: Collection[Coupon] = (), fees: Collection[Fee] = ()
) -> Bill:
    """Return the bill for items of this price.

    Coupons come off one after the other, each from what the ones before it have
    left; fees are computed on what remains.  Nothing in the cart costs nothing.

    >>> ten = Coupon(code="TEN", percent_ppm=100_000)
    >>> bill = draw_up(5_000, [ten], [Fee(name="booking", amount_minor=300)])
    >>> bill.discounts, bill.fees, bill.total_minor
    ((('TEN', 500),), (('booking', 300),), 4800)
    """
    if not items_minor or not (coupons or fees):
        return Bill(items_minor)
    left, discounts = items_minor, []
    for coupon in coupons:
        off = coupon.discount(left)
        discounts.append((coupon.code, off))
        left -= off
    added = ((fee.name, fee.amount(left)) for fee in fees)
    return Bill(
        items_minor, tuple(discounts), tuple(entry for entry in added if entry[1])
    )


def cheapest(items_minor: int, coupons: Iterable[Coupon], fees: Iterable[Fee]) -> Bill:
    """Return the lowest bill for items of this price.

    Either one coupon comes off or all stackable ones, shares before amounts:
    a share of more is more.  The order of the shares moves the rounding.

    Args:
        items_minor: what the items cost.
        coupons: those that would be accepted now.
        fees: those that cannot be avoided.

    >>> five, ten = Coupon(code="A", amount_minor=5), Coupon(code="B", amount_minor=10)
    >>> cheapest(100, [five, ten], []).discounts
    (('B', 10),)
    """
    coupons, fees = list(coupons), list(fees)
    stack = [coupon for coupon in coupons if coupon.stackable]
    shares = [coupon for coupon in stack if coupon.percent_ppm]
    amounts = [coupon for coupon in stack if not coupon.percent_ppm]
    stacks = [[*order, *amounts] for order in permutations(shares)]
    choices = [[], *stacks, *([coupon] for coupon in coupons)]
    bills = [draw_up(items_minor, choice, fees) for choice in choices]
    return min(bills, key=lambda bill: bill.total_minor)
