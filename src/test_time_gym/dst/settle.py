"""Settling: after the agents have stopped and the faults are over, all must end."""

from collections.abc import Iterator
from typing import Final

from test_time_gym.market.holds import HoldState
from test_time_gym.market.interface.seat import OUTCOMES
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.ledger import AUTHORIZED
from test_time_gym.market.orders import OrderState
from test_time_gym.market.payments.latency import LatencyLaw

from .watch import Broken, WatchedTurns

__all__ = ["bound_ms", "settle", "unsettled"]

_STAYS: Final = ("arrival", "reprice", "instalment", "turn", "digest")
"""Timers that may be pending when all is settled: the market itself goes on."""
_WORDS: Final = (0, 2**63, 2**64 - 1)
"""Draws of which one gives the longest service time of every law."""


def bound_ms(turns: Turns) -> int:
    """Return how long it may take until all is settled once nobody acts any more.

    Every payment at the gateway is served in turn; what then asks for a challenge
    is given up when that expires; a lost reply is followed by a notification;
    and a hold ends by itself.
    """
    market = turns.world.config
    gateway, challenge = market.gateway, market.challenge
    served = len(turns.market.processor.by_id) * _longest_ms(gateway.latency)
    waits_s = (
        challenge.expires_s
        + challenge.code_after_s
        + gateway.client_timeout_s
        + gateway.notify_after_s
        + market.holds.ttl_s
    )
    return served + waits_s * 1000


def _longest_ms(law: LatencyLaw) -> int:
    return max(map(law.draw, _WORDS))


def settle(turns: WatchedTurns) -> None:
    """Run the market on until all must have come to its end.

    Faults are over at the end of the last outage. From then on no payment may stay
    open for longer than `bound_ms`. Later only instalments move money, until
    they too are paid; between two of them nothing but prices can change.

    Raises:
        Broken: a law does not hold, or something is not settled in time.
    """
    clock, gateway = turns.clock, turns.world.config.gateway
    ends = [end_s * 1000 for _, end_s in gateway.outages_s]
    quiet = max([clock.now_ms, *ends])
    _run_to(turns, quiet)
    _run_to(turns, clock.now_ms + bound_ms(turns))
    for law, values in unsettled(turns):
        raise Broken(law, values)
    _run_through_instalments(turns)
    left = turns.market.ledger.balance(AUTHORIZED)
    if left:
        raise Broken("no_money_stays_authorized", f"{left} when all parts are paid")


def _run_to(turns: Turns, until_ms: int) -> None:
    while turns.clock.advance(until_ms):
        pass


def _run_through_instalments(turns: WatchedTurns) -> None:
    clock = turns.clock
    dues = [int(due) for due, _, kind, _ in clock.pending() if kind == "instalment"]
    if dues:
        _run_to(turns, max(p.departs_at_ms for p in turns.market.catalog.products))
    for due in sorted(dict.fromkeys(dues)):
        # All flights have left: no price moves, and nobody comes any more.
        clock.observer = turns.count
        _run_to(turns, due - 1)
        clock.observer = turns.look
        turns.look()
        _run_to(turns, due)


def unsettled(turns: Turns) -> Iterator[tuple[str, str]]:
    """Yield the name of every broken promise, and the values that break it."""
    yield from _open_claims(turns)
    for seat in turns.seats:
        visitor = seat.visitor
        if visitor.awaiting or visitor.unsettled:
            yield "every_request_is_answered", f"{seat.name} is at {visitor.status}"
        if seat.outcome not in OUTCOMES:
            yield "every_episode_ends", f"{seat.name} ends as {seat.outcome}"
    for due, _, kind, entity in turns.clock.pending():
        if kind not in _STAYS:
            yield "no_timer_is_left_over", f"{kind} of {entity} at {due}"


def _open_claims(turns: Turns) -> Iterator[tuple[str, str]]:
    """Yield what still claims seats or money."""
    market = turns.market
    for payment in market.processor.by_id.values():
        if payment.live:
            yield "no_payment_stays_open", f"{payment.id} is {payment.state.value}"
    for hold in market.holds.by_id.values():
        if hold.state is HoldState.HELD:
            yield "no_hold_stays_open", f"{hold.id} of {hold.expires_at_ms}"
    planned = sum(
        order.total_minor - order.payment.captured_minor
        for order in market.orders.by_id.values()
        if order.state is OrderState.TICKETED
    )
    authorized = market.ledger.balance(AUTHORIZED)
    if authorized != planned:
        yield "no_money_stays_authorized", f"{authorized}, {planned} are planned"
