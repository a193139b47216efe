"""Small scenarios that are looked at without agents."""

from worlds import TRIP, fare, flight, leg, market_data, segment

from test_time_gym.scenarios.flights.domain import FlightScenario

WIDE = {"reference_minor": 10**9, "scale_minor": 1}
"""A choice by which all who can pay buy, but for one in half a billion."""


def scenario(**market):
    """Return a scenario with such a market, whose warm-up is played out."""
    return FlightScenario.model_validate(
        {
            "name": "tests/small",
            "description": "A market that tests look at without agents.",
            "market": market_data(warm_up="simulate") | market,
            "task": {"trips": [TRIP], "budgets_minor": [500_00]},
        }
    )


def two_airlines(**market):
    """Return two airlines, one with a connection, of which much sells out."""
    first = leg("BA1", "SFO", "EWR", "10:00", "14:00", 9)
    onward = leg("BA2", "EWR", "MAD", "15:00", "23:00", 12)
    classes = [fare("Y", 190_00), fare("Q", 90_00, booking_limit=7)]
    return scenario(
        flights=[
            flight("AA1", seats=14, fares=classes),
            flight("BA12", first, onward, airline="Boreal", fares=[fare("S", 105_00)]),
            flight("BA1", first, airline="Boreal", fares=[fare("S", 60_00)]),
        ],
        pricing={"kind": "load_days", "reprice_every_s": 3600, "round_to_minor": 1},
        demand=[
            segment("leisure", 60, days=9),
            segment("business", 20, days=9, willingness_median_minor=300_00),
        ],
        **market,
    )
