"""Small checks of pricing and choice, by figures that theory knows."""

from protecting import protecting, sold_by
from worlds import WatchedTurns, episode, fare, flight, leg, segment, to_payment

from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace

HOUR_MS = 3_600_000
BOOK = ([17.3, 45.1, 39.6, 34.0], [5.8, 15.0, 13.2, 11.3])
FARES = [1050_00, 567_00, 534_00, 520_00]


def the_book():
    """Open a flight of 120 seats with the data of Talluri and van Ryzin."""
    return WatchedTurns(sold_by(protecting("emsr_b", *BOOK), FARES, 120))


def a_flight_opens_with_the_limits_of_the_book():
    """Case A3: 16.7, 50.9 and 83.2 seats are kept, rounded down."""
    assert the_book().market.inventory.limits == [None, 104, 70, 37]


def limits_follow_what_is_sold():
    """All demand is still ahead: what is sold of the dear class is not for others."""
    world = the_book().world
    market = Marketplace(world, 1, [], JournalWriter(None))
    market.open()
    market.inventory.sell(0, 10)

    market.clock.advance(HOUR_MS)

    assert market.inventory.limits == [None, 94, 60, 27]


def rivals_answer_each_other():
    """Two who undercut each other meet at their floors."""
    matching = {
        "kind": "match_rival",
        "undercut_minor": 5_00,
        "floor_ppm": 700_000,
        "reprice_every_s": 600,
    }
    flights = [
        flight(name, leg(name), fares=[fare("Y", 100_00)], airline=name)
        for name in ("Own", "Rival")
    ]
    market = WatchedTurns(
        episode(flights=flights, pricing_of={"Own": matching, "Rival": matching})
    ).market

    market.clock.advance(2 * HOUR_MS)

    assert market.prices == [70_00, 70_00]


def a_policy_that_counts_holds_sees_them():
    """A seat in somebody's hold is not left."""
    pricing = protecting("emsr_b", [1], counts_holds=True)
    turns = WatchedTurns(
        episode(flights=[flight("A", leg("A"))], pricing_of={"Aurora": pricing})
    )
    (before,) = turns.market.control.view("Aurora").stock

    to_payment(turns)

    (after,) = turns.market.control.view("Aurora").stock
    assert (before.left - after.left, after.capacity) == (1, 4)


def cheaper_flights_sell_more():
    """Of two like flights, buyers by a logit take the cheaper one more often."""
    flights = [
        flight(name, leg(name, seats=90), fares=[fare("Y", minor)])
        for name, minor in (("A", 80_00), ("B", 120_00))
    ]
    market = WatchedTurns(
        episode(
            flights=flights,
            demand=[segment(buyers=60, days=1, willingness_median_minor=900_00)],
            warm_up="none",
            pricing={"kind": "fixed"},
        )
    ).market

    market.clock.advance(20 * HOUR_MS)

    cheap, dear = market.inventory.product_sold
    assert cheap > dear


def a_date_has_its_own_factor():
    """A Tuesday's factor counts on the Tuesday."""
    factors = [["2026-06-01", 2_000_000], ["2026-06-02", 1_500_000]]
    pricing = {"kind": "load_days", "date_factors": factors}
    flights = [flight("A", leg("A", seats=90))]
    config = episode(flights=flights, pricing=pricing, warm_up="none")

    assert WatchedTurns(config).market.prices == [150_00]


PRICE_CHECKS = (
    a_flight_opens_with_the_limits_of_the_book,
    limits_follow_what_is_sold,
    rivals_answer_each_other,
    a_policy_that_counts_holds_sees_them,
    cheaper_flights_sell_more,
    a_date_has_its_own_factor,
)
