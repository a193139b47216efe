"""Importing strangers' tables: whole files, of many kinds."""

import csv
import io
from datetime import date, timedelta

import pytest
from fares import DATA, HEADER, row, write
from hypothesis import given, settings
from hypothesis import strategies as st

from test_time_gym.market.errors import ScenarioError
from test_time_gym.scenarios.importing import ImportOptions, import_fares
from test_time_gym.scenarios.importing.notes import Notes
from test_time_gym.scenarios.importing.schedule import table_flights
from test_time_gym.scenarios.importing.table import read_table

TABLES = DATA / "tables"
TOKYO = {"origin": "HND", "destination": "EWR"}


def read(path, **choices):
    """Read a table without making a market of it."""
    return read_table(path, ImportOptions(**choices))


def flights(table, **choices):
    """Return the flights of a table."""
    return table_flights(table.offers, table.notes, **choices)


def refusal(path, **choices):
    with pytest.raises(ScenarioError) as caught:
        import_fares(path, ImportOptions(**choices))
    return str(caught.value).removeprefix(f"{path}: ")


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


# -- forms of whole files --------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "guessed"),
    [
        *(("utf-8", ()), ("utf-8-sig", ()), ("utf-16", ()), ("utf-32", ())),
        ("utf-16-le", ("the file is no UTF-8: read as UTF-16-LE (--encoding)",)),
        ("utf-16-be", ("the file is no UTF-8: read as UTF-16-BE (--encoding)",)),
        ("cp1252", ("the file is no UTF-8: read as Windows-1252 (--encoding)",)),
    ],
)
def test_a_table_may_be_in_any_usual_encoding(tmp_path, encoding, guessed):
    path = write(tmp_path, row(airline="Aéro – Ü"), encoding=encoding)

    table = read(path)

    assert [offer.airline for offer in table.offers] == ["Aéro – Ü"]
    assert table.notes.texts() == guessed


def test_another_encoding_can_be_said(tmp_path):
    path = write(tmp_path, row(airline="Аэрофлот"), encoding="cp1251")

    assert read(path, encoding="cp1251").offers[0].airline == "Аэрофлот"
    assert "--encoding: 'x' is no encoding" in refusal(path, encoding="x")
    assert "--encoding: 'hex' is no encoding" in refusal(path, encoding="hex")


def test_a_broken_line_in_a_sound_file_is_left_out(tmp_path):
    path = write(tmp_path, row(airline="Aéro"), row(), encoding="utf-8")
    path.write_bytes(path.read_bytes().replace(b"Vistara", b"Vist\xe9ra"))

    table = read(path)

    assert [(bad.line, bad.reason) for bad in table.bad_rows] == [
        (3, "the line is not UTF-8 text")
    ]


def test_a_quote_that_nobody_closes_spoils_its_own_line_only(tmp_path):
    path = write(
        tmp_path, row(airline='"A'), *(row(days_left=f"{k}") for k in range(1, 70))
    )

    table = read(path)

    assert [bad.line for bad in table.bad_rows] == [2]
    assert len(table.offers) == 69


def test_empty_cells_behind_the_last_header_and_empty_rows_do_not_matter(tmp_path):
    path = write(tmp_path, f"{row()},,", "," * 10, row(days_left="9"))

    table = read(path)

    assert (len(table.offers), table.bad_rows) == (2, ())


def test_two_dates_give_the_days_left(tmp_path):
    header = HEADER.replace("days_left", "searchDate,Flight Date")
    path = write(
        tmp_path,
        row(days_left="2022-04-16,2022-05-01"),
        row(days_left="2022-04-16,2022-04-16"),
        header=header,
    )

    table = read(path)

    assert [offer.days_left for offer in table.offers] == [15]
    (bad,) = table.bad_rows
    assert bad.reason == (
        "the departure on 2022-04-16 is not 1 to 366 days after 2022-04-16, when the "
        "price was seen"
    )


