"""Money: whole minor units, shown and read without loss, rounded half to even."""

import csv
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from fares import DATA
from hypothesis import given
from hypothesis import strategies as st

from test_time_gym.market.currencies import EXPONENTS, NO_MINOR_UNIT
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


def the_standard():
    """Return the rows of ISO 4217's list of active codes, as published."""
    with (DATA / "iso-4217.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_currencies_have_the_decimals_of_the_whole_standard():
    wanted = {
        row["code"]: int(row["exponent"])
        for row in the_standard()
        if row["exponent"] != "N.A."
    }

    found = {code: exponent_of(code) for code in wanted}

    assert found == wanted
    assert len(found) == 165


def test_codes_without_a_minor_unit_are_no_currency_of_prices():
    without = [row["code"] for row in the_standard() if row["exponent"] == "N.A."]

    for code in without:
        with pytest.raises(Misuse, match=f"'{code}' has no minor unit"):
            exponent_of(code)
    assert without == sorted(NO_MINOR_UNIT)


def test_no_other_currency_is_known_but_those_withdrawn_of_late():
    standard = {row["code"] for row in the_standard()}

    assert sorted(set(EXPONENTS) - standard) == [
        *("ANG", "BGN", "CUC", "HRK", "SLL", "ZWL")
    ]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ABC", "'ABC' is no currency of ISO 4217"),
        ("usd", "'usd' is no currency of ISO 4217; did you mean USD?"),
        ("", "'' is no currency of ISO 4217, such as EUR or INR"),
    ],
)
def test_what_is_no_currency_is_told(code, said):
    with pytest.raises(Misuse) as caught:
        exponent_of(code)

    assert str(caught.value).startswith(said)


def test_two_currencies_never_mix():
    with pytest.raises(Misuse, match="cannot add EUR to USD"):
        Money(1, "USD") + Money(1, "EUR")


@given(AMOUNTS, AMOUNTS)
def test_money_of_one_currency_adds_and_negates(a, b):
    assert Money(a, "USD") + -Money(b, "USD") == Money(a - b, "USD")
