"""Laws of payments and challenges."""

from collections import Counter
from collections.abc import Iterator

from ..orders import OrderState
from ..payments.payment import PaymentState
from ..snapshot import MarketSnapshot
from .law import law

__all__ = [
    "a_key_names_one_payment",
    "authorized_money_is_resolved",
    "challenged_payments_pass_before_they_take_money",
    "money_moves_forward_only",
    "no_live_payment_is_forgotten",
    "nobody_pays_twice",
    "states_tell_where_the_money_is",
]

S = PaymentState


@law
def money_moves_forward_only(s: MarketSnapshot) -> Iterator[str]:
    """0 ≤ refunded ≤ captured, and captured + voided ≤ authorized ≤ amount."""
    for p in s.payments:
        if not (
            0 <= p.refunded_minor <= p.captured_minor
            and p.voided_minor >= 0
            and p.captured_minor + p.voided_minor <= p.authorized_minor
            and p.authorized_minor in (0, p.amount_minor)
        ):
            yield (
                f"{p.id} of {p.amount_minor}: authorized {p.authorized_minor}, "
                f"captured {p.captured_minor}, voided {p.voided_minor}, "
                f"refunded {p.refunded_minor}"
            )


@law
def authorized_money_is_resolved(s: MarketSnapshot) -> Iterator[str]:
    """What is authorized is captured or voided at once, or planned for later."""
    planned: dict[str, int] = {}
    for order in s.orders:
        if order.state is OrderState.TICKETED:
            planned[order.payment.id] = order.total_minor
    for p in s.payments:
        waiting = max(0, planned.get(p.id, 0) - p.captured_minor)
        if p.open_minor != waiting:
            yield f"{p.id} is {p.state.value}: {p.open_minor} open, {waiting} planned"


@law
def states_tell_where_the_money_is(s: MarketSnapshot) -> Iterator[str]:
    """The state of a payment and its amounts say the same."""
    for p in s.payments:
        expected = {
            S.CAPTURED: p.captured_minor > 0 and p.refunded_minor == 0,
            S.REFUNDED: p.refunded_minor > 0,
            S.VOIDED: p.voided_minor == p.authorized_minor > 0,
            # Neither is a place to rest between two events.
            S.AUTHORIZED: False,
            S.REQUIRES_METHOD: False,
        }
        if not expected.get(p.state, p.authorized_minor == 0):
            yield f"{p.id} is {p.state.value} with {p.captured_minor} captured"


@law
def nobody_pays_twice(s: MarketSnapshot) -> Iterator[str]:
    """A hold has at most one live payment, and one that captured money."""
    live = Counter(p.hold_id for p in s.payments if p.live)
    paid = Counter(p.hold_id for p in s.payments if p.captured_minor)
    for name, counts in (("live payments", live), ("captured payments", paid)):
        for hold, count in counts.items():
            if count > 1:
                yield f"{hold} has {count} {name}"


@law
def a_key_names_one_payment(s: MarketSnapshot) -> Iterator[str]:
    """Every payment has one idempotency key, that stands for its parameters."""
    if sorted(use.payment for use in s.keys) != sorted(p.id for p in s.payments):
        yield f"keys stand for {[use.payment for use in s.keys]}"
        return
    payments = {payment.id: payment for payment in s.payments}
    for use in s.keys:
        p = payments[use.payment]
        known = (p.seat, p.key, p.hold_id, p.card, p.amount_minor)
        if known != (use.seat, use.key, *use.asked[:3]):
            yield f"key {use.key!r} of visitor {use.seat} and {p.id} disagree"


@law
def challenged_payments_pass_before_they_take_money(s: MarketSnapshot) -> Iterator[str]:
    """After a challenge only a passed one lets money be authorized."""
    for p in s.payments:
        if p.code and p.authorized_minor and not p.challenged:
            yield f"{p.id} took money without its challenge being passed"
        if p.challenged and not p.code:
            yield f"{p.id} passed a challenge that nobody asked for"


@law
def no_live_payment_is_forgotten(s: MarketSnapshot) -> Iterator[str]:
    """The gateway or the challenge's end will come to every live payment."""
    served = {id_ for _, _, kind, id_ in s.timers if kind == "gateway"}
    ending = {id_ for _, _, kind, id_ in s.timers if kind == "challenge"}
    for p in s.payments:
        if p.state is S.PROCESSING and p.id not in s.in_gateway:
            yield f"{p.id} is processing, but not at the gateway"
        if p.state is S.REQUIRES_CHALLENGE and p.id not in ending:
            yield f"{p.id} waits for a challenge that never ends"
    if s.in_gateway and not served:
        yield f"no server works on {s.in_gateway}"
