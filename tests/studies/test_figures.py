"""Figures of lives, computed by hand."""

import pytest
from tests.studies.handmade import episode, life, told

from test_time_gym.evaluation.learning.comparison import gain, needed, paired, saved
from test_time_gym.evaluation.learning.figures import (
    LAST,
    DriftRecovery,
    bandit,
    explore_ratio,
    mean_of,
    recovery,
    slopes,
    step_shares,
    steps_of_successes,
    steps_per_success,
    success,
)
from test_time_gym.evaluation.learning.run import Series
from test_time_gym.evaluation.learning.summary import (
    clairvoyant_success,
    curve,
    summary_of,
)
from test_time_gym.evaluation.statistics import newcombe


def test_infeasible_episodes_are_not_counted_against_anybody():
    assert success(told("sfi", "ssi")).estimate == 0.75
    assert paired(told("sfi"), told("ffi")).differences == [1.0, 0.0]


def test_lives_without_a_feasible_episode_are_left_out():
    assert success(told("ii", "sf")) == (0.5, None, None)
    assert success(told("ii")) == (None, None, None)


def test_one_life_has_no_interval():
    assert gain(told("ss"), told("sf")) == (0.5, None, None)


def test_an_interval_is_clustered_by_life():
    lives, others = told("ss", "ff", "ss", "sf"), told("ff", "ff", "ff", "ff")

    estimate, low, high = gain(lives, others)

    assert (estimate, paired(lives, others).seeds) == (0.625, [0, 0, 1, 1, 2, 2, 3, 3])
    assert (low < 0.25, high > 1) == (True, True)


def test_steps_are_those_of_successes_and_each_life_counts_the_same():
    one = [episode(steps=n) for n in (20, 10, 8, 6)]
    two = [episode("failed", 1), episode(steps=30)]
    none = [episode("failed", 40)]

    first = steps_of_successes([one, two, none], slice(2))
    last = steps_of_successes([one, two, none], slice(-2, None))

    assert (first.estimate, last.estimate) == ((15 + 30) / 2, (7 + 30) / 2)
    assert steps_of_successes([none], slice(2)) == (None, None, None)


def test_what_a_success_costs_includes_the_failures_on_the_way():
    one = [episode("failed", 40), episode(steps=20), episode("failed", 4)]
    two = [episode(steps=10)] * LAST + [episode("failed", 30)] * 5

    assert steps_per_success([one]).estimate == 64
    assert steps_per_success([two]).estimate == 10
    assert steps_per_success([two], late=True).estimate == (500 + 150) / 50
    assert steps_per_success([told("ff")[0]]) == (None, None, None)


def test_a_gain_without_any_spread_has_bounds_all_the_same():
    nothing = gain(told("ff", "ff"), told("ff", "ff"))
    everything = gain(told("sf", "sf"), told("ff", "fi"))

    assert nothing == newcombe(0.0, 0.0, 2)
    assert nothing.low < -0.5 < 0 == nothing.estimate < 0.5 < nothing.high
    assert everything.low is not None
    assert gain(told("ss", "ii"), told("ff", "ii")) == (1.0, None, None)


def test_exploratory_choices_are_a_share_of_those_that_had_an_alternative():
    some = [
        episode(choices=6, open_choices=4, explored=2),
        episode(choices=2, open_choices=1, explored=0),
    ]

    assert explore_ratio([some]) == 0.4
    assert explore_ratio(told("s")) is None


def test_exploring_is_a_share_of_steps_and_so_are_skills_and_trials():
    early = episode("failed", skill_steps=1, trial_steps=2, exploring_steps=17)
    late = episode(skill_steps=8, trial_steps=2)
    stopped = episode("provider_error", exploring_steps=99)

    assert step_shares([[early, late], [stopped]]) == {
        "share_skills": 0.3,
        "share_trials": pytest.approx(4 / 30),
        "share_exploring": pytest.approx(17 / 30),
    }
    assert step_shares(told("s")) == dict.fromkeys(
        ("share_skills", "share_trials", "share_exploring")
    )


