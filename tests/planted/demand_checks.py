"""Small checks of who comes, by figures that a scenario declares."""

from itertools import pairwise
from statistics import correlation

from worlds import WatchedTurns, episode, fare, flight, leg, segment

from test_time_gym.evaluation.market.demand_record import comers
from test_time_gym.market.buyers import Buyers, buyers_of, named_offer
from test_time_gym.market.choice import ChoiceModel
from test_time_gym.market.demand_shocks import DemandShocks
from test_time_gym.market.errors import MarketBug, Refused
from test_time_gym.market.ideal_hours import IdealHours
from test_time_gym.market.streams import Streams
from test_time_gym.market.value_law import SURVIVAL_UNIT
from test_time_gym.market.world import World


def who_pays_more_comes_at_any_time():
    """How long a buyer lets others wait says nothing of what it would pay."""
    buyers = segment(buyers=2000, days=1)
    config = episode(flights=[flight("A")], demand=[buyers], warm_up="none")
    came = sorted(comers(WatchedTurns(config).world, 5))
    gaps = [after.at_ms - before.at_ms for before, after in pairwise(came)]

    assert abs(correlation(gaps, [one.willing_minor for one in came[1:]])) < 0.1


def a_tuesday_is_wanted_as_a_tuesday():
    """The 2nd of June 2026 is a Tuesday, and a good one: 40 buyers times 3 times 2."""
    buyers = segment(by_weekday={"tue": 3_000_000}, by_date={"2026-06-02": 2_000_000})
    config = episode(flights=[flight("A", leg("A"))], demand=[buyers], warm_up="none")

    [demand] = World.of(config.market).demands

    assert demand.expected_micro == 240 * 10**6


def one_date_is_good_for_all_markets_alone():
    """What a system has in common are markets of one date, and no two dates."""
    shocks = DemandShocks(system_cv_ppm=500_000)
    keys = [("d1", ("A", "B")), ("d1", ("A", "C")), ("d2", ("A", "B"))]
    rows = [
        [shocks.factor_ppm(Streams(seed), *key, "s") for key in keys]
        for seed in range(200)
    ]
    here, there, later = zip(*rows, strict=True)

    assert here == there
    assert abs(correlation(here, later)) < 0.3


def a_late_flight_is_as_far_off_as_an_early_one():
    """Two hours after the ideal cost as much as two hours before it."""
    curve = ((8, 0), (12, 1_000_000))
    hours = IdealHours(ideal=curve, cost_minor_per_hour=10_00)

    costs = [hours.away_minor(hour * 60, 10 * 60) for hour in (8, 10, 12)]

    assert costs == [20_00, 0, 20_00]


def families_of_four_fill_seven_seats_with_one():
    """The second family leaves: three seats stay empty, and four are paid."""
    family = segment(
        buyers=60, days=1, willingness_median_minor=10**7, party_sizes=[0, 0, 0, 10**6]
    )
    flights = [flight("A", leg("A", seats=7))]
    config = episode(flights=flights, demand=[family], warm_up="simulate")
    market = WatchedTurns(config).market
    price = market.prices[0]

    try:
        market.clock.advance(market.catalog.last_closing_ms)
    except Refused as error:
        raise AssertionError(str(error)) from error

    sold = market.inventory.sold[0], market.background_minor[0]
    assert sold == (4, 4 * price)


def a_pair_has_its_own_number_before_that_of_a_pattern():
    """Of what leaves from SFO 20 are wanted, but for MAD 60."""
    buyers = segment(pairs={"*": 5, "SFO-*": 20, "SFO-MAD": 60})
    config = episode(flights=[flight("A", leg("A"))], demand=[buyers], warm_up="none")

    [demand] = World.of(config.market).demands

    assert demand.expected_micro == 60 * 10**6


MIXED = {"reference_minor": 120_00, "scale_minor": 10_00, "scale_sigma_ppm": 1_500_000}
DEAR_SHARE = 0.1052
"""Of buyers with these scales, who buy at 160.00 where nothing else is on sale."""


def who_minds_prices_little_buys_what_is_dear():
    """By one scale 0.018 of the buyers would pay 40.00 more than the reference."""
    buyers = segment(buyers=1000, days=1, willingness_median_minor=10**7, choice=MIXED)
    flights = [flight("A", leg("A", seats=1000), fares=[fare("Y", 160_00)])]
    config = episode(flights=flights, demand=[buyers], warm_up="none")
    market = WatchedTurns(config).market
    market.clock.advance(market.catalog.last_closing_ms)

    assert abs(market.inventory.sold[0] - 1000 * DEAR_SHARE) < 50


