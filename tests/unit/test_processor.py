"""The payment flow: what it makes, what it writes, and what it leaves to the clock."""

import json

import pytest
from fakes import Lines
from worlds import flight, market

from test_time_gym.market.bill import Bill
from test_time_gym.market.clock import MarketClock, Phase
from test_time_gym.market.events import MessageDelivered
from test_time_gym.market.holds import Hold, HoldLine, Holds
from test_time_gym.market.inventory import Inventory
from test_time_gym.market.journal import Journal
from test_time_gym.market.ledger import Ledger
from test_time_gym.market.orders import Order, Orders
from test_time_gym.market.payments.payment import (
    Authentication,
    Payment,
    PaymentState,
)
from test_time_gym.market.payments.processor import PaymentProcessor
from test_time_gym.market.streams import Streams
from test_time_gym.market.world import World

START_MS = 4_000
SERVED_MS = 5_000
"""When the gateway, which takes a second, has done its work."""
EXPIRES_MS = 60_000
BILL = Bill(90_00, (("TENTH", 9_00),), (("booking", 4_00),))
CAUSE = 0
"""The first record, which stands for whatever a visitor did."""


class Till:
    """A payment flow with real parts, and a hold of the second visitor, ben."""

    def __init__(self, gateway=None, **changes):
        latency = {"latency": {"kind": "deterministic", "typical_ms": 1000}}
        settings = market(
            flights=[flight(seats=50)], gateway=latency | (gateway or {}), **changes
        )
        world = World.of(settings)
        self.sink, self.clock = Lines(), MarketClock()
        self.journal, self.ledger = Journal(self.sink), Ledger()
        self.holds, self.orders = Holds(Inventory(world.catalog)), Orders()
        self.go_to(START_MS)
        opening = MessageDelivered(sender="Shop", text="open", untrusted=False)
        self.journal.emit(opening, START_MS)
        self.flow = PaymentProcessor(
            terms=world.payment_terms,
            clock=self.clock,
            streams=Streams(1),
            journal=self.journal,
            ledger=self.ledger,
            holds=self.holds,
            orders=self.orders,
            names=["ann", "ben"],
        )
        self.heard, self.noticed = [], []
        self.flow.notices.on_reply = lambda p, v: self.heard.append((p.id, v))
        self.flow.notices.on_notice = lambda p, v: self.noticed.append((p.id, v))

    def go_to(self, now_ms):
        """Let time pass to the very end of an instant."""
        self.clock.at(now_ms, Phase.DIGEST, lambda _: None, "test")
        self.clock.advance(now_ms)

    def hold(self, number=1, expires_ms=EXPIRES_MS, seat=1):
        hold = Hold(
            id=f"hold-{seat}-{number}",
            seat=seat,
            lines=(HoldLine(0, 1, 90_00),),
            placed_at_ms=START_MS,
            expires_at_ms=expires_ms,
        )
        self.holds.place(hold)
        return hold

    def start(self, hold=None, card="tok_ok", plan=(85_00,)):
        hold = hold or self.hold()
        return self.flow.start(hold, card, BILL, key="k", plan=plan, cause=CAUSE)

    def records(self, *fields):
        """Return kind, number, cause and actor, and these fields of the data."""
        return [
            [r["k"], r["n"], r["c"], r["a"], *(r["d"].get(name) for name in fields)]
            for r in map(json.loads, self.sink.lines[1:])
        ]


def test_a_payment_starts_with_all_that_was_asked_for():
    till = Till()

    one = till.start(plan=(45_00, 40_00))

    assert one == Payment(
        id="pay-1-1",
        seat=1,
        hold_id="hold-1-1",
        card="tok_ok",
        attempt=1,
        bill=BILL,
        plan=(45_00, 40_00),
        key="k",
        started_at_ms=START_MS,
        state=PaymentState.PROCESSING,
        history=one.history,
        cause=1,
        submissions=1,
    )
    assert till.clock.pending() == [[SERVED_MS, 1, "gateway", "pay-1-1"]]


def test_what_happens_to_a_payment_names_what_caused_it():
    till = Till()
    pressed = till.journal.emit(
        MessageDelivered(sender="ben", text="pay", untrusted=False), START_MS
    )

    till.flow.start(till.hold(), "tok_ok", BILL, key="k", plan=(85_00,), cause=pressed)

    assert till.records()[1:] == [["payment_started", 2, pressed, "ben"]]


