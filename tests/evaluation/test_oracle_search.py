"""The oracle of the bench finds a way where the optimum alone is not enough."""

import pytest
from tests.evaluation.shopping import scenario
from tests.support.worlds import fare, flight, leg

import test_time_gym as ttg
from test_time_gym.evaluation.bench.focal_episode import FocalEpisode
from test_time_gym.evaluation.bench.oracle_search import (
    feasible_for_team,
    play_best_plan,
)
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario


def contest_of(declared, seed):
    return FocalEpisode(declared, World.of(declared.market), seed)


@pytest.mark.parametrize(
    ("name", "seed"),
    [
        ("flights/3ds-storm", 1047),
        ("flights/3ds-storm", 1280),
        pytest.param("flights/instalments", 1134, id="a part would fail"),
        pytest.param("flights/family", 1007, id="four have to agree"),
    ],
)
def test_a_purchase_that_comes_off_is_found_by_rehearsing(name, seed):
    declared = load_scenario(name)
    seats = "oracle" if declared.task.team else {"buyer_0": "oracle"}
    told = ttg.run(name, seats, seed=seed).episodes[0].agents["buyer_0"]

    played = play_best_plan(contest_of(declared, seed))

    assert told.optimal is not None
    assert told.outcome != "success"
    assert played.result.outcome == "success"


def test_the_same_contest_is_rehearsed_alike():
    declared = load_scenario("flights/rush")

    first, again = (play_best_plan(contest_of(declared, 7)) for _ in range(2))

    assert first.recorded_actions == again.recorded_actions
    assert first.result == again.result


def test_where_nothing_can_be_met_the_oracle_aborts():
    poor = scenario(task={"budgets_minor": [50_00]}, flights=[flight("AA1")])

    played = play_best_plan(contest_of(poor, 1))

    assert (played.result.outcome, played.result.steps) == ("infeasible_aborted", 1)


@pytest.mark.parametrize(("seats", "met"), [(2, True), (1, False)])
def test_a_team_s_task_is_feasible_if_one_flight_has_seats_for_all(seats, met):
    """Two flights always have two seats together."""
    flights = [
        {**flight(name, fares=[fare("Y", 80_00)]), "legs": [leg(name, seats=seats)]}
        for name in ("AA1", "BB2")
    ]
    team = scenario(task={"team": True, "budgets_minor": [200_00]}, flights=flights)
    team = team.model_copy(
        update={"agents": team.agents.model_copy(update={"count": 2})}
    )
    contest = contest_of(team, 1)

    played = play_best_plan(contest)

    assert feasible_for_team(contest) is met
    assert (played.result.outcome == "success") is met