def an_opening_knows_all_scales():
    """The same, of buyers all together."""
    buyers = buyers_of(ChoiceModel.model_validate(MIXED))
    buyers.look([0], [named_offer(160_00, 0)], [SURVIVAL_UNIT])

    assert abs(buyers.shares[0] / Buyers.UNIT - DEAR_SHARE) < 0.01


def a_dear_flight_is_no_bargain_for_who_could_pay_any():
    """Of two flights the dear one costs two scales more, and e² times fewer take it."""
    steep = {"reference_minor": 10**7, "scale_minor": 10_00}
    buyers = segment(buyers=1000, days=1, willingness_median_minor=10**8, choice=steep)
    flights = [
        flight(name, leg(name, seats=1000), fares=[fare("Y", price)])
        for name, price in (("A", 100_00), ("B", 120_00))
    ]
    config = episode(flights=flights, demand=[buyers], warm_up="none")
    market = WatchedTurns(config).market
    market.clock.advance(market.catalog.last_closing_ms)

    cheap, dear = market.inventory.sold
    assert abs(dear / (cheap + dear) - 0.1192) < 0.03


def a_full_flight_has_no_seat_for_who_has_not_booked():
    """Ten come without a booking to a flight of four seats, all of them sold."""
    buyers = segment(buyers=60, days=1, willingness_median_minor=10**7)
    walk = fare("Y", 100_00, go_shows_milli=10_000)
    flights = [flight("A", leg("A", seats=4), fares=[walk])]
    config = episode(flights=flights, demand=[buyers], warm_up="none")
    market = WatchedTurns(config).market

    try:
        market.clock.advance(market.catalog.last_closing_ms)
    except MarketBug as error:
        raise AssertionError(str(error)) from error

    assert (market.inventory.sold, market.afterwards.go_shows.boarded) == ([4], [0])


def a_careful_buyer_sees_refundable_classes_alone():
    """Of two classes it may buy the one whose money comes back."""
    buyers = segment(refundable_only=True)
    fares = [fare("Y", 150_00, refundable=True), fare("Q", 90_00)]
    flights = [flight("A", leg("A"), fares=fares)]
    config = episode(flights=flights, demand=[buyers], warm_up="none")

    [demand] = World.of(config.market).demands

    assert demand.members == (0,)


def two_hours_more_or_a_disliked_airline_sell_less():
    """Ten hours of one airline, eight of it, and eight of one that is disliked.

    Against the second both others lose one unit of utility.
    """
    choice = {"reference_minor": 400_00, "scale_minor": 100_00}
    terms = {"hour_penalty_milli": 500, "seller_penalty_milli": {"Boreal": 1000}}
    buyers = segment(buyers=1000, willingness_median_minor=10**8, choice=choice | terms)
    flights = [
        flight("SLOW", leg("A", arrive="20:00", seats=900)),
        flight("FAST", leg("B", seats=900)),
        flight("RIVAL", leg("C", seats=900), airline="Boreal"),
    ]
    for warm_up in ("draw", "simulate"):
        market = WatchedTurns(
            episode(flights=flights, demand=[buyers], warm_up=warm_up)
        ).market
        market.clock.advance(market.catalog.last_closing_ms)

        slow, fast, rival = market.inventory.sold
        for few in (slow, rival):
            assert abs(few / (few + fast) - 0.2689) < 0.08


DEMAND_CHECKS = (
    two_hours_more_or_a_disliked_airline_sell_less,
    a_careful_buyer_sees_refundable_classes_alone,
    a_full_flight_has_no_seat_for_who_has_not_booked,
    who_minds_prices_little_buys_what_is_dear,
    an_opening_knows_all_scales,
    a_dear_flight_is_no_bargain_for_who_could_pay_any,
    a_pair_has_its_own_number_before_that_of_a_pattern,
    families_of_four_fill_seven_seats_with_one,
    a_late_flight_is_as_far_off_as_an_early_one,
    who_pays_more_comes_at_any_time,
    a_tuesday_is_wanted_as_a_tuesday,
    one_date_is_good_for_all_markets_alone,
)
