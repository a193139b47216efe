"""What an AEC environment says that agents have earned."""

from collections import defaultdict

import numpy as np

from test_time_gym import market_v0
from test_time_gym.market.interface.verbs import ACTIONS, Verb

ABORT = ACTIONS.index((Verb.ABORT, 0))


def test_what_an_agent_has_earned_is_the_sum_of_its_rewards_to_the_last_digit():
    """As PettingZoo's own test adds them, which compares floats for equality."""
    env = market_v0.env("flights/unknown-outcomes", n_agents=4, actions="lean")
    for seed in (0, 3):
        env.reset(seed=seed)
        added, rng = defaultdict(float), np.random.default_rng(seed)
        for agent in env.agent_iter():
            observation, earned, ended, cut, _ = env.last()
            assert earned == added[agent]
            added[agent] = 0.0
            legal = np.flatnonzero(observation["action_mask"])
            choice = int(rng.choice([one for one in legal if one != ABORT]))
            env.step(None if ended or cut else choice)
            for name, reward in env.rewards.items():
                added[name] += reward