def test_a_key_is_known_for_as_long_as_the_gateway_keeps_it():
    keys, asked = Till({"keys_expire_s": 60}).flow.keys, ("h", "tok_ok", 1, 1)
    keys.bind(1, "k", asked, "pay-1-1", START_MS)

    known = [keys.known(1, "k", START_MS + later) for later in (59_999, 60_000)]

    assert known == [keys.uses[0], None]


def test_payments_and_attempts_are_counted_by_visitor():
    till = Till()

    made = [
        till.start(till.hold(number, seat=seat), card)
        for number, seat, card in (
            (1, 1, "tok_ok"),
            (2, 1, "tok_ok"),
            (1, 0, "tok_ok"),
            (3, 1, "tok_3ds"),
        )
    ]

    assert [(one.id, one.attempt) for one in made] == [
        ("pay-1-1", 1),
        ("pay-1-2", 2),
        ("pay-0-1", 1),
        ("pay-1-3", 1),
    ]


def test_a_payment_in_time_makes_an_order():
    till = Till()
    hold = till.hold()
    one = till.start(hold)

    till.clock.advance()

    order = till.orders.by_id["order-1-1"]
    assert till.records("payment", "amount", "total", "hold", "order") == [
        ["payment_started", 1, 0, "ben", "pay-1-1", 85_00, None, "hold-1-1", None],
        ["payment_authorized", 2, 1, "ben", "pay-1-1", 85_00, None, None, None],
        ["payment_captured", 3, 1, "ben", "pay-1-1", 85_00, None, None, None],
        ["ticket_issued", 4, 1, "ben", "pay-1-1", None, 85_00, "hold-1-1", order.id],
    ]
    assert (order.id, order.seat, order.hold, order.payment) == (
        "order-1-1",
        1,
        hold,
        one,
    )
    assert (order.lines, order.owed_minor, order.ticketed_at_ms) == (
        hold.lines,
        85_00,
        SERVED_MS,
    )
    assert hold.state.value == "confirmed"
    # The page hears of version 3, and nothing is left to do.
    assert (till.heard, till.noticed, till.clock.pending()) == (
        [("pay-1-1", 3)],
        [],
        [],
    )


def test_a_visitor_s_orders_are_numbered():
    till = Till()

    for number in (1, 2):
        till.start(till.hold(number))
        till.clock.advance()

    assert list(till.orders.by_id) == ["order-1-1", "order-1-2"]


def test_the_first_part_comes_with_the_ticket_and_the_next_is_due():
    till = Till(instalments={"counts": [2], "every_days": 2})
    till.start(plan=(45_00, 40_00))

    till.go_to(SERVED_MS)

    order = till.orders.by_id["order-1-1"]
    assert (order.paid_minor, order.owed_minor) == (45_00, 85_00)
    due = SERVED_MS + 2 * 86_400_000
    assert till.clock.pending() == [[due, 1, "instalment", "order-1-1/1/0"]]


# -- declined


@pytest.mark.parametrize(
    ("card", "changes", "reason"),
    [
        ("tok_decline_soft", {}, "soft_decline"),
        ("tok_decline_hard", {}, "hard_decline"),
        ("tok_insufficient_funds", {}, "insufficient_funds"),
        ("tok_ok", {"gateway": {"outages_s": [[0, 9]]}}, "gateway_unavailable"),
    ],
)
def test_a_payment_that_is_declined_says_why_and_moves_no_money(card, changes, reason):
    till = Till(**changes)
    one = till.start(card=card)

    till.clock.advance()

    assert (one.state.value, one.reason) == ("declined", reason)
    assert till.records("reason")[1:] == [["payment_declined", 2, 1, "ben", reason]]
    assert (till.heard, till.ledger.transactions) == ([("pay-1-1", 2)], [])
    assert till.holds.by_id["hold-1-1"].state.value == "held"


def test_the_first_part_alone_must_be_within_the_card_s_limit():
    card = {"token": "tok_modest", "limit_minor": 45_00}
    till = Till(cards=[card])

    one = till.start(card="tok_modest", plan=(45_00, 40_00))
    other = till.start(till.hold(2), card="tok_modest", plan=(45_01, 39_99))
    till.go_to(SERVED_MS)

    assert (one.state.value, other.state.value) == ("captured", "declined")


