"""Cells of strangers' tables: the forms that are read, and what is refused."""

from datetime import date

import pytest

from test_time_gym.scenarios.importing.amounts import (
    PriceForm,
    decimal_mark,
    price_minor,
)
from test_time_gym.scenarios.importing.cells import (
    BadCell,
    airport_or_city,
    days_left,
    stops,
    words,
)
from test_time_gym.scenarios.importing.clock_times import (
    ClockTime,
    clock_time,
    duration_minutes,
)
from test_time_gym.scenarios.importing.dates import day_first, read_date
from test_time_gym.scenarios.importing.fields import plain
from test_time_gym.scenarios.importing.flight_numbers import (
    flight_number,
    joined_number,
    name_of_flight,
)

# -- flight numbers --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number", "mended"),
    [
        ("6E-269", "6E-269", False),
        ("6e-269", "6e-269", False),
        (" AI 531 ", "AI-531", False),
        ("UK\u2013995", "UK-995", False),
        ("AI-101/AI 202", "AI-101_AI-202", False),
        ("6.00E-269", "6E-269", True),
        ("6,00E-269", "6E-269", True),
        ("6.00e-05", "6E-5", True),
        ("6E+269", "6E-269", True),
        ("9.0E+12", "9E-12", True),
        ("995.0", "995", True),
        ("UK-995.0", "UK-995", True),
    ],
)
def test_a_flight_number_is_read_and_mended_where_it_has_one_meaning(
    text, number, mended
):
    assert flight_number(text) == (number, mended)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "flight is empty"),
        *((mark, "is a mark for a missing value") for mark in ("nan", "NaN", "None")),
        *((mark, "is a mark for a missing value") for mark in ("NA", "#N/A", "null")),
        *((mark, "is a mark for a missing value") for mark in ("N/A", "-", "#REF!")),
        *((zero, "is a zero") for zero in ("0", "0.0", "000", "0.00E+00", "0,0")),
        ("995.5", "is a decimal"),
        ("1.20E+03", "is a number that a spreadsheet has rounded"),
        ("12.00E+05", "is a number that a spreadsheet has rounded"),
        ("6.00E+00", "is a number that a spreadsheet has rounded"),
        ("6.00E+02", "may have been 6E-2 or 600"),
        ("../etc", "is no flight number"),
        ("A" * 27, "is no flight number"),
        ("٣٤٥", "is no flight number"),
    ],
)
def test_a_flight_number_that_is_spoiled_is_refused(text, reason):
    with pytest.raises(BadCell, match="flight") as caught:
        flight_number(text)

    assert reason in str(caught.value)


def test_a_flight_number_may_stand_in_two_columns():
    headers = ["ch_code", "num_code"]

    assert joined_number(["SG", "101"], headers) == ("SG-101", False)
    assert joined_number(["6E", "0101.0"], headers) == ("6E-0101", True)
    for parts, said in (
        (["UK", "nan"], "num_code 'nan' is a mark for a missing value"),
        (["UK", "0"], "num_code '0' is no part of a flight number"),
        (["None", "101"], "ch_code 'None' is a mark for a missing value"),
    ):
        with pytest.raises(BadCell) as caught:
            joined_number(parts, headers)
        assert str(caught.value) == said


def test_a_flight_without_a_number_is_called_by_airline_and_time():
    assert name_of_flight("Jet Airways Business", "0550") == "JetAirwaysBusiness-0550"
    assert name_of_flight("Aéroflot", "0550") == "Aeroflot-0550"
    assert name_of_flight("中国国航", "0550").startswith("X")
    assert len(name_of_flight("A" * 90, "0550")) == 26


# -- names -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["nan", "NaN", "None", "NA", "n/a", "#N/A", "null", "0", "995.0", "1e5", "?"],
)
@pytest.mark.parametrize("what", ["airline", "source_city", "class"])
def test_a_name_that_is_spoiled_is_refused(text, what):
    read = airport_or_city if what == "source_city" else words
    with pytest.raises(BadCell) as caught:
        read(text, what)

    assert str(caught.value).startswith(f"{what} {text!r} is a ")


def test_names_keep_what_they_are():
    assert words(" Air_India ", "airline") == "Air India"
    assert words("Delta||United||Delta", "airline") == "Delta / United"
    assert words("9W", "airline") == "9W"
    # An airport, in Fiji; data frames write nan and NaN.
    assert airport_or_city("NAN", "source_city") == "NAN"


