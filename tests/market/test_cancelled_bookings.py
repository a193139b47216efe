"""Background bookings are cancelled by a hazard, and their seats are sold again."""

from math import exp, sqrt

import pytest
from given_up import FLEXIBLE, Watched, one_flight
from pydantic import ValidationError
from worlds import fare, flight, leg, market, segment

from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.config import PPM
from test_time_gym.market.state import state_of


def name(data):
    return data.segment, data.arrival


def test_a_cancelled_seat_is_sold_again_and_the_refund_is_by_rate():
    run = Watched(one_flight(seats=3, cancel_ppm_per_day=500_000)).play()
    sold, cancelled = run.all("seat_sold"), run.all("background_cancelled")

    assert len(sold) > 3
    assert len(sold) - len(cancelled) == sum(run.market.inventory.sold)
    assert {data.refund for _, data in cancelled} == {85_00}
    paid = len(sold) * 100_00 - len(cancelled) * 85_00
    assert run.market.sales_minor([0]) == paid == run.market.ledger.balance("merchant")
    assert run.market.background_sold == run.market.inventory.product_sold
    assert run.market.afterwards.cancelled == [len(cancelled)]


def test_a_booking_is_cancelled_once_after_its_sale_and_before_the_departure():
    run = Watched(one_flight(cancel_ppm_per_day=500_000)).play()
    sold = {name(data): t for t, data in run.all("seat_sold")}
    ended = {name(data): t for t, data in run.all("background_cancelled")}
    departs = run.market.catalog.last_closing_ms

    assert len(ended) == len(run.all("background_cancelled")) > 0
    assert all(sold[one] < t < departs for one, t in ended.items())


@pytest.mark.parametrize(
    ("rules", "refund"),
    [
        ({"refundable": True}, 100_00),
        ({"refundable": True, "cancel_fee_minor": 900_00}, 0),
        ({"refundable": False, "cancel_fee_minor": 10_00}, 0),
    ],
)
def test_what_goes_back_is_never_more_than_the_rate_gives(rules, refund):
    config = one_flight(fare("Y", 100_00, **rules), cancel_ppm_per_day=500_000)
    run = Watched(config).play()

    assert {data.refund for _, data in run.all("background_cancelled")} == {refund}


def test_a_share_of_the_hazard_is_left_after_days():
    config = one_flight(
        seats=1000,
        buyers=600,
        booking_curve=[[0, 0], [5, 0], [6, PPM]],
        cancel_ppm_per_day=200_000,
        willingness_median_minor=10**6,
    )
    bookings = left = expected = 0
    for seed in range(10):
        run = Watched(config, seed, laws=False).play()
        departs = run.market.catalog.last_closing_ms
        days = [(departs - t) / DAY_MS for t, _ in run.all("seat_sold")]
        bookings += len(days)
        expected += sum(exp(-0.2 * one) for one in days)
        left += sum(run.market.inventory.sold)

    share = expected / bookings
    assert abs(left - expected) < 4 * sqrt(bookings * share * (1 - share))
    # The test would notice: a hazard taken for a probability gives another share.
    other = bookings * 0.8 ** (sum(days) / len(days))
    assert abs(left - other) > 4 * sqrt(bookings * share * (1 - share))


def test_a_class_may_say_otherwise_than_its_segment():
    config = one_flight(
        FLEXIBLE | {"cancel_ppm_per_day": 0},
        fare("Q", 90_00, booking_limit=5, cancel_ppm_per_day=900_000),
        cancel_ppm_per_day=300_000,
        willingness_median_minor=10**6,
    )
    run = Watched(config, laws=False).play()
    classes = {data.product for _, data in run.all("background_cancelled")}

    assert classes == {"AA1-Q"}
    assert {data.product for _, data in run.all("seat_sold")} == {"AA1-Q", "AA1-Y"}


def test_nobody_moves_when_a_booking_of_others_is_cancelled():
    """The same buyers stand for the same time, whatever else is on sale."""
    stands = []
    for seats in (6, 40):
        run = Watched(one_flight(seats=seats, cancel_ppm_per_day=500_000)).play()
        sold = {name(data): t for t, data in run.all("seat_sold")}
        ended = {name(data): t for t, data in run.all("background_cancelled")}
        stands.append({one: t - sold[one] for one, t in ended.items()})
    both = stands[0].keys() & stands[1].keys()

    assert len(both) > 2
    assert [stands[0][one] for one in both] == [stands[1][one] for one in both]


def test_what_stands_is_part_of_the_state():
    run = Watched(one_flight(cancel_ppm_per_day=500_000)).play(0)
    state = state_of(run.market)
    timers = [entity for _, _, kind, entity in state.timers if kind == "cancellation"]

    booked, stands = len(run.all("seat_sold")), [one for one, _ in state.bookings]
    assert len(stands) == booked - len(run.all("background_cancelled"))
    assert [one for one in timers if one not in stands] == []
    assert len(timers) > 1
    assert {price for _, price in state.bookings} == {100_00}


def test_no_booking_is_cancelled_where_no_scenario_says_so():
    run = Watched(one_flight(cancel_ppm_per_day=0)).play()

    assert run.market.afterwards is None
    assert not run.all("background_cancelled")


def test_a_drawn_opening_has_bookings_of_nobody_to_be_cancelled():
    early = segment("leisure", days=3, cancel_ppm_per_day=1)
    with pytest.raises(ValidationError, match='use "simulate", or "none"'):
        market(demand=[early])

    late = segment("leisure", days=1, cancel_ppm_per_day=1)
    assert market(demand=[late], flights=[flight("AA1", leg())]).warm_up == "draw"


@pytest.mark.parametrize("value", [-1, 1_000_001, "1", 0.5])
def test_a_hazard_is_a_share_in_ppm(value):
    with pytest.raises(ValidationError, match="cancel_ppm_per_day"):
        one_flight(cancel_ppm_per_day=value)
    with pytest.raises(ValidationError, match="cancel_ppm_per_day"):
        one_flight(fare("Y", 200_00, cancel_ppm_per_day=value))
