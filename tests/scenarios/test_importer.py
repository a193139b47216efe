"""Importing a table of fares: what comes out."""

import os
import subprocess
import sys

import pytest
from fares import DATA, SAMPLE, row, write
from hypothesis import given
from hypothesis import strategies as st

from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.curve import Curve
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario
from test_time_gym.scenarios.importing import ImportOptions, import_fares
from test_time_gym.scenarios.importing.days_curve import fit_days_curve, isotonic
from test_time_gym.scenarios.importing.schedule import table_flights
from test_time_gym.scenarios.importing.table import read_table

SAMPLE_OPTIONS = ImportOptions(
    name="flights/sample", source="a test", seats=30, rehearsals=2
)

DELHI_MUMBAI = ImportOptions(
    name="flights/delhi-mumbai",
    source=(
        "Kaggle data set 'Flight Price Prediction': economy offers from Delhi to Mumbai"
    ),
    description=(
        "Four buyers each look for a cheap seat from Delhi to Mumbai among 271 "
        "flights that are priced as real ones were: the cheapest seats go first, and "
        "fares jump two weeks before departure."
    ),
    budgets="0%,95%,100%,102%,105%,110%,120%,135%",
    elasticity="leisure=-1.4,business=-0.7",
)

# -- the same table, the same bytes ---------------------------------------------------


def test_the_sample_comes_out_as_the_committed_scenario_byte_for_byte():
    result = import_fares(SAMPLE, SAMPLE_OPTIONS)

    assert result.toml == (DATA / "fares-sample.toml").read_text("utf-8")
    assert (result.rows_read, result.rows_used, result.bad_rows) == (223, 223, ())


def test_the_packaged_delhi_mumbai_is_what_comes_of_its_table():
    table = os.environ.get("TTGYM_FARES_CSV")
    if not table:
        pytest.skip("TTGYM_FARES_CSV names no table")

    result = import_fares(table, DELHI_MUMBAI)

    assert result.scenario == load_scenario("flights/delhi-mumbai")
    assert (result.rows_read, result.bad_rows, result.flights) == (9982, (), 271)
    assert result.error_ppm < 20_000


def test_the_packaged_delhi_mumbai_says_who_made_it():
    scenario = load_scenario("flights/delhi-mumbai")

    assert (scenario.name, scenario.source, scenario.description) == (
        DELHI_MUMBAI.name,
        DELHI_MUMBAI.source,
        DELHI_MUMBAI.description,
    )


@pytest.mark.slow
def test_another_process_with_another_hash_seed_makes_the_same_bytes():
    code = (
        "import sys; from test_time_gym.scenarios.importing import *; "
        "o = ImportOptions(name='flights/sample', source='a test', rehearsals=2); "
        "sys.stdout.buffer.write(import_fares(sys.argv[1], o).toml.encode())"
    )

    made = [
        subprocess.run(
            [sys.executable, "-c", code, str(SAMPLE)],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]

    assert made[0] == made[1] != b""


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(lambda data: b"\xef\xbb\xbf" + data, id="byte order mark"),
        pytest.param(lambda data: data.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(lambda data: data.replace(b"\n", b"\r"), id="CR"),
        pytest.param(lambda data: data.replace(b",", b";"), id="semicolons"),
        pytest.param(lambda data: data.replace(b",", b"\t"), id="tabs"),
        pytest.param(
            lambda data: data.replace(b"SpiceJet", b'"SpiceJet"'), id="quotes"
        ),
        pytest.param(lambda data: b"\n\n" + data + b"\n \n", id="blank lines"),
        pytest.param(lambda data: data.replace(b"airline,", b"Airline ,"), id="case"),
    ],
)
def test_the_form_of_a_table_does_not_matter(tmp_path, changed):
    path = tmp_path / "fares.csv"
    path.write_bytes(changed(SAMPLE.read_bytes()))

    result = import_fares(path, SAMPLE_OPTIONS)

    assert result.toml == import_fares(SAMPLE, SAMPLE_OPTIONS).toml
    assert result.bad_rows == ()


def test_columns_may_be_called_otherwise(tmp_path):
    text = SAMPLE.read_text("utf-8").replace("price", "fare inr", 1)
    path = tmp_path / "fares.csv"
    path.write_text(text.replace("days_left", "Tage", 1), "utf-8")
    columns = {"price": "Fare  INR", "days_left": "tage"}

    result = import_fares(
        path,
        ImportOptions(
            name="flights/sample",
            source="a test",
            seats=30,
            rehearsals=2,
            columns=columns,
        ),
    )

    assert result.toml == import_fares(SAMPLE, SAMPLE_OPTIONS).toml


# -- what is made of rows --------------------------------------------------------------


