"""Situations: the conditions of `sometimes`, over a moment and a record's data.

They read the market as it stands right after the event, and as it was before it.
"""

from typing import Any

from test_time_gym.market.interface.verbs import Action, Verb
from test_time_gym.market.orders import Order, OrderState
from test_time_gym.market.payments.payment import Payment, PaymentState

from .watch import Moment

Data = dict[str, Any]


def _payment(m: Moment, data: Data) -> Payment:
    return m.turns.market.processor.by_id[data["payment"]]


def _order(m: Moment, data: Data) -> Order:
    return m.turns.market.orders.by_id[data["order"]]


def _product(m: Moment, name: str) -> int:
    return int(m.turns.market.catalog.by_id[name].index)


def _did(m: Moment, verb: Verb) -> bool:
    """Return whether the moment is a legal action of this verb."""
    seat = m.acted
    return (
        isinstance(m.given, Action)
        and m.given.verb is verb
        and seat is not None
        and seat.accepted
    )


# -- seats and holds ---------------------------------------------------------------


def some_leg_has_no_seat(m: Moment, _data: Data) -> bool:
    """A leg of the catalog has a capacity of nothing."""
    return 0 in m.after.capacity


def some_seats_are_gone(m: Moment, _data: Data) -> bool:
    """Seats were drawn as sold before the market opened."""
    return any(m.after.opening_sold)


def sold_the_last_seat(m: Moment, data: Data) -> bool:
    """A background buyer took what was left."""
    inventory = m.turns.market.inventory
    return inventory.available(_product(m, data["product"])) == 0


def rival_wants_the_last_seat(m: Moment, data: Data) -> bool:
    """A hold leaves nothing of what another visitor has in the cart."""
    inventory = m.turns.market.inventory
    for name, _, _ in data["lines"]:
        index = _product(m, name)
        if inventory.available(index) == 0:
            for seat in m.turns.seats:
                wants = any(item.product == index for item in seat.visitor.cart)
                if wants and seat is not m.acted:
                    return True
    return False


def limit_closes_a_class(m: Moment, data: Data) -> bool:
    """A class is closed by a booking limit while its legs have free seats."""
    market = m.turns.market
    for name, _, _ in data["lines"]:
        for index in market.catalog.by_id[name].nest:
            pools = market.catalog.products[index].pools
            free = min(map(market.inventory.free, pools))
            if free > 0 and market.inventory.available(index) == 0:
                return True
    return False


def some_items_are_left(m: Moment) -> bool:
    """Of several items that were refused together some could have been held."""
    seat = m.acted
    items = [] if seat is None else seat.visitor.cart
    return len(items) > 1 and any(m.turns.market.on_sale(i.product) for i in items)


def held_below_the_page(m: Moment, data: Data) -> bool:
    """A price has fallen since the page was loaded."""
    seat = m.acted
    shown = {} if seat is None else {o.product: o for o in seat.visitor.shown}
    return any(
        shown[index].price_minor > price
        for name, _, price in data["lines"]
        if (index := _product(m, name)) in shown
    )


def hold_is_being_paid(m: Moment, data: Data) -> bool:
    """A hold ends while a payment for it is open."""
    return m.turns.market.processor.live_payment(data["hold"]) is not None


def reply_is_due_now(m: Moment, _data: Data) -> bool:
    """The gateway answers at the very instant at which a hold ends."""
    now = m.after.now_ms
    return any(t[0] == now and t[2] == "gateway" for t in m.after.timers)


def seat_came_back(m: Moment, _data: Data) -> bool:
    """A leg that was full has a free seat again."""
    if m.before.held == m.after.held and m.before.sold == m.after.sold:
        return False
    return any(
        seats > 0 and seats == old_sold + old_held and sold + held < seats
        for seats, old_sold, old_held, sold, held in zip(
            m.after.capacity,
            m.before.sold,
            m.before.held,
            m.after.sold,
            m.after.held,
            strict=True,
        )
    )


def somebody_holds(m: Moment, _data: Data) -> bool:
    """Some hold runs."""
    return any(m.after.held)


# -- payments ----------------------------------------------------------------------


def hold_was_declined_before(m: Moment, data: Data) -> bool:
    """Another payment of this hold was declined before."""
    payments = m.turns.market.processor.by_id.values()
    return any(
        p.hold_id == data["hold"] and p.state is PaymentState.DECLINED for p in payments
    )


def somebody_waits_in_line(m: Moment, _data: Data) -> bool:
    """All servers of the gateway are busy."""
    return bool(m.turns.market.processor.gateway.waiting())


def paid_with_coupon(m: Moment, data: Data) -> bool:
    """A coupon lowered the price."""
    return _payment(m, data).coupon != ""


def paid_after_a_decline(m: Moment, data: Data) -> bool:
    """An earlier payment for the same hold was declined."""
    return hold_was_declined_before(m, data)


def over_the_limit(m: Moment, data: Data) -> bool:
    """A card was refused for its limit, not for having none."""
    law = m.turns.world.cards[_payment(m, data).card]
    return data["reason"] == "insufficient_funds" and law.limit_minor != 0


