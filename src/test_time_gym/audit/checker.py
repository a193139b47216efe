"""The checker: reads a journal once, and leads every record to its rules."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

from .afterwards import AfterwardsRules
from .answers import AnswerRules
from .checkpoints import DigestRules
from .clicks import ClickRules
from .fences import FenceRules
from .findings import Audit, Findings
from .gateway_rules import GatewayRules
from .go_shows import GoShowRules
from .instalments import LaterPartRules
from .layout import KINDS, fits
from .ledger import LedgerRules
from .lines import JournalLines, Line
from .money import MoneyRules
from .orders import OrderRules
from .outcomes import OutcomeRules
from .patience import PatienceRules
from .payments import PaymentRules
from .prices import RepricingRules
from .rewards import RewardRules
from .scenario import DeclaredScenario
from .schedule import ScheduleRules
from .sellers import SellerRules
from .sequence import SequenceRules
from .state import AuditState
from .stock import StockRules
from .turns import TurnRules

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

    Everything that follows from the header and earlier records is recomputed, by
    rules that share with the market only what a trade declares.  docs/journal.md says
    what a journal leaves free.

    Args:
        path: the journal's file.
        stream: read instead of the file, as the content of a compressed one.  It
            may raise `EOFError` if it breaks off, and `ValueError` if it is damaged.
        progress: called now and then with the number of records read.

    Raises:
        Unreadable: it is no regular file, or reading fails.
    """
    frame, findings = JournalLines(Path(path), KINDS, stream=stream), Findings()
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


def _open(header: Line, findings: Findings) -> "_Checker | None":
    try:
        scenario = DeclaredScenario(header.data, header.t)
        checker = _Checker(AuditState(scenario, findings))
    except _UNFIT as error:
        text = "it declares no scenario that can be read: {} {}"
        findings.check(None, "header", 0, text, type(error).__name__, error)
        return None
    nobodys = not header.actor and not header.cause
    for text, holds in (*scenario.claims, ("it is nobody's doing", nobodys)):
        findings.check(holds, "header", 0, "it does not hold that {}", text)
    return checker


class _Checker:
    """The parts of an audit, joined."""

    def __init__(self, case: AuditState) -> None:
        """Let every kind of record know its part."""
        self._state = case
        self._stock = stock = StockRules(case)
        self._prices = RepricingRules(case, stock)
        self._fences = FenceRules(case, stock, self._prices)
        self._patience = PatienceRules(case)
        self._afterwards = AfterwardsRules(case, stock)
        self._go_shows = GoShowRules(case, stock, self._prices)
        self._outcomes = OutcomeRules(case)
        schedule, gateway = ScheduleRules(case), GatewayRules(case)
        answers = AnswerRules(case, schedule)
        clicks = ClickRules(case, stock, self._prices, schedule, answers)
        self._paying = clicks.paying
        self._sequence = SequenceRules(case, stock, schedule)
        payments = PaymentRules(case, answers, gateway)
        instalments = LaterPartRules(case, gateway)
        money = MoneyRules(case, answers, payments, instalments, LedgerRules(case))
        orders = OrderRules(case, stock, instalments, money)
        self._turns = TurnRules(case, schedule, clicks)
        self._sellers = sellers = SellerRules(case, self._prices, schedule)
        self._prices.on_played = sellers.repriced
        self._rewards = RewardRules(case)
        self._checkpoints = checkpoints = DigestRules(case, sellers.sellers)
        self._parts: dict[str, Callable[[Line], object]] = {
            "act": self._acted,
            "reward": self._rewarded,
            "message": answers.message,
            "outcome": self._ended,
            "market_opened": self._opened,
            "hold_placed": self._placed,
            "hold_released": stock.free,
            "hold_expired": stock.free,
            "seat_sold": self._sold,
            "postponed": self._postponed,
            "background_cancelled": self._given_up,
            "no_show": self._given_up,
            "denied": self._given_up,
            "go_show": self._came,
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
            "digest": checkpoints.digest,
            "end": self._end,
        }

    def take(self, record: Line) -> None:
        """Lead a record to its part, after all that was due before it."""
        case, n, t = self._state, record.n, record.t
        if n == 1:
            drawn, kind = case.scenario.opening_drawn, record.kind
            text = "the first record tells what was sold before, or nothing was: {}"
            case.check(drawn == (kind == "market_opened"), "opening", n, text, kind)
        self._sequence.place(record)
        self._sellers.before(record)
        if t > self._prices.next:
            self._prices.passed(t, n)
        if fits(record, case.findings):
            try:
                self._parts[record.kind](record)
            except _UNFIT as error:
                text = "the scenario does not let it be judged: {} {}"
                case.check(None, "header", n, text, type(error).__name__, error)

    def _acted(self, record: Line) -> None:
        sells = record.actor in self._sellers.by_name
        (self._sellers.act if sells else self._turns.act)(record)
        self._checkpoints.acted(record)

    def _rewarded(self, record: Line) -> None:
        sells = record.actor in self._sellers.by_name
        (self._sellers.reward if sells else self._rewards.reward)(record)

    def _ended(self, record: Line) -> None:
        sells = record.actor in self._sellers.by_name
        (self._sellers.outcome if sells else self._outcomes.reached)(record)

    def _opened(self, record: Line) -> None:
        self._stock.opened(record)
        self._prices.open()

    def _placed(self, record: Line) -> None:
        hold = self._stock.place(record)
        if hold is not None:
            self._paying.placed(record, self._state.seats[hold.seat])
            for index, _, price in hold.lines:
                product = self._state.scenario.products[index]
                self._prices.seen(product, price, record)
        self._state.unasked(record, "refusals")

    def _sold(self, record: Line) -> None:
        self._fences.sale(record)
        product = self._stock.sale(record)
        if product is not None:
            self._prices.seen(product, record.data["price"], record)
            seats = record.data.get("seats", 1)
            self._sellers.sold(product.index, record.data["price"] * seats)
            self._afterwards.book(record, product)
            self._patience.sale(record, product)

    def _postponed(self, record: Line) -> None:
        self._fences.sale(record)
        product = self._patience.postponed(record)
        if product is not None:
            self._prices.seen(product, record.data["price"], record)

    def _given_up(self, record: Line) -> None:
        booking = self._afterwards.end(record)
        if booking is not None:
            product = booking.product
            if record.kind == "denied":
                self._go_shows.denied(product, record.data["pool"])
            elif record.kind == "no_show":
                self._go_shows.missed(product, booking.seats)
            back = "compensation" if record.kind == "denied" else "refund"
            self._sellers.sold(booking.product.index, -record.data[back])

    def _came(self, record: Line) -> None:
        product = self._go_shows.come(record)
        if product is not None:
            price = record.data["price"]
            self._prices.seen(product, price, record)
            self._sellers.sold(product.index, price)

    def _end(self, record: Line) -> None:
        self._state.nobody(record)
        past, text = (
            self._state.scenario.forked_at,
            "it shares {} records with its parent",
        )
        self._state.check(past < record.n, "header", record.n, text, past)
        self._outcomes.end(record, self._sellers.sellers)
