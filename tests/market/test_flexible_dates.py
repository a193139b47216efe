"""Tasks that several dates meet: certificate, optimum, judge and agents agree."""

import pytest
from worlds import TRIP, WatchedTurns, do, episode, fare, flight, leg

from test_time_gym.agents import make_agent
from test_time_gym.evaluation import Oracle, clairvoyant
from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.interface.observation import observe
from test_time_gym.market.interface.task import qualifies
from test_time_gym.market.world import World
from test_time_gym.scenarios.flights.trip import dates_around
from test_time_gym.scenarios.loader import parse_scenario

DATES = ["2026-06-01", "2026-06-02", "2026-06-03", "2026-06-04"]
"""The form's date is the second."""


def dated(day, fare_minor):
    """Return a flight of a day, called after it."""
    name = f"AA{day[-2:]}"
    times = {"depart": f"{day}T10:00", "arrive": f"{day}T18:00"}
    return flight(name, {**leg(name), **times}, fares=[fare("Y", fare_minor)])


def four_days(flexible_days, *, budget=500_00, prices=(90_00, 100_00, 80_00, 70_00)):
    """Return a world with one flight on each of four days."""
    flights = [dated(day, price) for day, price in zip(DATES, prices, strict=True)]
    task = {
        "flexible_days": flexible_days,
        "budgets_minor": [budget],
        "deadline_s": 3600,
    }
    return episode(flights=flights, task=task)


def bought(config, flight_id, **search):
    """Return how a task ends when this flight is bought."""
    turns = WatchedTurns(config)
    do(turns, "search_flights", search)
    do(turns, "add_to_cart", flight_id)
    do(turns, "proceed_to_payment")
    do(turns, "enter_card", "tok_ok")
    do(turns, "confirm_payment")
    return turns.seats[0].outcome


def test_the_dates_that_will_do_are_shown_in_order_and_told_in_words():
    pages = [
        observe(turns, turns.seats[0])
        for turns in map(WatchedTurns, map(four_days, (0, 1, 2)))
    ]

    assert [page["constraints"].get("dates") for page in pages] == [
        None,
        DATES[:3],
        ["2026-05-31", *DATES],
    ]
    assert [page["goal"] for page in pages] == [
        f"Buy a seat from SFO to MAD on 2026-06-02{more} for at most 500 USD in total."
        for more in (
            "",
            " or up to 1 day earlier or later",
            " or up to 2 days earlier or later",
        )
    ]
    assert [page["forms"]["date"] for page in pages] == ["2026-06-02"] * 3


@pytest.mark.parametrize(
    ("flexible_days", "meet"), [(0, [1]), (1, [0, 1, 2]), (2, [0, 1, 2, 3])]
)
def test_flights_of_every_date_that_will_do_meet_the_task(flexible_days, meet):
    config = four_days(flexible_days)
    turns = WatchedTurns(config)
    products = turns.market.catalog.products

    fitting = [
        p.index for p in products if qualifies(p, turns.seats[0].task, turns.world)
    ]
    ends = [bought(config, f"AA{day[-2:]}", date=day) for day in DATES]

    assert fitting == meet
    assert ends == ["success" if k in meet else "violation" for k in range(4)]


@pytest.mark.parametrize(
    ("flexible_days", "proof"),
    [
        (0, "the least possible total is 10000 minor units"),
        (1, "the least possible total is 8000 minor units"),
        (2, None),
    ],
)
def test_a_certificate_looks_at_every_date(flexible_days, proof):
    turns = WatchedTurns(four_days(flexible_days, budget=75_00))

    assert turns.seats[0].task.infeasible == proof


@pytest.mark.parametrize(("flexible_days", "price"), [(0, 100_00), (1, 80_00)])
def test_the_optimum_is_the_cheapest_date_and_the_oracle_looks_there(
    flexible_days, price
):
    config = four_days(flexible_days)
    world, turns = World.of(config.market), WatchedTurns(config)
    (seat,) = turns.seats

    best = clairvoyant(config, world, 1, ["buyer_0"], focal=0, recorded_actions={})
    oracle = Oracle.advised(best, config, world)
    while turns.ready:
        action = oracle.act(observe(turns, seat))
        do(turns, action["verb"], action.get("payload"))

    assert best.price_minor == price
    assert (seat.outcome, seat.paid_minor) == ("success", price)


def test_scripted_buyers_buy_on_the_date_of_the_form():
    turns = WatchedTurns(four_days(1))
    (seat,), agent = turns.seats, make_agent("cheapest")

    while turns.ready:
        action = agent.act(observe(turns, seat))
        assert do(turns, action["verb"], action.get("payload"))

    assert (seat.outcome, seat.paid_minor) == ("success", 100_00)


def test_dates_cross_months_and_years():
    assert dates_around("2026-12-31", 1) == ("2026-12-30", "2026-12-31", "2027-01-01")
    assert dates_around("2026-06-02", 0) == ("2026-06-02",)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-02-30", "day is out of range"),
        ("9999-12-31", "the calendar ends within 1 days of 9999-12-31"),
    ],
)
def test_a_flexible_date_that_no_calendar_has_is_a_mistake_of_the_file(day, words):
    text = f"""
name = "my/own"
description = "A date that is none."
[market]
currency = "USD"
opens = "2026-06-01T09:00"
flights = []
[task]
trips = [{{ from = "SFO", to = "MAD", date = "{day}" }}]
budgets_minor = [1]
flexible_days = 1
"""

    with pytest.raises(ScenarioError, match=words):
        parse_scenario(text, "my.toml")


def test_the_form_stays_where_a_task_is_not_flexible():
    turns = WatchedTurns(four_days(0))

    assert turns.seats[0].task.constraints(2) == {"budget": 500}
    assert turns.seats[0].task.form == TRIP
