"""Checkouts, payments and cancellations in any order, beside the naive desk."""

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from machines.desk import CARD_LIMIT, CARDS, DAY_MS, LIVE, Desk
from machines.scene import PRODUCTS, SOON_MS, Scene, seat_lists, timetable
from machines.seat_list import SeatList
from worlds import COUPONS, FEES

from test_time_gym.market.payments.payment import TAKEN
from test_time_gym.market.storefront.visitor import CartItem

FAR_MS = 21 * DAY_MS + 3_600_000
SURE = 1_000_000
OWN_CARDS = [
    {"token": "tok_amex", "brand": "amex"},
    {"token": "tok_frictionless", "challenge_ppm": SURE, "frictionless_ppm": SURE},
    {"token": "tok_mute", "challenge_ppm": SURE, "code_lost_ppm": SURE},
    {"token": "tok_limit", "limit_minor": CARD_LIMIT},
]
STACKABLE = [coupon["code"] for coupon in COUPONS if coupon.get("stackable")]
MONEY = ("authorized", "captured", "voided", "refunded", "returning")


def some(*values):
    return st.sampled_from(values)


RULES = st.fixed_dictionaries(
    {
        "per_visitor": some(3, 50),
        "ttl_s": st.integers(1, 4),
        "latency_ms": some(1, 900, 1999, 2000, 2001, 3000, 30_000),
        "servers": some(1, 2),
        "outages_s": some(
            [], [], [], [[1, 2]], [[3, 9]], [[86_000, 87_000]], [[86_000, 400_000]]
        ),
        "reply_lost_ppm": some(0, SURE),
        "client_timeout_s": some(1, 30),
        "notify_after_s": some(0, 5, 40),
        "notify_spread_s": some(0, 60),
        "notify_duplicate_ppm": some(0, SURE),
        "notify_heard_ppm": some(0, SURE),
        "money_back_after_s": some(0, 30, 172_800),
        "void_lost_ppm": some(0, 0, SURE),
        "authorization_expires_s": some(60, 604_800),
        "keys_expire_s": some(2, 20, 86_400),
        "expires_s": some(2, 300),
        "code_after_s": some(0, 5),
        "most": some(1, 2, 3, 15),
        "window_days": some(1, 30),
        "stop_after_hard_decline": st.booleans(),
        "every_days": some(1, 2),
        "retries": st.integers(0, 2),
        "retry_after_days": some(1, 2),
        "fees": some([], FEES),
    }
)
GATEWAY = (
    "servers",
    "outages_s",
    "reply_lost_ppm",
    "client_timeout_s",
    "notify_after_s",
    "notify_spread_s",
    "notify_duplicate_ppm",
    "notify_heard_ppm",
    "money_back_after_s",
    "void_lost_ppm",
    "authorization_expires_s",
    "keys_expire_s",
)


def pick(rules, *names):
    return {name: rules[name] for name in names}


def scene_of(rules, seats, limits):
    latency = {"kind": "deterministic", "typical_ms": rules["latency_ms"]}
    return Scene(
        flights=timetable(seats, limits),
        holds=pick(rules, "ttl_s", "per_visitor"),
        gateway={"latency": latency, **pick(rules, *GATEWAY)},
        challenge=pick(rules, "expires_s", "code_after_s"),
        retries=pick(rules, "most", "window_days", "stop_after_hard_decline"),
        instalments={
            "counts": [2, 3],
            **pick(rules, "every_days", "retries", "retry_after_days"),
        },
        cards=OWN_CARDS,
        coupons=COUPONS,
        fees=rules["fees"],
    )


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
        if self.scene.shop.can(visitor, "apply_coupon", args):
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
    def buy(self, seat, lines, party, codes, card, key, count, wait):
        """Go all the way at once: random steps alone seldom get there."""
        self.check_out(seat, lines, party, codes, 0)
        self.confirm(seat, card, key, count)
        if wait and self.desk.calendar:
            self.wait_for_what_comes_next(0)

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
        payment, refusal, new = self.desk.confirm(seat, name, card, key, count, coupons)
        told = self.scene.act(visitor, "confirm_payment", idempotency_key=key)
        if payment is None:
            assert told == refusal
            return
        assert visitor.payment.id == payment["id"]
        if new or payment["state"] == "processing":
            assert (told, visitor.awaiting) == (None, True)
        elif payment["state"] == "requires_challenge":
            assert (told, visitor.status) == (None, "requires_challenge")
        elif payment["captured"]:
            assert (told, visitor.status) == (None, "captured")
        else:
            state, why = payment["answer"]
            assert (told, visitor.status) == (why, state)

    @staticmethod
    def stop_waiting(visitor):
        """Let the page give up, as it would by itself before its next command."""
        if visitor.awaiting:
            visitor.awaiting, visitor.status = False, "unknown"

    @precondition(lambda self: self.last)
    @rule(which=WHICH)
    def confirm_again(self, which):
        seat, card, key, count = list(self.last.values())[which % len(self.last)]
        self.confirm(seat, card, key, count)

    @precondition(lambda self: any(v.payment for v in self.scene.visitors))
    @rule(seat=SEAT, right=st.booleans())
    def answer(self, seat, right):
        visitor = self.scene.visitors[seat]
        if visitor.payment is None:
            return
        payment = self.desk.payments[visitor.payment.id]
        code = visitor.payment.code if right else "nonsense"
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
        if self.scene is None:
            return
        self.pass_to(self.desk.now + 40 * DAY_MS)
        self.everything_agrees()
        assert not any(p["state"] in LIVE for p in self.desk.payments.values())
        assert self.market.ledger.balance("authorized") == 0
        for visitor in self.scene.visitors:
            bought = self.market.orders.of(visitor.seat)
            assert {o.id for o in visitor.orders} == {order.id for order in bought}
