"""Trials: departures one after the other, from each of which sellers learn."""

from dataclasses import asdict
from statistics import fmean

import pytest

import test_time_gym as ttg
from test_time_gym.evaluation.market.counts import Counts, RunCounts
from test_time_gym.evaluation.market.market_run import play_market
from test_time_gym.evaluation.market.trials import (
    TrialPlan,
    mean_counts,
    play_trial,
    trial_plan,
)
from test_time_gym.market.errors import Misuse
from test_time_gym.market.sales_history import departure_seed
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario
from test_time_gym.scenarios.loader import scenario_of

LEG = "flights/rm-leg"
LEARNED = "Isar Air=emsr_b,forecast=pickup,untruncate=em,history=10"


def learning(history):
    found = load_scenario(LEG).model_dump(mode="json", by_alias=True)
    found["market"]["pricing_of"]["Isar Air"] |= {
        "forecast": "pickup",
        "history": history,
    }
    return World.of(scenario_of(found, "mine.toml").market)


def test_departures_of_a_trial_are_those_that_a_world_has_as_its_past():
    # The eleventh departure knows the ten before it, and so does any run after them.
    world = learning(10)
    *_, last = play_trial(world, 0, TrialPlan(1, 10), hindsight=False)

    assert asdict(last) == asdict(play_market(world, departure_seed(10)))


def test_a_trial_looks_back_no_farther_than_its_history():
    short, long = (
        list(map(asdict, play_trial(world, 0, TrialPlan(5, 10), hindsight=False)))
        for world in map(learning, (10, 15))
    )

    # Both know ten departures as the first one that counts begins, and then one
    # of them forgets the oldest.
    assert short[0] == long[0]
    assert short[1:] != long[1:]


def test_sellers_that_learn_nothing_have_trials_of_single_runs():
    world = World.of(load_scenario(LEG).market)

    found = play_trial(world, 3, TrialPlan(2, 1), hindsight=False)

    alone = [play_market(world, departure_seed(k, 3)) for k in (1, 2)]
    assert list(map(asdict, found)) == list(map(asdict, alone))


def test_means_of_a_trial_are_of_all_that_counts():
    def run(revenue, sold, days):
        sums = Counts(revenue_minor=revenue, sold=sold)
        return RunCounts(9, sold, {"A": sums}, sums, {("A", "Y"): sold}, days, {})

    found = mean_counts(4, [run(100, 1, {("A", 0): (1, 100)}), run(300, 4, {})])

    assert (found.seed, found.arrivals) == (4, 2.5)
    assert found.total == Counts(revenue_minor=200, sold=2.5)
    assert found.of == {"A": found.total}
    assert found.classes == {("A", "Y"): 2.5}
    assert found.days == {("A", 0): (0.5, 50)}
    assert found.total.capacity_km is None


def test_a_comparison_by_trials_pairs_the_means_of_trials():
    given = {"trials": [1, 2, 4], "samples": 3, "burn_in": 10}

    found = ttg.compare(LEG, ["declared", LEARNED, "declared", "hindsight"], **given)

    assert (found.seeds, found.trial) == ((1, 2, 4), TrialPlan(3, 10))
    learned, same, best = (pairs[0] for pairs in found.pairs)
    assert (same.difference, same.standard_error) == (0, 0)
    assert learned.difference != 0
    assert best.difference > 0
    world = World.of(load_scenario(LEG).market)
    revenues = [
        play_market(world, departure_seed(k, trial)).total.revenue_minor
        for trial in (1, 2, 4)
        for k in (10, 11, 12)
    ]
    assert learned.baseline == pytest.approx(fmean(revenues))
    assert "trials from 1 to 4, of 3 departures after 10" in str(found)
    assert "paired by trial" in str(found)


def test_a_comparison_by_trials_is_the_same_with_several_workers():
    given = {"trials": 2, "samples": 2, "burn_in": 10}

    one, two = (
        ttg.compare(LEG, ["declared", LEARNED], workers=workers, **given).as_dict()
        for workers in (1, 2)
    )

    assert one == two


def test_burn_in_is_as_long_as_any_seller_looks_back():
    assert trial_plan(5, 7, None, [0, 26, 10]) == TrialPlan(7, 26)
    assert trial_plan(None, None, None, [26]) is None


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"samples": 5}, "samples is of trials, and none are asked for"),
        ({"burn_in": 5}, "burn_in is of trials, and none are asked for"),
        ({"trials": 0}, "seeds"),
        ({"trials": 2, "samples": 0}, "samples"),
        ({"trials": 2, "burn_in": -1}, "burn_in"),
        ({"trials": 2, "samples": 1.5}, "samples"),
        ({"trials": [3, 3]}, "twice"),
    ],
)
def test_trials_that_cannot_be_are_refused(given, told):
    with pytest.raises(Misuse, match=told):
        ttg.compare(LEG, ["declared", LEARNED], **given)
