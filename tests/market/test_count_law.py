"""Counts of buyers by other laws than Poisson, and when those buyers come."""

from collections import Counter
from math import exp, lgamma, log, sqrt
from statistics import NormalDist, fmean, variance

import pytest
from worlds import OPENS, flight, leg, market, segment

from test_time_gym import run
from test_time_gym.audit import audit
from test_time_gym.market.arrivals import Arrivals
from test_time_gym.market.clock import DAY_MS, HORIZON_MS
from test_time_gym.market.count_law import rounded_normal_mean
from test_time_gym.market.demand import demands_of
from test_time_gym.market.distributions import gamma
from test_time_gym.market.streams import Streams
from test_time_gym.replay import verify
from test_time_gym.scenarios.flights.domain import FlightSegment
from test_time_gym.scenarios.flights.itinerary import Itinerary, list_itineraries
from test_time_gym.scenarios.loader import load_scenario, scenario_of

RUNS = 4000
CURVE = [[0, 0], [1, 100_000], [5, 800_000], [8, 1_000_000]]
GAMMA = {"kind": "gamma_poisson", "cv_ppm": 400_000}
NORMAL = {"kind": "rounded_normal", "mean_milli": 9_300, "sd_milli": 5_800}


def declared(count, buyers=20, **changes):
    """Return a segment that comes over eight days, with a law of its count."""
    data = segment(buyers=buyers, booking_curve=CURVE, count=count, **changes)
    if count is NORMAL:
        del data["buyers_per_departure"]
    return FlightSegment.model_validate(data)


def counts(count, runs=RUNS, **changes):
    """Return the numbers that are drawn with many seeds."""
    one = declared(count, **changes)
    return [
        one.drawn_count(Streams(seed).get("demand-count", "x").word)
        for seed in range(runs)
    ]


def chi_square_z(drawn, chance):
    """Return how far counts are from their chances, as a normal score."""
    found, runs = Counter(drawn), len(drawn)
    square, cells, rest, seen = 0.0, 0, 1.0, 0
    for n in range(200):
        expected = runs * chance(n)
        if expected >= 5:
            square += (found[n] - expected) ** 2 / expected
            cells, rest, seen = cells + 1, rest - chance(n), seen + found[n]
    square += (runs - seen - runs * rest) ** 2 / max(runs * rest, 1e-9)
    return (square - cells) / sqrt(2 * cells)


def negative_binomial(mean, cv):
    """Return the chance of a count, of a Poisson law with a gamma mean."""
    shape = 1 / cv**2
    share = mean / (mean + shape)

    def chance(n):
        ways = lgamma(n + shape) - lgamma(shape) - lgamma(n + 1)
        return exp(ways + n * log(share) + shape * log(1 - share))

    return chance


def rounded(mean, sd):
    """Return the chance of a count, of a normal law that is rounded and cut."""
    law = NormalDist(mean, sd)

    def chance(n):
        return law.cdf(n + 0.5) - (law.cdf(n - 0.5) if n else 0)

    return chance


@pytest.mark.parametrize("cv", [0.05, 0.4, 1.0, 2.0])
def test_a_gamma_poisson_count_is_negative_binomial(cv):
    drawn = counts({"kind": "gamma_poisson", "cv_ppm": round(cv * 1e6)})

    assert abs(chi_square_z(drawn, negative_binomial(20, cv))) < 4
    # The same figures tell that law from a Poisson one, and from another spread.
    if cv > 0.1:
        assert chi_square_z(drawn, negative_binomial(20, 0.8 * cv)) > 4
        assert variance(drawn) > 1.3 * fmean(drawn)


def test_a_mean_that_does_not_vary_leaves_a_poisson_count():
    drawn = counts({"kind": "gamma_poisson", "cv_ppm": 0})

    assert abs(chi_square_z(drawn, lambda n: exp(n * log(20) - 20 - lgamma(n + 1)))) < 4


@pytest.mark.parametrize("cv_ppm", [1000, 300_000, 1_000_000, 2_500_000])
def test_a_gamma_draw_has_mean_one_and_the_declared_deviation(cv_ppm):
    word, cv = Streams(11).get("gamma").word, cv_ppm / 1e6

    drawn = [gamma(cv_ppm, word) / 1e6 for _ in range(20_000)]

    assert abs(fmean(drawn) - 1) <= 4 * cv / sqrt(len(drawn))
    squares = [(x - 1) ** 2 for x in drawn]
    assert abs(fmean(squares) - cv**2) <= 4 * sqrt(variance(squares) / len(drawn))


def test_a_normal_count_is_rounded_and_cut_at_nothing():
    drawn = counts(NORMAL)

    assert abs(chi_square_z(drawn, rounded(9.3, 5.8))) < 4
    assert chi_square_z(drawn, rounded(9.8, 5.8)) > 4
    assert min(drawn) == 0


@pytest.mark.parametrize(
    ("mean", "sd", "expected"), [(0, 0, 0), (3.5, 0, 4), (7.3, 0, 7), (10**6, 1, 10**6)]
)
def test_a_normal_law_without_room_to_vary_has_its_rounded_mean(mean, sd, expected):
    found = rounded_normal_mean(round(mean * 1000), sd * 1000)

    assert found == pytest.approx(expected * 10**6, rel=1e-9)


@pytest.mark.parametrize(("mean", "sd"), [(9.3, 5.8), (0, 3), (2, 9), (45.1, 15)])
def test_the_expected_count_is_the_mean_of_the_law(mean, sd):
    chance = rounded(mean, sd)

    enumerated = sum(n * chance(n) for n in range(300))

    found = rounded_normal_mean(round(mean * 1000), round(sd * 1000))
    assert found == pytest.approx(enumerated * 1e6, abs=1)


