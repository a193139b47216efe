"""Settling: after the agents have stopped and the faults are over, all must end.

It comes in three steps, each with a bound: pages, holds and payments first, then
money that is on its way back, then the parts that orders are still paid in.
"""

from collections.abc import Iterator
from typing import Final

from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.holds import HoldState
from test_time_gym.market.interface.participant import OUTCOMES
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.ledger import AUTHORIZED
from test_time_gym.market.payments.latency import LatencyLaw
from test_time_gym.market.payments.payment import PaymentState

from .watch import LawBroken, WatchedTurns

__all__ = ["bound_ms", "money_bound_ms", "parts_bound_ms", "settle"]

_MARKET: Final = (
    "arrival",
    "cancellation",
    "departure",
    "reprice",
    "return",
    "turn",
    "digest",
)
"""Timers that may be pending when all is settled: the market itself goes on."""
_MONEY: Final = ("void", "refund", "authorization", "notice", "instalment")
"""Timers by which money, and news of it, moves long after the last page."""
_WORDS: Final = (0, 2**63, 2**64 - 1)
"""Draws of which one gives the longest service time of every law."""


def bound_ms(turns: Turns) -> int:
    """Return how long pages, holds and payments may stay open.

    Counted from when nobody acts any more.  Every payment at the gateway is served
    in turn; what then asks for a challenge is given up when that expires; a lost
    reply is followed by a notice; and a hold ends by itself.
    """
    market = turns.world.config
    gateway, challenge = market.gateway, market.challenge
    served = len(turns.market.processor.book.by_id) * _longest_ms(gateway.latency)
    waits_s = (
        challenge.expires_s
        + challenge.code_after_s
        + gateway.client_timeout_s
        + market.holds.ttl_s
    )
    return served + waits_s * 1000 + _notice_ms(turns)


def money_bound_ms(turns: Turns) -> int:
    """Return how long money may be on its way back, and the news of it after."""
    gateway = turns.world.config.gateway
    longest_s = max(gateway.money_back_after_s, gateway.authorization_expires_s)
    return longest_s * 1000 + _notice_ms(turns)


def parts_bound_ms(turns: Turns) -> int:
    """Return how long orders may still be paid for, if every part fails for long.

    A part is tried a bounded number of times, and the next one is due in its turn
    or when it is paid, whichever comes later.  What a default gives back follows.
    """
    rules = turns.world.config.instalments
    days = rules.every_days + rules.retries * rules.retry_after_days
    orders = turns.market.orders.by_id.values()
    parts = max((len(order.plan) for order in orders), default=1) - 1
    return parts * days * DAY_MS + money_bound_ms(turns)


def _longest_ms(law: LatencyLaw) -> int:
    return max(map(law.draw, _WORDS))


def _notice_ms(turns: Turns) -> int:
    gateway = turns.world.config.gateway
    return 1000 * (gateway.notify_after_s + gateway.notify_spread_s)


def settle(turns: WatchedTurns) -> None:
    """Run the market on until all must have come to its end.

    Faults are over at the end of the last outage; the bounds count from there.

    Raises:
        Broken: a law does not hold, or something is not settled in time.
    """
    clock, gateway = turns.clock, turns.world.config.gateway
    ends = [end_s * 1000 for _, end_s in gateway.outages_s]
    quiet = max([clock.now_ms, *ends])
    _run_to(turns, quiet)
    _run_to(turns, clock.now_ms + bound_ms(turns))
    _demand(_unanswered(turns))
    returning = {
        payment.id: payment.refunded_minor + payment.returning_minor
        for payment in turns.market.processor.book.by_id.values()
    }
    start = clock.now_ms
    parts_ms = parts_bound_ms(turns)
    _run_out(turns, start + money_bound_ms(turns))
    _demand(_not_returned(turns, returning))
    _run_out(turns, start + parts_ms)
    _demand(_unpaid(turns))


def _run_to(turns: Turns, until_ms: int) -> None:
    while turns.clock.advance(until_ms):
        pass


def _run_out(turns: Turns, until_ms: int) -> None:
    """Run on while a timer that moves money is due by an instant."""
    while dues := [
        int(due)
        for due, _, kind, _ in turns.clock.pending()
        if kind in _MONEY and int(due) <= until_ms
    ]:
        _run_to(turns, max(dues))


def _demand(broken: Iterator[tuple[str, str]]) -> None:
    for law, values in broken:
        raise LawBroken(law, values)


def _unanswered(turns: Turns) -> Iterator[tuple[str, str]]:
    """Yield what should be over when every payment has been decided."""
    market = turns.market
    for payment in market.processor.book.by_id.values():
        if payment.live:
            yield "no_payment_stays_open", f"{payment.id} is {payment.state.value}"
    for hold in market.holds.by_id.values():
        if hold.state is HoldState.HELD:
            yield "no_hold_stays_open", f"{hold.id} of {hold.expires_at_ms}"
    for seat in turns.seats:
        visitor = seat.visitor
        if visitor.awaiting or visitor.unsettled:
            yield "every_request_is_answered", f"{seat.name} is at {visitor.status}"
        if seat.outcome not in OUTCOMES:
            yield "every_episode_ends", f"{seat.name} ends as {seat.outcome}"
    yield from _left_over(turns, (*_MARKET, *_MONEY))


def _not_returned(turns: Turns, returning: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Yield money that should be back on its card, and who should have heard of it.

    Args:
        turns: the episode.
        returning: what of each payment was refunded, or on its way, one bound ago.
    """
    by_id = turns.market.processor.book.by_id
    for name, amount in returning.items():
        payment = by_id[name]
        if payment.state is PaymentState.AUTHORIZED:
            yield "no_money_stays_authorized", f"{name} has {payment.open_minor} open"
        if payment.refunded_minor < amount:
            values = f"{name} has {payment.refunded_minor} of {amount} back"
            yield "every_refund_arrives", values
    for seat in turns.seats:
        if seat.visitor.status == "authorized":
            yield "every_request_is_answered", f"{seat.name} still hears: authorized"


def _unpaid(turns: Turns) -> Iterator[tuple[str, str]]:
    """Yield what is still owed, set aside or due when all parts were tried."""
    market = turns.market
    for order in market.orders.by_id.values():
        if not order.settled:
            values = f"{order.id} has {order.paid_minor} of {order.owed_minor}"
            yield "every_order_is_settled", f"{values}, {order.state.value}"
    left = market.ledger.balance(AUTHORIZED)
    if left:
        yield "no_money_stays_authorized", f"{left} when all parts are paid"
    yield from _left_over(turns, _MARKET)


def _left_over(turns: Turns, allowed: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for due, _, kind, entity in turns.clock.pending():
        if kind not in allowed:
            yield "no_timer_is_left_over", f"{kind} of {entity} at {due}"
