"""Filtering the results: names in any case, and what is said of an empty page."""

import pytest
from worlds import WatchedTurns, do, episode, flight, leg

from test_time_gym.market.interface.observation import observe
from test_time_gym.market.interface.task import qualifies

AIRLINES = ("Iberia", "Air Nüll", "LOT")


def shop(airlines=AIRLINES, task=None):
    """Return turns whose visitor has searched; one flight of each airline."""
    flights = [
        flight(f"F{k}", leg(f"F{k}"), airline=name) for k, name in enumerate(airlines)
    ]
    turns = WatchedTurns(episode(task=task, flights=flights))
    do(turns, "search_flights")
    return turns


def filtered(turns, **wanted):
    """Return the airlines on the page after filtering, and what is said."""
    assert do(turns, "filter_results", wanted)
    page = observe(turns, turns.seats[0])
    return [one["airline"] for one in page["flights"]], page["last_action_error"]


@pytest.mark.parametrize("name", ["iberia", "IBERIA", "Iberia", "ibErIa"])
def test_an_airline_is_found_in_any_case(name):
    assert filtered(shop(), airline=name) == (["Iberia"], None)


def test_case_is_folded_beyond_ascii():
    assert filtered(shop(), airline="AIR NÜLL") == (["Air Nüll"], None)


def test_a_task_takes_an_airline_in_any_case_too():
    turns = shop(task={"airlines": ["iberia"]})
    task, products = turns.seats[0].task, turns.market.catalog.products

    assert task.infeasible is None
    assert [qualifies(p, task, turns.world) for p in products] == [True, False, False]


def test_a_filter_that_empties_the_page_says_so_and_names_the_airlines():
    found, error = filtered(shop(), airline="Iberica")

    assert found == []
    assert error == {
        "code": "no_results",
        "text": "none of the 3 results passes airline 'Iberica'; "
        "airlines here: Air Nüll, Iberia, LOT",
    }


def test_the_filters_that_empty_the_page_alone_are_told_and_no_other():
    found, error = filtered(shop(), airline="lot", max_price="1.50", max_stops=3)

    assert found == []
    assert error["text"] == "none of the 3 results passes max_price '1.50'"


def test_filters_that_empty_the_page_together_are_all_told():
    turns = WatchedTurns(
        episode(
            flights=[
                flight("A", leg("A", depart="06:00"), airline="Iberia"),
                flight("B", leg("B", depart="12:00"), airline="LOT"),
            ]
        )
    )
    do(turns, "search_flights")

    found, error = filtered(turns, airline="iberia", depart_after="09:00")

    assert found == []
    assert error["text"] == (
        "none of the 2 results passes airline 'iberia', depart_after '09:00' together"
    )


def test_a_page_that_was_empty_before_blames_no_filter():
    turns = shop()
    do(turns, "search_flights", {"to": "XXX"})

    assert filtered(turns, airline="Iberia") == ([], None)


def test_an_empty_page_costs_no_penalty_and_is_forgotten_with_the_next_action():
    turns = shop()
    seat = turns.seats[0]
    filtered(turns, airline="Nobody")
    legal = seat.accepted

    found, error = filtered(turns, max_stops=0)

    assert (legal, len(found), error) == (True, 3, None)


def test_many_airlines_are_told_in_part():
    turns = shop([f"Air {k}" for k in range(9)])

    _, error = filtered(turns, airline="none")

    assert error["text"].endswith(
        "airlines here: Air 0, Air 1, Air 2, Air 3, Air 4, Air 5 and 3 more"
    )