def test_the_order_of_day_and_month_is_told_by_the_column_or_by_an_option(tmp_path):
    header = HEADER.replace("days_left", "search_date,departure_date")
    lines = [row(days_left="01-03-2022,05-03-2022")]
    path = write(tmp_path, *lines, header=header)
    told = write(
        tmp_path, *lines, row(days_left="01-03-2022,25-03-2022"), header=header
    )

    both = read(told)
    day = [offer.days_left for offer in both.offers]
    path = write(tmp_path, *lines, header=header)
    month = [o.days_left for o in read(path, date_order="month-first").offers]

    assert (day, month) == ([4, 24], [120])
    assert "may be day or month first: say --date-order" in refusal(path)


def test_the_currency_is_told_by_signs_or_header_and_contradictions_are_refused(
    tmp_path,
):
    euro = write(tmp_path, row(price='"1.234,50 €"'))
    assert read(euro).currency == "EUR"
    header = write(tmp_path, row(), header=HEADER.replace("price", "Price (GBP)"))
    assert read(header).currency == "GBP"
    plain = write(tmp_path, row())
    assert (read(plain).currency, read(plain, currency="JPY").currency) == (
        "INR",
        "JPY",
    )
    mixed = write(tmp_path, row(price="€ 500"), row(price="£ 400"))
    assert "signs '€', '£': say with --currency" in refusal(mixed)
    (bad,) = read(mixed, currency="EUR").bad_rows
    assert bad.reason == "price '£ 400' is in GBP, not in EUR"


def test_durations_in_minutes_are_not_taken_for_hours(tmp_path):
    path = write(tmp_path, row(duration="130"), row(duration="150", days_left="4"))

    assert "'130' are minutes, not hours: say --column duration_minutes=" in refusal(
        path
    )
    table = read(path, columns={"duration_minutes": "duration"})
    assert [offer.duration_minutes for offer in table.offers] == [130, 150]


def test_without_a_duration_the_next_arrival_by_the_clock_is_meant(tmp_path):
    header = HEADER.replace(",duration", "")
    line = row(departure_time="22:00", arrival_time="01:30").replace(",2.0", "")
    path = write(tmp_path, line, header=header)

    (flight,) = flights(read(path))

    assert flight.arrive_minute == 25 * 60 + 30


def test_upper_and_lower_case_are_one_airline_flight_city_and_class(tmp_path):
    path = write(
        tmp_path,
        row(days_left="4"),
        row(days_left="5"),
        row(
            airline="VISTARA",
            flight="uk-1",
            source_city="DELHI",
            **{"class": "economy"},
        ),
    )

    result = import_fares(path, ImportOptions(rehearsals=1))

    (flight,) = result.scenario.market.flights
    assert (flight.id, flight.airline, flight.cabin) == ("UK-1", "Vistara", "economy")
    assert result.notes == (
        "taken as one: 'Vistara', 'VISTARA'",
        "taken as one: 'UK-1', 'uk-1'",
    )


def test_what_is_merged_into_one_flight_is_told(tmp_path):
    path = write(
        tmp_path,
        row(departure_time="06:00", arrival_time="08:00"),
        row(departure_time="06:00", arrival_time="11:00", duration="5"),
        row(departure_time="07:00", arrival_time="09:00"),
    )

    table = read(path)
    found = flights(table)

    assert len(found) == 2
    assert table.notes.texts() == (
        (
            "1 of 2 flights gather rows that arrive at other times or take longer: one "
            "airline, number, departure and number of stops each"
        ),
    )


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


# -- public tables, in their own forms -------------------------------------------------

