"""Markets whose buyers wait for a lower price, and runs of them without agents."""

from worlds import episode, fare, flight, leg, segment

from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.world import World

LAST_SEEN = {"share_ppm": 600_000, "times": 3, "mean_hours": 20, "belief": "last_seen"}
MYOPIC = LAST_SEEN | {"belief": "myopic"}
DISCOUNT = LAST_SEEN | {"belief": "fixed_discount", "discount_ppm": 150_000}
BELIEFS = [LAST_SEEN, MYOPIC, DISCOUNT]
NAMES = ["last seen", "myopic", "fixed discount"]

HOURS = {"ideal": [[6, 0], [20, 1_000_000]], "cost_minor_per_hour": 10_00}
FALLING = {
    "kind": "load_days",
    "load_curve": [[0, 1_000_000]],
    "days_curve": [[0, 600_000], [2, 600_000], [3, 800_000], [5, 800_000], [6, 10**6]],
    "reprice_every_s": 86_400,
    "round_to_minor": 1,
}
"""At 6, 5, 3 and 2 whole days before the departure: 1, 0.8, 0.8 and 0.6 times."""


def config(patience=LAST_SEEN, seats=900, fares=None, others=(), pricing=None, **one):
    """Return two flights, and buyers who come evenly over ten days."""
    one = segment(**{"buyers": 300, "days": 10} | one)
    if patience is not None:
        one["patience"] = patience
    fares = fares or [fare("Y", 150_00), fare("Q", 100_00, advance_days=3)]
    late = leg("B", depart="12:00", arrive="20:00", seats=seats)
    return episode(
        flights=[
            flight("A", leg("A", seats=seats), fares=fares),
            flight("B", late, fares=fares),
        ],
        demand=[one, *others],
        warm_up="simulate",
        pricing=pricing or {"kind": "fixed"},
    )


def world(*rest, **options):
    return World.of(config(*rest, **options).market)


def played(market, seed, until_ms=None):
    """Play a market, by default to its end; return it, and what was written."""
    facts, journal = [], JournalWriter(None)
    journal.write = facts.append
    found = Marketplace(market, seed, [], journal)
    found.open()
    found.clock.advance(
        market.catalog.last_closing_ms if until_ms is None else until_ms
    )
    return found, [(body.t, body.d) for body in facts]


def told(facts, kind):
    return [(t, fact) for t, fact in facts if fact.kind == kind]


def bought(facts):
    """Return who bought what for how much, whenever that was."""
    return sorted(
        (fact.segment, fact.arrival, fact.product, fact.price, fact.seats)
        for _, fact in told(facts, "seat_sold")
    )
