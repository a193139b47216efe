"""The state of the market: all that its future depends on, as named data.

A digest is taken of it as arrays of integers and texts, in the order of the fields.
"""

from msgspec import structs

from .holds import Hold
from .market_state import (
    BookedMarketState,
    DecidedMarketState,
    MarketState,
    OpenHold,
    OpenOrder,
    OpenPayment,
    PatientMarketState,
)
from .marketplace import Marketplace
from .orders import Order, OrderState
from .payments.payment import Payment
from .state_rows import StateRows, open_order

__all__ = [
    "BookedMarketState",
    "DecidedMarketState",
    "MarketState",
    "OpenHold",
    "OpenOrder",
    "OpenPayment",
    "PatientMarketState",
    "state_of",
]

_TICKETED = OrderState.TICKETED


def state_of(market: Marketplace, rows: StateRows | None = None) -> MarketState:
    """Return the state of a market.

    Args:
        market: of a run.
        rows: what the long tables of this run are as JSON; None lists them.
    """
    decided, after = market.control.state(), market.afterwards
    if after is not None or market.waiting is not None:
        booked = structs.asdict(_state_of(market, rows)) | {
            "pricing": decided[0] if decided else [],
            "authorised": market.inventory.authorised,
            "bookings": [] if after is None else after.state(),
        }
        if market.waiting is None:
            return BookedMarketState(**booked)
        return PatientMarketState(**booked, waiting=market.waiting.state())
    if decided:
        plain = structs.asdict(_state_of(market, rows))
        return DecidedMarketState(**plain, pricing=decided[0])
    return _state_of(market, rows)


def _state_of(market: Marketplace, rows: StateRows | None) -> MarketState:
    payments, orders = market.processor.book.by_id, market.orders.by_id
    inventory, open_orders = market.inventory, filter(_goes_on, orders.values())
    return MarketState(
        now_ms=market.clock.now_ms,
        pools_sold=inventory.sold,
        pools_held=inventory.held,
        sold=inventory.product_sold,
        held=inventory.product_held,
        prices=market.prices,
        arrivals=market.arrivals_seen(),
        holds=[_hold(hold) for hold in market.holds.open.values()],
        payments=[_payment(one) for one in market.processor.book.pending()],
        orders=rows.orders(open_orders) if rows else list(map(open_order, open_orders)),
        counts=[len(market.holds.by_id), len(payments), len(orders)],
        quotas=rows.quotas(market) if rows else _quotas(market),
        retries=market.processor.retries.state(),
        ledger=rows.ledger(market) if rows else _ledger(market),
        transactions=len(market.ledger.transactions),
        gateway=market.processor.gateway.waiting(),
        streams=rows.streams(market) if rows else market.streams.counters(),
        timers=market.clock.pending(),
    )


def _quotas(market: Marketplace) -> list[object]:
    return [market.processor.keys.mark, *market.quotas()]


def _ledger(market: Marketplace) -> list[list[object]]:
    balances = market.ledger.balances.items()
    return sorted([name, amount] for name, amount in balances)


def _goes_on(order: Order) -> bool:
    return order.state is _TICKETED or not order.settled


def _hold(hold: Hold) -> OpenHold:
    return OpenHold(
        id=hold.id,
        state=hold.state.value,
        expires=hold.expires_at_ms,
        lines=hold.lines,
    )


def _payment(payment: Payment) -> OpenPayment:
    bill = payment.bill
    return OpenPayment(
        id=payment.id,
        state=payment.state.value,
        reason=payment.reason,
        hold=payment.hold_id,
        card=payment.card,
        attempt=payment.attempt,
        bill=(bill.items_minor, bill.discounts, bill.fees),
        plan=payment.plan,
        started=payment.started_at_ms,
        authorized=payment.authorized_minor,
        authentication=payment.authentication.value,
        code=payment.code,
        submissions=payment.submissions,
        version=payment.version,
    )
