"""Where fares fall and half of the others wait: too early is dear, too late is gone."""

from functools import cache

import pytest

import test_time_gym as ttg
from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario
from test_time_gym.scenarios.loader import scenario_of

NAME = "flights/waiting"
SEEDS = range(16)


def without_patience():
    """Return the same market, in which nobody waits."""
    data = load_scenario(NAME).model_dump(mode="json", by_alias=True)
    for segment in data["market"]["demand"]:
        segment.pop("patience", None)
    return scenario_of(data, NAME)


@cache
def fares():
    """Return each seed's least fare on sale, every six hours; None: all is sold."""
    world, paths = World.of(load_scenario(NAME).market), []
    for seed in SEEDS:
        market = Marketplace(world, seed, ["buyer_0"], JournalWriter(None))
        market.open()
        path = []
        for hour in range(0, 145, 6):
            market.clock.advance(hour * DAY_MS // 24)
            on_sale = [p for j, p in enumerate(market.prices) if market.on_sale(j)]
            path.append(min(on_sale, default=None))
        paths.append(path)
    return paths


def lowest(path):
    """Return the least fare of a run."""
    return min(fare for fare in path if fare is not None)


def test_fares_fall_by_nearly_a_third_within_five_days():
    saved = [1 - lowest(path[:21]) / path[0] for path in fares()]

    assert 0.25 < sum(saved) / len(saved) < 0.34
    assert min(saved) > 0.15


def test_in_about_two_runs_of_five_nothing_is_left_when_time_is_up():
    gone = sum(path[-1] is None for path in fares())

    assert 0.25 < gone / len(SEEDS) < 0.6
    assert load_scenario(NAME).task.deadline_s * 1000 == 6 * DAY_MS


def test_most_budgets_can_be_met_and_few_of_them_at_the_opening():
    budgets = load_scenario(NAME).task.budgets_minor
    at_once = [sum(path[0] <= most for most in budgets) for path in fares()]
    ever = [sum(lowest(path) <= most for most in budgets) for path in fares()]

    assert max(at_once) <= 2
    assert sum(ever) / len(SEEDS) > 0.8 * 7


def seats_left(scenario, seed):
    """Return how many seats are on sale at the opening, and when time is up."""
    market = Marketplace(
        World.of(scenario.market), seed, ["buyer_0"], JournalWriter(None)
    )
    market.open()
    found = []
    for day in (0, 6):
        market.clock.advance(day * DAY_MS)
        found.append(sum(market.on_sale(j) for j in range(len(market.prices))))
    return found


@pytest.mark.long
def test_who_waits_leaves_seats_at_first_and_takes_the_last_ones():
    patient, others = load_scenario(NAME), without_patience()

    both = [(seats_left(patient, k), seats_left(others, k)) for k in SEEDS]

    assert sum(one[0] - two[0] for one, two in both) > 8 * len(SEEDS)
    assert sum(one[1] - two[1] for one, two in both) < 0


@pytest.mark.long
def test_an_agent_that_waits_meets_tasks_that_one_who_buys_at_once_cannot():
    asked = {"seed": 900, "episodes": 3, "n_agents": 4}
    found = {
        who: [
            agent
            for episode in ttg.run(NAME, who, **asked).episodes
            for agent in episode.agents.values()
        ]
        for who in ("cheapest", "patient")
    }

    met = {
        who: sum(agent.outcome == "success" for agent in agents)
        for who, agents in found.items()
    }
    paid = {
        who: sum(agent.paid for agent in agents if agent.paid) / met[who]
        for who, agents in found.items()
    }
    assert met["patient"] > 2 * met["cheapest"]
    assert paid["patient"] < 0.85 * paid["cheapest"]
