"""Bills: coupons, fees, interest and parts, recomputed from the scenario."""

from typing import Any

from .case import Case, Seat
from .frame import Record
from .page import Page
from .totals import draw_up, split

__all__ = ["Bills"]


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
        case.by_act(record, seat, "apply_coupon")
        asked = code if seat.act is None else seat.act.data["args"].get("code")
        text = "{} is applied, {} was asked for"
        case.check(asked == code, "coupons", n, text, code, asked)
        coupon = case.setting.coupons.get(code)
        text = "coupon {} is not declared"
        if not case.check(coupon is not None, "coupons", n, text, code) or not coupon:
            return
        self._in_time(coupon, record.t, n)
        self._unspent(seat, code, n)
        case.unasked(record, "refusals")
        if case.asked is None:
            for page in seat.pages:
                page.coupons.append(code)

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

    def started(self, record: Record, seat: Seat) -> None:
        """Check the bill of a new payment."""
        data, check, n = record.data, self._case.check, record.n
        name, card = data["payment"], data["card"]
        self._coupons(record, seat)
        setting = self._case.setting
        codes = [code for code, _ in data["discounts"]]
        bills = [
            draw_up(setting, data["items"], codes, card, page.parts)
            for page in seat.pages
        ]
        text = "{} takes off {}, it should {}"
        off = [bill.discounts for bill in bills]
        found = data["discounts"]
        check(found in off, "discounts", n, text, name, found, off)
        goods = data["items"] - sum(off for _, off in found)
        bills = [draw_up(setting, goods, (), card, page.parts) for page in seat.pages]
        text = "{} has the fees {}, they should be {}"
        fees = [bill.fees for bill in bills]
        found = data["fees"]
        check(found in fees, "fees", n, text, name, found, fees)
        total = goods + sum(fee for _, fee in found)
        text = "{} is of {}, its bill says {}"
        check(data["amount"] == total, "amount", n, text, name, data["amount"], total)
        self._plan(record, seat)

    def _plan(self, record: Record, seat: Seat) -> None:
        data = record.data

        def fits(page: Page) -> bool:
            return bool(data["plan"] == split(data["amount"], page.parts))

        chosen = " or ".join(str(page.parts) for page in seat.pages)
        text = "{} is paid in the parts {}, {} equal ones were chosen"
        self._case.check(
            seat.only(fits),
            "plan",
            record.n,
            text,
            data["payment"],
            data["plan"],
            chosen,
        )

    def _coupons(self, record: Record, seat: Seat) -> None:
        codes = [code for code, _ in record.data["discounts"]]
        applied = [page.coupons for page in seat.pages]
        text = "{} is paid with the coupons {}, applied are {}"
        self._case.check(
            seat.only(lambda page: page.coupons == codes),
            "coupons",
            record.n,
            text,
            record.data["payment"],
            codes,
            applied,
        )
