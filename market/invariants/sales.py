"""Laws of orders: tickets, prices, coupons, instalments, cancellations."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from ..bill import Bill
from ..config import PPM
from ..holds import HoldState
from ..orders import Order, OrderState
from ..snapshot import MarketSnapshot
from .law import law

__all__ = [
    "cancelled_orders_hold_no_seats",
    "coupons_work_once",
    "instalments_add_up",
    "orders_and_confirmed_holds_pair_up",
    "orders_owe_what_their_rates_say",
    "tickets_and_money_go_together",
    "tickets_are_issued_while_the_hold_runs",
    "visitors_pay_the_locked_price",
]


@law("S3", "S5", visits=True)
def orders_and_confirmed_holds_pair_up(s: MarketSnapshot) -> Iterator[str]:
    """Every order rests on one confirmed hold, every confirmed hold on one order."""
    confirmed = sorted(h.id for h in s.holds if h.state is HoldState.CONFIRMED)
    ordered = sorted(order.hold.id for order in s.orders)
    if confirmed != ordered:
        yield f"confirmed holds {confirmed}, holds of orders {ordered}"


@law("S5", visits=True)
def tickets_and_money_go_together(s: MarketSnapshot) -> Iterator[str]:
    """Every order has one payment that captured money; nobody else has paid."""
    takers = sorted(p.id for p in s.payments if p.captured_minor > 0)
    payers = sorted(order.payment.id for order in s.orders)
    if takers != payers:
        yield f"payments with captures {takers}, payments of orders {payers}"
    hold_of = {payment.id: payment.hold_id for payment in s.payments}
    for order in s.orders:
        if hold_of.get(order.payment.id) != order.hold.id:
            yield f"{order.id} has {order.hold.id}, but paid for another hold"


@law("P5", visits=True)
def tickets_are_issued_while_the_hold_runs(s: MarketSnapshot) -> Iterator[str]:
    """A capture sells seats only on [placed, expires) of their hold."""
    holds = {hold.id: hold for hold in s.holds}
    for order in s.orders:
        hold = holds[order.hold.id]
        if not hold.placed_at_ms <= order.ticketed_at_ms < hold.expires_at_ms:
            yield f"{order.id} of {order.ticketed_at_ms}, {hold.id} ended before"


@law("L5", visits=True)
def visitors_pay_the_locked_price(s: MarketSnapshot) -> Iterator[str]:
    """An order costs what its hold locked, less its coupons, plus the shop's fees."""
    holds = {hold.id: hold for hold in s.holds}
    payments = {payment.id: payment for payment in s.payments}
    for order in s.orders:
        payment = payments[order.payment.id]
        locked = sum(
            line.seats * line.price_minor for line in holds[order.hold.id].lines
        )
        left = locked
        for code, off in payment.bill.discounts:
            coupon = s.coupons[code]
            if locked < coupon.minimum_minor or off != coupon.discount(left):
                yield f"{code} took {off} off {left} of {locked}"
            if len(payment.bill.discounts) > 1 and not coupon.stackable:
                yield f"{order.id} stacks {payment.coupons}"
            left -= off
        brand = s.terms.cards[payment.card].brand
        due = [f for f in s.fees if f.applies(held=True, brand=brand)]
        fees = sum(fee.amount(left) for fee in due)
        fees += _interest(left + fees, len(payment.plan), s.terms.instalments.apr_ppm)
        if payment.bill.items_minor != locked or payment.amount_minor != left + fees:
            yield f"{order.id} costs {payment.bill}, locked {locked}, fees {fees}"


@law(visits=True)
def coupons_work_once(s: MarketSnapshot) -> Iterator[str]:
    """No visitor pays, or may yet pay, for two orders with one coupon."""
    used = Counter(
        (p.seat, code) for p in s.payments if p.spends_coupons for code in p.coupons
    )
    for (seat, coupon), times in used.items():
        if times > 1:
            yield f"visitor {seat} uses {coupon} {times} times"