# -- stops and days --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "count"),
    [
        *((t, 0) for t in ("zero", "0", "0.0", "non-stop ", "Nonstop", "direct")),
        *((t, 0) for t in ("Direct flight", "0 stops", "no stops", "non_stop")),
        *((t, 1) for t in ("one", "1", "1 stop", "1-stop", "1 Stop(s)", "one stop")),
        *((t, 1) for t in ("1-stop\n\t\tVia IXU\n\t", "1-stop via DEL")),
        *((t, 2) for t in ("2+ stops", "2+-stop", "2+", "two_or_more", "2 stops")),
        ("4 stops", 4),
    ],
)
def test_stops_are_read_in_words_and_numbers(text, count):
    assert stops(text) == count


@pytest.mark.parametrize("text", ["", "nan", "None", "-1", "6", "many", "1.5", "none"])
def test_what_is_no_number_of_stops_is_refused(text):
    with pytest.raises(BadCell, match="is not 0 to 5, nor a known word"):
        stops(text)


def test_days_left_may_carry_their_unit_and_a_date_is_explained():
    assert [days_left(text) for text in ("49", "49.0", "49 days", "1 day")] == [
        *(49, 49, 49, 1)
    ]
    with pytest.raises(BadCell, match="is a date: say --column departure_date=HEADER"):
        days_left("2025-11-17")


# -- times -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("6:05", ClockTime(365)),
        ("06:05:30", ClockTime(365)),
        ("6:05 AM", ClockTime(365)),
        ("06:05pm", ClockTime(1085)),
        ("6 PM", ClockTime(1080)),
        ("12:00 AM", ClockTime(0)),
        ("12:30 p.m.", ClockTime(750)),
        ("13:05 PM", ClockTime(785)),
        ("0605", ClockTime(365)),
        ("18h55", ClockTime(1135)),
        ("18.55 Uhr", ClockTime(1135)),
        ("18:55 hrs", ClockTime(1135)),
        ("24:00", ClockTime(0, end_of_day=True)),
        ("24:00 +1", ClockTime(0, 2, end_of_day=True)),
        ("07:15+1", ClockTime(435, 1)),
        ("07:15 (+1 day)", ClockTime(435, 1)),
        ("07:15 next day", ClockTime(435, 1)),
        ("18:59-1", ClockTime(1139, -1)),
        ("01:10 25 Mar", ClockTime(70, date="25 Mar")),
        ("25 Mar 01:10", ClockTime(70, date="25 Mar")),
        ("01:10 25/03/2019", ClockTime(70, date="25/03/2019")),
        ("2022-04-17T12:57:00.000-04:00", ClockTime(777, date="2022-04-17")),
        ("2022-04-17 12:57", ClockTime(777, date="2022-04-17")),
        ("Early_Morning", ClockTime("early_morning")),
    ],
)
def test_a_time_of_the_day_has_many_forms(text, time):
    assert clock_time(text, "arrival_time") == time


@pytest.mark.parametrize(
    "text",
    [
        *("25:00", "24:01", "12:60", "Noon", "0:30 PM", "15:00 AM", "6", "6.05", ""),
        *("nan", "12:00 x", "\u0660\u0666:\u0660\u0665", "12:00+", "9999"),
    ],
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(BadCell, match="arrival_time"):
        clock_time(text, "arrival_time")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        *(("2.17", 130), ("2,17", 130), ("2", 120), ("2.5h", 150)),
        *(("2h 50m", 170), ("02h 10m", 130), ("2h", 120), ("50m", 50), ("5m", 5)),
        *(("2 hours 50 minutes", 170), ("2 hrs 5 mins", 125), ("1d 2h 3m", 1563)),
        *(("2:50", 170), ("02:50:00", 170), ("0 days 02:50:00", 170)),
        *(("PT2H29M", 149), ("PT45M", 45), ("P1DT2H", 1560), ("1.03h m", 62)),
    ],
)
def test_a_duration_has_many_forms(text, minutes):
    assert duration_minutes(text) == minutes


def test_a_plain_number_is_minutes_in_a_column_of_minutes():
    assert duration_minutes("130", in_minutes=True) == 130
    assert duration_minutes("2h 10m", in_minutes=True) == 130


@pytest.mark.parametrize("text", ["", "nan", "0", "0h", "-2", "h", "PT", "169", "2h x"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(BadCell, match="is not hours above 0, at most a week"):
        duration_minutes(text)


# -- dates -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("2019-03-24", "2019/3/24", "20190324", "24/03/2019", "24.3.2019"),
        *("24-03-19", "03/24/2019", "24 Mar 2019", "24-Mar-19", "Mar 24, 2019"),
        *("24th March 2019", "Sun, 24 Mar 2019", "2019-03-24 00:00:00", "24 Mar"),
    ],
)
def test_a_date_has_many_forms(text):
    found = read_date(text, "date", order=None, near=date(2019, 3, 1))

    assert found == date(2019, 3, 24)


