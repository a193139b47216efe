"""Laws between two instants, right before and right after one event or action."""

from collections.abc import Iterator

from ..holds import HoldState
from ..orders import OrderState
from ..payments.payment import FINAL, Payment
from ..snapshot import MarketSnapshot
from .law import step_law

__all__ = [
    "final_states_are_final",
    "holds_expire_on_the_dot",
    "holds_lock_the_price_of_the_moment",
    "terms_never_change",
    "time_never_runs_backwards",
    "what_is_written_stays_written",
]

_AFTER = {
    OrderState.TICKETED: tuple(OrderState),
    # A cancelled order may still owe instalments.
    OrderState.CANCELLED: (OrderState.CANCELLED, OrderState.DEFAULTED),
    OrderState.DEFAULTED: (OrderState.DEFAULTED,),
}


@step_law("E1")
def time_never_runs_backwards(
    before: MarketSnapshot, after: MarketSnapshot
) -> Iterator[str]:
    """Neither the clock nor the journal ever goes back."""
    if after.now_ms < before.now_ms:
        yield f"from {before.now_ms} to {after.now_ms}"
    if after.records < before.records:
        yield f"from {before.records} records to {after.records}"


@step_law("L3")
def what_is_written_stays_written(
    before: MarketSnapshot, after: MarketSnapshot
) -> Iterator[str]:
    """Holds, payments, orders and bookings are only ever added."""
    for name, old, new in (
        ("holds", [h.id for h in before.holds], [h.id for h in after.holds]),
        ("payments", [p.id for p in before.payments], [p.id for p in after.payments]),
        ("orders", [o.id for o in before.orders], [o.id for o in after.orders]),
        ("keys", list(before.keys), list(after.keys)),
        ("transactions", list(before.transactions), list(after.transactions)),
    ):
        if new[: len(old)] != old:
            yield f"{name} were {old}, they are {new}"


@step_law("S3", "P2")
def final_states_are_final(
    before: MarketSnapshot, after: MarketSnapshot
) -> Iterator[str]:
    """A hold or payment that has ended, or a cancelled order, never comes back."""
    for hold, now in zip(before.holds, after.holds, strict=False):
        if hold.state not in (HoldState.HELD, now.state):
            yield f"{hold.id} went from {hold.state.value} to {now.state.value}"
    for old, new in zip(before.payments, after.payments, strict=False):
        if new.history[: old.version] != old.history or (
            old.state in FINAL and new.state is not old.state
        ):
            yield f"{old.id} went from {old.state.value} to {new.state.value}"
    for order, later in zip(before.orders, after.orders, strict=False):
        if later.state not in _AFTER[order.state]:
            yield f"{order.id} went from {order.state.value} to {later.state.value}"


@step_law("L5", "P1")
def terms_never_change(before: MarketSnapshot, after: MarketSnapshot) -> Iterator[str]:
    """A hold keeps its lines and its end, a payment its amount; money only grows."""
    for hold, now in zip(before.holds, after.holds, strict=False):
        if (hold.lines, hold.expires_at_ms) != (now.lines, now.expires_at_ms):
            yield f"{hold.id} had {hold.lines}, it has {now.lines}"
    for old, new in zip(before.payments, after.payments, strict=False):
        if _terms(old) != _terms(new):
            yield f"{old.id} had {_terms(old)}, it has {_terms(new)}"
        if any(b < a for a, b in zip(_moved(old), _moved(new), strict=True)):
            yield f"{old.id} had moved {_moved(old)}, now {_moved(new)}"
    for order, later in zip(before.orders, after.orders, strict=False):
        grown = any(
            b.seats > a.seats for a, b in zip(order.lines, later.lines, strict=True)
        )
        if grown or later.owed_minor > order.owed_minor:
            yield f"{order.id} owed {order.owed_minor} for {order.lines}, now {later}"


@step_law("S4")
def holds_expire_on_the_dot(
    before: MarketSnapshot, after: MarketSnapshot
) -> Iterator[str]:
    """A hold becomes EXPIRED at its deadline, neither earlier nor later."""
    for hold, now in zip(before.holds, after.holds, strict=False):
        expired = hold.state is not now.state is HoldState.EXPIRED
        if expired and after.now_ms != hold.expires_at_ms:
            yield f"{hold.id} of {hold.expires_at_ms} expired at {after.now_ms}"


@step_law("L5")
def holds_lock_the_price_of_the_moment(
    before: MarketSnapshot, after: MarketSnapshot
) -> Iterator[str]:
    """A new hold locks the prices at which its seats are offered right then."""
    for hold in after.holds[len(before.holds) :]:
        for line in hold.lines:
            price = after.prices[line.product]
            if line.price_minor != price or hold.placed_at_ms != after.now_ms:
                yield f"{hold.id} of {after.now_ms} locks {line}, the price is {price}"


def _terms(payment: Payment) -> tuple[object, ...]:
    return (
        payment.hold_id,
        payment.card,
        payment.attempt,
        payment.bill,
        payment.plan,
        payment.key,
        payment.started_at_ms,
    )


def _moved(payment: Payment) -> tuple[int, ...]:
    return (
        payment.authorized_minor,
        payment.captured_minor,
        payment.voided_minor,
        payment.refunded_minor,
    )
