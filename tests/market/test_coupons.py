"""Coupons: what they take off, and when they do not work."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from test_time_gym.market.coupons import Coupon

TENTH = Coupon(code="TENTH", percent_ppm=100_000)
FORTY = Coupon(code="FORTY", amount_minor=40_00, minimum_minor=150_00, ends_s=60)


@given(st.sampled_from([TENTH, FORTY]), st.integers(0, 10**12))
def test_a_discount_never_takes_the_last_unit(coupon, total):
    off = coupon.discount(total)

    assert 0 <= off <= max(0, total - 1)


@pytest.mark.parametrize(
    ("coupon", "total", "off"),
    [
        (TENTH, 200_05, 20_00),
        (TENTH, 200_15, 20_02),
        (FORTY, 100_00, 40_00),
        (FORTY, 40_00, 39_99),
        (FORTY, 1, 0),
        (FORTY, 0, 0),
    ],
)
def test_known_discounts(coupon, total, off):
    assert coupon.discount(total) == off


@pytest.mark.parametrize(
    ("total", "now_ms", "code"),
    [
        (150_00, 59_999, None),
        (150_00, 60_000, "coupon_expired"),
        (149_99, 59_999, "coupon_minimum_not_met"),
        (149_99, 60_000, "coupon_expired"),
    ],
)
def test_a_coupon_works_up_to_its_end_and_from_its_minimum(total, now_ms, code):
    assert FORTY.refusal(total, now_ms) == code


@pytest.mark.parametrize(
    "fields", [{}, {"percent_ppm": 1, "amount_minor": 1}, {"percent_ppm": 1_000_001}]
)
def test_a_coupon_lowers_by_a_share_or_by_an_amount(fields):
    with pytest.raises(ValidationError):
        Coupon(code="C", **fields)
