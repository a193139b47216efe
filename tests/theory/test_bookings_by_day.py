"""Bookings of a departure come by their curve, bin by bin, and mistakes are noticed."""

from dataclasses import replace
from functools import partial

import pytest
from tests.theory.support import complaints, simulated

from test_time_gym.market.booking_curves import BOOKING_CURVES
from test_time_gym.validation import all_cases
from test_time_gym.validation.departures import departures

LEISURE = next(case for case in all_cases() if case.id == "F1/leisure")


@pytest.mark.slow
@pytest.mark.parametrize("case", simulated("F1"), ids=lambda case: case.id)
def test_bins_of_bookings_are_poisson_by_the_curve(case):
    assert len(case.claims) == 16 + 2
    assert complaints(case) == []


def planted(curve=None, count="poisson"):
    """Return the case of leisure, short, with another market."""
    right = LEISURE.play.keywords["world"]
    (classes,) = right.args
    market = right.keywords if curve is None else {**right.keywords, "curves": [curve]}
    other = partial(departures, [replace(classes[0], count=count)], **market)
    return replace(
        LEISURE,
        play=partial(LEISURE.play, world=other),
        replications=LEISURE.replications // 6,
    )


def missed(case):
    """Return the figures of a case that are not those of theory."""
    return [
        row.id for row in case.rows() if any(" is not " in c for c in row.complaints)
    ]


def test_a_curve_a_day_late_is_noticed():
    right = BOOKING_CURVES["passengersim-leisure"]
    late = [[0, 0], *([days - 1, share] for days, share in right[2:])]

    found = missed(planted([list(point) for point in late]))

    assert "F1/leisure/from-70-to-63" in found


def test_a_point_between_two_bins_is_noticed():
    moved = [list(point) for point in BOOKING_CURVES["passengersim-leisure"]]
    place = next(k for k, (days, _) in enumerate(moved) if days == 24)
    moved[place][1] += 10_000

    assert missed(planted(moved)) == [
        "F1/leisure/from-28-to-24",
        "F1/leisure/from-24-to-21",
    ]


def test_good_and_bad_days_are_noticed_by_the_spread_alone():
    uneven = {"kind": "gamma_poisson", "cv_ppm": 200_000}

    assert missed(planted(count=uneven)) == ["F1/leisure/variance-of-a-bin-to-its-mean"]
