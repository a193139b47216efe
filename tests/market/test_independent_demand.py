"""Two independent classes in the market itself earn what theory says.

100 seats, fares of 200 and 100; 50 buyers of the dear class and 80 of the cheap one are
expected, both Poisson, and the cheap class comes first.  Protecting 50 seats is best,
by Littlewood's rule as by trying all levels.  `ttgym validate` plays the same.
"""

from itertools import accumulate
from math import exp
from statistics import fmean

import pytest

from test_time_gym.validation import all_cases
from test_time_gym.validation.departures import DepartureClass, departures, play

SEATS, DEAR, CHEAP = 100, 200, 100
MEAN_DEAR, MEAN_CHEAP = 50, 80
PRINTED = {50: 14_436.7434, 40: 13_959.0384, 60: 13_943.2716, 0: 12_003.1844}
"""Expected revenue by the seats that are kept for the dear class."""
CASES = {case.id: case for case in all_cases() if case.id.startswith("A2/market/")}


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


@pytest.mark.parametrize("protected", PRINTED)
def test_the_market_earns_what_enumeration_says(protected):
    theory = expected_revenue(protected)
    assert theory == pytest.approx(PRINTED[protected], abs=1e-4)

    earned, beyond = CASES[f"A2/market/{protected}"].rows()

    assert earned.theory == pytest.approx(theory, abs=1e-6)
    assert (earned.complaints, beyond.complaints) == ((), ())
    assert earned.standard_error <= theory / 100
    # The same runs tell it from another level.
    for other in PRINTED.values():
        if abs(other - theory) > theory / 50:
            assert abs(earned.estimate - other) > 4 * earned.standard_error


def test_without_fences_high_fare_buyers_take_the_low_fare():
    # Who pays 200 behind a fence pays 100 here: a full flight earns 10,000, no more.
    classes = [DepartureClass(DEAR, MEAN_DEAR), DepartureClass(CHEAP, MEAN_CHEAP)]
    world = departures(classes, seats=SEATS, levels=[0], fenced=False)

    found = [play(seed, world=lambda: world)["revenue"] for seed in range(40)]

    assert max(found) == 10_000
    assert fmean(found) < expected_revenue(0) - 1_900
