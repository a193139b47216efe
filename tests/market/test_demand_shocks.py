"""Shocks that segments, markets and dates share, by the moments that they declare."""

from itertools import combinations
from math import sqrt
from statistics import fmean, variance

import pytest
from worlds import OPENS, episode, flight, leg, market, segment

from test_time_gym import run
from test_time_gym.audit import audit
from test_time_gym.evaluation.market.demand_record import comers
from test_time_gym.evaluation.statistics import dispersion_figure
from test_time_gym.market.demand import demands_of
from test_time_gym.market.demand_shocks import DemandShocks
from test_time_gym.market.streams import Streams
from test_time_gym.market.world import World
from test_time_gym.replay import verify
from test_time_gym.scenarios.flights.domain import FlightSegment
from test_time_gym.scenarios.flights.itinerary import Itinerary, list_itineraries
from test_time_gym.scenarios.loader import load_scenario, scenario_of

RUNS = 2000
SPREADS = {
    "system_cv_ppm": 300_000,
    "market_cv_ppm": 250_000,
    "segment_cv_ppm": 400_000,
}
MEANS = {"leisure": 40, "business": 12}


def on_day(day, name, to):
    """Return a flight of a date."""
    one = leg(name, "SFO", to, seats=90)
    one["depart"], one["arrive"] = f"2026-06-{day}T10:00", f"2026-06-{day}T18:00"
    return Itinerary.model_validate(flight(name, one))


FLIGHTS = (on_day(15, "A", "MAD"), on_day(15, "B", "LIS"), on_day(16, "C", "MAD"))
"""Two markets, one of them on two dates."""


def demands(spreads=SPREADS, flights=FLIGHTS, **changes):
    """Return what two segments want of some flights."""
    segments = tuple(
        FlightSegment.model_validate(segment(name, buyers, **changes))
        for name, buyers in MEANS.items()
    )
    shocks = DemandShocks.model_validate(spreads)
    return demands_of(list_itineraries(flights, OPENS), segments, shocks)


def counts(some, runs=RUNS):
    """Return, for each demand, the numbers that come in many runs."""
    streams = map(Streams, range(runs))
    rows = [[one.drawn_count(each) for one in some] for each in streams]
    return list(zip(*rows, strict=True))


def shared(one, other):
    """Return the squared spread of what two demands have in common, by closed form."""
    system, same_market, own = [(cv / 1e6) ** 2 for cv in SPREADS.values()]
    together = 1.0
    if one.day == other.day:
        together += system
        if one.market == other.market:
            together *= 1 + same_market
            if one is other:
                together *= 1 + own
    return together - 1


def z_scores(some, drawn):
    """Return how far sample moments are off theory, in standard errors.

    Of Poisson counts with means m F and n G: covariance m n (E[F G] − 1), and of one
    with itself the mean m besides.
    """
    found = []
    rows = list(zip(some, drawn, strict=True))
    for (one, xs), (other, ys) in [
        *combinations(rows, 2),
        *[(row, row) for row in rows],
    ]:
        means = [MEANS[demand.segment.name] for demand in (one, other)]
        theory = means[0] * means[1] * shared(one, other)
        theory += means[0] * (one is other)
        products = [
            (x - means[0]) * (y - means[1]) for x, y in zip(xs, ys, strict=True)
        ]
        error = sqrt(variance(products) / len(products))
        found.append((fmean(products) - theory) / error)
    for demand, xs in rows:
        off = fmean(xs) - MEANS[demand.segment.name]
        found.append(off / sqrt(variance(xs) / len(xs)))
    return found


def test_means_variances_and_covariances_are_those_of_the_closed_form():
    some = demands()

    scores = z_scores(some, counts(some))

    assert len(scores) == 15 + 6 + 6
    assert max(map(abs, scores)) < 4.5


@pytest.mark.parametrize("level", SPREADS)
def test_the_closed_form_tells_each_shock_from_none(level):
    some = demands(SPREADS | {level: 0})

    assert max(map(abs, z_scores(some, counts(some)))) > 6


