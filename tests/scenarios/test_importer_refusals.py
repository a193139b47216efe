"""Importing a table of fares: what is left out or refused, and what is said."""

import pytest
from fares import HEADER, SAMPLE, row, write
from hypothesis import given
from hypothesis import strategies as st

from test_time_gym.market.errors import ScenarioError
from test_time_gym.scenarios.importing import ImportOptions, import_fares

# -- what is left out ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"price": "nan"}, "price 'nan' is not an amount above 0"),
        ({"price": "inf"}, "price 'inf' is not an amount above 0"),
        ({"price": "-5"}, "price '-5' is not an amount above 0"),
        ({"price": "0"}, "price '0' is not an amount above 0"),
        ({"price": ""}, "price '' is not an amount above 0"),
        ({"price": "1e3"}, "price '1e3' is not an amount above 0"),
        ({"price": "٤٠٠٠"}, "price '٤٠٠٠' is not an amount above 0"),
        ({"price": "1.005"}, "price '1.005' could mean thousands or decimals"),
        ({"price": "9" * 40}, "price '99999"),
        ({"price": "99999999"}, "price '99999999' is beyond"),
        ({"days_left": "0"}, "days_left '0' is not a whole number, 1 to 366"),
        ({"days_left": "-3"}, "days_left '-3' is not a whole number"),
        ({"days_left": "1.5"}, "days_left '1.5' is not a whole number"),
        ({"days_left": "٣"}, "days_left '٣' is not a whole number"),
        ({"days_left": "9" * 5000}, "days_left '9999"),
        ({"duration": "nan"}, "duration 'nan' is not hours above 0"),
        ({"duration": "0"}, "duration '0' is not hours above 0"),
        ({"duration": "1000"}, "duration '1000' is not hours above 0"),
        ({"stops": "-1"}, "stops '-1' is not 0 to 5"),
        ({"stops": "many"}, "stops 'many' is not 0 to 5"),
        ({"departure_time": "25:00"}, "departure_time '25:00' is neither HH:MM nor"),
        ({"arrival_time": "Noon"}, "arrival_time 'Noon' is neither HH:MM nor"),
        ({"flight": ""}, "flight is empty"),
        ({"flight": "../etc"}, "flight '../etc' is no flight number"),
        ({"airline": " "}, "airline is empty"),
        ({"airline": "a\x7f"}, r"airline 'a\x7f' is no name"),
        ({"airline": "a\0b"}, "the line holds a NUL byte"),
        ({"airline": '"a'}, "the line's quotes do not match"),
        ({"airline": "a,b"}, "12 cells where the header has 11"),
        ({"airline": "a" * 70_000}, "the line is longer than 65536 characters"),
        ({"source_city": "mumbai"}, "the flight goes from 'mumbai' to itself"),
        ({}, "repeats line 2"),
    ],
)
def test_a_bad_row_is_left_out_and_named_by_its_line(tmp_path, changes, reason):
    path = write(tmp_path, row(), "", row(**changes), row(days_left="4"))

    result = import_fares(path, ImportOptions(rehearsals=1))

    (bad,) = result.bad_rows
    assert bad.line == 4
    assert bad.reason.startswith(reason)
    assert (result.rows_read, result.rows_used) == (3, 2)
    assert "1 bad row left out" in result.summary


def test_lines_are_counted_from_the_top_of_the_file(tmp_path):
    path = write(tmp_path, row(), row(price="0"), header=f"\n\n{HEADER}")

    (bad,) = import_fares(path).bad_rows

    assert bad.line == 5


def test_rows_of_another_cabin_are_counted_apart(tmp_path):
    path = write(tmp_path, row(), row(**{"class": "Business"}, price="52000"))

    result = import_fares(path, ImportOptions(cabin="economy"))

    assert (result.rows_used, result.rows_elsewhere, result.bad_rows) == (1, 1, ())
    assert "1 of other routes or cabins" in result.summary


# -- what cannot be imported -----------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b"\n \n", "the file is empty"),
        (HEADER.encode(), "there is no row below the header"),
        (
            HEADER.encode() + b"\n,,,\n",
            "no row can be used of 1; the first is line 2: ",
        ),
        (HEADER.encode("utf-16"), "there is no row below the header"),
        (b"PK\x03\x04" + b"\0" * 99, "a workbook of a spreadsheet, or another zipped"),
        (b"\xd0\xcf\x11\xe0\0", "an old spreadsheet, no text: save the table as CSV"),
        (b"\x1f\x8b\x08\0", "a gzipped file, no text: save the table as CSV"),
        (b"PAR1\0", "a Parquet file, no text: save the table as CSV, and import that"),
        (b"%PDF-1.7\n", "a PDF, no text: save the table as CSV, and import that"),
        (b"\0\0\0", "the first line is no table header in UTF-8 text"),
        (b"x" * 100_000, "the first line is no table header in UTF-8 text"),
        (
            HEADER.replace("price", "prize").encode(),
            "(in major units); the nearest header that is left is 'prize': map it",
        ),
        (
            HEADER.replace("class", "price").encode(),
            "two columns are called 'price'",
        ),
        (
            f"{HEADER}\n{row()}\n{row(destination_city='Goa')}".encode(),
            "Mumbai, Goa: a scenario has one; choose with --to-city",
        ),
        (
            f"{HEADER}\n{row(destination_city='Goa')}".encode(),
            "no airport code is known for 'Goa': give --destination",
        ),
    ],
)
def test_a_table_that_cannot_be_used_is_explained(tmp_path, data, said):
    path = tmp_path / "fares.csv"
    path.write_bytes(data)

    with pytest.raises(ScenarioError) as caught:
        import_fares(path)

    assert said in str(caught.value)