def outage(_m: Moment, data: Data) -> bool:
    """The gateway was down."""
    return bool(data["reason"] == "gateway_unavailable")


def key_repeated(m: Moment, _data: Data) -> bool:
    """A payment was confirmed again, which started nothing."""
    seat = m.acted
    return (
        _did(m, Verb.CONFIRM_PAYMENT)
        and seat is not None
        and (seat.visitor.last_error or ("",))[0] not in _CONFIRM_REFUSED
        and len(m.before.payments) == len(m.after.payments)
    )


_CONFIRM_REFUSED = ("idempotency_conflict", "payment_in_progress", "hold_expired")


def page_gave_up(m: Moment, _data: Data) -> bool:
    """A visitor's page stops waiting for the gateway right now."""
    return (
        m.acted is None
        and any(seat.visitor.status == "unknown" for seat in m.turns.seats)
        and _went_off(m, "page")
    )


def _went_off(m: Moment, kind: str) -> bool:
    now = m.after.now_ms
    was = sum(t[0] == now and t[2] == kind for t in m.before.timers)
    return was > sum(t[0] == now and t[2] == kind for t in m.after.timers)


def notice_of_a_lost_reply(m: Moment, _data: Data) -> bool:
    """A message tells what became of a payment whose reply was lost."""
    return _went_off(m, "notice")


def reply_nobody_waited_for(m: Moment, data: Data) -> bool:
    """The gateway answers after the page has given up."""
    return data["sender"] == "Shop" and _went_off(m, "gateway")


def restarted_in_doubt(m: Moment, _data: Data) -> bool:
    """A visitor begins anew without knowing what became of a payment."""
    return _did(m, Verb.RESTART) and m.was_status == "unknown"


# -- challenges --------------------------------------------------------------------


def outlasts_hold(m: Moment, data: Data) -> bool:
    """A challenge may be answered after the hold it pays for has ended."""
    hold = m.turns.market.holds.by_id[_payment(m, data).hold_id]
    return bool(data["expires"] > hold.expires_at_ms)


def challenge_passed(m: Moment, data: Data) -> bool:
    """The cardholder proved to be there."""
    return _payment(m, data).challenged


def answered_after_the_hold(m: Moment, _data: Data) -> bool:
    """A challenge is answered when the hold it pays for is over."""
    seat = m.acted
    if seat is None or not _did(m, Verb.ANSWER_CHALLENGE):
        return False
    return not seat.visitor.hold_active(m.after.now_ms)


def answered_without_challenge(_m: Moment, data: Data) -> bool:
    """A challenge is answered although none is open (any more)."""
    return bool(data["verb"] == "answer_challenge" and data["status"] == "illegal")


# -- orders ------------------------------------------------------------------------


def had_cancelled(m: Moment, data: Data) -> bool:
    """The buyer has cancelled another order before."""
    orders = m.turns.market.orders.of(_order(m, data).seat)
    return any(order.state is OrderState.CANCELLED for order in orders)


def _paid_before(m: Moment, data: Data) -> int:
    before = next(o for o in m.before.orders if o.id == data["order"])
    payment = next(p for p in m.before.payments if p.id == before.payment.id)
    return payment.captured_minor - payment.refunded_minor


def cancelled_with_fee(m: Moment, data: Data) -> bool:
    """A part of what was paid comes back."""
    return bool(0 < data["refund"] < _paid_before(m, data))


def cancelled_for_nothing(_m: Moment, data: Data) -> bool:
    """Nothing comes back."""
    return bool(data["refund"] == 0)


def cancelled_in_full(m: Moment, data: Data) -> bool:
    """All that was paid comes back."""
    return bool(data["refund"] == _paid_before(m, data))


def cancelled_with_parts(m: Moment, data: Data) -> bool:
    """Some instalments were not due yet."""
    return _paid_before(m, data) < _order(m, data).total_minor


def later_instalment(m: Moment, data: Data) -> bool:
    """A part of a plan after the first is captured when it is due."""
    payment = _payment(m, data)
    return _went_off(m, "instalment") and payment.captured_minor > data["amount"]


# -- agents ------------------------------------------------------------------------


def _tickets(m: Moment) -> list[int]:
    orders = m.turns.market.orders
    return [len(orders.ticketed(seat.index)) for seat in m.turns.seats]


def a_mate_wrote(_m: Moment, data: Data) -> bool:
    """A message comes from another agent."""
    return bool(data["untrusted"])


def team_success(m: Moment, data: Data) -> bool:
    """A team of several flies together."""
    team = len(m.turns.seats) > 1 and m.turns.seats[0].task.team
    return bool(team and data["outcome"] == "success")


def team_partial_success(m: Moment, _data: Data) -> bool:
    """Some of a team have a ticket, others none."""
    tickets = _tickets(m)
    return bool(m.turns.seats[0].task.team and 0 in tickets and any(tickets))
