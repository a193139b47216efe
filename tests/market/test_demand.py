"""Demand: arrivals are a Poisson process that follows the booking curve."""

from itertools import pairwise
from math import sqrt
from statistics import fmean, variance

import numpy as np
import pytest
from pydantic import ValidationError
from worlds import OPENS, flight, leg, market, segment

from test_time_gym.market.arrivals import Arrivals
from test_time_gym.market.clock import DAY_MS, HORIZON_MS, MINUTE_MS
from test_time_gym.market.demand import demands_of
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.streams import BulkStream, Streams
from test_time_gym.market.world import World
from test_time_gym.scenarios.flights.domain import FlightSegment
from test_time_gym.scenarios.flights.itinerary import Itinerary, list_itineraries

# Published booking curves: share come by days before departure, of business travellers.
COME_BY = {
    70: 0,
    63: 60_000,
    56: 110_000,
    49: 150_000,
    42: 200_000,
    35: 230_000,
    31: 250_000,
    28: 280_000,
    24: 310_000,
    21: 350_000,
    17: 400_000,
    14: 500_000,
    10: 620_000,
    7: 700_000,
    5: 780_000,
    3: 950_000,
    1: 1_000_000,
    0: 1_000_000,
}
# And of leisure travellers, from 63 days on, in percent.
LEISURE = [17, 25, 34, 43, 49, 53, 61, 69, 75, 80, 85, 88, 90, 95, 98, 100, 100]
COME_BY_OF = {
    "business": COME_BY,
    "leisure": dict(
        zip(COME_BY, [0, *(10_000 * each for each in LEISURE)], strict=True)
    ),
}
BASE = 70
DEPARTS = 80 * DAY_MS
RUNS = 300


def business(**changes):
    declared = segment(
        "business",
        BASE,
        booking_curve=[[d, 1_000_000 - come] for d, come in sorted(COME_BY.items())],
        **changes,
    )
    return FlightSegment.model_validate(declared)


def wanted(declared=None, *clocks):
    """Return what a segment wants of a day 80 days after opening."""
    legs = [
        leg(f"F{k}", depart=at, arrive="23:59")
        for k, at in enumerate(clocks or ["09:00"])
    ]
    for one in legs:
        one["depart"] = one["depart"].replace("2026-06-02", "2026-08-20")
        one["arrive"] = one["arrive"].replace("2026-06-02", "2026-08-20")
    declared = declared or business()
    itineraries = tuple(
        Itinerary.model_validate(flight(f"F{k}", one)) for k, one in enumerate(legs)
    )
    [demand] = demands_of(list_itineraries(itineraries, OPENS), (declared,))
    return demand


def arrivals(seed, from_ms=0, declared=None, clocks=()):
    """Return the times of all arrivals of one run, and what each would pay."""
    stream = Streams(seed).bulk("demand", "business")
    process = Arrivals(wanted(declared, *clocks), from_ms, stream)
    found = []
    while process.next_at_ms < HORIZON_MS:
        found.append((process.next_at_ms, process.willingness_minor))
        process.step()
    return found


def named(kind):
    """Return a segment that comes by a curve of the package."""
    curve = f"passengersim-{kind}"
    return FlightSegment.model_validate(segment(kind, BASE, booking_curve=curve))


@pytest.mark.parametrize(
    ("kind", "some", "lead"),
    [("business", (4.2, 11.9), 19.68), ("leisure", (11.9, 2.1), 34.49)],
)
def test_counts_of_every_bin_are_poisson_with_the_curve_s_mean(kind, some, lead):
    come_by, declared = COME_BY_OF[kind], named(kind)
    bins = list(pairwise(sorted(come_by, reverse=True)))
    counts = {bounds: [] for bounds in bins}
    for seed in range(RUNS):
        drawn = arrivals(seed, declared=declared)
        times = [(DEPARTS - at) / DAY_MS for at, _ in drawn]
        for first, last in bins:
            counts[first, last].append(sum(last <= left < first for left in times))

    means = {
        (first, last): (come_by[last] - come_by[first]) * BASE / 1_000_000
        for first, last in bins
    }
    assert (len(means), means[1, 0]) == (17, 0)
    assert (means[70, 63], means[5, 3]) == pytest.approx(some)
    labels = sum(last * mean for (_, last), mean in means.items()) / BASE
    assert labels == pytest.approx(lead, abs=0.005)
    for bounds, mean in means.items():
        assert abs(fmean(counts[bounds]) - mean) <= 4 * sqrt(mean / RUNS)
        if mean:
            dispersion = variance(counts[bounds]) / mean
            assert abs(dispersion - 1) <= 4 * sqrt((2 + 1 / mean) / RUNS)


def test_curves_of_the_package_are_those_that_are_printed():
    for kind, come_by in COME_BY_OF.items():
        points = [(day, 1_000_000 - come) for day, come in sorted(come_by.items())]
        assert named(kind).booking_curve == tuple(points)
    written = named("leisure").model_dump(mode="json", by_alias=True)
    assert FlightSegment.model_validate(written) == named("leisure")


def test_a_curve_of_an_unknown_name_is_refused_with_the_nearest():
    said = "no booking curve is called 'passengersim-busines'; did you mean 'passen"

    with pytest.raises(ValidationError, match=said):
        FlightSegment.model_validate(segment(booking_curve="passengersim-busines"))


