"""Laws of orders: tickets, prices, coupons, instalments, cancellations."""

from collections import Counter
from collections.abc import Iterator

from ..holds import HoldState
from ..orders import Order, OrderState
from ..snapshot import MarketSnapshot
from .law import law

__all__ = [
    "cancelled_orders_follow_their_fare_rules",
    "coupons_work_once",
    "instalments_add_up",
    "orders_and_confirmed_holds_pair_up",
    "tickets_and_money_go_together",
    "tickets_are_issued_while_the_hold_runs",
    "visitors_pay_the_locked_price",
]


@law
def orders_and_confirmed_holds_pair_up(s: MarketSnapshot) -> Iterator[str]:
    """Every order rests on one confirmed hold, every confirmed hold on one order."""
    confirmed = sorted(h.id for h in s.holds if h.state is HoldState.CONFIRMED)
    ordered = sorted(order.hold.id for order in s.orders)
    if confirmed != ordered:
        yield f"confirmed holds {confirmed}, holds of orders {ordered}"


@law
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


@law
def tickets_are_issued_while_the_hold_runs(s: MarketSnapshot) -> Iterator[str]:
    """A capture sells seats only on [placed, expires) of their hold."""
    holds = {hold.id: hold for hold in s.holds}
    for order in s.orders:
        hold = holds[order.hold.id]
        if not hold.placed_at_ms <= order.ticketed_at_ms < hold.expires_at_ms:
            yield f"{order.id} of {order.ticketed_at_ms}, {hold.id} ended before"


@law
def visitors_pay_the_locked_price(s: MarketSnapshot) -> Iterator[str]:
    """An order costs what its hold locked, less what its coupon grants."""
    holds = {hold.id: hold for hold in s.holds}
    payments = {payment.id: payment for payment in s.payments}
    for order in s.orders:
        payment, locked = payments[order.payment.id], holds[order.hold.id].total_minor
        coupon = s.coupons.get(payment.coupon)
        off = 0 if coupon is None else coupon.discount(locked)
        if not order.total_minor == payment.amount_minor == locked - off:
            yield (
                f"{order.id} costs {order.total_minor}, its payment "
                f"{payment.amount_minor}, the hold {locked} less {off}"
            )
        if coupon is not None and locked < coupon.minimum_minor:
            yield f"{coupon.code} lowered {locked}, it needs {coupon.minimum_minor}"


@law
def coupons_work_once(s: MarketSnapshot) -> Iterator[str]:
    """No visitor pays, or may yet pay, for two orders with one coupon."""
    used = Counter((p.seat, p.coupon) for p in s.payments if p.spends_coupon)
    for (seat, coupon), times in used.items():
        if coupon and times > 1:
            yield f"visitor {seat} uses {coupon} {times} times"


@law
def instalments_add_up(s: MarketSnapshot) -> Iterator[str]:
    """Parts sum to the total, the first takes the rest, they come in in order."""
    payments = {payment.id: payment for payment in s.payments}
    due = {id_ for _, _, kind, id_ in s.timers if kind == "instalment"}
    for order in s.orders:
        plan, captured = order.instalments, payments[order.payment.id].captured_minor
        part, rest = divmod(order.total_minor, len(plan))
        if plan != (part + rest, *[part] * (len(plan) - 1)):
            yield f"{order.id} of {order.total_minor} is paid in {plan}"
        if order.state is OrderState.CANCELLED:
            continue
        paid = [k for k in range(1, len(plan) + 1) if sum(plan[:k]) == captured]
        if not paid:
            yield f"{order.id}: {captured} captured, the parts are {plan}"
        elif any(f"{order.id}/{k}" not in due for k in range(paid[0], len(plan))):
            yield f"{order.id}: parts after {paid[0]} of {len(plan)} never come due"


@law
def cancelled_orders_follow_their_fare_rules(s: MarketSnapshot) -> Iterator[str]:
    """Of a cancelled order the shop keeps just what the fare rules say."""
    payments = {payment.id: payment for payment in s.payments}
    for order in s.orders:
        if order.state is not OrderState.CANCELLED:
            continue
        payment, kept = payments[order.payment.id], _kept(order, s.cancel_fees)
        if payment.captured_minor - payment.refunded_minor != kept:
            yield (
                f"{order.id} keeps {kept}, but {payment.captured_minor} is captured "
                f"and {payment.refunded_minor} refunded"
            )


def _kept(order: Order, cancel_fees: tuple[int | None, ...]) -> int:
    kept = 0
    for line in order.hold.lines:
        price, fee = line.seats * line.price_minor, cancel_fees[line.product]
        kept += price if fee is None else min(fee, price)
    return min(kept, order.total_minor)
