"""Bills: coupons, fees, interest and parts, recomputed from the scenario."""

from typing import Any

from .lines import Line
from .page import Page
from .state import AuditedAgent, AuditState
from .totals import draw_up, split

__all__ = ["BillRules"]


class BillRules:
    """What payments are for."""

    def __init__(self, case: AuditState) -> None:
        """Take the journal."""
        self._state = case

    def applied(self, record: Line) -> None:
        """Check that a coupon may be applied, and note it."""
        case, n, code = self._state, record.n, record.data["code"]
        seat = case.owner(record)
        if seat is None:
            return
        case.by_act(record, seat, "apply_coupon")
        asked = code if seat.act is None else seat.act.data["args"].get("code")
        text = "{} is applied, {} was asked for"
        case.check(asked == code, "coupons", n, text, code, asked)
        coupon = case.scenario.coupons.get(code)
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
        self._state.check(
            ends is None or now < ends * 1000,
            "coupons",
            n,
            text,
            coupon["code"],
            None if ends is None else ends * 1000,
            now,
        )

    def _unspent(self, seat: AuditedAgent, code: str, n: int) -> None:
        spent = [
            payment.id
            for payment in seat.payments
            if payment.spends and any(code == used for used, _ in payment.discounts)
        ]
        text = "coupon {} is spent by {}"
        self._state.check(not spent, "coupons", n, text, code, spent)

    def started(self, record: Line, seat: AuditedAgent) -> None:
        """Check the bill of a new payment."""
        data, check, n = record.data, self._state.check, record.n
        name, card = data["payment"], data["card"]
        self._coupons(record, seat)
        scenario = self._state.scenario
        codes = [code for code, _ in data["discounts"]]
        bills = [
            draw_up(scenario, data["items"], codes, card, page.parts)
            for page in seat.pages
        ]
        text = "{} takes off {}, it should {}"
        off = [bill.discounts for bill in bills]
        found = data["discounts"]
        check(found in off, "discounts", n, text, name, found, off)
        goods = data["items"] - sum(off for _, off in found)
        bills = [draw_up(scenario, goods, (), card, page.parts) for page in seat.pages]
        text = "{} has the fees {}, they should be {}"
        fees = [bill.fees for bill in bills]
        found = data["fees"]
        check(found in fees, "fees", n, text, name, found, fees)
        total = goods + sum(fee for _, fee in found)
        text = "{} is of {}, its bill says {}"
        check(data["amount"] == total, "amount", n, text, name, data["amount"], total)
        self._plan(record, seat)

    def _plan(self, record: Line, seat: AuditedAgent) -> None:
        data = record.data

        def fits(page: Page) -> bool:
            return bool(data["plan"] == split(data["amount"], page.parts))

        chosen = " or ".join(str(page.parts) for page in seat.pages)
        text = "{} is paid in the parts {}, {} equal ones were chosen"
        self._state.check(
            seat.only(fits),
            "plan",
            record.n,
            text,
            data["payment"],
            data["plan"],
            chosen,
        )

    def _coupons(self, record: Line, seat: AuditedAgent) -> None:
        codes = [code for code, _ in record.data["discounts"]]
        applied = [page.coupons for page in seat.pages]
        text = "{} is paid with the coupons {}, applied are {}"
        self._state.check(
            seat.only(lambda page: page.coupons == codes),
            "coupons",
            record.n,
            text,
            record.data["payment"],
            codes,
            applied,
        )