def test_clock_times_are_kept_and_arrivals_are_local(tmp_path):
    path = write(
        tmp_path,
        row(
            departure_time="22:40", arrival_time="07:15", duration="12.58", price="870"
        ),
    )
    options = ImportOptions(currency="USD", origin="SFO", destination="MAD")

    (flight,) = import_fares(path, options).scenario.market.flights

    assert flight.legs[0].model_dump(mode="json", by_alias=True) == {
        "flight": "UK-1",
        "from": "SFO",
        "to": "MAD",
        "depart": "2026-09-15T22:40",
        "arrive": "2026-09-16T07:15",
        "seats": 9,
        "stops": 0,
    }
    assert flight.fares[0].fare_minor == 870_00


def test_flights_of_a_period_are_spread_over_it(tmp_path):
    path = write(tmp_path, *(row(flight=f"UK-{k}") for k in range(4)))

    flights = import_fares(path).scenario.market.flights

    assert sorted(flight.legs[0].depart[11:] for flight in flights) == [
        "20:30",
        "21:30",
        "22:30",
        "23:30",
    ]


def test_one_number_at_two_times_of_the_day_is_two_flights(tmp_path):
    path = write(tmp_path, row(), row(departure_time="Morning"), row(stops="one"))

    flights = import_fares(path).scenario.market.flights

    assert [(flight.id, flight.legs[0].stops) for flight in flights] == [
        ("UK-1", 0),
        ("UK-1.2", 0),
        ("UK-1.3", 1),
    ]


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("5953", 5953_00),
        ("5953.5", 5953_50),
        ("5953.500", 5953_50),
        ('"5,953"', 5953_00),
        ('"5,953.50"', 5953_50),
        ('"5.953,50"', 5953_50),
        ('"1,05,953"', 105953_00),
        ("5 953", 5953_00),
        ('"5953,50"', 5953_50),
    ],
)
def test_a_price_may_have_separators(tmp_path, text, minor):
    path = write(tmp_path, row(price=text))

    (flight,) = import_fares(path).scenario.market.flights

    assert flight.fares[0].fare_minor == minor


def test_a_currency_that_nothing_tells_is_named_among_what_is_assumed(tmp_path):
    path = write(tmp_path, row(price="4000"))

    silent = import_fares(path, ImportOptions(rehearsals=1))
    said = import_fares(path, ImportOptions(rehearsals=1, currency="USD"))

    assert "so assumed: INR (--currency), seats" in silent.summary
    assert "so assumed: seats" in said.summary


def test_a_currency_without_decimals_has_none(tmp_path):
    path = write(tmp_path, row(price="23400.0"))

    market = import_fares(path, ImportOptions(currency="JPY")).scenario.market

    assert market.flights[0].fares[0].fare_minor == 23_400
    assert market.pricing.round_to_minor == 1


# -- the fit and the market that follows -----------------------------------------------


def test_levels_and_factors_that_a_table_was_made_from_are_found_again():
    factors = {1: 3_000_000, 7: 2_000_000, 20: 1_000_000}
    levels = (2_000_00, 5_000_00, 9_000_00)
    flights = [
        [(day, level * factor // 1_000_000) for day, factor in factors.items()]
        for level in levels
    ]

    fit = fit_days_curve(flights)

    assert fit.levels_minor == levels
    assert fit.points == tuple(factors.items())
    assert (fit.error_ppm, fit.error_p90_ppm) == (0, 0)


@given(
    st.lists(
        st.tuples(st.integers(0, 10**7), st.integers(1, 300)), min_size=1, max_size=30
    )
)
def test_an_isotonic_fit_never_rises_and_keeps_the_mean(seen):
    points = [(day, y, weight) for day, (y, weight) in enumerate(seen)]

    curve = Curve(isotonic(points))

    fitted = [curve.at(day) for day, _, _ in points]
    assert fitted == sorted(fitted, reverse=True)
    total = sum(weight for _, _, weight in points)
    difference = sum(w * (y - f) for (_, y, w), f in zip(points, fitted, strict=True))
    assert 0 <= difference < total


def test_prices_follow_the_table_and_flights_fill_as_asked():
    scenario = import_fares(SAMPLE, SAMPLE_OPTIONS).scenario
    flights = table_flights(read_table(SAMPLE, SAMPLE_OPTIONS).offers)
    fit = fit_days_curve([flight.seen for flight in flights])
    curve, world = Curve(fit.points), World.of(scenario.market)
    ratios, loads = {25: [], 20: [], 10: []}, []

    for seed in range(8):
        market = Marketplace(world, seed, ["buyer_0"], JournalWriter(None))
        market.open()
        for day, found in ratios.items():
            market.clock.advance((30 - day) * DAY_MS)
            table = sum(fit.levels_minor) * curve.at(day) // 1_000_000
            found.append(sum(market.prices) / table)
        market.clock.advance(30 * DAY_MS)
        loads.append(sum(market.inventory.sold) / sum(world.catalog.capacity))

    assert [round(sum(found) / 8, 1) for found in ratios.values()] == [1.0, 1.0, 1.0]
    assert 0.7 < sum(loads) / 8 < 0.9


def test_progress_ends_at_the_last_line():
    told = []

    import_fares(SAMPLE, SAMPLE_OPTIONS, progress=lambda at, of: told.append((at, of)))

    assert told[-1] == (224, 224)
