"""Instalments: equal parts, the first takes the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from test_time_gym.market.bill import Bill
from test_time_gym.market.errors import Misuse
from test_time_gym.market.payments.instalments import interest, split, with_interest

DEAR_PPM = 10_000_000


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


@pytest.mark.parametrize(
    ("amount", "count", "apr_ppm", "extra"),
    [
        (1200_00, 12, 120_000, 79_42),
        (1200_00, 12, 0, 0),
        (1200_00, 1, 120_000, 0),
        (1200_00, 2, 120_000, 18_03),
        # Nine units are the least of which three parts carry interest.
        (9, 3, DEAR_PPM, 18),
        (8, 3, DEAR_PPM, 0),
    ],
)
def test_known_interests(amount, count, apr_ppm, extra):
    assert interest(amount, count, apr_ppm) == extra


def test_interest_is_one_more_fee_of_the_same_bill():
    bill = Bill(1300_00, (("FIVE", 105_00),), (("booking", 5_00),))

    dearer = Bill(
        1300_00, (("FIVE", 105_00),), (("booking", 5_00), ("interest", 79_42))
    )
    assert with_interest(bill, 12, 120_000) == dearer
    assert with_interest(bill, 1, 120_000) == bill
    assert with_interest(bill, 12, 0) == bill