def test_what_is_saved_is_told_by_episodes_in_which_both_succeeded():
    mine = [episode(regret=10), episode(regret=0), episode("failed"), episode(regret=5)]
    theirs = [episode(regret=40), episode("failed"), episode(regret=9), episode()]

    assert saved([mine], [theirs]).estimate == (30 - 5) / 2
    assert saved(told("ff"), told("ss")) == (None, None, None)


def test_the_violation_rate_is_of_all_episodes():
    lives = told("svi", "vvi")

    assert mean_of(lives, lambda one: one.outcome == "violation").estimate == 0.5


def test_slopes_are_means_over_lives():
    one = [episode(regret=n) for n in (8, 8, 6, 4, 4, 2, 2, 2)]
    two = [episode(regret=n) for n in (4, 4, 4, 0)]
    short = [episode(regret=9)] * 3

    found = slopes([one, two, short], lambda each: each.regret)

    assert found == {"first": 6.0, "last": 1.0, "ratio": 1 / 6}
    assert slopes([short], lambda each: each.regret) is None


def test_a_life_recovers_when_ten_episodes_are_as_good_as_those_before():
    back = "s" * 10 + "ffff" + "s" * 50
    never = "s" * 10 + "f" * 54
    without_level = "f" * 64

    lives = told(back, never, without_level)

    # Nine of ten are enough: the window may begin with the last failure.
    assert recovery(lives, 10) == DriftRecovery(2, 0.5, None)
    assert recovery(told(back, back, never), 10) == DriftRecovery(3, 2 / 3, 3)
    assert recovery(told("s" * 8), 5) == DriftRecovery(0, None, None)


def test_infeasible_episodes_hurt_no_recovery():
    lives = told("i" + "s" * 10 + "isisi" + "s" * 9)

    assert recovery(lives, 11) == DriftRecovery(1, 1.0, 0)


def test_a_late_recovery_is_one_but_not_within_forty_episodes():
    late = "s" * 10 + "f" * 50 + "s" * 20

    assert recovery(told(late), 10) == DriftRecovery(1, 0.0, 49)


def test_an_arm_that_is_given_up_too_early_is_a_suffix_failure():
    arms = ("bad", "good")
    settled = Series(
        context="cart",
        arms=arms,
        chosen=[1, 1, 0, 0, 0, 0, 0, 0, 0, 0],
        met=[True, True, *[False] * 8],
    )
    learned = Series(context="cart", arms=arms, chosen=[0] + [1] * 9, met=[True] * 10)
    short = Series(context="till", arms=arms, chosen=[0], met=[True])

    assert bandit([settled, learned, short]) == {
        "series": 2,
        "suff_fail_freq": 0.5,
        "k_min_frac": pytest.approx((0.4 + 0.2) / 2),
    }
    assert bandit([short]) == {
        "series": 0,
        "suff_fail_freq": None,
        "k_min_frac": None,
    }


def test_a_curve_has_a_point_for_each_episode():
    one = [
        episode("failed", 30, exploring_steps=3, skill_steps=9),
        episode(steps=8, regret=20),
    ]
    two = [episode(steps=10, regret=10), episode("failed", 4, optimal=None)]

    first, second = curve([one, two])

    assert (first["episode"], first["success"], first["steps"]) == (1, 0.5, 20)
    assert (first["regret"], first["exploring"]) == (10, 0.25)
    assert 0 < first["low"] < 0.5 < first["high"] < 1
    assert (second["success"], second["high"], second["regret"]) == (1.0, 1.0, 20)
    assert curve(told("i")) == [
        {
            "episode": 1,
            "success": None,
            "low": None,
            "high": None,
            "steps": 10,
            "regret": None,
            "exploring": None,
        }
    ]