@law("P9", visits=True)
def instalments_add_up(s: MarketSnapshot) -> Iterator[str]:
    """Parts sum to the total, the first takes the rest, they are paid in order."""
    payments = {payment.id: payment for payment in s.payments}
    due = [id_.split("/") for _, _, kind, id_ in s.timers if kind == "instalment"]
    for order in s.orders:
        payment = payments[order.payment.id]
        total, plan = payment.amount_minor, payment.plan
        part, rest = divmod(total, len(plan))
        if plan != (part + rest, *[part] * (len(plan) - 1)):
            yield f"{order.id} of {total} is paid in {plan}"
        coming = [int(k) for id_, k, _ in due if id_ == order.id]
        if len(coming) > 1:
            yield f"{order.id}: parts {coming} are due at the same time"
        if (
            order.state is OrderState.DEFAULTED
            or payment.kept_minor >= order.owed_minor
        ):
            continue
        if not coming:
            yield f"{order.id}: {payment.kept_minor} of {order.owed_minor}, none due"
        elif payment.captured_minor != sum(plan[: coming[0]]):
            yield f"{order.id}: {payment.captured_minor} before part {coming[0]}"


@law("P4", visits=True)
def orders_owe_what_their_rates_say(s: MarketSnapshot) -> Iterator[str]:
    """Of what was cancelled the shop keeps what the rates say, and no more."""
    payments = {payment.id: payment for payment in s.payments}
    for order in s.orders:
        payment = payments[order.payment.id]
        owed, kept = _owed(order, payment.bill, s.cancel_fees), payment.kept_minor
        defaulted = order.state is OrderState.DEFAULTED
        if kept > order.owed_minor:
            yield f"{order.id} owes {order.owed_minor}, but {kept} is kept"
        if defaulted and not kept == order.owed_minor <= owed:
            yield f"{order.id} is in default: {kept} of {order.owed_minor} of {owed}"
        if not defaulted and order.owed_minor != owed:
            yield f"{order.id} owes {order.owed_minor}, by its rates {owed}"


@law("S3", visits=True)
def cancelled_orders_hold_no_seats(s: MarketSnapshot) -> Iterator[str]:
    """An order is cancelled when its last seat is given back, and only then."""
    for order in s.orders:
        seats = sum(line.seats for line in order.lines)
        for bought, left in zip(order.hold.lines, order.lines, strict=True):
            same = (bought.product, bought.price_minor)
            if same != (left.product, left.price_minor) or left.seats > bought.seats:
                yield f"{order.id} bought {bought}, has {left}"
        empty = order.state is OrderState.CANCELLED
        if order.state is not OrderState.DEFAULTED and empty != (seats == 0):
            yield f"{order.id} is {order.state.value} with {seats} units"
        closed = all(
            s.now_ms >= s.closing_ms[line.product] for line in order.lines if line.seats
        )
        if order.state is OrderState.DEFAULTED and not closed:
            yield f"{order.id} is in default, and has {seats} units that could be sold"


def _interest(amount: int, parts: int, apr_ppm: int) -> int:
    """Return what equal monthly parts cost beyond the amount, last part by part."""
    if parts == 1 or not apr_ppm or amount < parts**2:
        return 0
    month = Fraction(apr_ppm, 12 * PPM)
    part = round(amount * month / (1 - (1 + month) ** -parts))
    debt = Fraction(amount)
    for _ in range(parts - 1):
        debt = debt * (1 + month) - part
    return (parts - 1) * part + round(debt * (1 + month)) - amount


def _owed(order: Order, bill: Bill, cancel_fees: tuple[int | None, ...]) -> int:
    """Return what is owed: goods that stay or cannot go back, and fees of the rest."""
    goods = bill.items_minor - sum(off for _, off in bill.discounts)
    stays, charged = 0, sum(amount for _, amount in bill.fees)
    for bought, left in zip(order.hold.lines, order.lines, strict=True):
        fee = cancel_fees[bought.product]
        if fee is None:
            stays += bought.seats * bought.price_minor
            continue
        stays += left.seats * bought.price_minor
        share = bought.price_minor * goods // bill.items_minor
        charged += (bought.seats - left.seats) * min(fee, share)
    return charged + stays * goods // bill.items_minor