def test_a_shock_multiplies_counts_of_every_law():
    runs, m, k2 = 3000, 40, 0.09
    spreads = {"system_cv_ppm": 300_000}
    normal = {"kind": "rounded_normal", "mean_milli": 40_000, "sd_milli": 5_000}
    gamma = {"kind": "gamma_poisson", "cv_ppm": 200_000}
    laws = [
        (gamma, m + m**2 * (1.04 * (1 + k2) - 1)),
        # A normal law is multiplied itself, and rounded: 1 / 12.
        (normal, (1 + k2) * (m**2 + 5**2) - m**2 + 1 / 12),
    ]
    for law, theory in laws:
        data = segment(count=law)
        if law is normal:
            del data["buyers_per_departure"]
        one = FlightSegment.model_validate(data)
        shocks = DemandShocks.model_validate(spreads)
        catalog = list_itineraries(FLIGHTS[:1], OPENS)
        [drawn] = counts(demands_of(catalog, (one,), shocks), runs)
        squares = [(x - m) ** 2 for x in drawn]
        assert abs(fmean(drawn) - m) < 4.5 * sqrt(theory / runs)
        assert abs(fmean(squares) - theory) < 4.5 * sqrt(variance(squares) / runs)


def test_nobody_else_moves_a_shock():
    alone = demands(flights=FLIGHTS[:1])
    among = [one for one in demands() if one.group in {d.group for d in alone}]

    assert counts(alone, 50) == counts(among, 50)


def test_no_shock_is_no_draw():
    streams = Streams(3)
    for spreads in ({}, dict.fromkeys(SPREADS, 0)):
        assert {one.drawn_count(streams) for one in demands(spreads)} == {None}
    assert streams.counters() == []


def test_no_shock_is_not_written_and_a_shock_is_read_again():
    plain, zero = market(), market(demand_shocks=dict.fromkeys(SPREADS, 0))
    assert zero.model_dump(by_alias=True) == plain.model_dump(by_alias=True)
    assert "demand_shocks" not in plain.model_dump(by_alias=True)

    shaken = market(demand_shocks={"market_cv_ppm": 7})

    data = shaken.model_dump(mode="json", by_alias=True)
    assert data["demand_shocks"]["market_cv_ppm"] == 7
    assert type(shaken).model_validate(data) == shaken


def test_a_drawn_opening_has_no_place_for_shocks():
    shocks = {"system_cv_ppm": 1}
    for warm_up, days in (("simulate", 2), ("none", 2), ("draw", 1)):
        market(warm_up=warm_up, demand=[segment(days=days)], demand_shocks=shocks)

    with pytest.raises(ValueError, match="before the opening with demand_shocks, and"):
        market(warm_up="draw", demand=[segment(days=2)], demand_shocks=shocks)


def test_the_market_has_as_many_arrivals_as_were_drawn_and_their_dispersion():
    config = episode(
        demand=[segment(buyers=30)],
        warm_up="simulate",
        demand_shocks={"system_cv_ppm": 500_000},
    )
    world = World.of(config.market)
    [demand] = world.demands

    came = [len(list(comers(world, seed))) for seed in range(150)]

    assert came == [demand.drawn_count(Streams(seed)) for seed in range(150)]
    found = dispersion_figure(came)
    theory = 1 + 30 * 0.5**2
    assert abs(found.estimate - theory) < 4 * found.standard_error
    assert found.estimate - 1 > 4 * found.standard_error


def test_a_run_with_shocks_is_audited_and_comes_out_again(tmp_path):
    data = load_scenario("flights/emsr").model_dump(mode="json", by_alias=True)
    data["market"] |= {"warm_up": "simulate", "demand_shocks": SPREADS}
    path = tmp_path / "run.jsonl"

    run(scenario_of(data, "shocks"), ["patient"], seed=3, journal=path, regret=False)

    assert audit(path).findings == ()
    assert verify(path, reexecute=True).exit_code == 0
