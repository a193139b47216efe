"""Gymnasium makes vectors of environments, in every one of its ways."""

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from gymnasium.wrappers.vector import DictInfoToList, RecordEpisodeStatistics
from packaging.version import Version

from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.verbs import ACTIONS, Verb
from test_time_gym.registration import (
    FLIGHTS,
    FLIGHTS_VECTOR,
    HOTELS,
    HOTELS_VECTOR,
)

ABORT, WAIT = (ACTIONS.index((verb, 0)) for verb in (Verb.ABORT, Verb.WAIT))
OWN = "vector_entry_point"


def first_legal(masks, rng):
    return np.array([rng.choice(np.flatnonzero(mask)) for mask in masks])


def trace(env, steps, seed=3):
    """Play random legal actions, and return all that was told."""
    rng = np.random.default_rng(1)
    observations, infos = env.reset(seed=seed)
    told = [(observations, infos["now"])]
    for _ in range(steps):
        actions = first_legal(infos["action_mask"], rng)
        observations, rewards, ends, cuts, infos = env.step(actions)
        told.append((observations, rewards, ends, cuts, infos["now"], infos["dt"]))
    env.close()
    return told


def same(one, other):
    return all(
        np.array_equal(mine, theirs)
        for row, also in zip(one, other, strict=True)
        for mine, theirs in zip(row, also, strict=True)
    )


@pytest.mark.parametrize("name", [FLIGHTS_VECTOR, HOTELS_VECTOR])
def test_our_own_vector_plays_what_gymnasium_s_does(name):
    own = gymnasium.make_vec(name, 3, vectorization_mode=OWN)
    theirs = gymnasium.make_vec(name, 3, vectorization_mode="sync")

    assert own.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP
    for space in ("observation_space", "action_space"):
        assert getattr(own, space) == getattr(theirs, space)
        single = f"single_{space}"
        assert getattr(own, single) == getattr(theirs, single)
    assert same(trace(own, 70), trace(theirs, 70))


def test_scripted_agents_play_the_other_seats():
    options = {"scenario": "flights/rush", "others": {"buyer_1": "random"}}
    own = gymnasium.make_vec(FLIGHTS_VECTOR, 2, vectorization_mode=OWN, **options)
    theirs = gymnasium.make_vec(FLIGHTS_VECTOR, 2, vectorization_mode="sync", **options)

    assert same(trace(own, 60), trace(theirs, 60))


def test_an_ended_episode_leaves_its_end_behind_in_the_same_step():
    options = {"vectorization_mode": OWN, "scenario": "flights/sfo-mad"}
    next_step = gymnasium.make_vec(FLIGHTS_VECTOR, 2, **options)
    same_step = gymnasium.make_vec(
        FLIGHTS_VECTOR, 2, autoreset_mode=AutoresetMode.SAME_STEP, **options
    )
    next_step.reset(seed=5)
    same_step.reset(seed=5)

    late, _, late_ends, _, told = next_step.step([ABORT, WAIT])
    soon, _, soon_ends, _, kept = same_step.step([ABORT, WAIT])

    assert late_ends.tolist() == soon_ends.tolist() == [True, False]
    assert told["ready"].tolist() == [False, True]
    assert kept["ready"].tolist() == [True, True]
    assert kept["_final_obs"].tolist() == [True, False]
    assert np.array_equal(kept["final_obs"][0], late[0])
    assert kept["final_info"]["outcome"][0] == told["outcome"][0] != 0
    assert kept["outcome"].tolist() == [0, 0]
    begun, rewards, ends, _, _ = next_step.step([0, WAIT])
    assert np.array_equal(begun[0], soon[0])
    assert (rewards[0], ends[0]) == (0.0, False)


@pytest.mark.parametrize("mode", ["NextStep", "SameStep"])
def test_gymnasium_s_wrappers_find_what_they_look_for(mode):
    env = gymnasium.make_vec(
        FLIGHTS_VECTOR, 2, vectorization_mode=OWN, autoreset_mode=mode, max_turns=4
    )
    env = DictInfoToList(RecordEpisodeStatistics(env))
    if mode == "SameStep" and Version(gymnasium.__version__) < Version("1.3"):
        pytest.skip("its wrapper counts a step too few after an end in the same step")
    env.reset(seed=1)

    lengths = []
    for _ in range(12):
        *_, infos = env.step(np.array([0, 0]))
        lengths += [info["episode"]["l"] for info in infos if "episode" in info]

    assert lengths == [4] * (6 if mode == "SameStep" else 4)
    env.close()
    env.close()


def test_an_unmasked_policy_may_send_any_action_of_the_space():
    env = gymnasium.make_vec(FLIGHTS_VECTOR, 3, vectorization_mode=OWN)
    env.action_space.seed(1)
    env.reset(seed=1)

    penalties = 0.0
    for _ in range(100):
        *_, infos = env.step(env.action_space.sample())
        penalties += infos["reward_penalty"].sum()

    assert penalties < 0


def test_what_cannot_be_made_is_said():
    with pytest.raises(Misuse, match="vectorization_mode='sync'"):
        gymnasium.make_vec(FLIGHTS_VECTOR, 2, render_mode="ansi")
    with pytest.raises(Misuse, match="autoreset_mode is one of 'NextStep'"):
        gymnasium.make_vec(FLIGHTS_VECTOR, 2, autoreset_mode="never")
    with pytest.raises(Misuse, match="the other seats are buyer_1"):
        gymnasium.make_vec(FLIGHTS_VECTOR, 2, others={"buyer_x": "cheapest"})
    env = gymnasium.make_vec(FLIGHTS_VECTOR, 2)
    env.reset(seed=1)
    with pytest.raises(Misuse, match=r"integers of the shape \(2,\)"):
        env.step([0, 0, 0])


# -- pages of the JSON door -----------------------------------------------------------


def pages(name, mode, **settings):
    env = gymnasium.make_vec(name, 2, vectorization_mode=mode, vector_kwargs=settings)
    env.action_space.seed(3)
    told = [env.reset(seed=1)[0]]
    for _ in range(65):
        observations, rewards, ends, cuts, _ = env.step(env.action_space.sample())
        told.append((observations, rewards.tolist(), ends.tolist(), cuts.tolist()))
    env.close()
    return told


@pytest.mark.parametrize("name", [FLIGHTS, HOTELS])
def test_pages_pass_from_process_to_process_as_they_are(name):
    expected = pages(name, "sync")

    assert pages(name, "async", context="forkserver") == expected
    assert isinstance(expected[0], tuple)


def test_pages_in_shared_memory_are_read_when_they_are_asked_for():
    settings = {"context": "forkserver", "copy": False}
    env = gymnasium.make_vec(
        FLIGHTS, 2, vectorization_mode="async", vector_kwargs=settings
    )
    seen, _ = env.reset(seed=1)

    assert [page["view"] for page in seen] == ["search_results"] * 2
    assert [page["last_action"] for page in seen[0:2]] == [None, None]
    env.step({"verb": np.array([0, 11]), "payload": ("", "")})
    assert [page["last_action"] for page in seen] == ["search_flights", "wait"]
    env.close()
