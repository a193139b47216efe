"""Bills: coupons, fees, interest and parts, reckoned from the scenario again."""

from typing import Any

from .case import Case, Hold, Seat
from .frame import Record
from .setting import PPM, share_of

__all__ = ["Bills", "interest"]

_INTEREST = "interest"


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


class Bills:
    """What payments are for."""

    def __init__(self, case: Case) -> None:
        """Take the journal."""
        self._case = case

    def applied(self, record: Record) -> None:
        """Check that a coupon may be applied, and note it."""
        case, n, code = self._case, record.n, record.data["code"]
        seat = case.owner(record)
        if seat is None:
            return
        if case.by_act(record, seat, "apply_coupon") and seat.act is not None:
            asked = seat.act.data["args"].get("code")
            text = "{} is applied, {} was asked for"
            case.check(asked == code, "coupons", n, text, code, asked)
        coupon = case.setting.coupons.get(code)
        text = "coupon {} is not declared"
        if not case.check(coupon is not None, "coupons", n, text, code) or not coupon:
            return
        self._in_time(coupon, record.t, n)
        self._unspent(seat, code, n)
        certain = [old for old, _ in seat.coupons[len(seat.coupons) - seat.sure :]]
        alone = [old for old in certain if not case.setting.coupons[old]["stackable"]]
        fits = code not in certain and not alone
        text = "coupon {} is applied with {}"
        case.check(
            fits and (coupon["stackable"] or not certain),
            "coupons",
            n,
            text,
            code,
            certain,
        )
        seat.coupons.append((code, record.t))
        seat.sure += 1
        seat.coupon_turn = seat.turn

    def _in_time(self, coupon: dict[str, Any], now: int, n: int) -> None:
        ends = coupon["ends_s"]
        text = "coupon {} ended at {}, it is {}"
        self._case.check(
            ends is None or now < ends * 1000,
            "coupons",
            n,
            text,
            coupon["code"],
            None if ends is None else ends * 1000,
            now,
        )

    def _unspent(self, seat: Seat, code: str, n: int) -> None:
        spent = [
            payment.id
            for payment in seat.payments
            if payment.spends and any(code == used for used, _ in payment.discounts)
        ]
        text = "coupon {} is spent by {}"
        self._case.check(not spent, "coupons", n, text, code, spent)

    def started(self, record: Record, seat: Seat, hold: Hold) -> None:
        """Check the bill of a new payment."""
        data, check, n = record.data, self._case.check, record.n
        self._coupons(record, seat, hold)
        left, expected = data["items"], []
        for code, _ in data["discounts"]:
            coupon = self._case.setting.coupons.get(code)
            off = self._off(coupon, left) if coupon else 0
            expected.append([code, off])
            left -= off
        text = "{} takes off {}, it should {}"
        found = data["discounts"]
        check(found == expected, "discounts", n, text, data["payment"], found, expected)
        goods = data["items"] - sum(off for _, off in found)
        bills = [self._fees(goods, data["card"], count) for count in self._counts(seat)]
        text = "{} has the fees {}, they should be {}"
        found = data["fees"]
        check(
            found in bills,
            "fees",
            n,
            text,
            data["payment"],
            found,
            " or ".join(map(str, bills)),
        )
        total = goods + sum(fee for _, fee in found)
        text = "{} is of {}, its bill says {}"
        check(
            data["amount"] == total,
            "amount",
            n,
            text,
            data["payment"],
            data["amount"],
            total,
        )
        self._plan(record, seat, goods)

    def _counts(self, seat: Seat) -> list[int]:
        return seat.ever_parts if seat.parts is None else [seat.parts]

    def _off(self, coupon: dict[str, Any], left: int) -> int:
        off = coupon["amount_minor"] or share_of(left, coupon["percent_ppm"])
        return max(0, min(off, left - 1))

    def _fees(self, goods: int, card: str, count: int) -> list[list[Any]]:
        law = self._case.setting.cards.get(card)
        brand = law["brand"] if law else None
        fees = [
            [fee["name"], fee["amount_minor"] or share_of(goods, fee["percent_ppm"])]
            for fee in self._case.setting.fees
            if not fee["brands"] or brand in fee["brands"]
        ]
        fees = [fee for fee in fees if fee[1]]
        total = goods + sum(fee[1] for fee in fees)
        extra = interest(total, count, self._case.setting.instalments["apr_ppm"])
        return [*fees, [_INTEREST, extra]] if extra else fees

    def _plan(self, record: Record, seat: Seat, goods: int) -> None:
        data, n = record.data, record.n
        plans = []
        for count in self._counts(seat):
            if data["fees"] == self._fees(goods, data["card"], count):
                parts = max(1, min(count, data["amount"]))
                part, rest = divmod(data["amount"], parts)
                plans.append([part + rest, *([part] * (parts - 1))])
        if not plans:
            # The fees are a finding already; the parts still make the amount.
            plans = [data["plan"]] if sum(data["plan"]) == data["amount"] else []
        text = "{} is paid in the parts {}, they should be {}"
        self._case.check(
            data["plan"] in plans,
            "plan",
            n,
            text,
            data["payment"],
            data["plan"],
            " or ".join(map(str, plans)),
        )

    def _coupons(self, record: Record, seat: Seat, hold: Hold) -> None:
        check, n, setting = self._case.check, record.n, self._case.setting
        codes = [code for code, _ in record.data["discounts"]]
        applied = dict(seat.coupons)
        order = [code for code, _ in seat.coupons]
        certain = order[len(order) - seat.sure :] if seat.sure else []
        places = [order.index(c) for c in codes if c in applied]
        text = "{} is paid with the coupons {}, of those applied {}"
        check(
            len(places) == len(codes)
            and len(set(codes)) == len(codes)
            and [code for code in codes if code in certain] == certain,
            "coupons",
            n,
            text,
            record.data["payment"],
            codes,
            order,
        )
        for code in codes:
            coupon = setting.coupons.get(code)
            text = "coupon {} is not declared"
            if not check(coupon is not None, "coupons", n, text, code) or not coupon:
                continue
            self._unspent(seat, code, n)
            self._in_time(coupon, max(hold.placed, applied.get(code, 0)), n)
            text = "coupon {} asks for {}, the items cost {}"
            check(
                record.data["items"] >= coupon["minimum_minor"],
                "coupons",
                n,
                text,
                code,
                coupon["minimum_minor"],
                record.data["items"],
            )
            text = "coupon {} stacks with no other, and is used with {}"
            check(
                len(codes) == 1 or coupon["stackable"], "coupons", n, text, code, codes
            )
