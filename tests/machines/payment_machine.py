"""Checkouts, payments and cancellations in any order, beside the naive desk."""

import sys

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from machines.desk import CARDS, DAY_MS, LIVE, Desk
from machines.payment_rules import RULES, scene_of, some
from machines.scene import PRODUCTS, SOON_MS, seat_lists
from machines.seat_list import SeatList
from worlds import COUPONS

from test_time_gym.market.payments.payment import TAKEN
from test_time_gym.market.storefront.visitor import CartItem

FAR_MS = 21 * DAY_MS + 3_600_000
STACKABLE = [coupon["code"] for coupon in COUPONS if coupon.get("stackable")]
MONEY = ("authorized", "captured", "voided", "refunded", "returning")
SEAT = st.integers(0, 1)
WHICH = st.integers(0, 9)
LINES = st.lists(st.integers(0, 4), min_size=1, max_size=3, unique=True)
CARD = some(*CARDS, "tok_ok", "tok_amex", "tok_timeout", "tok_3ds")
KEYS = some("k1", "k2", "new", "new")
CODES = st.lists(some(*(coupon["code"] for coupon in COUPONS)), max_size=2)


class PaymentMachine(RuleBasedStateMachine):
    """Two visitors' checkouts in the market, and what the desk says of them."""

    made = 0

    def __init__(self):
        super().__init__()
        type(self).made += 1
        self.scene = None

    @initialize(
        rules=RULES,
        seats=st.tuples(*[st.integers(3, 9)] * 3),
        limits=st.tuples(st.none(), st.none(), st.none() | st.integers(1, 4)),
    )
    def open(self, rules, seats, limits):
        self.scene = scene_of(rules, seats, limits)
        self.market = self.scene.market
        capacity = dict(zip("ABC", seats, strict=True))
        leaves = (FAR_MS, FAR_MS, FAR_MS, FAR_MS, SOON_MS)
        prices = [(*row[3:], at) for row, at in zip(PRODUCTS, leaves, strict=True)]
        self.desk = Desk(rules, SeatList(capacity, seat_lists(limits)), prices)
        self.keys, self.shown, self.last = 0, {}, {}

    # -- rules ---------------------------------------------------------------------

    @rule(
        seat=SEAT,
        lines=LINES,
        party=st.integers(1, 3),
        codes=CODES,
        dawdle=some(0, 0, 0, 1_800_000),
    )
    def check_out(self, seat, lines, party, codes, dawdle):
        visitor = self.scene.visitors[seat]
        self.restart(seat)
        visitor.party = party
        visitor.cart = [CartItem(p, self.market.prices[p]) for p in lines]
        total = sum(PRODUCTS[p][3] for p in lines) * party
        for code in codes:
            self.apply(visitor, code, total)
        self.pass_to(self.desk.now + dawdle)
        for coupon in list(visitor.coupons):
            known = next(c for c in COUPONS if c["code"] == coupon.code)
            if self.coupon_refusal(seat, known, total) is not None:
                refusal = self.scene.act(visitor, "proceed_to_payment")
                assert refusal == self.coupon_refusal(seat, known, total)
        _, expected = self.desk.place(seat, [(p, party) for p in lines])
        assert self.scene.act(visitor, "proceed_to_payment") == expected
        assert (visitor.hold is None) == (expected is not None)

    def apply(self, visitor, code, total):
        args, applied = {"code": code}, [c.code for c in visitor.coupons]
        coupon = next(c for c in COUPONS if c["code"] == code)
        illegal = any(a == code or a not in STACKABLE for a in applied)
        expected = self.coupon_refusal(visitor.seat, coupon, total)
        if expected is None and applied and code not in STACKABLE:
            expected = "coupon_not_stackable"
        if self.scene.can(visitor, "apply_coupon", args):
            assert not illegal
            assert self.scene.act(visitor, "apply_coupon", **args) == expected
        else:
            assert illegal or self.desk.spent(visitor.seat, code)

    def coupon_refusal(self, seat, coupon, total):
        if self.desk.spent(seat, coupon["code"]):
            # Which of several reasons is told first does not matter.
            late = coupon.get("ends_s", 10**9) * 1000 <= self.desk.now
            dear = total >= coupon.get("minimum_minor", 0)
            return "coupon_used" if dear and not late else self.any_reason(late)
        if self.desk.now >= coupon.get("ends_s", 10**9) * 1000:
            return "coupon_expired"
        if total < coupon.get("minimum_minor", 0):
            return "coupon_minimum_not_met"
        return None

    @staticmethod
    def any_reason(late):
        return "coupon_expired" if late else "coupon_minimum_not_met"

    @rule(seat=SEAT)
    def restart(self, seat):
        visitor = self.scene.visitors[seat]
        self.stop_waiting(visitor)
        if visitor.status == "requires_challenge":
            payment = self.desk.payments[visitor.payment.id]
            assert payment["state"] == "requires_challenge"
            self.desk.end(payment, "cancelled", "cancelled_by_visitor")
        if visitor.hold is not None:
            name = visitor.hold.id
            if self.desk.holds[name]["state"] == "held":
                self.desk.free(name, "released")
        assert self.scene.act(visitor, "restart") is None

    @rule(
        seat=SEAT,
        lines=LINES,
        party=st.integers(1, 3),
        codes=CODES,
        card=CARD,
        key=KEYS,
        count=some(1, 2, 3),
        wait=st.booleans(),
    )
    def buy(self, *, seat, lines, party, codes, card, key, count, wait):
        """Go all the way at once: random steps alone seldom get there."""
        self.check_out(seat, lines, party, codes, 0)
        self.confirm(seat, card, key, count)
        if wait and self.desk.calendar:
            self.wait_for_what_comes_next(0)

    @rule(
        seat=SEAT,
        lines=LINES,
        party=st.integers(1, 3),
        codes=CODES,
        count=some(1, 2, 3),
        line=WHICH,
        seats=st.integers(1, 2),
        whole=st.booleans(),
    )
    def buy_and_regret(self, *, seat, lines, party, codes, count, line, seats, whole):
        """Buy, if it can be done, and give the newest order back, or some of it."""
        self.check_out(seat, lines, party, codes, 0)
        self.confirm(seat, "tok_ok", "new", count)
        self.pass_to(self.desk.now + self.desk.rules["latency_ms"])
        if self.desk.orders:
            self.cancel(len(self.desk.orders) - 1, line, seats, whole)

    @rule(seat=SEAT, product=some(0, 1, 3), what=some("right", "wrong", "old"))
    def meet_a_challenge(self, *, seat, product, what):
        """Be asked for a code, and answer at once."""
        self.check_out(seat, [product], 1, [], 0)
        self.confirm(seat, "tok_3ds", "new", 1)
        if self.desk.calendar:
            self.wait_for_what_comes_next(0)
        self.answer(seat, what)

    @precondition(lambda self: any(v.hold for v in self.scene.visitors))
    @rule(seat=SEAT, card=CARD, key=KEYS, count=some(1, 2, 3))
    def confirm(self, seat, card, key, count):
        visitor = self.scene.visitors[seat]
        if visitor.hold is None:
            return
        self.keys += key == "new"
        key = f"new-{self.keys}" if key == "new" else key
        visitor.card, visitor.instalments = card, count
        self.stop_waiting(visitor)
        codes = [c.code for c in visitor.coupons]
        coupons = [next(c for c in COUPONS if c["code"] == code) for code in codes]
        self.last[seat] = (seat, card, key, count)
        name = visitor.hold.id
        payment, refusal, new = self.desk.confirm(
            seat, name, card, key=key, count=count, coupons=coupons
        )
        told = self.scene.act(visitor, "confirm_payment", idempotency_key=key)
        if payment is None:
            assert told == refusal
            return
        if payment["captured"]:
            # The receipt closes the checkout.
            assert (told, visitor.status, visitor.payment) == (None, "captured", None)
            return
        assert visitor.payment.id == payment["id"]
        if new or payment["state"] == "processing":
            assert (told, visitor.awaiting) == (None, True)
        elif payment["state"] == "requires_challenge":
            assert (told, visitor.status) == (None, "requires_challenge")
        else:
            state, why = payment["answer"]
            assert (told, visitor.status) == (why, state)

    @staticmethod
    def stop_waiting(visitor):
        """Let the page give up, as it would by itself before its next command."""
        if visitor.awaiting:
            visitor.awaiting, visitor.status = False, "unknown"

    @precondition(lambda self: self.last)
    @rule(which=WHICH, fresh=st.booleans())
    def confirm_again(self, which, fresh):
        seat, card, key, count = list(self.last.values())[which % len(self.last)]
        self.confirm(seat, card, "new" if fresh else key, count)

    @precondition(lambda self: self.last)
    @rule(which=WHICH)
    def ask_after_the_checkout(self, which):
        """Leave the checkout, and ask what has become of a payment, by its key."""
        seat, _, key, _ = list(self.last.values())[which % len(self.last)]
        self.restart(seat)
        visitor, known = self.scene.visitors[seat], self.desk.known(seat, key)
        asked, failed = {"idempotency_key": key}, visitor.failed_payments
        assert self.scene.can(visitor, "confirm_payment", asked) == bool(known)
        if not known:
            return
        payment = known[-1][1]
        told = self.scene.act(visitor, "confirm_payment", **asked)
        if payment["state"] == "processing":
            assert (told, visitor.awaiting) == (None, True)
            return
        if payment["state"] == "requires_challenge":
            page = (visitor.status, visitor.view)
            assert (told, page) == (None, ("requires_challenge", "payment"))
            return
        if payment["captured"]:
            page = (visitor.status, visitor.view, visitor.receipt.payment.id)
            assert (told, page) == (None, ("captured", "receipt", payment["id"]))
        else:
            state, why = payment["answer"]
            assert (told, visitor.status) == (why or state, "none")
        assert (visitor.payment, visitor.failed_payments) == (None, failed)

    @precondition(lambda self: any(v.payment for v in self.scene.visitors))
    @rule(seat=SEAT, what=some("right", "right", "wrong", "old"))
    def answer(self, seat, what):
        visitor = self.scene.visitors[seat]
        if visitor.payment is None:
            return
        payment = self.desk.payments[visitor.payment.id]
        right = what == "right"
        code = visitor.payment.code if right else "nonsense"
        if what == "old":
            payments = self.market.processor.book.of(seat)
            others = [p.code for p in payments if p is not visitor.payment and p.code]
            code = others[-1] if others else code
            right = code == visitor.payment.code
        expected = "challenge_over"
        if payment["state"] == "requires_challenge":
            self.desk.answer(payment, right=right)
            expected = None if right else "challenge_failed"
        told = self.scene.act(visitor, "answer_challenge", code=code)
        assert told == expected

    @precondition(lambda self: self.desk.orders)
    @rule(which=WHICH, line=WHICH, seats=st.integers(1, 3), whole=st.booleans())
    def cancel(self, which, line, seats, whole):
        name = list(self.desk.orders)[which % len(self.desk.orders)]
        left = self.desk.orders[name]["lines"]
        product = list(left)[line % len(left)]
        back = {p: n for p, n in left.items() if n} if whole else {product: seats}
        expected = self.desk.why_not_cancel(name, back)
        order = self.market.orders.by_id[name]
        assert self.market.can_cancel(order, back) == (expected is None)
        if expected is None:
            self.desk.cancel(name, back)
            self.market.cancel(order, back, self.market.journal.count - 1)
            self.scene.look()

    @rule(passed=some(1, 500, 500, 2000, 2000, 20_000, DAY_MS))
    def wait(self, passed):
        self.pass_to(self.desk.now + passed)

    @precondition(lambda self: self.desk.calendar)
    @rule(late=some(-1, 0, 0, 1))
    def wait_for_what_comes_next(self, late):
        due = min(entry[0] for entry in self.desk.calendar)
        self.pass_to(max(self.desk.now, due + late))

    def pass_to(self, now):
        self.desk.pass_to(now)
        self.scene.go_to(now)

    # -- comparing -----------------------------------------------------------------

    @invariant()
    def everything_agrees(self):
        if self.scene is None:
            return
        self.scene.look()
        book, orders = self.market.processor.book.by_id, self.market.orders.by_id
        for payment in book.values():
            expected = self.desk.payments[payment.id]
            told = (payment.state.value, payment.reason)
            assert told == (expected["state"], expected["why"])
            moved = [getattr(payment, f"{name}_minor") for name in MONEY]
            assert moved == [expected[name] for name in MONEY]
            assert list(payment.plan) == expected["parts"]
        assert list(book) == list(self.desk.payments)
        assert list(orders) == list(self.desk.orders)
        for order in orders.values():
            expected = self.desk.orders[order.id]
            assert order.state.value == expected["state"]
            assert order.owed_minor == expected["owed"]
            assert {ln.product: ln.seats for ln in order.lines} == expected["lines"]
        self.seats_agree()
        self.books_agree()
        self.knowledge_grows()

    def seats_agree(self):
        stock, lists = self.market.inventory, self.desk.stock
        for product in range(len(PRODUCTS)):
            held = lists.of_product(product, lambda who: who.startswith("hold"))
            sold = lists.of_product(product, lambda who: who.startswith("order"))
            assert stock.product_held[product] == held
            assert stock.product_sold[product] == sold
        states = [hold.state.value for hold in self.market.holds.by_id.values()]
        assert states == [hold["state"] for hold in self.desk.holds.values()]
        assert self.market.processor.gateway.waiting() == self.desk.line

    def books_agree(self):
        ledger, payments = self.market.ledger, self.desk.payments.values()
        for seat in (0, 1):
            out = [
                p["authorized"] - p["voided"] - p["refunded"]
                for p in payments
                if p["seat"] == seat
            ]
            assert ledger.balance(f"card/{seat}") == -sum(out)
        taken = sum(p["captured"] - p["refunded"] for p in payments)
        assert ledger.balance("merchant") == taken

    def knowledge_grows(self):
        """No visitor is ever told what is older than what was told before."""
        for visitor in self.scene.visitors:
            if visitor.payment is None:
                continue
            states = [answer.state for answer in visitor.payment.history]
            names = ["captured" if s in TAKEN else s.value for s in states]
            if visitor.status in names and visitor.status != "processing":
                place = names.index(visitor.status)
                assert place >= self.shown.get(visitor.payment.id, 0)
                self.shown[visitor.payment.id] = place
            assert len({order.id for order in visitor.orders}) == len(visitor.orders)

    def teardown(self):
        # Hypothesis tears down what has failed, too: keep the first error.
        if self.scene is None or sys.exc_info()[0] is not None:
            return
        self.pass_to(self.desk.now + 40 * DAY_MS)
        self.everything_agrees()
        assert not any(p["state"] in LIVE for p in self.desk.payments.values())
        assert self.market.ledger.balance("authorized") == 0
        for visitor in self.scene.visitors:
            bought = self.market.orders.of(visitor.seat)
            assert {o.id for o in visitor.orders} == {order.id for order in bought}
