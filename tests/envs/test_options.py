"""Options that are wrong are told with what to do instead."""

import copy
import pickle

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.wrappers import vector as wrappers

from test_time_gym import market_v0
from test_time_gym.envs import FlightBookingEnv
from test_time_gym.market.errors import Misuse

MAKERS = [
    market_v0.env,
    market_v0.parallel_env,
    lambda **options: market_v0.vector_env(2, **options),
]
CLERK = "TestTimeGym/FlightBookingVector-v0"
WAIT = 11


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("n_agent", r"did you mean n_agents\?"),
        ("num_agents", r"did you mean n_agents\?"),
        ("max_cycle", r"did you mean max_cycles\?"),
        ("max_turns", "here it is called max_cycles"),
        ("seed", "give it to reset"),
        (
            "policies",
            "here all agents are yours; vector_env and the Gymnasium environments",
        ),
        ("zzz", "known: n_agents, .*, max_cycles, render_mode"),
    ],
)
def test_an_unknown_option_is_told_with_the_one_that_is_meant(make, name, hint):
    with pytest.raises(TypeError, match=f"unknown option '{name}'; {hint}"):
        make(**{name: 3})


@pytest.mark.parametrize(
    "make",
    [
        FlightBookingEnv,
        lambda **options: gymnasium.make("TestTimeGym/FlightBooking-v0", **options),
        lambda **options: gymnasium.make_vec(CLERK, **options),
    ],
)
@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("scenaro", r"did you mean scenario\?"),
        ("n_agent", r"did you mean n_agents\?"),
        ("qqq", "known: scenario, seed, "),
    ],
)
def test_an_environment_of_one_agent_names_the_option_that_is_meant(make, name, hint):
    with pytest.raises(TypeError, match=f"unknown option '{name}'; {hint}"):
        make(**{name: 3})


def test_others_are_sought_where_all_agents_are_the_callers():
    with pytest.raises(TypeError, match="unknown option 'others'; vector_env and the"):
        market_v0.parallel_env(others={"buyer_1": "cheapest"})


@pytest.mark.parametrize("most", [0, -1, 2.5, "8"])
def test_a_wrong_number_of_cycles_is_called_as_the_caller_called_it(most):
    with pytest.raises(Misuse, match="max_cycles is a positive integer, not"):
        market_v0.env(max_cycles=most)


@pytest.mark.parametrize("share", [0.25, np.float32(0.25), np.float64(0.25)])
def test_cooperation_is_a_number_of_any_kind(share):
    env = market_v0.parallel_env(n_agents=2, cooperation=share)

    env.reset(seed=1)

    assert env.turns.config.agents.cooperation_ppm == 250_000


@pytest.mark.parametrize("others", [["cheapest"], "cheapest", 3, [("buyer_1", "x")]])
@pytest.mark.parametrize(
    "make",
    [
        lambda others: market_v0.vector_env(2, others=others),
        lambda others: FlightBookingEnv(others=others),
        lambda others: gymnasium.make_vec(
            CLERK, vectorization_mode="vector_entry_point", others=others
        ),
    ],
)
def test_others_that_are_no_dictionary_are_told_what_one_looks_like(make, others):
    with pytest.raises(Misuse, match=r'others is a .*\{"buyer_1": "cheapest"\}, not'):
        make(others)


def test_others_of_an_unknown_seat_name_those_that_there_are():
    with pytest.raises(Misuse, match=r"'buyer_9'; the agents are buyer_0, buyer_1$"):
        market_v0.vector_env(2, n_agents=2, others={"buyer_9": "cheapest"})
    with pytest.raises(Misuse, match=r"'buyer_9'; there is no other seat$"):
        FlightBookingEnv(n_agents=1, others={"buyer_9": "cheapest"})


@pytest.mark.parametrize(
    ("autoreset", "mode"),
    [
        ("same_step", AutoresetMode.SAME_STEP),
        (AutoresetMode.SAME_STEP, AutoresetMode.SAME_STEP),
        ("next_step", AutoresetMode.NEXT_STEP),
        (AutoresetMode.DISABLED, AutoresetMode.DISABLED),
    ],
)
def test_many_markets_are_a_vector_environment_that_tells_its_mode(autoreset, mode):
    env = market_v0.vector_env(2, n_agents=2, autoreset=autoreset)

    assert isinstance(env, VectorEnv)
    assert env.metadata["autoreset_mode"] is mode


def played(env, steps):
    """Return the rewards of every row in so many steps of first legal actions."""
    _, infos = env.reset(seed=3)
    rewards = []
    for _ in range(steps):
        actions = infos["action_mask"].argmax(axis=1)
        observations, reward, _, _, infos = env.step(actions)
        assert env.observation_space.contains(np.asarray(observations, np.float32))
        rewards.append(reward)
    return np.array(rewards), infos


@pytest.mark.parametrize(
    ("wrapper", "autoreset"),
    [
        (wrappers.RecordEpisodeStatistics, "same_step"),
        (wrappers.RecordEpisodeStatistics, "next_step"),
        (wrappers.NormalizeReward, "next_step"),
        (wrappers.DictInfoToList, "next_step"),
    ],
)
def test_wrappers_of_gymnasium_take_many_markets(wrapper, autoreset):
    env = market_v0.vector_env(2, n_agents=2, max_cycles=4, autoreset=autoreset)
    wrapped = wrapper(env)
    _, infos = wrapped.reset(seed=3)
    assert len(infos) > 1

    for _ in range(12):
        masks = env.action_masks()
        wrapped.step(masks.argmax(axis=1))

    wrapped.close()
    assert env.closed


def test_statistics_of_episodes_are_what_was_earned():
    options = {"n_agents": 2, "max_cycles": 4}
    rewards, _ = played(market_v0.vector_env(2, **options), 24)
    recorded = wrappers.RecordEpisodeStatistics(market_v0.vector_env(2, **options))
    again, _ = played(recorded, 24)

    assert np.array_equal(rewards, again)
    assert recorded.episode_count > 4
    assert min(recorded.return_queue) >= rewards.sum(axis=0).min()


@pytest.mark.parametrize(
    "make",
    [
        lambda: market_v0.vector_env(2, n_agents=2),
        lambda: gymnasium.make_vec(
            CLERK, num_envs=2, vectorization_mode="vector_entry_point"
        ),
    ],
)
@pytest.mark.parametrize("how", [copy.deepcopy, pickle.dumps])
@pytest.mark.parametrize("begun", [False, True])
def test_many_markets_are_not_copied_and_say_so(make, how, begun):
    env = make()
    if begun:
        env.reset(seed=1)

    with pytest.raises(Misuse, match="neither copied nor pickled: make others by"):
        how(env)