def test_a_card_that_is_refused_for_good_is_remembered_for_its_visitor():
    till = Till()
    till.start(card="tok_decline_hard")
    till.clock.advance()

    again = till.start(till.hold(2), card="tok_decline_hard")
    till.clock.advance()

    assert again.reason == "retry_after_hard_decline"
    assert till.flow.retries.state() == [
        [1, "tok_decline_hard", 1, START_MS, SERVED_MS]
    ]


def test_a_try_too_many_is_heard_at_once_even_on_a_card_whose_replies_get_lost():
    till = Till(retries={"most": 1})
    first = till.start(card="tok_timeout")
    second = till.start(till.hold(2), card="tok_timeout")

    till.go_to(SERVED_MS)

    assert (first.state.value, second.reason) == ("captured", "retry_limit")
    assert till.heard == [("pay-1-2", 2)]


def test_a_payment_that_is_over_when_its_turn_comes_is_left_alone():
    till = Till()
    one = till.start()
    till.flow.cancel(one, CAUSE)

    till.clock.advance()

    assert (one.state.value, till.heard) == ("cancelled", [])


# -- challenged


def challenged():
    till = Till()
    one = till.start(card="tok_3ds")
    till.go_to(20_000)
    assert one.state.value == "requires_challenge"
    return till, one


def test_a_right_answer_goes_to_the_gateway_once_more_and_takes_the_money():
    till, one = challenged()
    cause = till.journal.emit(
        MessageDelivered(sender="ben", text="code", untrusted=False), 20_000
    )

    till.flow.answer(one, one.code, cause)
    queue = till.clock.pending()[0]
    till.clock.advance()

    assert queue == [21_000, 1, "gateway", "pay-1-1"]
    assert [record[:3] for record in till.records()[3:]] == [
        ["challenge_passed", 4, cause],
        ["payment_authorized", 5, cause],
        ["payment_captured", 6, cause],
        ["ticket_issued", 7, cause],
    ]
    assert one.authentication is Authentication.CHALLENGE
    assert till.heard == [("pay-1-1", 2), ("pay-1-1", 5)]


def test_a_wrong_answer_declines():
    till, one = challenged()

    till.flow.answer(one, "nonsense", 2)

    last = till.records("reason")[-1]
    assert last == ["payment_declined", 3, 2, "ben", "challenge_failed"]


def test_a_visitor_may_give_up_a_challenge():
    till, one = challenged()

    till.flow.cancel(one, 2)

    last = till.records("reason", "state")[-1]
    assert last == [
        "payment_closed",
        3,
        2,
        "ben",
        "cancelled_by_visitor",
        "cancelled",
    ]


def test_a_cardholder_who_is_recognised_is_recorded_so():
    always = {"challenge_ppm": 1_000_000, "frictionless_ppm": 1_000_000}
    till = Till(cards=[{"token": "tok_known", **always}])

    till.start(card="tok_known")
    till.clock.advance()

    assert till.records("authentication")[1][-1] == "frictionless"


# -- too late


LATE_MS = SERVED_MS - 500
"""When a hold ends that is paid too late."""


def paid_late(**gateway):
    till = Till({"notify_after_s": 10, **gateway})
    one = till.start(till.hold(expires_ms=LATE_MS))
    till.go_to(SERVED_MS)
    return till, one


def test_money_that_comes_too_late_goes_back_at_once_if_it_can():
    till, one = paid_late()

    assert [(a.state.value, a.reason) for a in one.history] == [
        ("processing", ""),
        ("authorized", "hold_expired"),
        ("voided", "hold_expired"),
    ]
    assert (till.heard, till.clock.pending()) == ([("pay-1-1", 3)], [])
    assert till.ledger.balances == {"card/1": 0, "authorized": 0}
    assert till.orders.by_id == {}