def test_the_clairvoyant_rate_is_of_feasible_episodes():
    seeds = [[True, None, False], [True, True], [None]]

    found = clairvoyant_success(seeds)
    none = clairvoyant_success([[None]])

    assert found["success"] == found["interval"]["estimate"] == 0.75
    assert none["success"] is None
    assert none["interval"] == dict.fromkeys(("estimate", "low", "high"))


def test_the_clairvoyant_rates_of_first_and_last_episodes_are_told_apart():
    seeds = [[False] * 10 + [True] * 50]

    found = clairvoyant_success(seeds)

    assert (found["success_first10"], found["success_last50"]) == (0.0, 1.0)


def test_the_number_of_seeds_follows_from_gain_and_spread():
    lives, frozen = told("ss", "sf", "ff"), told("ff", "ff", "ff")

    assert needed(lives, frozen) == {"seeds_needed": 10, "spread": 0.5}
    assert needed(frozen, frozen) == {"seeds_needed": None, "spread": 0.0}
    assert needed(frozen[:1], frozen[:1]) == {"seeds_needed": None, "spread": None}


def test_a_summary_tells_first_and_last_episodes_apart():
    mined = [life("f" * 10 + "s" * 50), life("f" * 9 + "s" * 51)]
    frozen = [life("f" * 60), life("f" * 59 + "s")]

    found = summary_of({"frozen": frozen, "mined": mined}, 1.0, {})["mined"]

    assert (found["success_first10"], found["success_last50"]) == (0.05, 1.0)
    assert found["gain"]["estimate"] == pytest.approx(100 / 120)
    assert found["gain_last50"]["estimate"] == 0.99
    assert (found["area"], found["against_mined"]) == (101 / 120, None)
    assert found["episodes_to_90"] == 19
    assert found["first_episode"]["success"] == 0.0
    assert found["loss_slopes"] == {"first": 95 / 3, "last": 0.0, "ratio": 0.0}
    bounds = found["intervals"]["success_first10"]
    assert (bounds["estimate"], bounds["low"]) == (0.05, 0)
    assert 0.05 < bounds["high"] <= 1


def test_what_cannot_be_had_is_null():
    found = summary_of({"frozen": [life("fff")]}, None, {"moved": 2})["frozen"]

    assert found["success_first10"] == 0.0
    assert found["gain"] == {"estimate": 0.0, "low": None, "high": None}
    for name in ("steps_first50", "regret_mean", "explore_ratio", "episodes_to_90"):
        assert found[name] is None
    assert found["regret_slopes"] is None
    assert found["recovery"] == {"moved": {"lives": 0, "share": None, "median": None}}


def test_other_arms_are_compared_with_mined_as_well():
    lives = {"frozen": [life("ff")], "mined": [life("sf")], "raw": [life("ss")]}

    found = summary_of(lives, 1.0, {})

    assert found["raw"]["against_mined"]["estimate"] == 0.5
    assert found["frozen"]["against_mined"] is None


def test_every_arm_is_compared_with_the_baselines_and_its_own_twin():
    lives = {
        "frozen": [life("ff", regret=4)],
        "cheapest": [life("sf", regret=4)],
        "clerk": [life("ss", regret=6)],
        "clerk-skills": [life("ss", regret=1)],
        "clerk-frozen": [life("sf", regret=4)],
    }
    twins = {"clerk-skills": "clerk-frozen", "clerk-frozen": "clerk-frozen"}

    found = summary_of(lives, 1.0, {}, lambda arm: twins.get(arm, "frozen"))

    told_of = found["clerk-skills"]
    assert told_of["gain"]["estimate"] == 0.5
    assert told_of["gain_over_cheapest"]["estimate"] == 0.5
    assert told_of["gain_over_clerk"]["estimate"] == 0.0
    assert told_of["gain_over_clerk_last50"]["estimate"] == 0.0
    assert told_of["saved_over_cheapest"]["estimate"] == 3
    assert told_of["saved_over_clerk_last50"]["estimate"] == 5
    assert found["clerk"]["gain_over_clerk"]["estimate"] == 0.0
    assert found["clerk-frozen"]["gain"]["estimate"] == 0.0
