"""Importing strangers' tables: encodings, separators, numbers and dates."""

import csv
import io
from datetime import date, timedelta

import pytest
from fares import HEADER, row, write
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import flights, read, refusal

from test_time_gym.scenarios.importing import ImportOptions, import_fares

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
        "there is one flight alone: nothing competes with it",
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


def test_columns_that_hold_no_field_are_told(tmp_path):
    header = f"{HEADER},seats,Notes"
    path = write(tmp_path, f"{row()},3,none", header=header)

    assert read(path).notes.texts() == (
        "columns that hold no field: 'seats', 'Notes' (--column FIELD=HEADER)",
    )


def test_of_many_columns_that_hold_no_field_the_first_are_told(tmp_path):
    more = [f"x{k}" for k in range(40)]
    path = write(tmp_path, ",".join([row(), *more]), header=",".join([HEADER, *more]))

    (note,) = read(path).notes.texts()
    assert note.endswith("'x10', 'x11' and 28 more (--column FIELD=HEADER)")


@pytest.mark.parametrize(
    ("departure", "arrival"),
    [("Dep", "Arr"), ("departs", "arrives"), ("Scheduled Departure", "arrives_at")],
)
def test_times_are_known_by_the_headers_of_timetables(tmp_path, departure, arrival):
    header = HEADER.replace("departure_time", departure)
    path = write(tmp_path, row(), header=header.replace("arrival_time", arrival))

    (note,) = read(path).notes.texts()
    assert note == (
        f"columns that are called otherwise: departure_time = {departure!r}, "
        f"arrival_time = {arrival!r} (--column)"
    )