def test_day_and_month_are_told_apart_by_the_column_or_not_at_all():
    assert day_first(["01/02/2019", "24/03/2019"]) is True
    assert day_first(["01/02/2019", "03/24/2019"]) is False
    assert day_first(["01/02/2019", "2019-03-24"]) is None
    assert day_first(["24/03/2019", "03/24/2019"]) is None
    assert read_date("01/02/2019", "date", order=True) == date(2019, 2, 1)
    assert read_date("01/02/2019", "date", order=False) == date(2019, 1, 2)
    assert read_date("01.02.2019", "date", order=None) == date(2019, 2, 1)
    with pytest.raises(BadCell, match="may be day or month first: say --date-order"):
        read_date("01/02/2019", "date", order=None)


def test_a_date_without_a_year_is_the_nearest_one():
    assert read_date("1 Jan", "a", order=None, near=date(2019, 12, 31)).year == 2020
    assert read_date("31 Dec", "a", order=None, near=date(2019, 1, 1)).year == 2018


@pytest.mark.parametrize("text", ["2019-02-30", "soon", "44621", "", "24 Foo 2019"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(BadCell, match="is no date"):
        read_date(text, "date", order=True)


# -- prices ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("₹5,953", "INR", 5953_00),
        ("Rs. 5,953/-", "INR", 5953_00),
        ("INR 5953", "INR", 5953_00),
        ("5.953,50 €", "EUR", 5953_50),
        ("€ 1.234.567", "EUR", 1234567_00),
        ("1 234,50 EUR", "EUR", 1234_50),
        ("1'234.50 CHF", "CHF", 1234_50),
        ("12,- €", "EUR", 12_00),
        ("$1,234.50", "USD", 1234_50),
        ("US$ 99", "USD", 99_00),
        ("¥23,400", "JPY", 23_400),
        ("45.500,750 KWD", "KWD", 45_500_750),
    ],
)
def test_a_price_may_carry_its_currency(text, currency, minor):
    assert price_minor(text, PriceForm(currency)) == (minor, False)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("5953.1249", "INR", 5953_12),
        ("5953.125", "INR", 5953_13),
        ("23400.5", "JPY", 23_401),
        ("0.12345", "KWD", 123),
    ],
)
def test_decimals_beyond_the_currency_are_rounded_and_told(text, currency, minor):
    assert price_minor(text, PriceForm(currency)) == (minor, True)


def test_zeros_beyond_the_currency_are_nothing_to_tell():
    assert price_minor("23400.000000", PriceForm("JPY")) == (23_400, False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("€ 500", "price '€ 500' is in EUR, not in INR"),
        ("500 ABC", "price '500 ABC' is in no currency that is known"),
        ("-500", "price '-500' is not an amount above 0"),
        ("1.2.3", "price '1.2.3' is not an amount above 0"),
        ("1,2345,678", "price '1,2345,678' is not an amount above 0"),
        (
            "5.953",
            "price '5.953' could mean thousands or decimals: say --decimal point",
        ),
    ],
)
def test_a_price_that_is_none_is_refused(text, said):
    with pytest.raises(BadCell) as caught:
        price_minor(text, PriceForm("INR"))

    assert str(caught.value).startswith(said)


def test_a_column_tells_its_decimal_mark():
    assert decimal_mark(["5.953", "1.234,50"]) == (",", False)
    assert decimal_mark(["5.953", "1.234.567"]) == (",", False)
    assert decimal_mark(["5,953", "1234.5"]) == (".", False)
    assert decimal_mark(["953.125", "5953.1234"]) == (".", True)
    assert decimal_mark(["5.953", "870"]) == ("", False)
    assert decimal_mark(["5.953,50", "5,953.50"]) == ("", False)


def test_what_could_be_thousands_is_read_by_the_columns_decimal_mark():
    german, computed = PriceForm("EUR", ","), PriceForm("EUR", ".", long_decimals=True)

    assert price_minor("5.953", german) == (5953_00, False)
    assert price_minor("953.125", computed) == (953_13, True)
    with pytest.raises(BadCell, match="thousands or decimals"):
        price_minor("5,953", german)


# -- headers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    ["days_left", "Days Left", " DAYS-LEFT ", "daysLeft", "Days.Left", "(days left)"],
)
def test_headers_are_the_same_in_any_case_and_with_any_blanks(header):
    assert plain(header) == "days left"