@pytest.mark.parametrize(
    ("gateway", "timer", "state"),
    [
        (
            {"money_back_after_s": 60},
            [SERVED_MS + 60_000, 1, "void", "pay-1-1"],
            "voided",
        ),
        (
            {
                "money_back_after_s": 60,
                "void_lost_ppm": 1_000_000,
                "authorization_expires_s": 600,
            },
            [SERVED_MS + 600_000, 0, "authorization", "pay-1-1"],
            "expired",
        ),
    ],
)
def test_money_that_comes_too_late_is_free_after_its_time(gateway, timer, state):
    till, one = paid_late(**gateway)
    waiting = till.clock.pending()

    till.go_to(timer[0])
    news = till.clock.pending()
    till.clock.advance()

    assert (waiting, one.state.value) == ([timer], state)
    assert news == [[timer[0] + 10_000, 1, "notice", "pay-1-1/3/0"]]
    assert till.noticed == [("pay-1-1", 3)]


def test_whether_a_void_is_lost_is_drawn_for_its_payment():
    till = Till({"void_lost_ppm": 500_000}, retries={"most": 100})
    for number in range(1, 41):
        till.start(till.hold(number, LATE_MS))

    till.go_to(SERVED_MS + 40_000)

    lost = [
        f"pay-1-{number}"
        for number in range(1, 41)
        if Streams(1).at(0, "void", f"pay-1-{number}").chance(500_000)
    ]
    still = [name for _, _, kind, name in till.clock.pending() if kind != "notice"]
    assert sorted(still) == sorted(lost)


# -- money back


def sold(**gateway):
    """Return a till, and an order of 85.00 of which so much is owed."""
    till = Till({"notify_after_s": 10, **gateway})
    till.start()
    till.go_to(SERVED_MS)
    return till, till.orders.by_id["order-1-1"]


def refunded(order: Order):
    payment = order.payment
    return payment.state.value, payment.returning_minor, payment.refunded_minor


def test_what_is_not_owed_goes_back_at_once_if_it_can():
    till, order = sold()
    order.owed_minor = 84_99

    assert till.flow.settle(order, 3) == 1
    assert refunded(order) == ("partially_refunded", 0, 1)
    assert till.records("amount")[-1] == ["payment_refunded", 5, 3, "ben", 1]
    assert till.clock.pending() == []


def test_what_is_not_owed_goes_back_after_its_time():
    till, order = sold(money_back_after_s=60)
    order.owed_minor = 35_00

    back = till.flow.settle(order, 3)
    before, waiting = refunded(order), till.clock.pending()
    till.go_to(SERVED_MS + 60_000)
    after, news = refunded(order), till.clock.pending()
    till.clock.advance()

    assert (back, before, after) == (
        50_00,
        ("captured", 50_00, 0),
        ("partially_refunded", 0, 50_00),
    )
    assert waiting == [[SERVED_MS + 60_000, 1, "refund", "pay-1-1/5000"]]
    assert news == [[SERVED_MS + 70_000, 1, "notice", "pay-1-1/4/0"]]
    assert till.noticed == [("pay-1-1", 4)]


def test_two_refunds_on_their_way_are_not_sent_twice():
    till, order = sold(money_back_after_s=60)
    sent = []

    for owed in (80_00, 80_00, 30_00):
        order.owed_minor = owed
        sent.append(till.flow.settle(order, 3))

    assert sent == [5_00, 0, 50_00]
    assert refunded(order) == ("captured", 55_00, 0)


@pytest.mark.parametrize("owed", [85_00, 85_01])
def test_nothing_goes_back_of_what_is_owed(owed):
    till, order = sold()
    order.owed_minor, cause = owed, order.payment.cause

    assert till.flow.settle(order, 99) == 0
    assert (refunded(order), order.payment.cause) == (("captured", 0, 0), cause)


# -- coupons


def test_a_coupon_is_spent_by_whoever_pays_with_it():
    till = Till()
    till.start()

    spent = [
        (seat, code, till.flow.spends_coupon(seat, code))
        for seat in (0, 1)
        for code in ("TENTH", "HALF")
    ]

    assert spent == [
        (0, "TENTH", False),
        (0, "HALF", False),
        (1, "TENTH", True),
        (1, "HALF", False),
    ]


def test_a_coupon_of_a_payment_that_failed_is_free_again():
    till = Till()
    till.start(card="tok_decline_hard")

    till.clock.advance()

    assert not till.flow.spends_coupon(1, "TENTH")
