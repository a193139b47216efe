"""Infos, seeds and journals of the doors' runs."""

import numpy as np
import pytest
from tests.support.doors import (
    ABORT,
    PROCEED,
    WAIT,
    Buffers,
    play_aec,
)
from worlds import episode

from test_time_gym.envs.adapter import EnvAdapter
from test_time_gym.envs.aec import MarketAEC
from test_time_gym.market.errors import Misuse

# -- infos ------------------------------------------------------------------------


def test_who_has_acted_is_told_at_once_how_it_went():
    env = MarketAEC(EnvAdapter(episode(), n_agents=2, reward="standard"))
    env.reset(seed=1)
    name = env.agent_selection

    env.step(PROCEED)

    assert env.agent_selection != name
    info = env.infos[name]
    assert info["accepted"] is False
    assert (info["reward_time"], info["reward_penalty"]) == (-0.01, -0.05)
    assert env.rewards[name] == pytest.approx(-0.06)


def test_a_reward_stays_in_rewards_for_one_step():
    env = MarketAEC(EnvAdapter(episode(), n_agents=2, reward="standard"))
    env.reset(seed=1)

    rewards = []
    for _ in range(2):
        env.step(WAIT)
        rewards.append(sorted(env.rewards.values()))

    assert rewards == [[-0.01, 0.0], [-0.01, 0.0]]


# -- seeds ------------------------------------------------------------------------


def test_seeds_that_nobody_gives_follow_from_the_last_one():
    chains = []
    for _ in range(2):
        door = EnvAdapter(episode())
        given = (0, None, None, 7, None)
        chains.append([door.begin(seed).market.streams.seed for seed in given])

    assert chains[0] == chains[1]
    assert len(set(chains[0])) == 5
    assert chains[0][0] == 0


def test_without_any_seed_two_environments_differ():
    seeds = {EnvAdapter(episode()).begin(None).market.streams.seed for _ in range(2)}

    assert len(seeds) == 2


@pytest.mark.parametrize("seed", [-1, 2**128, 1.5, "1", True])
def test_a_wrong_seed_is_misuse_and_the_run_goes_on(seed):
    buffers = Buffers()
    env = MarketAEC(EnvAdapter(episode(), journal=buffers))
    env.reset(seed=1)

    with pytest.raises(Misuse, match="a seed is an integer"):
        env.reset(seed=seed)

    env.step(WAIT)
    assert len(buffers) == 1
    assert not buffers[0].ended


def test_numpy_integers_are_seeds():
    seeds = [
        EnvAdapter(episode()).begin(seed).market.streams.seed
        for seed in (np.int64(5), np.uint32(5), 5)
    ]

    assert seeds == [5, 5, 5]


# -- journals ---------------------------------------------------------------------


def kinds(buffer):
    return [line.split(b'"k":"')[1].split(b'"')[0] for line in buffer]


def test_every_episode_has_a_journal_which_is_sealed_and_closed():
    buffers = Buffers()
    env = MarketAEC(EnvAdapter(episode(), journal=buffers))

    play_aec(env, 1)
    env.reset(seed=2)
    env.step(WAIT)
    env.reset(seed=3)
    env.close()
    env.close()

    lines = [data.splitlines() for data in buffers.all_bytes()]
    assert [kinds(each)[0] for each in lines] == [b"header"] * 3
    assert [kinds(each).count(b"end") for each in lines] == [1, 1, 1]
    assert [b'"status":"complete"' in each[-1] for each in lines] == [
        True,
        False,
        False,
    ]
    assert [buffer.ended for buffer in buffers] == [True, True, True]


def test_the_journal_of_an_episode_is_whole_when_its_last_agent_is_told():
    buffers = Buffers()
    env = MarketAEC(EnvAdapter(episode(), n_agents=1, journal=buffers))
    env.reset(seed=1)

    env.step(ABORT)

    assert env.last()[2] is True
    assert buffers[0].ended
    assert kinds(buffers[0].getvalue().splitlines())[-1] == b"end"
