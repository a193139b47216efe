"""Instalments: equal parts, the first takes the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from test_time_gym.market.errors import Misuse
from test_time_gym.market.payments.instalments import split


@given(st.integers(1, 24), st.integers(0, 10**12))
def test_parts_are_equal_but_for_the_first_and_sum_to_the_total(count, extra):
    total = count + extra

    first, *others = split(total, count)

    assert first + sum(others) == total
    assert others == [total // count] * (count - 1)
    assert 0 <= first - total // count < count


@pytest.mark.parametrize(
    ("total", "count", "parts"),
    [
        (1000, 4, (250, 250, 250, 250)),
        (100, 3, (34, 33, 33)),
        (2, 2, (1, 1)),
        (5, 1, (5,)),
    ],
)
def test_known_splits(total, count, parts):
    assert split(total, count) == parts


@pytest.mark.parametrize(("total", "count"), [(1000, 0), (1000, -1), (2, 3), (0, 1)])
def test_what_cannot_be_split_is_refused(total, count):
    with pytest.raises(Misuse, match=f"cannot pay {total} in {count} parts"):
        split(total, count)
