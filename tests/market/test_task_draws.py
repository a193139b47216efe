"""Tasks that are drawn again: a world remembers them, and changes none."""

import pytest

from test_time_gym.market.interface.task import TaskDraws, draw_task
from test_time_gym.market.streams import Streams
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario

SEEDS = range(12)


@pytest.mark.parametrize(
    "name", ["flights/sfo-mad", "flights/family", "flights/delhi-mumbai"]
)
def test_a_task_is_the_same_in_a_world_that_has_drawn_many(name):
    scenario = load_scenario(name)
    used = World.of(scenario.market)
    for seed in SEEDS:
        draw_task(scenario.task, used, Streams(seed), 0, 2)

    for seed in SEEDS:
        streams, others = Streams(seed), Streams(seed)
        again = draw_task(scenario.task, used, streams, 0, 2)
        anew = draw_task(scenario.task, World.of(scenario.market), others, 0, 2)

        assert again == anew
        assert streams.counters() == others.counters()


def test_what_a_seat_is_given_it_is_given_again():
    scenario = load_scenario("flights/sfo-mad")
    world = World.of(scenario.market)

    first = draw_task(scenario.task, world, Streams(3), 1)

    assert draw_task(scenario.task, world, Streams(3), 1) is first
    assert draw_task(scenario.task, world, Streams(3), 2).seat == 2


def test_scenarios_of_one_world_are_told_apart():
    scenario = load_scenario("flights/sfo-mad")
    world = World.of(scenario.market)
    richer = scenario.task.model_copy(update={"budgets_minor": (10**6,)})

    budgets = [
        draw_task(task, world, Streams(3), 0).budget_minor
        for task in (scenario.task, richer, scenario.task)
    ]

    assert budgets[1] == 10**6
    assert budgets[0] == budgets[2] != 10**6


@pytest.mark.parametrize("team", [False, True])
def test_where_all_tasks_are_alike_words_are_drawn_all_the_same(team):
    scenario = load_scenario("flights/sfo-mad")
    one_of_each = {
        name: getattr(scenario.task, name)[:1]
        for name in ("trips", "budgets_minor", "wallets")
    }
    world = World.of(scenario.market)
    options = {one.options: () for one in world.trade.filters}
    alike = scenario.task.model_copy(update=one_of_each | options | {"team": team})
    streams = Streams(5)

    task, goal = TaskDraws(alike, world).draw(streams, 0, 1)

    assert task.budget_minor == alike.budgets_minor[0]
    assert task.wallet == alike.wallets[0]
    assert goal == task.goal(world)
    assert streams.counters() == [("task/0", 1 if team else 3)]
