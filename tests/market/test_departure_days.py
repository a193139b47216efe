"""Demand by the weekday and the date of a departure."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import OPENS, flight, leg, market, segment

from test_time_gym import run
from test_time_gym.audit import audit
from test_time_gym.audit.levels import level_ppm
from test_time_gym.market.demand import demands_of
from test_time_gym.market.population import Population
from test_time_gym.market.streams import Streams
from test_time_gym.replay import verify
from test_time_gym.scenarios.flights.domain import FlightSegment
from test_time_gym.scenarios.flights.itinerary import Itinerary, list_itineraries
from test_time_gym.scenarios.loader import load_scenario, scenario_of

MONDAY = date(2026, 6, 15)
WEEK = [str(MONDAY + timedelta(days=k)) for k in range(7)]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FACTORS = {
    "mon": 1_500_000,
    "tue": 250_000,
    "wed": 0,
    "thu": 1_000_001,
    "sat": 2_000_000,
}
BUSY = {WEEK[0]: 2_000_000, WEEK[4]: 3_000_000, WEEK[6]: 0}


def week(**changes):
    """Return what one segment wants on each day of a week."""
    flights = []
    for k, day in enumerate(WEEK):
        one = leg(f"F{k}")
        one["depart"], one["arrive"] = f"{day}T10:00", f"{day}T18:00"
        flights.append(Itinerary.model_validate(flight(f"F{k}", one)))
    buyers = FlightSegment.model_validate(segment(buyers=20, **changes))
    catalog = list_itineraries(tuple(flights), OPENS)
    return catalog, demands_of(catalog, (buyers,))


def test_each_date_has_the_multiple_of_its_weekday_and_its_own():
    _, wanted = week(by_weekday=FACTORS, by_date=BUSY)

    assert [one.day for one in wanted] == WEEK
    micro = [60, 5, 0, 20.00002, 60, 40, 0]
    assert [one.expected_micro for one in wanted] == [round(n * 10**6) for n in micro]
    assert [one.expected.at(one.ends_at_ms) for one in wanted] == [
        one.expected_micro for one in wanted
    ]


def test_as_many_come_as_are_expected():
    catalog, wanted = week(by_weekday=FACTORS, by_date=BUSY)
    runs, came = 150, dict.fromkeys(WEEK, 0)
    for seed in range(runs):
        population = Population(wanted, catalog.sale_ends_ms, Streams(seed), 0)
        for arrivals in population.arrivals:
            while arrivals.next_at_ms < arrivals.demand.ends_at_ms:
                came[arrivals.demand.day] += 1
                arrivals.step()

    for one in wanted:
        mean = one.expected_micro / 10**6
        assert abs(came[one.day] / runs - mean) <= 4.5 * (mean / runs) ** 0.5


def test_other_days_keep_their_buyers():
    catalog, before = week()
    _, after = week(by_weekday={"sat": 9_000_000})

    def times(wanted):
        population = Population(wanted, catalog.sale_ends_ms, Streams(5), 0)
        return [
            (one.next_at_ms, one.willingness_minor)
            for one in population.arrivals
            if one.demand.day != WEEK[5]
        ]

    assert times(before) == times(after)
    assert len(times(before)) == 6


@given(
    st.dates(date(1970, 1, 1), date(2200, 1, 1)),
    st.dictionaries(
        st.sampled_from(WEEKDAYS),
        st.integers(0, 10**7),
    ),
    st.integers(0, 10**7),
)
def test_the_audit_finds_the_same_level_by_code_of_its_own(day, by_weekday, special):
    data = segment(by_weekday=by_weekday, by_date={str(day): special})
    declared = FlightSegment.model_validate(data)

    assert level_ppm(data, str(day)) == declared.level_ppm(str(day))
    following = str(day + timedelta(days=7))
    assert level_ppm(data, following) == declared.level_ppm(following)


def test_multiples_of_one_are_not_written():
    plain = FlightSegment.model_validate(segment())

    same = segment(by_weekday={"mon": 1_000_000}, by_date={})
    assert FlightSegment.model_validate(same) == plain
    written = plain.model_dump(mode="json", by_alias=True)
    assert not {"by_weekday", "by_date"} & set(written)
    other = FlightSegment.model_validate(segment(by_weekday={"sun": 0}, by_date=BUSY))
    written = other.model_dump(mode="json", by_alias=True)
    assert (written["by_weekday"], written["by_date"]) == ({"sun": 0}, BUSY)
    assert FlightSegment.model_validate(written) == other


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"by_date": {"2026-06-31": 1}}, "2026-06-31 is no date of the calendar"),
        (
            {"by_date": {"2026-06-12": 1}},
            "no flights of that day; theirs are from 2026-06-02 to 2026-06-02",
        ),
        ({"by_weekday": {"tue": 10_000_001}}, "less than or equal to 10000000"),
        ({"by_weekday": {"monday": 1}}, "by_weekday.monday"),
        (
            {"buyers_per_departure": 9_000_000, "by_weekday": {"tue": 2_000_000}},
            "leisure expects 18000000 buyers on 2026-06-02, by by_weekday and by_date",
        ),
    ],
)
def test_what_is_no_multiple_is_refused_with_the_reason(changes, said):
    with pytest.raises(ValueError, match=said):
        market(demand=[segment(**changes)], warm_up="none")


@pytest.mark.parametrize("warm_up", ["draw", "simulate"])
def test_a_run_with_days_is_audited_and_comes_out_again(tmp_path, warm_up):
    data = load_scenario("flights/emsr").model_dump(mode="json", by_alias=True)
    data["market"]["warm_up"] = warm_up
    day = data["task"]["trips"][0]["date"]
    for one in data["market"]["demand"]:
        one["by_weekday"] = dict.fromkeys(WEEKDAYS, 700_000)
        one["by_date"] = {day: 2_000_000}
    path = tmp_path / "run.jsonl"

    run(scenario_of(data, "days"), ["patient"], seed=3, journal=path, regret=False)

    assert audit(path).findings == ()
    assert verify(path, reexecute=True).exit_code == 0


@pytest.mark.parametrize("level", [0, 1_000_000])
def test_the_audit_knows_whether_anybody_came_before_the_opening(tmp_path, level):
    data = load_scenario("flights/emsr").model_dump(mode="json", by_alias=True)
    for one in data["market"]["demand"]:
        one["by_weekday"] = dict.fromkeys(WEEKDAYS, level)
    path = tmp_path / "run.jsonl"

    run(scenario_of(data, "days"), ["cheapest"], seed=3, journal=path, regret=False)

    assert audit(path).findings == ()
    assert ('"k":"market_opened"' in path.read_text()) == (level > 0)