def test_what_is_no_file_is_explained(tmp_path):
    for path, said in (
        (tmp_path, "a folder, not a table"),
        (tmp_path / "none.csv", "no such file"),
        ("a\0b.csv", "a\0b.csv: "),
        ("/dev/null", "not an ordinary file"),
    ):
        with pytest.raises(ScenarioError) as caught:
            import_fares(path)
        assert said in str(caught.value)


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"columns": {"prize": "x"}}, "--column prize=…: known fields are airline, "),
        ({"columns": {"price": "fare"}}, "map it with --column price='price'"),
        ({"opens_days": 0}, "--opens-days: 0 is not from 1 to 366"),
        ({"deadline_days": 31}, "--deadline-days: 31 is not from 1 to 30"),
        ({"seats": 0}, "--seats: 0 is not from 1 to 1000"),
        ({"seats": 9.0}, "--seats: 9.0 is not from"),
        ({"agents": 1025}, "--agents: 1025 is not from 1 to 1024"),
        ({"fill_ppm": 2_000_000}, "--fill: 2000000 is not from 0 to 1000000"),
        ({"buyers": -1}, "--buyers: -1 is not from 0 to"),
        ({"departure_date": "2026-02-30"}, "--date: '2026-02-30' is no date"),
        ({"departure_date": "20260915"}, "--date: '20260915' is no date"),
        ({"departure_date": "9999-12-31"}, "--date: '9999-12-31' is no date"),
        ({"departure_date": "0001-01-02"}, "--date: '0001-01-02' is no date"),
        ({"origin": "del"}, "--origin: 'del' is no code of three capitals"),
        ({"to_city": "Goa"}, "--to-city: no row has 'Goa', only Mumbai"),
        ({"currency": "rupees"}, "--currency: 'rupees' is no currency of ISO 4217"),
        ({"currency": "XXX"}, "--currency: 'XXX' has no minor unit"),
        ({"search_date": "soon"}, "--search-date: 'soon' is no date"),
        (
            {"date_order": "year-first"},
            "--date-order: 'year-first' is neither day-first",
        ),
        ({"decimal": ","}, "--decimal: ',' is neither point nor comma"),
        ({"ahead": "far"}, "--ahead: 'far' is not hours such as +5:30 or -13"),
        ({"ahead": "27"}, "--ahead: '27' is not hours"),
        ({"rehearsals": 0}, "--rehearsals: 0 is not from 1 to 10000"),
        ({"name": "No Name"}, "name: "),
        ({"description": "short"}, "description: "),
    ],
)
def test_an_impossible_choice_names_its_option(choices, said):
    with pytest.raises(ScenarioError) as caught:
        import_fares(SAMPLE, ImportOptions(**{"rehearsals": 1, **choices}))

    assert said in str(caught.value)


@pytest.mark.property
@given(
    edits=st.lists(
        st.tuples(st.integers(0, 2000), st.binary(min_size=1, max_size=3)), max_size=12
    )
)
def test_no_damage_to_a_table_is_worse_than_an_explained_error(tmp_path_factory, edits):
    data = bytearray(SAMPLE.read_bytes()[:2000])
    for place, piece in edits:
        data[place : place + len(piece)] = piece
    path = tmp_path_factory.mktemp("fares") / "fares.csv"
    path.write_bytes(bytes(data))

    try:
        result = import_fares(path, ImportOptions(rehearsals=1))
    except ScenarioError:
        return

    assert result.rows_read == result.rows_used + len(result.bad_rows)


@pytest.mark.parametrize(
    ("sign", "example"), [("¥", "JPY"), ("kr", "SEK"), ("€,$", "EUR")]
)
def test_signs_of_several_currencies_are_asked_for_by_one_that_they_mean(
    tmp_path, sign, example
):
    rows = [
        row(price=f"{one} 4500", days_left=str(k + 1))
        for k, one in enumerate(sign.split(","))
    ]
    path = write(tmp_path, *rows)

    with pytest.raises(ScenarioError) as caught:
        import_fares(path)

    assert str(caught.value).endswith(f"as in --currency {example}")


def test_a_table_of_one_flight_says_that_nothing_competes(tmp_path):
    days = [row(days_left=left) for left in ("5", "9")]
    options = ImportOptions(rehearsals=1)

    found = import_fares(write(tmp_path, *days), options).notes

    assert "there is one flight alone: nothing competes with it" in found


def test_a_table_of_one_day_says_that_prices_follow_no_days(tmp_path):
    days = [row(days_left="5"), row(days_left="5", flight="X-1", price="6000")]
    options = ImportOptions(rehearsals=1)

    found = import_fares(write(tmp_path, *days), options).notes

    said = "all prices were seen 5 days before departure: nothing tells"
    assert [one.startswith(said) for one in found].count(True) == 1