def test_counts_of_neighbouring_bins_are_independent():
    early, late = [], []
    for seed in range(RUNS):
        left = [(DEPARTS - at) / DAY_MS for at, _ in arrivals(seed)]
        early.append(sum(days >= 14 for days in left))
        late.append(sum(days < 14 for days in left))

    covariance = fmean(a * b for a, b in zip(early, late, strict=True))
    covariance -= fmean(early) * fmean(late)
    assert abs(covariance) <= 4 * sqrt(variance(early) * variance(late) / RUNS)


def test_a_late_opening_leaves_just_the_rest_of_the_curve():
    opening = DEPARTS - 14 * DAY_MS

    totals = [len(arrivals(seed, opening)) for seed in range(RUNS)]

    assert abs(fmean(totals) - 35) <= 4 * sqrt(35 / RUNS)


def test_arrivals_come_in_order_after_the_opening_and_before_departure():
    for opening in (
        -5,
        0,
        DEPARTS - 3 * DAY_MS - 1,
        DEPARTS - 1000,
        DEPARTS,
        DEPARTS + 9,
    ):
        times = [
            at for seed in range(20) for at in [x for x, _ in arrivals(seed, opening)]
        ]
        runs = [[at for at, _ in arrivals(seed, opening)] for seed in range(20)]

        assert all(opening <= at < DEPARTS for at in times)
        assert all(run == sorted(run) for run in runs)


class Words(BulkStream):
    """A bulk stream of one word."""

    def __init__(self, word):
        self.word = word

    def block(self):
        return np.full(64, self.word, np.uint64)


def test_arrivals_move_on_even_from_where_the_curve_stands_still():
    waiting = [[0, 0], [5, 500_000], [9, 500_000], [10, 1_000_000]]
    declared = FlightSegment.model_validate(segment(buyers=2, booking_curve=waiting))
    opening = DEPARTS - 7 * DAY_MS

    process = Arrivals(wanted(declared), opening, Words(2**64 - 1))

    assert process.next_at_ms >= opening


def test_nobody_arrives_at_the_instant_of_departure():
    crowd = FlightSegment.model_validate(segment(buyers=10_000_000, days=1))
    opening = DEPARTS - 20

    times = [at for seed in range(300) for at, _ in arrivals(seed, opening, crowd)]

    assert len(times) > 300
    assert max(times) == DEPARTS - 1


def test_willingness_to_pay_has_the_declared_median():
    paid = [wtp for seed in range(60) for _, wtp in arrivals(seed)]

    below = sum(wtp < 150_00 for wtp in paid)
    assert abs(below - len(paid) / 2) <= 4 * sqrt(len(paid) / 4)


def test_a_segment_without_buyers_never_comes():
    empty = FlightSegment.model_validate(segment(buyers=0))

    assert arrivals(1, declared=empty) == []


def test_every_departure_is_wanted_by_equally_many_until_it_leaves():
    crowd = FlightSegment.model_validate(segment(buyers=400, days=1))
    clocks, runs = ["09:00", "09:00", "15:00", "21:00"], 100
    # By hours after the first departure: all four, then two, then one is wanted.
    rates = {(-24, -18): 200, (-18, -12): 300, (-12, 0): 400, (0, 6): 200, (6, 12): 100}

    times = [
        (at - DEPARTS) / (60 * MINUTE_MS)
        for seed in range(runs)
        for at, _ in arrivals(seed, declared=crowd, clocks=clocks)
    ]

    assert max(times) < 12
    for (begin, end), buyers in rates.items():
        mean = runs * buyers * (end - begin) / 24
        found = sum(begin <= hours < end for hours in times)
        assert abs(found - mean) <= 4 * sqrt(mean)


def test_late_flights_sell_after_the_first_has_left():
    crowd = segment(buyers=2000, days=1, willingness_median_minor=10**6)
    legs = [leg("F1", depart="10:00", seats=900), leg("F2", depart="20:00", seats=900)]
    world = World.of(
        market(
            warm_up="none",
            flights=[flight("F1", legs[0]), flight("F2", legs[1])],
            demand=[crowd],
        )
    )
    played = Marketplace(world, 1, [], JournalWriter(None))
    played.open()
    early, late = (product.closes_at_ms for product in world.catalog.products)

    played.clock.advance(early)
    before = list(played.background_sold)
    played.clock.advance(late)
    after = list(played.background_sold)

    assert before[0] == after[0] > 0
    assert after[1] > before[1] + 100


@pytest.mark.parametrize(
    "curve",
    [
        [[0, 0]],
        [[0, 1], [9, 1_000_000]],
        [[1, 0], [9, 1_000_000]],
        [[0, 0], [9, 999_999]],
        [[0, 0], [5, 1_000_000], [9, 999_999], [11, 1_000_000]],
        [[0, 0], [9, 500_000], [5, 1_000_000]],
    ],
)
def test_a_booking_curve_goes_from_none_to_all_and_never_falls(curve):
    with pytest.raises(ValidationError, match="curve"):
        FlightSegment.model_validate(segment(booking_curve=curve))


@pytest.mark.pure("what gives blocks is a function, which is compiled in")
@pytest.mark.parametrize("from_ms", [0, 79 * DAY_MS])
@pytest.mark.parametrize("buyers", [1, 60])
@pytest.mark.parametrize("seed", range(10))
def test_the_first_arrival_is_the_first_of_its_whole_block(
    seed, buyers, from_ms, monkeypatch
):
    declared = business(buyers_per_departure=buyers)
    alone = arrivals(seed, from_ms, declared)

    monkeypatch.setattr("test_time_gym.market.arrivals._blocks", _whole_blocks)

    assert alone == arrivals(seed, from_ms, declared)


def _whole_blocks(stream):
    while True:
        yield stream.block()
