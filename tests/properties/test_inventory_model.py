"""Inventory and holds against a naive model: a list of seats with names on them."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)
from worlds import fare, flight, leg, market

from test_time_gym.market.catalog import Catalog
from test_time_gym.market.errors import MarketBug, Refused
from test_time_gym.market.holds import Hold, HoldLine, Holds
from test_time_gym.market.inventory import Inventory

pytestmark = pytest.mark.property

PRODUCTS = {  # product: (legs, nest, rank)
    0: ("AB", "via", 0),
    1: ("AB", "via", 1),
    2: ("AB", "via", 2),
    3: ("A", "short", 0),
    4: ("C", "direct", 0),
}


class SeatList:
    """Every leg is a list of seats; a seat is None or (product, owner)."""

    def __init__(self, capacity, limits):
        self.legs = {name: [None] * seats for name, seats in capacity.items()}
        self.limits = limits

    def owned(self, leg, test):
        return sum(seat is not None and test(*seat) for seat in self.legs[leg])

    def fits(self):
        for product, limit in self.limits.items():
            legs, nest, rank = PRODUCTS[product]
            below = [p for p, (_, n, r) in PRODUCTS.items() if n == nest and r >= rank]
            used = self.owned(legs[0], lambda p, _, below=below: p in below)
            if limit is not None and used > limit:
                return False
        return True

    def take(self, lines, owner):
        """Put a name on seats; all or none, by trying it on a copy."""
        before = {name: list(seats) for name, seats in self.legs.items()}
        for product, count in lines:
            for name in PRODUCTS[product][0]:
                for _ in range(count):
                    if None not in self.legs[name]:
                        self.legs = before
                        return False
                    self.legs[name][self.legs[name].index(None)] = (product, owner)
        if not self.fits():
            self.legs = before
            return False
        return True

    def rename(self, owner, new):
        for name, seats in self.legs.items():
            self.legs[name] = [
                (seat[0], new) if seat and seat[1] == owner else seat for seat in seats
            ]

    def leave(self, owner):
        for name, seats in self.legs.items():
            self.legs[name] = [None if s and s[1] == owner else s for s in seats]


LINES = st.lists(
    st.tuples(st.integers(0, 4), st.integers(1, 3)), min_size=1, max_size=3
)


class InventoryMachine(RuleBasedStateMachine):
    """Holds, sales and cancellations in any order, compared after each."""

    running = Bundle("running")
    sold = Bundle("sold")

    @initialize(
        seats=st.tuples(*[st.integers(0, 6)] * 3),
        limits=st.tuples(*[st.none() | st.integers(0, 5)] * 3),
    )
    def open(self, seats, limits):
        first = leg("A", "SFO", "EWR", "10:00", "14:00", seats[0])
        onward = leg("B", "EWR", "MAD", "15:00", "23:00", seats[1])
        classes = [
            fare(code, price, booking_limit=limit)
            for code, price, limit in zip("YMQ", (200, 140, 90), limits, strict=True)
        ]
        config = market(
            flights=[
                flight("VIA", first, onward, fares=classes),
                flight("SHORT", first),
                flight("DIRECT", leg("C", seats=seats[2])),
            ]
        )
        self.stock = Inventory(Catalog(config.flights, config.opens))
        self.table = Holds(self.stock)
        self.model = SeatList(
            dict(zip("ABC", seats, strict=True)), dict(enumerate(limits))
        )
        self.now, self.made = 0, 0

    def new_hold(self, lines):
        self.made += 1
        return Hold(
            id=f"hold-0-{self.made}",
            seat=0,
            lines=tuple(HoldLine(product, seats, 100) for product, seats in lines),
            placed_at_ms=self.now,
            expires_at_ms=self.now + 10,
        )

    @rule(target=running, lines=LINES)
    def place(self, lines):
        claim = self.new_hold(lines)
        fits = self.model.take(lines, claim.id)
        assert self.table.can_place(claim.lines) == fits
        if fits:
            self.table.place(claim)
            return claim
        with pytest.raises(Refused):
            self.table.place(claim)
        return multiple()

    @rule(lines=LINES)
    def sell_in_the_background(self, lines):
        product, _ = lines[0]
        fits = self.model.take([(product, 1)], "background")
        assert (self.stock.available(product) >= 1) == fits
        if fits:
            self.stock.sell(product, 1)

    @rule(target=sold, claim=consumes(running))
    def confirm(self, claim):
        if claim.active(self.now):
            self.table.confirm(claim, self.now)
            self.model.rename(claim.id, f"order of {claim.id}")
            return claim
        with pytest.raises(MarketBug):
            self.table.confirm(claim, self.now)
        self.table.expire(claim)
        self.model.leave(claim.id)
        return multiple()

    @rule(claim=consumes(running), early=st.booleans())
    def give_back(self, claim, early):
        (self.table.release if early else self.table.expire)(claim)
        self.model.leave(claim.id)
        with pytest.raises(MarketBug):
            self.table.release(claim)

    @rule(claim=consumes(sold))
    def cancel(self, claim):
        self.stock.take_back([(line.product, line.seats) for line in claim.lines])
        self.model.leave(f"order of {claim.id}")

    @rule(passed=st.integers(1, 10))
    def let_time_pass(self, passed):
        self.now += passed

    @invariant()
    def counts_are_those_of_the_seats(self):
        if not hasattr(self, "model"):
            return
        held, sold, free = [], [], []
        for name, seats in self.model.legs.items():
            held.append(self.model.owned(name, lambda _, o: o.startswith("hold")))
            sold.append(self.model.owned(name, lambda _, o: not o.startswith("hold")))
            free.append(seats.count(None))
        assert (self.stock.held, self.stock.sold) == (held, sold)
        assert [self.stock.free(pool) for pool in range(3)] == free


InventoryMachine.TestCase.pytestmark = [pytest.mark.property]
TestInventoryAndHolds = InventoryMachine.TestCase
