"""Markets whose background bookings are cancelled, and runs of them without agents."""

from worlds import COUPONS, episode, fare, flight, leg, market, segment

from test_time_gym.market.invariants import check
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.snapshot import snapshot
from test_time_gym.market.world import World

PATIENCE = {"share_ppm": 500_000, "times": 2, "mean_hours": 4, "belief": "last_seen"}
FLEXIBLE = fare("Y", 100_00, refundable=True, cancel_fee_minor=15_00)


def one_flight(*fares, seats=20, buyers=40, days=4, **changes):
    """Return a market of one flight that is played out from its first buyer on.

    Args:
        fares: a refundable one by default.
        seats: of the flight.
        buyers: expected, over so many days.
        days: of the booking curve.
        changes: of the segment.
    """
    plane = leg("AA1", seats=seats)
    return market(
        flights=[flight("AA1", plane, fares=list(fares) or [FLEXIBLE])],
        demand=[segment("leisure", buyers, days, **changes)],
        warm_up="simulate",
    )


class Watched:
    """A run without agents, and the records that it has written.

    Args:
        config: the market.
        seed: of the run.
        laws: whether all laws are checked after every event.
    """

    def __init__(self, config, seed=1, *, laws=True):
        self.records = []
        journal = JournalWriter(None)
        # As with a header: the record that causes something has a number above 0.
        journal.count, journal.write = 1, self.records.append
        self.market = Marketplace(World.of(config), seed, [], journal)
        if laws:
            self.market.clock.observer = lambda: check(snapshot(self.market))
        self.market.open()

    def play(self, until_ms=None):
        """Play to an instant, by default the last closing; return the run."""
        last = self.market.catalog.last_closing_ms
        self.market.clock.advance(last if until_ms is None else until_ms)
        return self

    def all(self, kind):
        """Return instant and data of all records of a kind."""
        return [(body.t, body.d) for body in self.records if body.k == kind]


def fickle_world():
    """Return a world of connecting flights whose buyers think again."""
    first = leg("AA1", "SFO", "EWR", "10:00", "14:00", 9)
    onward = leg("AA2", "EWR", "MAD", "15:00", "23:00", 3) | {"authorised": 7}
    direct = leg("AA3", seats=2) | {"authorised": 6}
    via = [
        fare("Y", 150_00, refundable=True, cancel_fee_minor=20_00),
        fare("Q", 80_00, booking_limit=6, cancel_ppm_per_day=700_000),
    ]
    return episode(
        flights=[
            flight("VIA", first, onward, fares=via),
            flight("SHORT", first, fares=[fare("Y", 100_00, go_shows_milli=4_000)]),
            flight("ONWARD", onward, fares=[fare("Y", 70_00)]),
            flight("DIRECT", direct, fares=[FLEXIBLE]),
        ],
        denied_minor=400_00,
        pricing={"kind": "load_days", "reprice_every_s": 300, "round_to_minor": 1},
        demand=[
            segment(
                "leisure", 60, days=3, cancel_ppm_per_day=400_000, no_show_ppm=200_000
            ),
            segment("business", 30, days=2, patience=PATIENCE),
        ],
        warm_up="simulate",
        coupons=COUPONS,
        holds={"ttl_s": 45},
        task={"ends_on": "deadline", "deadline_s": 7200},
    )
