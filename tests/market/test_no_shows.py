"""Who shows up, who does not, and who is denied where more was sold than there is."""

from math import sqrt

import pytest
from given_up import FLEXIBLE, Watched, fickle_world, one_flight
from players import numbers_for, play
from pydantic import ValidationError
from worlds import WatchedTurns, fare, flight, leg, market, segment

from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.config import PPM
from test_time_gym.scenarios.flights.domain import FlightMarket

CLASSES = [fare("Y", 150_00), fare("Q", 80_00, booking_limit=9, refundable=True)]


def oversold(seats=10, authorised=14, **changes):
    """Return a market of one flight of which more is sold than there is."""
    plane = leg("AA1", seats=seats) | {"authorised": authorised}
    buyers = segment("leisure", 90, 4, willingness_median_minor=10**6, **changes)
    return market(
        flights=[flight("AA1", plane, fares=CLASSES)],
        demand=[buyers],
        warm_up="simulate",
        denied_minor=300_00,
    )


def test_a_no_show_is_told_at_the_departure_and_paid_back_by_rate():
    run = Watched(one_flight(no_show_ppm=400_000)).play()
    missed, sold = run.all("no_show"), len(run.all("seat_sold"))
    departs = run.market.catalog.last_closing_ms

    assert {t for t, _ in missed} == {departs}
    assert {data.refund for _, data in missed} == {85_00}
    assert run.market.afterwards.no_shows == [len(missed)]
    # The seat was sold until then: it does not come back.
    assert run.market.inventory.sold == [sold] == run.market.background_sold
    assert run.market.sales_minor([0]) == sold * 100_00 - len(missed) * 85_00


def test_the_share_of_no_shows_is_the_declared_one():
    config = one_flight(
        FLEXIBLE | {"no_show_ppm": 150_000},
        seats=1000,
        buyers=600,
        no_show_ppm=PPM,
        willingness_median_minor=10**6,
    )
    sold = missed = 0
    for seed in range(8):
        run = Watched(config, seed, laws=False).play()
        sold += len(run.all("seat_sold"))
        missed += len(run.all("no_show"))

    assert abs(missed - 0.15 * sold) < 4 * sqrt(0.15 * 0.85 * sold)
    assert abs(missed - 0.20 * sold) > 4 * sqrt(0.15 * 0.85 * sold)


def test_who_shows_up_beyond_the_seats_is_denied_and_paid():
    seen = []
    for seed in range(6):
        run = Watched(oversold(no_show_ppm=100_000), seed).play()
        denied, stands = run.all("denied"), run.market.inventory.sold[0]
        shown = stands - len(run.all("no_show"))
        ((pool, told, turned_away),) = run.market.afterwards.boardings
        assert (pool, told) == (0, shown)
        assert turned_away == len(denied) == max(0, shown - 10)
        assert all(
            (data.shown, data.compensation, data.pool) == (shown, 300_00, 0)
            for _, data in denied
        )
        seen.append(len(denied))

    assert max(seen) > 1


def test_who_paid_least_is_denied_and_of_these_who_booked_last():
    run = Watched(oversold()).play()
    sales = [data for _, data in run.all("seat_sold")]
    denied = [data for _, data in run.all("denied")]
    cheap = [data.arrival for data in sales if data.product == "AA1-Q"]

    assert len(sales) == 14
    assert [data.arrival for data in denied] == cheap[: -len(denied) - 1 : -1]


def test_the_money_of_denied_boardings_is_booked():
    run = Watched(oversold()).play()
    paid = sum(data.price for _, data in run.all("seat_sold")) - 4 * 300_00

    assert (
        run.market.ledger.balance("merchant")
        == paid
        == sum(run.market.background_minor)
    )


def test_who_is_denied_the_first_leg_does_not_take_a_seat_of_the_second():
    first = leg("AA1", "SFO", "EWR", "10:00", "14:00", 2) | {"authorised": 4}
    onward = leg("AA2", "EWR", "MAD", "15:00", "23:00", 4) | {"authorised": 8}
    config = market(
        flights=[
            flight("VIA", first, onward, fares=[fare("Y", 100_00)]),
            flight("ONWARD", onward, fares=[fare("Y", 60_00)]),
        ],
        demand=[segment("all", 60, 2, willingness_median_minor=10**6)],
        warm_up="simulate",
        denied_minor=10_00,
    )
    run = Watched(config).play(3 * DAY_MS)
    one, two = run.market.afterwards.boardings
    taken = run.market.inventory.sold

    assert (one.pool, one.shown, one.denied) == (0, 4, 2)
    assert (two.pool, two.shown) == (1, taken[1] - 2)
    assert two.denied == max(0, two.shown - 4)


def test_agents_are_never_denied_and_buy_no_more_than_there_is():
    """Every law is checked after every event: one says that agents have a seat."""
    turns = WatchedTurns(fickle_world(), 2, agents=3)
    play(turns, numbers_for(3, 2))
    turns.market.clock.advance(5 * DAY_MS)

    assert sum(turns.market.afterwards.denied)
    assert len(turns.market.orders.by_id) > 2


def test_an_agent_is_shown_no_seat_that_other_agents_have():
    run = Watched(oversold(seats=2, authorised=14, no_show_ppm=1), laws=False)
    market = run.market

    assert (market.on_sale(0), market.inventory.available(0)) == (2, 14)
    market.inventory.hold([(0, 1)])
    assert (market.on_sale(0), market.inventory.available(0)) == (1, 13)
    market.inventory.hold([(0, 1)])
    assert (market.on_sale(0), market.inventory.available(0)) == (0, 12)
    assert not market.inventory.can_hold([(0, 1)])


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"seats": 10, "authorised": 9}, "at least all are expected"),
        ({"seats": 10, "authorised": -1}, "authorised"),
        ({"seats": 10, "authorised": 10.5}, "authorised"),
        ({"seats": 10, "no_show_ppm": 1_000_001}, "no_show_ppm"),
    ],
)
def test_what_makes_no_sense_is_refused(changes, why):
    with pytest.raises(ValidationError, match=why):
        oversold(**changes)


def test_what_a_denied_boarding_costs_has_to_be_said():
    data = oversold().model_dump(by_alias=True) | {"denied_minor": None}

    with pytest.raises(ValidationError, match="denied_minor is needed"):
        FlightMarket.model_validate(data)


def test_a_leg_has_one_number_of_authorised_seats():
    shared = leg("AA1", seats=10)
    with pytest.raises(ValidationError, match="10 authorised seats and with 12"):
        market(
            flights=[
                flight("A", shared, fares=[fare()]),
                flight("B", shared | {"authorised": 12}, fares=[fare()]),
            ]
        )


def test_as_many_authorised_as_there_are_is_a_market_without():
    plain, said = oversold(authorised=10), oversold(authorised=10)

    assert not said.oversells(said.catalog())
    assert Watched(plain).market.afterwards is None


def test_no_seats_and_all_authorised_is_no_error():
    run = Watched(oversold(seats=0, authorised=3)).play()

    assert sum(run.market.afterwards.denied) == 3
    assert run.market.afterwards.boardings == [(0, 3, 3)]