# -- when they come --------------------------------------------------------------------


def wanted(one):
    """Return what a segment wants of one flight, eighty days after the opening."""
    far = leg("F")
    far["depart"], far["arrive"] = "2026-08-20T09:00", "2026-08-20T19:00"
    itineraries = (Itinerary.model_validate(flight("F", far)),)
    [demand] = demands_of(list_itineraries(itineraries, OPENS), (one,))
    return demand


def arrivals(one, number, seed=1, from_ms=0):
    """Return when so many come, and what each would pay."""
    stream, found = Streams(seed).bulk("demand", "x"), []
    process = Arrivals(wanted(one), from_ms, stream, number)
    while process.next_at_ms < HORIZON_MS:
        found.append((process.next_at_ms, process.willingness_minor))
        assert process.count == len(found)
        process.step()
    return found


def shares(one, times):
    """Return which share of all buyers is expected by each time."""
    curve = wanted(one).expected
    return [curve.at(at) / one.expected_micro() for at in times]


@pytest.mark.parametrize("number", [0, 1, 2, 15, 16, 17, 300, 2000])
def test_just_as_many_come_as_were_drawn_one_after_the_other(number):
    one = declared(GAMMA)

    times = [at for at, _ in arrivals(one, number)]

    assert len(times) == number
    assert times == sorted(times)
    closes = wanted(one).ends_at_ms
    assert all(closes - 8 * DAY_MS <= at < closes for at in times)


def test_given_their_number_times_are_independent_draws_from_the_curve():
    one, number, runs = declared(GAMMA), 5, 2000
    rows = [
        shares(one, [at for at, _ in arrivals(one, number, seed)])
        for seed in range(runs)
    ]

    # The k-th of n uniform draws has the mean k / (n + 1) and a beta law's variance.
    for k, column in enumerate(zip(*rows, strict=True), 1):
        mean = k / (number + 1)
        spread = sqrt(mean * (1 - mean) / (number + 2))
        assert abs(fmean(column) - mean) <= 4 * spread / sqrt(runs)
    every = sorted(share for row in rows for share in row)
    distance = max(abs(share - k / len(every)) for k, share in enumerate(every))
    assert distance <= 1.95 / sqrt(len(every))


def test_a_late_opening_leaves_those_who_come_after_it():
    one = declared(GAMMA)
    opening = wanted(one).ends_at_ms - 2 * DAY_MS

    everybody = arrivals(one, 50)
    late = arrivals(one, 50, from_ms=opening)

    assert 0 < len(late) < 50
    assert late == [each for each in everybody if each[0] >= opening]
    assert arrivals(one, 50, from_ms=wanted(one).ends_at_ms) == []


def test_more_buyers_are_the_same_ones_and_others_besides():
    one = declared(GAMMA)

    some, more = arrivals(one, 30), arrivals(one, 40)

    assert len(set(more) - set(some)) == 10
    assert set(some) < set(more)


# -- as it is declared -----------------------------------------------------------------


def test_a_poisson_count_is_the_usual_and_is_not_written():
    plain = FlightSegment.model_validate(segment())

    for count in ("poisson", {"kind": "poisson"}):
        assert FlightSegment.model_validate(segment(count=count)) == plain
    assert "count" not in plain.model_dump(by_alias=True)
    assert (plain.counted, plain.expected_micro()) == (False, 40 * 10**6)


@pytest.mark.parametrize("count", [GAMMA, NORMAL], ids=["gamma", "normal"])
def test_what_is_written_is_read_as_the_same(count):
    one = declared(count)

    written = one.model_dump(mode="json", by_alias=True)

    assert written["count"] == count
    assert ("buyers_per_departure" in written) == (count is GAMMA)
    assert FlightSegment.model_validate(written) == one


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"count": "gamma_poisson"}, "cv_ppm"),
        ({"count": "rounded_normal"}, "mean_milli"),
        ({"count": "binomial"}, "Input tag 'binomial'"),
        ({"count": {"kind": "gamma_poisson", "cv_ppm": -1}}, "cv_ppm"),
        ({"count": {**NORMAL, "sd_milli": -1}}, "sd_milli"),
        ({"count": {**NORMAL, "sd_milli": float("nan")}}, "sd_milli"),
        ({"count": NORMAL}, "leisure has the mean of its count, and buyers_per_dep"),
        ({"buyers_per_departure": None}, "leisure needs buyers_per_departure"),
    ],
)
def test_what_is_no_count_is_refused_with_the_reason(changes, said):
    with pytest.raises(ValueError, match=said):
        FlightSegment.model_validate(segment(**changes))


def test_a_drawn_opening_has_no_place_for_another_count():
    said = "leisure comes before the opening with a gamma_poisson count"
    for warm_up, days in (("simulate", 2), ("none", 2), ("draw", 1)):
        market(warm_up=warm_up, demand=[segment(days=days, count=GAMMA)])

    with pytest.raises(ValueError, match=said):
        market(warm_up="draw", demand=[segment(days=2, count=GAMMA)])


@pytest.mark.parametrize("count", [GAMMA, NORMAL], ids=["gamma", "normal"])
def test_a_run_with_such_counts_is_audited_and_comes_out_again(tmp_path, count):
    data = load_scenario("flights/emsr").model_dump(mode="json", by_alias=True)
    data["market"]["warm_up"] = "simulate"
    for one in data["market"]["demand"]:
        one["count"] = count
        if count is NORMAL:
            del one["buyers_per_departure"]
    scenario = scenario_of(data, "counts")
    path = tmp_path / "run.jsonl"

    run(scenario, ["patient"], seed=3, journal=path, regret=False)

    assert audit(path).findings == ()
    assert verify(path, reexecute=True).exit_code == 0
