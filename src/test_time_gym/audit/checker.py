"""The checker: reads a journal once, and leads every record to its rules."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

from .case import Case
from .findings import Audit, Findings
from .frame import Frame, Record
from .instalments import Instalments
from .layout import KINDS, fits
from .ledger import Ledger
from .money import Money
from .orders import Orders
from .outcomes import Outcomes
from .payments import Payments
from .prices import Prices
from .rewards import Rewards
from .setting import Setting
from .stock import Stock
from .turns import Turns

__all__ = ["audit"]

_UNFIT: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading a scenario raises that is none."""

_FRAME_RULES: Final = ("frame", "chain", "canonical", "numbering", "time")


def audit(
    path: str | Path,
    *,
    stream: BinaryIO | None = None,
    progress: Callable[[int], object] | None = None,
) -> Audit:
    """Check a journal from its bytes alone, without executing anything.

    Everything that follows from the header and earlier records is reckoned again, by
    code that shares nothing with the market's.  docs/journal.md says what no journal
    can tell.

    Args:
        path: the journal's file.
        stream: read instead of the file, as the content of a compressed one.  It
            may raise `EOFError` if it breaks off, and `ValueError` if it is damaged.
        progress: called now and then with the number of records read.

    Raises:
        Unreadable: it is no regular file, or reading fails.
    """
    frame, findings = Frame(Path(path), KINDS, stream=stream), Findings()
    records = iter(frame)
    header = next(records, None)
    checker = None if header is None else _open(header, findings)
    for record in records:
        if checker is not None:
            checker.take(record)
        if progress is not None and not record.n % 4096:
            progress(record.n)
    for rule in _FRAME_RULES:
        findings.checked[rule] = frame.records
    broken = frame.broken
    if broken is not None:
        findings.check(None, broken.rule, frame.records, "{}", broken)
    return Audit(
        status=frame.status,
        records=frame.records,
        findings=tuple(findings.found),
        checked=findings.checked,
        reason=frame.reason,
    )


def _open(header: Record, findings: Findings) -> "_Checker | None":
    try:
        setting = Setting(header.data, header.t)
        checker = _Checker(Case(setting, findings))
    except _UNFIT as error:
        text = "it declares no scenario that can be read: {} {}"
        findings.check(None, "header", 0, text, type(error).__name__, error)
        return None
    text = "the digest of the scenario does not fit it"
    findings.check(setting.digest_fits, "header", 0, text)
    text = "it names a parent otherwise than a fork does"
    findings.check(setting.parent_fits, "header", 0, text)
    return checker


class _Checker:
    """The parts of an audit, joined."""

    def __init__(self, case: Case) -> None:
        """Let every kind of record know its part."""
        self._case = case
        self._stock = Stock(case)
        self._prices = Prices(case, self._stock)
        self._ledger = Ledger(case)
        self._outcomes = Outcomes(case)
        payments, instalments = Payments(case), Instalments(case)
        money = Money(case, payments, instalments, self._ledger)
        orders = Orders(case, self._stock, payments, instalments, money)
        turns, rewards = Turns(case), Rewards(case)
        self._draws: dict[str, int] = {}
        self._parts: dict[str, Callable[[Record], object]] = {
            "act": turns.act,
            "reward": rewards.reward,
            "message": rewards.message,
            "outcome": self._outcomes.reached,
            "hold_placed": self._placed,
            "hold_released": self._stock.free,
            "hold_expired": self._stock.free,
            "seat_sold": self._sold,
            "repriced": self._prices.repriced,
            "coupon_applied": payments.applied,
            "payment_started": payments.start,
            "payment_challenged": payments.challenge,
            "challenge_passed": payments.passed,
            "payment_declined": payments.decline,
            "payment_closed": payments.close,
            "payment_authorized": money.authorize,
            "payment_captured": money.capture,
            "payment_voided": money.void,
            "payment_refunded": money.refund,
            "ticket_issued": orders.issue,
            "order_cancelled": orders.cancel,
            "instalment_failed": instalments.failed,
            "order_defaulted": orders.default,
            "digest": self._digest,
            "end": self._end,
        }

    def take(self, record: Record) -> None:
        """Lead a record to its part, after all that was due before it."""
        case, n, t, kind = self._case, record.n, record.t, record.kind
        if t > case.dues.next:
            case.dues.passed(t, n)
        if t > self._prices.next:
            self._prices.passed(t, n)
        if case.follow is not None:
            (expected, rule, why), case.follow = case.follow, None
            text = "{}: a record of the kind {} must follow, not {}"
            case.check(kind == expected, rule, n, text, why, expected, kind)
        if fits(record, case.findings):
            try:
                self._parts[kind](record)
            except _UNFIT as error:
                text = "the scenario does not let it be judged: {} {}"
                case.check(None, "header", n, text, type(error).__name__, error)

    def _placed(self, record: Record) -> None:
        hold = self._stock.place(record)
        if hold is not None:
            for index, _, price in hold.lines:
                product = self._case.setting.products[index]
                self._prices.seen(product, price, record)

    def _sold(self, record: Record) -> None:
        product = self._stock.sale(record)
        if product is not None:
            self._prices.seen(product, record.data["price"], record)
            self._ledger.sold(record.data["price"])

    def _digest(self, record: Record) -> None:
        self._case.caused(record, 0)
        for name, count in record.data["draws"]:
            before = self._draws.get(name, 0)
            text = "the stream {} had drawn {} words, now {}"
            self._case.check(
                count >= before, "digests", record.n, text, name, before, count
            )
            self._draws[name] = count

    def _end(self, record: Record) -> None:
        self._case.caused(record, 0)
        self._outcomes.end(record)
        self._ledger.close(record.n)
