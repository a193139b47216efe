"""Orders: tickets, cancellations and defaults."""

from typing import Any

from .instalments import LaterPartRules
from .lines import Line
from .money import MoneyRules
from .records import RecordedOrder
from .state import AuditState
from .stock import StockRules

__all__ = ["OrderRules"]


class OrderRules:
    """What captured payments make of holds."""

    def __init__(
        self,
        case: AuditState,
        stock: StockRules,
        instalments: LaterPartRules,
        money: MoneyRules,
    ) -> None:
        """No order yet."""
        self._state = case
        self._stock = stock
        self._instalments = instalments
        self._money = money

    def issue(self, record: Line) -> None:
        """Check that a ticket comes with its capture, while its hold runs."""
        case, data, n = self._state, record.data, record.n
        payment = case.payments.get(data["payment"])
        taken = (
            payment is not None
            and payment.state == "captured"
            and payment.order is None
        )
        text = "{} is issued for {}, which is not captured just now"
        case.check(taken, "tickets", n, text, data["order"], data["payment"])
        if payment is None or not taken:
            return
        seat, hold = case.seats[payment.seat], payment.hold
        case.owner(record, seat.index)
        case.caused(record, payment.cause)
        runs = hold.runs(record.t)
        text = "{} is issued for {}; {} of {} is {} and ends at {}"
        case.check(
            runs and data["hold"] == hold.id,
            "tickets",
            n,
            text,
            data["order"],
            data["hold"],
            hold.id,
            payment.id,
            hold.state,
            hold.expires,
        )
        name = f"order-{seat.index}-{len(seat.orders) + 1}"
        text = "{} costs {}; it should be {} and cost {}"
        case.check(
            (data["order"], data["total"]) == (name, payment.amount),
            "tickets",
            n,
            text,
            data["order"],
            data["total"],
            name,
            payment.amount,
        )
        if hold.state == "held":
            self._stock.confirm(hold)
        order = RecordedOrder(
            id=data["order"],
            seat=seat.index,
            payment=payment,
            left=[seats for _, seats, _ in hold.lines],
            owed=payment.amount,
            ticketed=record.t,
        )
        payment.order = case.orders[order.id] = order
        seat.orders.append(order)
        self._instalments.schedule(order, 1, record)
        self._money.reply(payment, record)

    def cancel(self, record: Line) -> None:
        """Check what is given back, and what goes back for it."""
        case, data, n = self._state, record.data, record.n
        order = self._known(record, "ticketed", rule="cancellation")
        if order is None:
            return
        seat = case.seats[order.seat]
        if case.by_act(record, seat, "cancel_order") and seat.act is not None:
            asked = self._asked(order, seat.act.data["args"])
            text = "{} of {} is given back, {} was asked for"
            case.check(
                data["seats"] == asked,
                "cancellation",
                n,
                text,
                data["seats"],
                order.id,
                asked,
            )
        self._take_back(record, order)
        whole = not any(order.left)
        order.owed = self._owed(order)
        refund = max(0, order.payment.kept - order.owed)
        text = "{} is cancelled whole: {}, with a refund of {}; it should be {}, {}"
        case.check(
            (data["whole"], data["refund"]) == (whole, refund),
            "cancellation",
            n,
            text,
            order.id,
            data["whole"],
            data["refund"],
            whole,
            refund,
        )
        case.unasked(record, "cancellation")
        if whole:
            order.state = "cancelled"
        self._money.settle(order, record)

    def default(self, record: Line) -> None:
        """Check what is taken back of an order that is not paid."""
        case, data, n = self._state, record.data, record.n
        order = self._known(record, "ticketed", "cancelled", rule="default")
        if order is None:
            return
        text = "{} is in default, and no part of it has failed for good"
        fits = order.failed and case.asked is not None and case.asked.of is order
        case.check(fits, "default", n, text, order.id)
        case.caused(record, order.payment.cause)
        products = case.scenario.products
        expected = [
            [products[index].id, left]
            for (index, _, _), left in zip(
                order.payment.hold.lines, order.left, strict=True
            )
            if left and record.t < products[index].closes
        ]
        text = "{} of {} is taken back, it should be {}"
        case.check(
            data["seats"] == expected,
            "default",
            n,
            text,
            data["seats"],
            order.id,
            expected,
        )
        self._take_back(record, order)
        order.owed = min(self._owed(order), order.payment.kept)
        refund = order.payment.kept - order.owed
        text = "the refund of {} is {}, it should be {}"
        case.check(
            data["refund"] == refund,
            "default",
            n,
            text,
            order.id,
            data["refund"],
            refund,
        )
        order.state = "defaulted"
        self._money.settle(order, record)

    def _known(self, record: Line, *states: str, rule: str) -> RecordedOrder | None:
        case, name = self._state, record.data["order"]
        order = case.orders.get(name)
        state = order.state if order else "unknown"
        text = "{} of {} follows, which is {}"
        ok = case.check(state in states, rule, record.n, text, record.kind, name, state)
        if order is None or not ok:
            return None
        case.owner(record, order.seat)
        return order

    def _asked(self, order: RecordedOrder, args: dict[str, Any]) -> list[list[Any]]:
        products, words = (
            self._state.scenario.products,
            self._state.scenario.trade.words,
        )
        offer = args.get(words.offer_id)
        back = [
            [products[index].id, left]
            for (index, _, _), left in zip(
                order.payment.hold.lines, order.left, strict=True
            )
            if left and offer in {None, products[index].id}
        ]
        seats = args.get(words.units)
        return back if seats is None else [[name, seats] for name, _ in back]

    def _take_back(self, record: Line, order: RecordedOrder) -> None:
        back = dict(record.data["seats"])
        for line, (index, _, _) in enumerate(order.payment.hold.lines):
            product = self._state.scenario.products[index]
            seats = back.pop(product.id, 0)
            left = order.left[line]
            text = "{} of {} seats on {} are given back"
            if seats and self._state.check(
                0 < seats <= left,
                "cancellation",
                record.n,
                text,
                seats,
                left,
                product.id,
            ):
                self._stock.closed(product, record, product.closes)
                order.left[line] -= seats
                self._stock.take_back(index, seats)
        text = "{} has no seats on {}"
        self._state.check(
            not back, "cancellation", record.n, text, order.id, list(back)
        )

    def _owed(self, order: RecordedOrder) -> int:
        """Return what is owed for what is left of an order, by fare rule."""
        payment, stays, fees = order.payment, 0, 0
        items = payment.items
        goods: int = items - sum(off for _, off in payment.discounts)
        for (index, seats, price), left in zip(
            payment.hold.lines, order.left, strict=True
        ):
            product = self._state.scenario.products[index]
            if product.refundable:
                stays += left * price
                share = goods * price // items
                fees += (seats - left) * min(product.cancel_fee, share)
            else:
                stays += seats * price
        return payment.fees + goods * stays // items + fees
