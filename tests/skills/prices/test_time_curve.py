"""Time curves: how much dearer than usual prices are, by the time since the start."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from test_time_gym.agents.skills.prices.time_curve import TimeCurve


def curve(*looks, horizon=240):
    made = TimeCurve()
    made.horizon = horizon
    for minute, level in looks:
        made.note(minute, level)
    return made


def often(*looks, times=8):
    """Return a curve after many looks at each of some times."""
    return curve(*[one for one in looks for _ in range(times)])


@pytest.mark.parametrize(("horizon", "width"), [(1, 2), (240, 5), (2880, 60)])
def test_times_are_told_apart_by_a_share_of_the_time_there_is(horizon, width):
    assert curve(horizon=horizon).width == width


def test_a_level_is_known_near_the_times_of_looks_alone():
    one = curve((0, 0.1), (100, -0.2))
    early, late = one.at(0), one.at(100)

    assert early > 0 > late
    assert [one.at(minute) for minute in (0, 5, 6, 94, 95, 100, 105, 106)] == [
        *(early, early, None),
        *(None, late, late, late, None),
    ]
    assert curve().at(0) is None


def test_few_looks_are_not_trusted():
    """Of the lowest of many that were seen once, most is luck."""
    levels = [often((100, -0.2), times=looks).at(100) for looks in (1, 2, 4, 8)]

    assert levels[0] == pytest.approx(-0.1)
    assert levels == sorted(levels, reverse=True)
    assert -0.2 < levels[-1] < -0.17


def test_the_latest_looks_near_a_time_count():
    before, after = (102, 9.0), (98, 1.0)
    lately = often(after, times=20).at(100)

    assert curve(*[before] * 20, *[after] * 20).at(100) == lately
    assert curve(*[after] * 20, before).at(100) > lately


def test_the_known_times_of_a_span_are_listed_once_in_order():
    one = curve((120, -0.2), (0, 0.0), (60, 0.1), (120, -0.4), (0, 0.2))

    assert one.known(0, 240) == [(when, one.at(when)) for when in (0, 60, 120)]
    assert one.known(1, 119) == [(60, one.at(60))]
    assert one.known(61, 119) == []


def test_the_lowest_time_is_the_first_one_that_is_low_enough():
    one = often((0, 0.0), (60, 0.02), (120, -0.2), (180, -0.2), (200, 0.1))

    assert one.lowest(0.05) == one.lowest(0.15) == 120
    assert one.lowest(0.25) == 0
    assert often((60, -0.5)).lowest(0.05) == 0  # Of the opening nothing is known.
    assert curve().lowest(0.05) == 0


def test_the_next_unknown_time_is_a_step_beyond_what_was_looked_at():
    one = curve((0, 0.0), (10, 0.0), (20, 0.0), (100, 0.0))

    assert one.unknown(0, 240) == 30
    assert one.unknown(100, 240) == 110
    assert one.unknown(0, 20) is None
    assert one.unknown(240, 0) is None


def test_of_many_looks_the_latest_are_kept():
    one = curve(*[(0, 0.0)], *[(60, 0.1)] * 400)

    assert one.at(0) is None
    assert one.at(60) > 0
    assert len(one.dump()["looks"]) == 400


looks = st.lists(
    st.tuples(st.integers(0, 240), st.floats(-1, 1)), min_size=1, max_size=40
)


@pytest.mark.property
@given(looks, looks)
def test_a_curve_goes_on_from_a_dump(before, after):
    one, two = curve(*before), TimeCurve()
    two.load(json.loads(json.dumps(one.dump())))
    for minute, level in after:
        one.note(minute, level)
        two.note(minute, level)

    assert two.dump() == one.dump()
    assert two.known(0, 240) == one.known(0, 240)


@pytest.mark.property
@given(looks, st.integers(0, 240), st.integers(0, 240))
def test_what_is_unknown_was_looked_at_by_nobody(seen, since, until):
    one = curve(*seen)
    when = one.unknown(since, until)

    if when is not None:
        assert since <= when <= until
        assert one.at(when) is None
    for minute, level in one.known(since, until):
        assert since <= minute <= until
        assert min(0, *[of for _, of in seen]) - 1e-9 <= level
        assert level <= max(0, *[of for _, of in seen]) + 1e-9
