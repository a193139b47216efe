"""Small checks of buyers who wait: what they pay, and when they are back."""

from worlds import episode, flight, leg, segment

from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.patience import Patience
from test_time_gym.market.world import World

LAST_SEEN = {
    "share_ppm": 1_000_000,
    "times": 2,
    "mean_hours": 9,
    "belief": "last_seen",
}


def played(patience):
    """Play a day of two flights at one price; return what was written, and when."""
    buyers = segment(buyers=80, days=1, patience=patience)
    flights = [flight(name, leg(name, seats=99)) for name in ("A", "B")]
    config = episode(flights=flights, demand=[buyers], warm_up="simulate")
    facts, journal = [], JournalWriter(None)
    journal.write = facts.append
    world = World.of(config.market)
    market = Marketplace(world, 3, [], journal)
    market.open()
    market.clock.advance(world.catalog.last_closing_ms)
    return [(body.t, body.d) for body in facts]


def who_waits_for_nothing_buys_what_it_would_have():
    """At one price all buy the same flight in the end, before it leaves."""
    at_once, later = [
        sorted(
            (fact.arrival, fact.product)
            for _, fact in played(patience)
            if fact.kind == "seat_sold"
        )
        for patience in (None, LAST_SEEN)
    ]

    assert at_once == later
    assert len({product for _, product in later}) == 2


def everybody_is_back_at_a_time_of_its_own():
    """How long buyers are away says nothing of others."""
    facts = [(t, fact) for t, fact in played(LAST_SEEN) if fact.kind == "postponed"]
    away = {fact.returns - t for t, fact in facts if fact.look == 1}

    assert len(away) == sum(fact.look == 1 for _, fact in facts) > 10


def who_compares_with_the_last_price_buys_below_that():
    """Seen at 200, 150 and 170, it is bought at 149 or less, then at 169 or less."""
    patience, hope, hopes = Patience(**LAST_SEEN), None, []
    for shown in (200_00, 150_00, 170_00):
        hope = patience.hope_after(hope, shown)
        hopes.append(hope)

    assert hopes == [199_99, 149_99, 169_99]
    assert [patience.buys(hope, price) for price in (170_00, 169_99)] == [False, True]
    assert not patience.buys(None, 1)


PATIENCE_CHECKS = (
    who_waits_for_nothing_buys_what_it_would_have,
    everybody_is_back_at_a_time_of_its_own,
    who_compares_with_the_last_price_buys_below_that,
)
