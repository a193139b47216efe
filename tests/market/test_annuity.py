"""Annuities: equal parts that pay a debt with its interest, to the last unit."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from test_time_gym.market.errors import Misuse
from test_time_gym.market.payments.annuity import annuity
from test_time_gym.market.payments.instalments import split


def debt_after(parts, total, apr_ppm):
    """Play the debt month by month, in exact fractions."""
    debt = Fraction(total)
    for part in parts:
        debt = debt * (1 + Fraction(apr_ppm, 12_000_000)) - part
    return debt


@pytest.mark.parametrize(
    ("total", "apr_ppm", "count", "part", "last"),
    [
        (1200_00, 120_000, 12, 106_62, 106_60),
        (600_00, 299_900, 6, 108_93, 108_91),
        (1000_00, 100_000, 12, 87_92, 87_87),
        (1000_00, 0, 4, 250_00, 250_00),
        (1000_00, 0, 3, 333_33, 333_34),
        (1000_00, 120_000, 1, 1010_00, 1010_00),
        (500, 0, 24, 21, 17),
        (1005, 0, 10, 100, 105),
        (1015, 0, 10, 102, 97),
        # The smallest total, and parts that lie half way between two units.
        (3, 0, 3, 1, 1),
        (5, 0, 2, 2, 3),
        (7, 0, 2, 4, 3),
    ],
)
def test_known_annuities(total, apr_ppm, count, part, last):
    assert annuity(total, apr_ppm, count) == (*[part] * (count - 1), last)


@given(
    total=st.integers(100_00, 10**12),
    apr_ppm=st.integers(0, 1_000_000),
    count=st.integers(1, 36),
)
def test_the_parts_pay_the_debt_to_within_half_a_unit(total, apr_ppm, count):
    parts = annuity(total, apr_ppm, count)

    assert abs(debt_after(parts, total, apr_ppm)) <= Fraction(1, 2)
    assert len(parts) == count
    assert min(parts) >= 1
    assert len(set(parts[:-1])) <= 1


@given(
    total=st.integers(100_00, 10**12),
    apr_ppm=st.integers(1, 1_000_000),
    count=st.integers(2, 36),
)
def test_a_part_is_the_nearest_to_the_exact_annuity(total, apr_ppm, count):
    rate = Fraction(apr_ppm, 12_000_000)
    exact = total * rate / (1 - (1 + rate) ** -count)

    assert abs(annuity(total, apr_ppm, count)[0] - exact) <= Fraction(1, 2)


@given(total=st.integers(100_00, 10**12), count=st.integers(1, 24))
def test_without_interest_it_is_the_split_up_to_who_takes_the_rest(total, count):
    parts, split_parts = annuity(total, 0, count), split(total, count)

    assert sum(parts) == sum(split_parts) == total
    assert abs(parts[0] - split_parts[-1]) <= 1
    if total % count == 0:
        assert parts == split_parts


@pytest.mark.parametrize(
    ("total", "count"), [(1000, 0), (1000, -1), (2, 3), (0, 1), (15, 10)]
)
def test_what_cannot_be_split_is_refused(total, count):
    with pytest.raises(Misuse, match=f"cannot pay {total} in {count} parts"):
        annuity(total, 0, count)


def test_a_negative_rate_is_refused():
    with pytest.raises(Misuse, match="a yearly rate is 0 ppm or more, not -1"):
        annuity(1000, -1, 3)
