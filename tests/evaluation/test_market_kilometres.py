"""Revenue per kilometre that passengers flew (RPK), and of seats there were (ASK)."""

import json

import pytest
from given_up import FLEXIBLE
from small_markets import scenario, two_airlines
from worlds import fare, flight, leg, segment

import test_time_gym as ttg
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.world import World
from test_time_gym.report.market_parts import seller_table
from test_time_gym.scenarios.flights.airports import great_circle_km

SEEDS = (0, 1, 2)
LONG = {"distance_km": 4_000}
SHORT = {"distance_km": 500}


def connection():
    """Return an airline with a leg of 4,000 km, and one of 500 km behind it."""
    first = leg("BA1", "SFO", "EWR", "10:00", "14:00", 9) | LONG
    onward = leg("BA2", "EWR", "MAD", "15:00", "23:00", 12) | SHORT
    return scenario(
        flights=[
            flight("BA12", first, onward, airline="Boreal", fares=[fare("S", 105_00)]),
            flight("BA1", first, airline="Boreal", fares=[fare("S", 60_00)]),
        ],
        demand=[segment("leisure", 25, days=9)],
    )


def sums(one, seed):
    """Return revenue and passenger-km of a run, from its journal alone."""
    facts, world = [], World.of(one.market)
    journal = JournalWriter(None)
    journal.write = facts.append
    market = Marketplace(world, seed, [], journal)
    market.open()
    market.clock.advance(world.catalog.last_closing_ms)
    sold = [(fact.d.product, fact.d.price) for fact in facts if fact.k == "seat_sold"]
    long = {"BA12-S": 4_500, "BA12": 4_500, "BA1": 4_000, "BA1-S": 4_000}
    return sum(price for _, price in sold), sum(long[name] for name, _ in sold)


def test_revenue_is_divided_by_what_passengers_flew_and_by_what_seats_there_were():
    one = connection()
    runs = [sums(one, seed) for seed in SEEDS]
    revenue, flown = (sum(run[k] for run in runs) for k in (0, 1))

    found = ttg.market(one, seeds=SEEDS, elasticity=False)

    assert flown
    assert found.total.yield_per_km.estimate == pytest.approx(revenue / flown)
    offered = len(SEEDS) * (9 * 4_000 + 12 * 500)
    assert found.total.revenue_per_seat_km.estimate == pytest.approx(revenue / offered)
    assert found.sellers[0].yield_per_km == found.total.yield_per_km
    assert found.total.yield_per_km.standard_error > 0


def test_what_is_given_up_is_not_flown():
    first = leg("BA1", "SFO", "EWR", "10:00", "14:00", 6) | {"authorised": 9} | SHORT
    onward = leg("BA2", "EWR", "MAD", "15:00", "23:00", 5) | {"authorised": 8} | SHORT
    one = scenario(
        flights=[
            flight("BA12", first, onward, airline="Boreal", fares=[FLEXIBLE]),
            flight("BA2", onward, airline="Boreal", fares=[fare("S", 60_00)]),
        ],
        demand=[
            segment(
                "leisure", 90, days=5, cancel_ppm_per_day=200_000, no_show_ppm=100_000
            )
        ],
        denied_minor=250_00,
    )

    found = ttg.market(one, seeds=range(8), elasticity=False).total

    # Of legs of one length, the share of seat-km that is flown is that of seats.
    assert min(found.cancelled[0], found.no_shows[0], found.denied[0]) > 0
    share = found.revenue_per_seat_km.estimate / found.yield_per_km.estimate
    assert share == pytest.approx(found.load_factor.estimate)


def test_a_distance_that_is_not_declared_is_the_great_circle():
    catalog = two_airlines().market.catalog()

    known = dict(zip(catalog.pool_names, catalog.km, strict=True))
    assert {name[:3]: km for name, km in known.items()} == {
        "AA1": great_circle_km("SFO", "MAD"),
        "BA1": great_circle_km("SFO", "EWR"),
        "BA2": great_circle_km("EWR", "MAD"),
    }
    through = catalog.by_id["BA12"]
    assert through.km == known[catalog.pool_names[1]] + known[catalog.pool_names[2]]


@pytest.mark.parametrize(
    ("places", "km"),
    [
        (("LHR", "JFK"), 5_540),
        (("SYD", "SCL"), 11_352),
        (("HND", "SFO"), 8_274),
        (("GRU", "LIS"), 7_942),
        (("CDG", "PAR"), None),
        (("QQQ", "JFK"), None),
    ],
)
def test_great_circles_are_those_of_an_atlas(places, km):
    found = great_circle_km(*places)

    assert found == great_circle_km(*places[::-1])
    assert found is None if km is None else abs(found - km) <= 0.003 * km


def test_where_a_place_is_not_known_the_figures_are_left_out_and_the_text_says_so():
    found = ttg.market(
        scenario(
            flights=[
                flight("AA1", leg("AA1", "SFO", "QQQ")),
                flight("BA1", leg("BA1", "SFO", "MAD"), airline="Boreal"),
            ],
            demand=[segment("leisure", 20, days=5)],
        ),
        seeds=2,
        elasticity=False,
    )

    nothing, known = (None, None), found.sellers[1].yield_per_km
    assert found.sellers[0].yield_per_km == found.total.yield_per_km == nothing
    assert found.sellers[1].revenue_per_seat_km.estimate
    assert known.estimate
    (note,) = found.notes
    assert note == (
        "revenue per RPK and ASK is left out: how far AA1/2026-06-02T10:00 goes is "
        "not known, until its leg says it in distance_km"
    )


def test_seats_drawn_as_sold_before_leave_out_what_a_seat_km_brought():
    found = ttg.market("flights/emsr", seeds=2, elasticity=False)

    assert found.total.yield_per_km.estimate > 0
    assert found.total.revenue_per_seat_km == (None, None)
    assert found.notes[-1].endswith(", and revenue per ASK is told")
    assert " / ASK" not in str(found)


def test_a_trade_that_goes_nowhere_has_no_such_figures_and_says_nothing_of_them():
    found = ttg.market("hotels/conference", seeds=1, elasticity=False)

    assert found.total.yield_per_km == found.total.revenue_per_seat_km == (None, None)
    texts = [*found.notes, str(found)]
    assert not any("RPK" in text or "ASK" in text for text in texts)


def test_text_page_rows_and_plain_data_say_the_same():
    found = ttg.market(connection(), seeds=SEEDS, elasticity=False)

    minor = found.total.revenue_per_seat_km
    shown = f"{minor.estimate / 100:.5f} ± {minor.standard_error / 100:.5f}"
    assert shown in str(found)
    told = json.loads(json.dumps(found.as_dict()))["total"]
    assert told["revenue_per_seat_km"] == minor._asdict()
    assert found.as_rows()[-1]["revenue_seat_km_minor"] == minor.estimate
    part = seller_table(found)
    place = [one["name"] for one in part["columns"]].index("USD / ASK")
    assert part["rows"][-1][place]["text"].startswith(f"{minor.estimate / 100:.5f}")


def test_one_leg_of_two_distances_is_a_mistake():
    one = connection().model_dump(mode="json", by_alias=True)
    one["market"]["flights"][1]["legs"][0]["distance_km"] = 4_001

    with pytest.raises(ValueError, match="declared with 4000 km and with 4001 km"):
        type(connection()).model_validate(one)


def test_a_leg_without_a_distance_is_written_as_before():
    told = two_airlines().market.model_dump(mode="json", by_alias=True)

    assert "distance_km" not in json.dumps(told)
    assert "distance_km" in json.dumps(
        connection().market.model_dump(mode="json", by_alias=True)
    )
