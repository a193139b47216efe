"""Curves: between their points, and back again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from test_time_gym.market.curve import Curve, CurvePoints

POINTS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 40)),
    min_size=1,
    max_size=8,
    unique_by=lambda point: point[0],
).map(sorted)


@given(POINTS, st.integers(-10, 70))
def test_a_curve_stays_between_its_neighbouring_points(points, x):
    curve = Curve(points)

    before = [y for place, y in points if place <= x][-1:] or [points[0][1]]
    after = [y for place, y in points if place >= x][:1] or [points[-1][1]]

    assert min(before + after) <= curve.at(x) <= max(before + after)


@given(POINTS)
def test_a_curve_goes_through_its_points(points):
    curve = Curve(points)

    assert [(x, curve.at(x)) for x, _ in points] == points


@given(POINTS, st.integers(0, 50))
def test_the_inverse_is_the_first_place_that_reaches_a_value(points, y):
    xs, ys = zip(*points, strict=True)
    curve = Curve(list(zip(xs, sorted(ys), strict=True)))
    values = [y, *ys]

    found = curve.inverse(np.array(values)).tolist()

    places = range(xs[0], xs[-1] + 1)
    first = [next((x for x in places if curve.at(x) >= v), xs[-1]) for v in values]
    assert found == first
    assert [curve.reaches(v) for v in values] == first


def test_the_inverse_is_exact_where_64_bits_do_not_do():
    curve = Curve([(0, 0), (3 * 10**12 + 1, 10**13 + 7)])

    assert curve.inverse(np.array([10**13 + 6])).tolist() == [3 * 10**12 + 1]
    assert curve.reaches(10**13 + 6) == 3 * 10**12 + 1
    assert curve.at(3 * 10**12) < 10**13 + 6


@pytest.mark.parametrize(
    "points", [[], [[0, 0], [0, 1]], [[5, 0], [1, 0]], [[0.5, 1]], [[-1, 0]], [[0, -1]]]
)
def test_points_that_make_no_curve_are_refused(points):
    with pytest.raises(ValidationError):
        TypeAdapter(CurvePoints).validate_python(points)
