"""Fences of what may be given back, and of how long a stay is."""

import pytest
from worlds import WatchedTurns, episode, fare, flight, leg, segment

from test_time_gym import run
from test_time_gym.audit import audit
from test_time_gym.evaluation.market.demand_record import comers
from test_time_gym.market.marketplace import unseen
from test_time_gym.market.sales_history import SalesHistory
from test_time_gym.market.world import World
from test_time_gym.replay import verify
from test_time_gym.scenarios.flights.domain import FlightSegment
from test_time_gym.scenarios.hotels.hotel import NightlyRate
from test_time_gym.scenarios.loader import load_scenario, scenario_of

FARES = [fare("Y", 150_00, refundable=True), fare("Q", 90_00)]


def config(warm_up="none", fares=None, **changes):
    """Return a flight with a refundable class and a cheap one, and careful buyers."""
    buyers = segment(
        buyers=60, days=2, willingness_median_minor=10**7, refundable_only=True
    )
    flights = [flight("A", leg("A", seats=90), fares=fares or FARES)]
    return episode(flights=flights, demand=[buyers | changes], warm_up=warm_up)


@pytest.mark.parametrize("warm_up", ["none", "draw", "simulate"])
@pytest.mark.parametrize("choice", [segment()["choice"], "cheapest_fence"])
def test_they_buy_nothing_that_is_not_refundable(warm_up, choice):
    declared = World.of(config(warm_up, choice=choice).market)
    market = unseen(declared, 3, SalesHistory())
    market.open()
    market.clock.advance(market.catalog.last_closing_ms)

    dear, cheap = market.inventory.product_sold
    assert dear > 2
    assert cheap == 0
    assert {one.may_buy for one in comers(declared, 3)} <= {(0,), ()}


def test_it_goes_with_fences_of_segments():
    others = fare("B", 120_00, refundable=True, segments=["others"])
    one = segment(buyers=60, days=1, refundable_only=True)
    declared = episode(
        flights=[flight("A", leg("A"), fares=[FARES[0], others, FARES[1]])],
        demand=[one, segment("others", days=1)],
        warm_up="none",
    )
    demands = World.of(declared.market).demands

    assert [demand.members for demand in demands] == [(0,), (0, 1, 2)]


def test_where_nothing_is_refundable_it_is_refused():
    with pytest.raises(ValueError, match="leisure is refundable_only, and nothing"):
        config(fares=[fare("Y", 150_00), fare("Q", 90_00)])
    with pytest.raises(ValueError, match="valid boolean"):
        config(refundable_only="yes")


def test_on_a_flight_without_refundable_classes_nobody_of_them_buys():
    flights = [
        flight("A", leg("A"), fares=FARES),
        flight("B", leg("B", "SFO", "LIS"), fares=[fare("Y", 100_00)]),
    ]
    one = segment(
        buyers=60, days=1, willingness_median_minor=10**7, refundable_only=True
    )
    market = WatchedTurns(episode(flights=flights, demand=[one], warm_up="none")).market
    market.clock.advance(market.catalog.last_closing_ms)

    assert [seats > 0 for seats in market.inventory.product_sold] == [
        True,
        False,
        False,
    ]


def test_what_says_nothing_of_it_is_not_written():
    plain = FlightSegment.model_validate(segment()).model_dump(by_alias=True)
    rate = NightlyRate(code="A", nightly_minor=1)

    assert "refundable_only" not in plain
    assert "min_nights" not in rate.model_dump()
    assert NightlyRate(code="A", nightly_minor=1, min_nights=1) == rate


def test_a_rate_with_least_nights_is_sold_for_no_shorter_stay():
    data = load_scenario("hotels/city-break").model_dump(mode="json", by_alias=True)
    before = World.of(scenario_of(data, "mine").market).catalog.products
    for hotel in data["market"]["hotels"]:
        for room in hotel["rooms"]:
            room["rates"][-1]["min_nights"] = 2
    catalog = World.of(scenario_of(data, "mine").market).catalog

    short = {
        (hotel["id"], room["code"], room["rates"][-1]["code"])
        for hotel in data["market"]["hotels"]
        for room in hotel["rooms"]
    }
    gone = [
        one
        for one in before
        if len(one.pools) == 1 and (*one.listing_id.split("-")[:2], one.rate) in short
    ]
    assert len(gone) > 3
    # The same stays at the same prices, but for those.
    kept = {(one.listing_id, one.rate, one.base_minor) for one in before}
    kept -= {(one.listing_id, one.rate, one.base_minor) for one in gone}
    found = {(one.listing_id, one.rate, one.base_minor) for one in catalog.products}
    assert found == kept


def test_a_run_with_both_is_audited_and_comes_out_again(tmp_path):
    data = load_scenario("flights/refunds").model_dump(mode="json", by_alias=True)
    for one in data["market"]["demand"]:
        one["refundable_only"] = True
    path = tmp_path / "run.jsonl"
    run(scenario_of(data, "careful"), ["patient"], seed=3, journal=path, regret=False)

    assert audit(path).findings == ()
    assert verify(path, reexecute=True).exit_code == 0
