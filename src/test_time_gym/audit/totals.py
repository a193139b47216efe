"""Totals: what items cost with coupons, fees and interest."""

from collections.abc import Iterable
from itertools import permutations
from typing import Any, Final, NamedTuple

from .scenario import PPM, DeclaredScenario, share_of

__all__ = ["Total", "draw_up", "interest", "least", "split"]

INTEREST: Final = "interest"
_SHARES_MAX: Final = 4
"""Most coupons by share that stack; all their orders are tried."""

Coupon = dict[str, Any]


class Total(NamedTuple):
    """A bill; amounts in minor units."""

    items: int
    discounts: list[list[Any]]
    fees: list[list[Any]]

    @property
    def goods(self) -> int:
        """What the items cost, discounts taken off."""
        taken: int = sum(off for _, off in self.discounts)
        return self.items - taken

    @property
    def amount(self) -> int:
        """What is to be paid."""
        added: int = sum(fee for _, fee in self.fees)
        return self.goods + added


def interest(amount: int, count: int, apr_ppm: int) -> int:
    """Return what paying an amount in monthly parts costs.

    An ordinary annuity; docs/scenarios.md and the engine's `interest` say the same.

    >>> interest(1200_00, 12, 120_000)
    7942
    """
    if count == 1 or not apr_ppm or amount < count**2:
        return 0
    whole = 12 * PPM
    grown = whole + apr_ppm
    lent = amount * grown**count
    each = sum(grown**k * whole ** (count - k) for k in range(count))
    part = _half_even(lent, each)
    last = _half_even(lent - part * (each - whole**count), whole**count)
    return part * (count - 1) + last - amount


def _half_even(dividend: int, divisor: int) -> int:
    whole, rest = divmod(dividend, divisor)
    return whole + (2 * rest > divisor or (2 * rest == divisor and whole % 2 == 1))


def split(amount: int, count: int) -> list[int]:
    """Return an amount in parts; the first takes the rounding rest.

    >>> split(1000, 3)
    [334, 333, 333]
    """
    parts = max(1, min(count, amount))
    part, rest = divmod(amount, parts)
    return [part + rest, *([part] * (parts - 1))]


def draw_up(
    scenario: DeclaredScenario, items: int, codes: Iterable[str], card: str, count: int
) -> Total:
    """Return the bill for items that are held, with a card, in so many parts."""
    left, discounts = items, []
    for code in codes:
        coupon = scenario.coupons.get(code)
        off = _off(coupon, left) if coupon else 0
        discounts.append([code, off])
        left -= off
    law = scenario.cards.get(card)
    fees = _fees(scenario, left, law["brand"] if law else None)
    total = Total(items, discounts, fees)
    extra = interest(total.amount, count, scenario.instalments["apr_ppm"])
    return Total(items, discounts, [*fees, [INTEREST, extra]]) if extra else total


def _off(coupon: Coupon, left: int) -> int:
    off = coupon["amount_minor"] or share_of(left, coupon["percent_ppm"])
    return max(0, min(off, left - 1))


def _fees(scenario: DeclaredScenario, goods: int, brand: str | None) -> list[list[Any]]:
    fees = [
        [fee["name"], fee["amount_minor"] or share_of(goods, fee["percent_ppm"])]
        for fee in scenario.fees
        if not fee["brands"] or brand in fee["brands"]
    ]
    return [fee for fee in fees if fee[1]]


def least(scenario: DeclaredScenario, items: int, wallet: Iterable[str]) -> int | None:
    """Return the least that items of a price can cost with a wallet.

    With any coupons that go together, at once or in any parts that are on offer;
    None if no card of the wallet can pay it.
    """
    coupons = [
        coupon
        for coupon in scenario.coupons.values()
        if items >= coupon["minimum_minor"]
        and (coupon["ends_s"] is None or coupon["ends_s"] > 0)
    ]
    choices = _choices(coupons)
    totals: list[int] = []
    for card in wallet:
        law = scenario.cards[card]
        if law["limit_minor"] == 0 or law["hard_decline_ppm"] >= PPM:
            continue
        codes = min(
            choices, key=lambda chosen: draw_up(scenario, items, chosen, card, 1).amount
        )
        for count in (1, *scenario.instalments["counts"]):
            amount = draw_up(scenario, items, codes, card, count).amount
            limit = law["limit_minor"]
            if count <= amount and (limit is None or split(amount, count)[0] <= limit):
                totals.append(amount)
    return min(totals, default=None)


def _choices(coupons: list[Coupon]) -> list[list[str]]:
    """Return the coupons that go together: one, or all that stack in any order."""
    stack = [coupon for coupon in coupons if coupon["stackable"]]
    shares = [coupon["code"] for coupon in stack if coupon["percent_ppm"]]
    if len(shares) > _SHARES_MAX:
        msg = f"{len(shares)} coupons by share stack"
        raise ValueError(msg)
    amounts = [coupon["code"] for coupon in stack if not coupon["percent_ppm"]]
    stacks = [[*order, *amounts] for order in permutations(shares)]
    return [[], *stacks, *([coupon["code"]] for coupon in coupons)]
