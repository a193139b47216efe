"""Situations of orders: conditions over a moment and a record's data.

They read the market as it stands right after the event, and as it was before it.
"""

from test_time_gym.market.orders import OrderState
from test_time_gym.market.payments.instalments import INTEREST

from .context import Data, order_before, order_of, payment_before, payment_of
from .paying_situations import hold_was_declined_before
from .watch import CoverageContext


def paid_with_coupon(m: CoverageContext, data: Data) -> bool:
    """A coupon lowered the price."""
    return payment_of(m, data).coupons != ()


def paid_with_coupons(m: CoverageContext, data: Data) -> bool:
    """Several coupons lowered the price."""
    return len(payment_of(m, data).coupons) > 1


def paid_with_interest(m: CoverageContext, data: Data) -> bool:
    """Paying in parts costs more."""
    return any(name == INTEREST for name, _ in payment_of(m, data).bill.fees)


def paid_after_a_decline(m: CoverageContext, data: Data) -> bool:
    """An earlier payment for the same hold was declined."""
    return hold_was_declined_before(m, data)


def paid_behind_the_page(m: CoverageContext, data: Data) -> bool:
    """The ticket is issued when its page has given up waiting."""
    payment = payment_of(m, data)
    visitor = m.turns.seats[payment.seat].visitor
    return visitor.payment is payment and visitor.status == "unknown"


def had_cancelled(m: CoverageContext, data: Data) -> bool:
    """The buyer has cancelled another order before."""
    orders = m.turns.market.orders.of(order_of(m, data).seat)
    return any(order.state is OrderState.CANCELLED for order in orders)


# -- cancellations -----------------------------------------------------------------


def _kept_before(m: CoverageContext, data: Data) -> int:
    return payment_before(m, order_of(m, data).payment.id).kept_minor


def cancelled_with_fee(m: CoverageContext, data: Data) -> bool:
    """A part of what was paid comes back."""
    return bool(data["whole"] and 0 < data["refund"] < _kept_before(m, data))


def cancelled_for_nothing(_m: CoverageContext, data: Data) -> bool:
    """Nothing comes back."""
    return bool(data["whole"] and data["refund"] == 0)


def cancelled_in_full(m: CoverageContext, data: Data) -> bool:
    """All that was paid comes back."""
    return bool(data["whole"] and data["refund"] == _kept_before(m, data))


def cancelled_with_parts(m: CoverageContext, data: Data) -> bool:
    """Some instalments were not due yet."""
    payment = order_of(m, data).payment
    return payment.captured_minor < payment.amount_minor


def cancelled_in_part(_m: CoverageContext, data: Data) -> bool:
    """Something of the order is left."""
    return not data["whole"]


def some_seats_cancelled(m: CoverageContext, data: Data) -> bool:
    """Of one flight some seats are given back, others kept."""
    products = m.turns.market.catalog.products
    left = {products[ln.product].id: ln.seats for ln in order_of(m, data).lines}
    return any(left[name] > 0 for name, _ in data["seats"])


def one_flight_cancelled(m: CoverageContext, data: Data) -> bool:
    """Of several flights one is given back, another kept."""
    seats = [line.seats for line in order_of(m, data).lines]
    return 0 in seats and any(seats)


def the_rest_cancelled(m: CoverageContext, data: Data) -> bool:
    """After a part was given back with a refund, the rest is, and refunded too."""
    payment = payment_before(m, order_of(m, data).payment.id)
    back = payment.refunded_minor + payment.returning_minor
    return bool(data["whole"] and data["refund"] and back)


def refund_on_its_way(m: CoverageContext, data: Data) -> bool:
    """What comes back is not on the card yet."""
    return bool(data["refund"] and order_of(m, data).payment.returning_minor)


# -- instalments -------------------------------------------------------------------


def later_instalment(m: CoverageContext, _data: Data) -> bool:
    """A part of a plan after the first is captured when it is due."""
    return bool(m.gone_off("instalment"))


def paid_at_last(m: CoverageContext, _data: Data) -> bool:
    """A part that failed before is paid when it is tried again."""
    return any(not id_.endswith("/0") for id_ in m.gone_off("instalment"))


def paid_though_cancelled(m: CoverageContext, _data: Data) -> bool:
    """A cancelled order goes on paying what the shop may keep."""
    ids = [entity.split("/")[0] for entity in m.gone_off("instalment")]
    return any(order_before(m, id_).state is OrderState.CANCELLED for id_ in ids)


def part_cut_short(m: CoverageContext, data: Data) -> bool:
    """Less than a planned part is charged, since less is owed."""
    for entity in m.gone_off("instalment"):
        name, part, _ = entity.split("/")
        if data["amount"] < order_before(m, name).plan[int(part)]:
            return True
    return False


def part_given_up(_m: CoverageContext, data: Data) -> bool:
    """A part has failed for the last time."""
    return data["retry"] is None


def part_will_be_tried_again(_m: CoverageContext, data: Data) -> bool:
    """A part has failed, not for the last time."""
    return data["retry"] is not None


def part_met_an_outage(_m: CoverageContext, data: Data) -> bool:
    """A part is due while the gateway is down."""
    return bool(data["reason"] == "gateway_unavailable")


def defaulted_before_departure(_m: CoverageContext, data: Data) -> bool:
    """Seats of an order that is not paid for are free again."""
    return bool(data["seats"])


def defaulted_after_departure(m: CoverageContext, data: Data) -> bool:
    """An order that is not paid for has flown."""
    return not data["seats"] and any(ln.seats for ln in order_of(m, data).lines)


def defaulted_when_cancelled(m: CoverageContext, data: Data) -> bool:
    """What a cancelled order still owed is not paid."""
    return order_before(m, data["order"]).state is OrderState.CANCELLED


def defaulted_with_refund(_m: CoverageContext, data: Data) -> bool:
    """The shop may keep less than was paid."""
    return bool(data["refund"])
