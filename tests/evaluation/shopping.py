"""Small worlds, and agents that do as they are told in them."""

from dataclasses import replace

from tests.support.worlds import TRIP, fare, flight, market_data

import test_time_gym as ttg
from test_time_gym.evaluation import Regret
from test_time_gym.evaluation.recorded import regret_of
from test_time_gym.scenarios.flights.domain import FlightScenario

SEARCH = ("search_flights", None)
BUY = [
    ("proceed_to_payment", None),
    ("enter_card", "tok_ok"),
    ("confirm_payment", None),
]
HOUR = ("wait", 60)

DEARER_DAILY = {
    "kind": "load_days",
    "load_curve": [[0, 1_000_000], [1_000_000, 1_000_000]],
    "days_curve": [[0, 2_000_000], [2, 1_000_000]],
}
"""Twice the fare at departure; it is 25 hours away when the market opens."""
CHEAPER_DAILY = {**DEARER_DAILY, "days_curve": [[0, 1_000_000], [2, 2_000_000]]}

TWO = [
    flight("LOW1", fares=[fare("Y", 80_00)], airline="Low"),
    flight("HIGH1", fares=[fare("Y", 120_00)], airline="High"),
]
TENTH = {"code": "TENTH", "percent_ppm": 100_000}
AMEX = {"token": "tok_amex", "brand": "amex"}
SURCHARGE = {
    "name": "amex",
    "percent_ppm": 20_000,
    "arises": "card",
    "brands": ["amex"],
}


def scenario(task=None, **changes):
    return FlightScenario.model_validate(
        {
            "name": "tests/regret",
            "description": "A small world in which regret is planted.",
            "market": market_data(**changes),
            "task": {
                "trips": [TRIP],
                "budgets_minor": [500_00],
                "deadline_s": 40_000,
                **(task or {}),
            },
        }
    )


def script(*actions):
    """Return an agent that takes these actions, then gives up."""
    left = iter(actions)

    def act(_page):
        verb, payload = next(left, ("abort", None))
        return {"verb": verb, "payload": payload}

    return act


def played(tmp_path, *agents, task=None, seed=1, **changes):
    """Play scripts in a small world; return what the journal says of their regret."""
    path = tmp_path / "j.jsonl"
    result = ttg.run(
        scenario(task, **changes), [script(*a) for a in agents], seed=seed, journal=path
    )
    found = regret_of(path)
    for name, agent in result.episodes[0].agents.items():
        assert measured(agent) == replace(found[name], decided_ms=None)
    return found["buyer_0"]


def measured(agent):
    """Return the regret that a run itself has found."""
    return Regret(
        outcome=agent.outcome,
        paid=agent.paid,
        optimal=agent.optimal,
        total=agent.regret,
        timing=agent.timing,
        search=agent.search,
        execution=agent.execution,
        lost_surplus=agent.lost_surplus,
    )


def parts(regret):
    return regret.timing, regret.search, regret.execution
