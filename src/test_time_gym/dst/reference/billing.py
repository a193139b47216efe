"""Bills, as the documentation of coupons, fees and instalments says they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

__all__ = ["ReferenceBill", "bill", "due_for", "in_parts"]

_PPM: Final = 10**6
_MONTHS: Final = 12

Entry = tuple[str, int]


@dataclass(frozen=True, slots=True)
class ReferenceBill:
    """What a checkout costs, in minor units."""

    items: int
    discounts: tuple[Entry, ...] = ()
    fees: tuple[Entry, ...] = ()

    @property
    def goods(self) -> int:
        """The items after discounts."""
        return self.items - sum(off for _, off in self.discounts)

    @property
    def total(self) -> int:
        """What is to be paid."""
        return self.goods + sum(more for _, more in self.fees)


def bill(
    items: int, coupons: Iterable[Any], fees: Iterable[Any], parts: int, apr_ppm: int
) -> ReferenceBill:
    """Return the bill for items of this price.

    Args:
        items: what they cost, before anything.
        coupons: in the order in which they were applied.
        fees: those that have arisen.
        parts: in how many it is paid.
        apr_ppm: yearly interest on bills that are paid in parts.
    """
    if not items:
        return ReferenceBill(0)
    goods, discounts = items, []
    for coupon in coupons:
        # One minor unit always stays.
        off = max(0, min(_amount(coupon, goods), goods - 1))
        discounts.append((coupon.code, off))
        goods -= off
    added = [(fee.name, _amount(fee, goods)) for fee in fees]
    plain = ReferenceBill(
        items, tuple(discounts), tuple(entry for entry in added if entry[1])
    )
    interest = _interest(plain.total, parts, apr_ppm)
    if not interest:
        return plain
    return ReferenceBill(items, plain.discounts, (*plain.fees, ("interest", interest)))


def _amount(what: Any, goods: int) -> int:
    """Return an amount, or a share of the goods rounded half to even."""
    return int(what.amount_minor or round(Fraction(goods * what.percent_ppm, _PPM)))


def _interest(total: int, parts: int, apr_ppm: int) -> int:
    """Return what an ordinary annuity of so many months costs more than the total."""
    if parts == 1 or not apr_ppm or total < parts**2:
        return 0
    month = Fraction(apr_ppm, _PPM * _MONTHS)
    each = round(total * month / (1 - (1 + month) ** -parts))
    owed = Fraction(total)
    for _ in range(parts - 1):
        owed = owed * (1 + month) - each
    return each * (parts - 1) + round(owed * (1 + month)) - total


def in_parts(total: int, parts: int) -> list[int]:
    """Return the parts of a total; the first takes the rest of the rounding."""
    parts = min(parts, total)
    even = total // parts
    return [total - even * (parts - 1), *[even] * (parts - 1)]


def due_for(
    bill: ReferenceBill,
    lines: Sequence[tuple[int, int, int]],
    left: Sequence[int],
    offers: Any,
) -> int:
    """Return what is owed for an order of which some seats were given back.

    Fees stay owed.  A seat that is kept, or cannot be refunded, is owed at its share of
    the goods, all such seats together and rounded down; a refunded one at its fare's
    cancellation fee, at most its own share.

    Args:
        bill: of the order.
        lines: offer, seats and price of what was bought.
        left: how many seats of every line are left.
        offers: all of them, with their fare rules.
    """
    stays = fee = 0
    for (index, seats, price), kept in zip(lines, left, strict=True):
        offer = offers[index]
        if offer.refundable:
            share = bill.goods * price // bill.items
            fee += (seats - kept) * min(offer.cancel_fee_minor, share)
            stays += kept * price
        else:
            stays += seats * price
    return bill.total - bill.goods + bill.goods * stays // bill.items + fee
