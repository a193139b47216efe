"""Seats and holds in any order, beside a list of seats with names on them."""

import sys

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from machines.scene import POOR, PRODUCTS, SOON_MS, Scene, seat_lists, timetable
from machines.seat_list import SeatList

from test_time_gym.market.bill import Bill
from test_time_gym.market.errors import MarketBug, Refused
from test_time_gym.market.holds import HoldLine

LINES = st.lists(
    st.tuples(st.integers(0, 4), st.integers(1, 3)),
    min_size=1,
    max_size=3,
    unique_by=lambda line: line[0],
)
WHICH = st.integers(0, 9)
SEAT = st.integers(0, 1)
PAID_AFTER_MS = 250


class InventoryMachine(RuleBasedStateMachine):
    """The market's seats and holds against `SeatList` and a list of claims."""

    made = 0
    """Machines built so far: how many examples were needed."""

    def __init__(self):
        super().__init__()
        type(self).made += 1
        self.scene = None

    @initialize(
        seats=st.tuples(*[st.integers(0, 6)] * 3),
        limits=st.tuples(*[st.none() | st.integers(0, 5)] * 3),
        ttl_s=st.integers(1, 3),
        quota=st.sampled_from([4, 50]),
    )
    def open(self, seats, limits, ttl_s, quota):
        latency = {"kind": "deterministic", "typical_ms": PAID_AFTER_MS}
        self.scene = Scene(
            flights=timetable(seats, limits),
            demand=[POOR],
            holds={"ttl_s": ttl_s, "per_visitor": quota},
            gateway={"latency": latency},
        )
        self.market = self.scene.market
        self.model = SeatList(dict(zip("ABC", seats, strict=True)), seat_lists(limits))
        self.ttl_ms, self.quota, self.now = ttl_s * 1000, quota, 0
        self.claims, self.takings = [], 0
        """What the model knows of each hold: id, seat, lines, end, state."""
        self.sales = []
        """What it knows of each order: the engine's id, its owner, lines left."""

    def running(self):
        return [claim for claim in self.claims if claim["state"] == "held"]

    def pass_to(self, now_ms):
        self.now = now_ms
        for claim in self.running():
            if claim["end"] <= now_ms:
                self.give_up(claim, "expired")
        self.scene.go_to(now_ms)

    def give_up(self, claim, state):
        claim["state"] = state
        for product, seats in claim["lines"]:
            self.model.leave(claim["id"], product, seats)

    def why_not(self, seat, lines):
        if sum(claim["seat"] == seat for claim in self.claims) >= self.quota:
            return "hold_quota"
        if self.now >= SOON_MS and any(product == 4 for product, _ in lines):
            return "departed"
        return None

    @rule(seat=SEAT, lines=LINES)
    def place(self, seat, lines):
        number = sum(claim["seat"] == seat for claim in self.claims) + 1
        name = f"hold-{seat}-{number}"
        refusal = self.why_not(seat, lines)
        if refusal is None and not self.model.take(lines, name):
            refusal = "sold_out"
        wanted = tuple(HoldLine(p, seats, PRODUCTS[p][3]) for p, seats in lines)

        assert self.market.can_hold(seat, wanted) == (refusal is None)
        if refusal is None:
            placed = self.market.hold(seat, wanted, 0)
            end = self.now + self.ttl_ms
            assert (placed.id, placed.expires_at_ms) == (name, end)
            claim = {"id": name, "seat": seat, "lines": lines, "end": end}
            self.claims.append(claim | {"state": "held"})
        else:
            with pytest.raises(Refused) as refused:
                self.market.hold(seat, wanted, 0)
            assert refused.value.code == refusal

    @precondition(lambda self: self.running())
    @rule(which=WHICH)
    def release(self, which):
        claim = self.running()[which % len(self.running())]
        hold = self.market.holds.by_id[claim["id"]]
        self.market.release(hold, 0)
        self.give_up(claim, "released")

    @precondition(lambda self: any(c["state"] != "held" for c in self.claims))
    @rule(which=WHICH)
    def touch_what_is_over(self, which):
        over = [c for c in self.claims if c["state"] != "held"]
        hold = self.market.holds.by_id[over[which % len(over)]["id"]]
        for move in (self.market.holds.release, self.market.holds.expire):
            with pytest.raises(MarketBug, match=f"{hold.id} is already"):
                move(hold)
        with pytest.raises(MarketBug, match=f"{hold.id}, which is"):
            self.market.holds.confirm(hold, self.now)

    @precondition(lambda self: self.running())
    @rule(which=WHICH)
    def pay(self, which):
        claim = self.running()[which % len(self.running())]
        self.start_payment(claim)
        paid = self.now + PAID_AFTER_MS
        self.pass_to(paid)
        if claim["state"] == "held":
            claim["state"] = "confirmed"
            owner = f"order of {claim['id']}"
            self.model.rename(claim["id"], owner)
            order = self.market.orders.of(claim["seat"])[-1]
            self.sales.append((order.id, owner, dict(claim["lines"])))

    def start_payment(self, claim):
        hold = self.market.holds.by_id[claim["id"]]
        total = sum(seats * PRODUCTS[p][3] for p, seats in claim["lines"])
        processor, asked = self.market.processor, (hold.id, "tok_ok", total, 1)
        payment = processor.start(
            hold, "tok_ok", Bill(total), key=hold.id, plan=(total,), cause=0
        )
        processor.keys.bind(hold.seat, hold.id, asked, payment.id, self.now)

    @rule(product=st.integers(0, 4))
    def sell_in_the_background(self, product):
        offer, buyers = (
            self.market.catalog.products[product],
            self.market.population.arrivals[0],
        )
        if self.model.take([(product, 1)], "somebody"):
            self.market._sell(offer, buyers, 1)
            self.takings += PRODUCTS[product][3]
        else:
            with pytest.raises(Refused, match="sold_out"):
                self.market._sell(offer, buyers, 1)

    @precondition(lambda self: self.sales)
    @rule(which=WHICH, line=WHICH, seats=st.integers(1, 3))
    def give_back(self, which, line, seats):
        order_id, owner, left = self.sales[which % len(self.sales)]
        order = self.market.orders.by_id[order_id]
        product = list(left)[line % len(left)]
        refusal = None
        if not any(left.values()):
            refusal = "cancelled"
        elif seats > left[product]:
            refusal = "seats"
        elif product == 4 and self.now >= SOON_MS:
            refusal = "departed"

        assert self.market.can_cancel(order, {product: seats}) == (refusal is None)
        if refusal is None:
            self.market.cancel(order, {product: seats}, 0)
            self.model.leave(owner, product, seats)
            left[product] -= seats
        else:
            with pytest.raises(Refused) as refused:
                self.market.cancel(order, {product: seats}, 0)
            assert refused.value.code == refusal

    @rule(passed=st.sampled_from([1, 200, 700, 2000, SOON_MS]))
    def wait(self, passed):
        self.pass_to(self.now + passed)

    @precondition(lambda self: self.running())
    @rule(before=st.sampled_from([PAID_AFTER_MS + 1, PAID_AFTER_MS, 1, 0]))
    def wait_for_a_deadline(self, before):
        end = min(claim["end"] for claim in self.running())
        self.pass_to(max(self.now, end - before))

    @invariant()
    def everything_agrees(self):
        if self.scene is None:
            return
        self.scene.look()
        stock, model = self.market.inventory, self.model
        held, sold, free = [], [], []
        for name, seats in model.legs.items():
            held.append(model.owned(name, lambda _, o: o.startswith("hold")))
            sold.append(model.owned(name, lambda _, o: not o.startswith("hold")))
            free.append(seats.count(None))
        assert (stock.held, stock.sold) == (held, sold)
        assert [stock.free(pool) for pool in range(3)] == free
        for product in range(len(PRODUCTS)):
            held = model.of_product(product, lambda o: o.startswith("hold"))
            sold = model.of_product(product, lambda o: not o.startswith("hold"))
            assert stock.product_held[product] == held
            assert stock.product_sold[product] == sold
            assert stock.available(product) == model.could_take(product)
            late = product == 4 and self.now >= SOON_MS
            expected = 0 if late else model.could_take(product)
            assert self.market.on_sale(product) == expected
        assert self.market.ledger.balance("population") == -self.takings
        states = [hold.state.value for hold in self.market.holds.by_id.values()]
        assert states == [claim["state"] for claim in self.claims]
        assert sorted(c["id"] for c in self.running()) == sorted(self.market.holds.open)

    def teardown(self):
        # Hypothesis tears down what has failed, too: keep the first error.
        if self.scene is not None and sys.exc_info()[0] is None:
            self.pass_to(self.now + self.ttl_ms)
            assert not self.running()
            self.everything_agrees()
            assert sum(self.market.inventory.held) == 0
