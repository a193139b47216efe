"""Money: whole minor units, shown and read without loss, rounded half to even."""

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from test_time_gym.market.errors import Misuse
from test_time_gym.market.money import Money, exponent_of, parse_major, share_of, show

AMOUNTS = st.integers(-(10**12), 10**12)


@given(AMOUNTS, st.integers(0, 3_000_000))
def test_a_share_is_the_exact_product_rounded_half_to_even(minor, ppm):
    exact = Decimal(minor) * ppm / 1_000_000

    assert share_of(minor, ppm) == int(exact.quantize(Decimal(1), ROUND_HALF_EVEN))


@pytest.mark.parametrize(
    ("minor", "half"), [(1, 0), (3, 2), (5, 2), (7, 4), (-1, 0), (-3, -2), (-5, -2)]
)
def test_halves_go_to_the_even_neighbour(minor, half):
    assert share_of(minor, 500_000) == half


@given(AMOUNTS, st.integers(0, 1_000_000))
def test_a_share_and_its_rest_make_the_whole_within_one_unit(minor, ppm):
    assert abs(share_of(minor, ppm) + share_of(minor, 1_000_000 - ppm) - minor) <= 1


@given(st.integers(0, 10**12), st.sampled_from([0, 2, 3]))
def test_what_is_shown_reads_back_as_the_same_amount(minor, exponent):
    assert parse_major(str(show(minor, exponent)), exponent) == minor


@given(AMOUNTS, st.sampled_from([0, 2, 3]))
def test_an_amount_is_shown_exactly(minor, exponent):
    assert Decimal(show(minor, exponent)) == Decimal(minor).scaleb(-exponent)


NOT_MONEY = (
    ["", ".", "1.", ".5", "1.234", "-1", "+1", " 1", "1e3", "1_000", "1,5", "0x10"],
    ["nan", "inf", "\u0661\u0662", "\u00b2", "1.2.3", "9" * 16, "1\x00", "\ud800"],
)


@pytest.mark.parametrize("text", [text for row in NOT_MONEY for text in row])
def test_what_is_no_plain_decimal_is_not_read_as_money(text):
    assert parse_major(text, 2) is None


def test_a_currency_without_cents_has_no_decimals():
    assert parse_major("870.5", 0) is None
    assert str(Money(870, "JPY")) == "870 JPY"


def test_currencies_know_their_decimals():
    found = [exponent_of(code) for code in ("USD", "EUR", "JPY", "KWD", "XXX")]

    assert found == [2, 2, 0, 3, 2]


def test_two_currencies_never_mix():
    with pytest.raises(Misuse, match="cannot add EUR to USD"):
        Money(1, "USD") + Money(1, "EUR")


@given(AMOUNTS, AMOUNTS)
def test_money_of_one_currency_adds_and_negates(a, b):
    assert Money(a, "USD") + -Money(b, "USD") == Money(a - b, "USD")
