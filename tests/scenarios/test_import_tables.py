"""Importing strangers' tables: the tables that failed, and what is advised."""

import pytest
from fares import DATA, HEADER, row, write
from tables import flights, read, refusal

from test_time_gym.scenarios.importing import ImportOptions, import_fares
from test_time_gym.scenarios.importing.notes import Notes
from test_time_gym.scenarios.importing.schedule import table_flights

TABLES = DATA / "tables"

# -- the tables that failed ------------------------------------------------------------


def test_a_date_for_days_left_is_refused_with_the_way_out():
    path = TABLES / "date-for-days-left.csv"

    assert "days_left '2025-11-17' is a date: say" in refusal(path)
    table = read(
        path, columns={"departure_date": "days_left"}, search_date="2025-11-01"
    )
    assert [offer.days_left for offer in table.offers] == [16]


def test_quoted_line_breaks_belong_to_their_row():
    table = read(TABLES / "embedded-newline.csv")

    assert table.bad_rows == ()
    assert [(o.flight, o.stops, o.line) for o in table.offers[:5]] == [
        ("SG-8709", 0, 2),
        ("I5-747", 1, 3),
        ("AI-441", 1, 6),
        ("UK-995", 0, 9),
        ("UK-996", 2, 10),
    ]


def test_blanks_in_headers_do_not_matter():
    assert len(read(TABLES / "headers-with-spaces.csv").offers) == 1


def test_a_table_without_flight_numbers_names_flights_by_airline_and_time():
    path = TABLES / "no-flight-number.csv"

    assert refusal(path) == (
        "no column 'search_date' (when prices were seen; if all on one day, say "
        "--search-date DATE)\n  If another one holds it, use --column FIELD=HEADER; "
        "headers that are left: 'Route', 'Additional_Info'"
    )
    table = read(path, search_date="2019-03-01")
    assert [
        (f.id, f.number, f.stops, f.depart_minute, f.arrive_minute, f.seen)
        for f in flights(table)
    ] == [
        ("AirIndia-0550", "AirIndia-0550", 1, 350, 795, ((61, 7662_00),)),
        ("IndiGo-2220", "IndiGo-2220", 0, 1340, 1510, ((23, 3897_00),)),
    ]


def test_one_number_of_two_airlines_is_two_flights():
    table = read(TABLES / "same-number-two-airlines.csv")

    assert [(f.id, f.airline, len(f.seen)) for f in flights(table)] == [
        ("6E-101", "IndiGo", 2),
        ("SG-101", "SpiceJet", 2),
    ]
    assert [(bad.line, bad.reason) for bad in table.bad_rows] == [
        (6, "num_code 'nan' is a mark for a missing value"),
        (7, "num_code 'nan' is a mark for a missing value"),
    ]


def test_one_bare_number_of_two_airlines_is_two_flights_with_seats_of_their_own(
    tmp_path,
):
    same = {"flight": "101", "departure_time": "06:00", "arrival_time": "08:00"}
    path = write(tmp_path, row(**same), row(**same, airline="Indigo", price="9000"))

    market = import_fares(path, ImportOptions(rehearsals=1)).scenario.market

    assert [(f.id, f.airline, f.legs[0].flight) for f in market.flights] == [
        ("Indigo-101", "Indigo", "Indigo-101"),
        ("Vistara-101", "Vistara", "Vistara-101"),
    ]


def test_columns_can_be_joined_by_hand(tmp_path):
    header = HEADER.replace("flight", "Code,Number")
    path = write(tmp_path, row(flight="UK,7"), header=header)

    table = read(path, columns={"flight": "code + NUMBER"})

    assert [offer.flight for offer in table.offers] == ["UK-7"]


def test_sep_is_understood_and_all_that_is_missing_is_told_at_once():
    text = refusal(TABLES / "sep-line.csv", origin="DEL")

    assert text.splitlines()[0] == "6 columns are missing"
    assert [line.split("'")[1] for line in text.splitlines()[1:-1]] == [
        *("departure_time", "stops", "destination_city", "duration"),
        *("days_left", "price"),
    ]


def test_a_separator_that_is_said_is_taken(tmp_path):
    path = write(
        tmp_path, row().replace(",", "|"), header=f'"sep=|"\n{HEADER.replace(",", "|")}'
    )

    assert len(read(path).offers) == 1


