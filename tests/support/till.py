"""A till: the payment flow with real parts around it, and holds to pay for."""

import json

from fakes import Lines
from worlds import flight, market

from test_time_gym.market.bill import Bill
from test_time_gym.market.clock import MarketClock, Phase
from test_time_gym.market.events import MessageDelivered
from test_time_gym.market.holds import Hold, HoldLine, Holds
from test_time_gym.market.inventory import Inventory
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.ledger import Ledger
from test_time_gym.market.orders import Orders
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
        self.journal, self.ledger = JournalWriter(self.sink), Ledger()
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
