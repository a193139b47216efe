"""Laws of payments and challenges."""

from collections import Counter
from collections.abc import Iterator

from ..clock import DAY_MS
from ..payments.payment import Answer, Authentication, Payment, PaymentState
from ..snapshot import MarketSnapshot
from .law import law

__all__ = [
    "a_key_names_one_payment",
    "authorized_money_is_resolved",
    "cards_are_tried_within_the_limits",
    "challenged_payments_pass_before_they_take_money",
    "money_moves_forward_only",
    "no_live_payment_is_forgotten",
    "nobody_pays_twice",
    "refunds_arrive",
    "states_tell_where_the_money_is",
]

S = PaymentState

_UNASKED = ("retry_limit", "retry_after_hard_decline", "gateway_unavailable")
"""Reasons of payments that never reached the issuer."""


@law("P1", visits=True)
def money_moves_forward_only(s: MarketSnapshot) -> Iterator[str]:
    """0 ≤ refunded ≤ captured, and captured + voided ≤ authorized ≤ amount."""
    for p in s.payments:
        if not (
            p.refunded_minor >= 0
            and p.returning_minor >= 0
            and p.refunded_minor + p.returning_minor <= p.captured_minor
            and p.voided_minor >= 0
            and p.captured_minor + p.voided_minor <= p.authorized_minor
            and p.authorized_minor <= p.amount_minor
        ):
            yield (
                f"{p.id} of {p.amount_minor}: authorized {p.authorized_minor}, "
                f"captured {p.captured_minor}, voided {p.voided_minor}, "
                f"refunded {p.refunded_minor}, returning {p.returning_minor}"
            )


@law("P2", "P5", visits=True)
def authorized_money_is_resolved(s: MarketSnapshot) -> Iterator[str]:
    """What is authorized is captured at once, or goes back within the stated time."""
    gateway = s.terms.gateway
    longest = 1000 * max(gateway.money_back_after_s, gateway.authorization_expires_s)
    ends = {
        id_: due
        for due, _, kind, id_ in s.timers
        if kind in {"void", "authorization"} and due <= s.now_ms + longest
    }
    for p in s.payments:
        late = p.state is S.AUTHORIZED and p.reason == "hold_expired"
        if p.open_minor and not (late and p.id in ends):
            yield f"{p.id} is {p.state.value}: {p.open_minor} open, and nothing ends it"


@law("P5", "P7", visits=True)
def refunds_arrive(s: MarketSnapshot) -> Iterator[str]:
    """Money on its way back reaches the card within the stated time."""
    coming: dict[str, int] = {}
    longest = s.terms.gateway.money_back_after_s * 1000
    for due, _, kind, entity in s.timers:
        if kind == "refund" and due <= s.now_ms + longest:
            id_, _, amount = entity.partition("/")
            coming[id_] = coming.get(id_, 0) + int(amount)
    for p in s.payments:
        if p.returning_minor != coming.get(p.id, 0):
            yield f"{p.id} returns {p.returning_minor}, due is {coming.get(p.id, 0)}"


@law("P2", visits=True)
def states_tell_where_the_money_is(s: MarketSnapshot) -> Iterator[str]:
    """The state of a payment, its history and its amounts say the same."""
    for p in s.payments:
        captured, refunded = p.captured_minor, p.refunded_minor
        expected = {
            S.CAPTURED: captured > 0 and refunded == 0,
            S.PARTIALLY_REFUNDED: 0 < refunded < captured,
            S.REFUNDED: 0 < refunded == captured,
            S.VOIDED: p.voided_minor == p.authorized_minor > 0,
            S.EXPIRED: p.voided_minor == p.authorized_minor,
            S.AUTHORIZED: p.authorized_minor > 0 == p.voided_minor,
            # No place to rest between two events.
            S.REQUIRES_METHOD: False,
        }
        told = not p.history or p.history[-1] == Answer(p.state, p.reason)
        if not expected.get(p.state, p.authorized_minor == 0) or not told:
            yield f"{p.id} is {p.state.value} with {captured} captured"


@law("P4", visits=True)
def nobody_pays_twice(s: MarketSnapshot) -> Iterator[str]:
    """A hold has at most one live payment, and one that captured money."""
    live = Counter(p.hold_id for p in s.payments if p.live)
    paid = Counter(p.hold_id for p in s.payments if p.captured_minor)
    for name, counts in (("live payments", live), ("captured payments", paid)):
        for hold, count in counts.items():
            if count > 1:
                yield f"{hold} has {count} {name}"


@law("P3", visits=True)
def a_key_names_one_payment(s: MarketSnapshot) -> Iterator[str]:
    """Every payment has one key of its visitor, that stands for its parameters."""
    if sorted(use.payment for use in s.keys) != sorted(p.id for p in s.payments):
        yield f"keys stand for {[use.payment for use in s.keys]}"
        return
    payments = {payment.id: payment for payment in s.payments}
    last: dict[tuple[int, str], int] = {}
    for use in s.keys:
        p = payments[use.payment]
        asked = (p.hold_id, p.card, p.amount_minor, len(p.plan))
        known = (p.seat, p.key, asked, p.started_at_ms)
        if known != (use.seat, use.key, use.asked, use.used_at_ms):
            yield f"key {use.key!r} of visitor {use.seat} and {p.id} disagree"
        before = last.get((use.seat, use.key))
        last[use.seat, use.key] = use.used_at_ms
        lives_ms = s.terms.gateway.keys_expire_s * 1000
        if before is not None and use.used_at_ms < before + lives_ms:
            yield f"key {use.key!r} of visitor {use.seat} stands for two payments"


@law("P6", visits=True)
def challenged_payments_pass_before_they_take_money(s: MarketSnapshot) -> Iterator[str]:
    """After a challenge only one that was passed lets money be authorized."""
    for p in s.payments:
        passed = p.authentication is Authentication.CHALLENGE
        if p.code and p.authorized_minor and not passed:
            yield f"{p.id} took money without its challenge being passed"
        if passed and not p.code:
            yield f"{p.id} passed a challenge that nobody asked for"
        asked = sum(answer.state is S.REQUIRES_CHALLENGE for answer in p.history)
        if asked > 1:
            yield f"{p.id} was challenged {asked} times"


@law("P8", visits=True)
def cards_are_tried_within_the_limits(s: MarketSnapshot) -> Iterator[str]:
    """A card's tries are numbered, limited, and over after a hard decline."""
    tries: dict[tuple[int, str], list[Payment]] = {}
    for p in s.payments:
        tries.setdefault((p.seat, p.card), []).append(p)
    rules = s.terms.retries
    for (seat, card), payments in tries.items():
        numbers = [p.attempt for p in payments]
        if numbers != list(range(1, len(payments) + 1)):
            yield f"visitor {seat} tried {card} as {numbers}"
        refused = any(p.reason == "hard_decline" for p in payments)
        if refused and any(p.authorized_minor for p in payments):
            yield f"{card} of visitor {seat} paid though it was refused for good"
        # A try is judged when it is served, some time after it began.
        window_ms = rules.window_days * DAY_MS // 2
        asked = [
            p.started_at_ms for p in payments if not p.live and p.reason not in _UNASKED
        ]
        for k in range(rules.most, len(asked)):
            if asked[k] - asked[k - rules.most] < window_ms:
                yield f"{card} of visitor {seat} was asked for {rules.most + 1} times"


@law("P7")
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