def test_spoiled_flight_numbers_are_mended_or_refused():
    table = read(TABLES / "spoiled-flight-numbers.csv")

    assert [(f.id, len(f.seen)) for f in flights(table)] == [
        ("6E-269", 4),
        ("6E-35", 1),
        ("995", 1),
    ]
    assert table.notes.texts()[:3] == (
        "taken as one: '6E-269', '6e-269'",
        "flight '6.00E-269' is read as '6E-269': 2 rows, from line 3",
        "flight '995.0' is read as '995': line 9",
    )
    assert [bad.line for bad in table.bad_rows] == [6, 7, 10, 11, 12, 13]


def test_a_day_that_can_be_meant_in_two_ways_is_reported_and_can_be_said():
    table = read(TABLES / "date-line.csv")
    guessed = {f.id: f.arrive_minute for f in flights(table)}
    notes = Notes()
    said = {f.id: f.arrive_minute for f in table_flights(table.offers, notes, -13 * 60)}

    assert table.notes.texts() == (
        (
            "the arrival may be meant a day earlier: say --ahead, by how much the "
            "destination's clocks are ahead: 4 rows, from line 2"
        ),
    )
    assert {name: guessed[name] - said[name] for name in said} == {
        "X1": 1440,
        "Y2": 1440,
        "Z3": 1440,
        "Q4": 0,
    }
    # The last cannot be 13 hours behind after a flight of two and a half.
    assert notes.texts() == (
        (
            "times and duration do not fit how far the destination's clocks are ahead: "
            "line 6"
        ),
    )
    # Said, the first arrives before it departs, by the clocks there.
    assert said["X1"] == 18 * 60 + 59


@pytest.mark.parametrize("arrival", ["18:59+0", "18:59 16 Apr", "2022-04-16 18:59"])
def test_the_day_of_arrival_that_a_table_says_is_taken(tmp_path, arrival):
    header = HEADER + ",departure_date"
    line = row(
        departure_time="19:53", arrival_time=arrival, duration="12.9", days_left="20"
    )
    plain = row(
        flight="UK-2", departure_time="10:40", arrival_time="10:25", duration="12.75"
    )
    path = write(tmp_path, f"{line},2022-04-16", f"{plain},2022-04-16", header=header)

    table = read(path)
    found = [f.arrive_minute for f in flights(table)]

    # And it tells how the clocks of the route differ, for the rows that do not say.
    assert found == [18 * 60 + 59, 10 * 60 + 25]
    assert table.notes.texts() == ()


def test_an_arrival_that_contradicts_its_duration_is_refused(tmp_path):
    path = write(
        tmp_path,
        row(departure_time="10:00", arrival_time="12:00+5", duration="2"),
        row(),
    )

    (bad,) = read(path).bad_rows

    assert bad.reason == "arrival_time and duration contradict each other"


# -- advice ----------------------------------------------------------------------------


def test_a_header_that_is_nothing_like_it_is_not_suggested(tmp_path):
    header = HEADER.replace("flight", "Additional_Info").replace("price", "Betrag")
    text = refusal(write(tmp_path, row(), header=header))

    assert "no column 'price' (in major units)" in text
    assert "map it with" not in text
    assert "headers that are left: 'Additional_Info', 'Betrag'" in text


def test_two_columns_that_could_be_one_field_are_asked_about(tmp_path):
    header = HEADER.replace("source_city", "Source").replace("class", "From")
    path = write(tmp_path, row(**{"class": "Delhi"}), header=header)

    assert refusal(path) == (
        "the columns 'Source' and 'From' could both be source_city: say which with "
        "--column source_city=HEADER"
    )
    assert read(path, columns={"source_city": "FROM"}).offers[0].origin == "Delhi"


def test_columns_that_are_called_otherwise_are_told(tmp_path):
    header = HEADER.replace("price", "Total Fare").replace("stops", "Total_Stops")
    table = read(write(tmp_path, row(), header=header))

    assert table.notes.texts() == (
        (
            "columns that are called otherwise: stops = 'Total_Stops', "
            "price = 'Total Fare' (--column)"
        ),
    )


def test_both_codes_that_are_unknown_are_told_at_once(tmp_path):
    path = write(tmp_path, row(source_city="Pune", destination_city="Goa"))

    assert refusal(path) == (
        "no airport code is known for 'Pune': give --origin; "
        "no airport code is known for 'Goa': give --destination"
    )
