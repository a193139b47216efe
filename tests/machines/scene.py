"""A market with a journal and visitors, under all laws after every event."""

from fakes import Lines
from flight_verbs import command_of
from worlds import DAY, fare, flight, leg, market, segment

from test_time_gym.market.clock import Phase
from test_time_gym.market.events import MessageDelivered
from test_time_gym.market.invariants import check
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.snapshot import snapshot
from test_time_gym.market.storefront import Storefront
from test_time_gym.market.storefront.visitor import Visitor
from test_time_gym.market.world import World

NAMES = ["ann", "ben"]

POOR = segment(buyers=20, days=21, willingness_median_minor=1)
"""Buyers who come and cannot buy, so that tests may sell in their name."""

SOON_MS = 20 * 60_000
"""When the flight SOON leaves; all others leave in three weeks."""

PRODUCTS = (
    # legs, nest, rank, price, refundable, fee of cancelling
    ("AB", "via", 0, 201_01, True, 20_00),
    ("AB", "via", 1, 140_00, True, 900_00),
    ("AB", "via", 2, 90_07, False, 0),
    ("A", "short", 0, 70_00, True, 0),
    ("C", "soon", 0, 120_03, True, 10_00),
)
"""What is on sale, as the models know it."""


def far_leg(name, origin, to, depart, arrive, seats):
    return {
        **leg(name, origin, to, seats=seats),
        "depart": f"2026-06-22T{depart}",
        "arrive": f"2026-06-22T{arrive}",
    }


def timetable(seats, limits):
    """Return flights with so many seats on legs A, B, C, and limits of Y, M, Q."""
    first = far_leg("A", "SFO", "EWR", "10:00", "14:00", seats[0])
    onward = far_leg("B", "EWR", "MAD", "15:00", "23:00", seats[1])
    soon = {**leg("C", seats=seats[2]), "depart": "2026-06-01T09:20"}
    rules = [
        fare("F", price, refundable=refundable, cancel_fee_minor=fee)
        for *_, price, refundable, fee in PRODUCTS
    ]
    classes = [
        rule | {"code": code, "booking_limit": limit}
        for rule, code, limit in zip(rules[:3], "YMQ", limits, strict=True)
    ]
    return [
        flight("VIA", first, onward, fares=classes),
        flight("SHORT", first, fares=[rules[3]]),
        flight("SOON", soon, fares=[rules[4]]),
    ]


def seat_lists(limits):
    """Return the products as the model of seats wants them."""
    known = [*limits, None, None]
    return [(*row[:3], limit) for row, limit in zip(PRODUCTS, known, strict=True)]


class Scene:
    """Market, storefront and visitors; time moves by `go_to` alone.

    Args:
        changes: the market's settings.
    """

    def __init__(self, **changes):
        world = World.of(market(warm_up="none", **changes))
        self.market = Marketplace(world, 1, NAMES, JournalWriter(Lines()))
        opening = MessageDelivered(sender="Shop", text="open", untrusted=False)
        self.market.journal.emit(opening, 0)
        self.market.open()
        form = {"from": "SFO", "to": "MAD", "date": DAY}
        self.visitors = [
            Visitor(seat=k, name=name, form=dict(form), wallet=("tok_ok",))
            for k, name in enumerate(NAMES)
        ]
        self.shop = Storefront(self.market, self.visitors)
        self._before = None
        self.market.clock.observer = self.look
        self.look()

    @property
    def now_ms(self):
        return self.market.clock.now_ms

    def look(self):
        """Check every law now, and against what was seen last."""
        now = snapshot(self.market)
        check(now, self._before)
        self._before = now

    def can(self, visitor, verb, args):
        """Return whether a visitor may give a command now."""
        return command_of(verb).why_not(self.market, visitor, args) is None

    def act(self, visitor, verb, **args):
        """Give a command; return the code of its refusal, or None."""
        visitor.last_error = None
        cause = self.market.journal.count - 1
        self.shop.do(visitor, command_of(verb), args, cause)
        self.look()
        return visitor.last_error and visitor.last_error[0]

    def go_to(self, now_ms):
        """Let time pass to the very end of an instant."""
        clock = self.market.clock
        clock.at(now_ms, Phase.DIGEST, lambda _: None, "test")
        clock.advance(now_ms)
