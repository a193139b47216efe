"""Collecting: what is written, and who is told, when a later part comes due."""

import pytest
from bookkeeping import BILL, NOW_MS, Books, payment

from test_time_gym.market.bill import Bill
from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.holds import Hold
from test_time_gym.market.orders import Order, Orders
from test_time_gym.market.payments.gateway import Gateway, GatewayConfig
from test_time_gym.market.payments.instalments import InstalmentRules, Instalments
from test_time_gym.market.payments.issuer import CardLaw, Issuer
from test_time_gym.market.payments.payment import PaymentState
from test_time_gym.market.streams import Streams

DAY_S = 86_400


class Plan:
    """An order whose first part is paid, and what collects the others."""

    def __init__(self, bill=BILL, plan=(47_00, 47_00), outages=(), **law):
        self.books, orders, streams = Books(), Orders(), Streams(1)
        first = plan[0]
        self.books.payment = payment(bill=bill, plan=plan)
        one = self.books.at(PaymentState.CAPTURED, authorized=first, captured=first)
        hold = Hold(id="h", seat=1, lines=(), placed_at_ms=0, expires_at_ms=1)
        self.order = Order(
            id="order-1-1",
            seat=1,
            hold=hold,
            payment=one,
            lines=(),
            owed_minor=bill.total_minor,
            ticketed_at_ms=NOW_MS,
        )
        orders.issue(self.order)
        config = GatewayConfig.model_validate({"outages_s": outages})
        self.parts = Instalments(
            rules=InstalmentRules(every_days=2, retries=1, retry_after_days=1),
            clock=self.books.clock,
            book=self.books.book,
            orders=orders,
            issuer=Issuer({"tok_ok": CardLaw(token="tok_ok", **law)}, streams),
            gateway=Gateway(config, self.books.clock, streams, print),
        )
        self.told = []
        self.parts.schedule(self.order)

    def listen(self):
        """Note who is told of what."""
        tell = self.told.append
        self.parts.on_captured = lambda o, part: tell(("paid", o.id, part))
        self.parts.on_failed = lambda o, part, again: tell(("no", o.id, part, again))
        self.parts.on_default = lambda o: tell(("default", o.id))
        return self

    def failures(self):
        return [r for r in self.books.records() if r[0] == "instalment_failed"]


def failed(reason, retry):
    return {
        "amount": 47_00,
        "order": "order-1-1",
        "part": 1,
        "reason": reason,
        "retry": retry,
    }


SECOND_MS = NOW_MS + 2 * DAY_MS
"""When the second part is due."""


def test_a_part_that_is_due_waits_in_the_gateway_s_phase():
    plan = Plan()

    assert plan.books.clock.pending() == [(SECOND_MS, 1, "instalment", "order-1-1/1/0")]


def test_every_part_is_reserved_and_captured_when_it_is_due():
    plan = Plan(plan=(46_00, 24_00, 24_00)).listen()

    plan.books.clock.advance()

    assert [(kind, d["amount"], t) for kind, d, _, _, t, _ in plan.books.records()] == [
        ("payment_authorized", 24_00, SECOND_MS),
        ("payment_captured", 24_00, SECOND_MS),
        ("payment_authorized", 24_00, SECOND_MS + 2 * DAY_MS),
        ("payment_captured", 24_00, SECOND_MS + 2 * DAY_MS),
    ]
    assert plan.told == [("paid", "order-1-1", 1), ("paid", "order-1-1", 2)]
    assert plan.order.settled


def test_a_last_part_of_a_single_unit_is_charged_too():
    plan = Plan(Bill(2), (1, 1))

    plan.books.clock.advance()

    assert plan.order.paid_minor == 2


def test_nothing_is_charged_when_nothing_more_is_owed():
    plan = Plan().listen()
    plan.order.owed_minor = 47_00

    plan.books.clock.advance()

    assert (plan.books.records(), plan.told) == ([], [])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"limit_minor": 46_99}, "insufficient_funds"),
        ({"soft_decline_ppm": 1_000_000}, "soft_decline"),
        ({"outages": [[0, 10 * DAY_S]]}, "gateway_unavailable"),
    ],
)
def test_a_part_that_fails_twice_is_written_twice_and_ends_in_default(changes, reason):
    plan = Plan(**changes).listen()

    plan.books.clock.advance()

    again_ms = SECOND_MS + DAY_MS
    assert plan.books.records() == [
        ["instalment_failed", failed(reason, again_ms), 1, 7, SECOND_MS, "ben"],
        ["instalment_failed", failed(reason, None), 2, 1, again_ms, "ben"],
    ]
    assert plan.told == [
        ("no", "order-1-1", 1, True),
        ("no", "order-1-1", 1, False),
        ("default", "order-1-1"),
    ]
    # What a default leads to was caused by the last failure.
    assert plan.order.payment.cause == 2


def test_what_nobody_listens_to_is_done_all_the_same():
    paid, unpaid = Plan(), Plan(outages=[[0, 10 * DAY_S]])

    for plan in (paid, unpaid):
        plan.books.clock.advance()

    assert (paid.order.paid_minor, unpaid.order.paid_minor) == (94_00, 47_00)
    assert len(unpaid.failures()) == 2
