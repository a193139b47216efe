"""Two independent classes in the market itself earn what theory says.

100 seats, fares of 200 and 100; 50 buyers of the dear class and 80 of the cheap one are
expected, both Poisson, and the cheap class comes first.  Protecting 50 seats is best,
by Littlewood's rule as by trying all levels.
"""

from itertools import accumulate
from math import exp, sqrt
from statistics import fmean, stdev

import pytest
from worlds import fare, flight, market

from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.ledger import MERCHANT
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.world import World

SEATS, DEAR, CHEAP = 100, 200, 100
MEAN_DEAR, MEAN_CHEAP = 50, 80
RUNS = 250
PRINTED = {50: 14_436.7434, 40: 13_959.0384, 60: 13_943.2716, 0: 12_003.1844}
"""Expected revenue by the seats that are kept for the dear class."""


def expected_revenue(protected):
    """Return the expected revenue by enumeration."""
    dear, cheap = [list(poisson(mean)) for mean in (MEAN_DEAR, MEAN_CHEAP)]
    revenue = 0.0
    for wanted, chance in enumerate(cheap):
        sold = min(wanted, SEATS - protected)
        for more, other in enumerate(dear):
            revenue += chance * other * (sold * CHEAP + min(more, SEATS - sold) * DEAR)
    return revenue


def poisson(mean):
    """Return the chances of 0, 1, 2, … buyers."""
    return accumulate(
        range(1, 250), lambda chance, n: chance * mean / n, initial=exp(-mean)
    )


def buyers(name, mean, curve):
    """Return a segment that pays any price, and buys the cheapest that it may."""
    return {
        "name": name,
        "buyers_per_departure": mean,
        "booking_curve": curve,
        "willingness": {
            "kind": "uniform",
            "least_minor": 1000_00,
            "most_minor": 1000_00,
        },
        "choice": "cheapest_fence",
    }


def world(protected, *, fenced=True):
    """Return the market of a flight in thirty days."""
    legs = [
        {
            "flight": "A2",
            "from": "SFO",
            "to": "MAD",
            "depart": "2026-07-01T10:00",
            "arrive": "2026-07-01T20:00",
            "seats": SEATS,
        }
    ]
    dear = fare("Y", DEAR * 100, **({"segments": ["late"]} if fenced else {}))
    cheap = fare(
        "Q",
        CHEAP * 100,
        booking_limit=SEATS - protected,
        **({"segments": ["early"]} if fenced else {}),
    )
    return World.of(
        market(
            warm_up="none",
            flights=[flight("A2", *legs, fares=[dear, cheap])],
            demand=[
                buyers("early", MEAN_CHEAP, [[0, 0], [10, 0], [20, 1_000_000]]),
                buyers("late", MEAN_DEAR, [[0, 0], [10, 1_000_000]]),
            ],
        )
    )


def revenues(played, runs=RUNS):
    """Return the revenue of a departure in many runs, in whole units of money."""
    found = []
    for seed in range(runs):
        run = Marketplace(played, seed, [], JournalWriter(None))
        run.open()
        run.clock.advance(played.catalog.last_closing_ms)
        found.append(run.ledger.balance(MERCHANT) / 100)
    return found


def score(found, theory):
    """Return how far the mean is from theory, in standard errors."""
    return (fmean(found) - theory) * sqrt(len(found)) / stdev(found)


@pytest.mark.parametrize("protected", PRINTED)
def test_the_market_earns_what_enumeration_says(protected):
    theory = expected_revenue(protected)
    assert theory == pytest.approx(PRINTED[protected], abs=1e-4)

    found = revenues(world(protected))

    assert abs(score(found, theory)) <= 4
    assert stdev(found) / sqrt(len(found)) <= theory / 100
    # The same runs tell it from a class more or less, and from another level.
    for other in PRINTED.values():
        if abs(other - theory) > theory / 50:
            assert abs(score(found, other)) > 4


def test_without_fences_high_fare_buyers_take_the_low_fare():
    # Who pays 200 behind a fence pays 100 here: a full flight earns 10,000, no more.
    found = revenues(world(0, fenced=False), runs=40)

    assert max(found) == 10_000
    assert expected_revenue(0) > 12_000