SEARCHED = date(2022, 2, 10)
OFFERS = st.lists(
    st.tuples(
        st.sampled_from([("SpiceJet", "SG"), ("Air India", "AI"), ("Indigo", "6E")]),
        st.integers(1, 9999),  # flight number
        st.integers(0, 1439),  # departure
        st.integers(30, 2800),  # duration
        st.integers(0, 2),  # stops
        st.integers(1, 49),  # days left
        st.integers(1, 9_999_999),  # price in minor units
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda offer: offer[1],
)


def clock(minute):
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def expected(offers):
    """Return what should be read, whatever the form."""
    return [
        (f"{code}-{number}", airline, dep, dur, stops, days, price)
        for (airline, code), number, dep, dur, stops, days, price in offers
    ]


def found(table):
    return [
        (
            o.flight,
            o.airline,
            o.departure,
            o.duration_minutes,
            o.stops,
            o.days_left,
            o.price_minor,
        )
        for o in table.offers
    ]


def stored(folder, header, rows, delimiter=",", encoding="utf-8"):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([header.split("/"), *rows])
    path = folder / "table.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    return path


@given(OFFERS)
@settings(max_examples=25)
def test_the_scraped_form_is_read_as_it_was_meant(tmp_path_factory, offers):
    header = "date/airline/ch_code/num_code/dep_time/from/time_taken/stop/arr_time/to"
    rows = [
        [
            (SEARCHED + timedelta(days)).strftime("%d-%m-%Y"),
            *(airline, code, f"{number}.0", clock(dep), "Delhi"),
            f"{dur // 60:02d}h {dur % 60:02d}m",
            ("non-stop ", "1-stop\n\t\tVia IXU\n\t", "2+-stop")[stops],
            *(clock(dep + dur), "Mumbai", f"{price / 100:,.2f}"),
        ]
        for (airline, code), number, dep, dur, stops, days, price in offers
    ]
    path = stored(tmp_path_factory.mktemp("t"), f"{header}/price", rows)

    table = read(path, search_date="2022-02-10", date_order="day-first")

    assert (found(table), table.bad_rows) == (expected(offers), ())


@given(OFFERS)
@settings(max_examples=25)
def test_a_german_spreadsheet_is_read_as_it_was_meant(tmp_path_factory, offers):
    header = "Airline/Flight No/From/Dep Time/Stops/Arr Time/To/Duration/Days Left"

    def amount(price):
        text = f"{price / 100:,.2f} €"
        return text.replace(",", "_").replace(".", ",").replace("_", ".")

    rows = [
        [
            *(airline, f"{code} {number}", "Zürich", f"{clock(dep)} Uhr", stops),
            *(clock(dep + dur), "Köln", f"{dur // 60}:{dur % 60:02d}", days),
            amount(price),
        ]
        for (airline, code), number, dep, dur, stops, days, price in offers
    ]
    path = stored(tmp_path_factory.mktemp("t"), f"{header}/Price", rows, ";", "cp1252")

    table = read(path)

    assert (found(table), table.bad_rows) == (expected(offers), ())
    assert table.currency == "EUR"


@given(OFFERS)
@settings(max_examples=25)
def test_itineraries_with_segments_are_read_as_they_were_meant(
    tmp_path_factory, offers
):
    header = (
        "searchDate/flightDate/startingAirport/destinationAirport/travelDuration/"
        "isNonStop/baseFare/totalFare/segmentsDepartureTimeRaw/segmentsArrivalTimeRaw/"
        "segmentsAirlineName/segmentsAirlineCode/segmentsCabinCode"
    )
    rows = []
    for (airline, code), _, dep, dur, stops, days, price in offers:
        parts = stops + 1
        leaves = SEARCHED + timedelta(days)
        lands = leaves + timedelta((dep + dur + 180) // 1440)
        rows.append(
            [
                *(SEARCHED, leaves, "SFO", "BOS", f"PT{dur // 60}H{dur % 60}M"),
                *(parts == 1, "1.00", f"{price / 100:.2f}"),
                "||".join([f"{leaves}T{clock(dep)}:00.000-07:00"] * parts),
                "||".join([f"{lands}T{clock(dep + dur + 180)}:00.000-04:00"] * parts),
                *("||".join([text] * parts) for text in (airline, code, "coach")),
            ]
        )
    path = stored(tmp_path_factory.mktemp("t"), header, rows)

    table = read(path, currency="USD")

    assert table.bad_rows == () or all(
        bad.reason.startswith("repeats") for bad in table.bad_rows
    )
    assert [one[1:] for one in found(table)] == list(
        dict.fromkeys(one[1:] for one in expected(offers))
    )
    for flight in flights(table):
        members = [o for o in table.offers if o.departure == flight.depart_minute]
        local = [o.duration_minutes + 180 for o in members]
        assert min(local) <= flight.arrive_minute - flight.depart_minute <= max(local)
