"""Tianshou plays a market behind its PettingZooEnv: one masked DQN for all buyers.

    python examples/train/tianshou_dqn.py

Agents take turns (AEC), and the Collector asks one after the other.  What Tianshou
stores as the next observation of a turn is that of the next agent in turn, so this
shows that all fits together rather than a good way to learn.
"""

import argparse

import numpy as np
import torch
from tianshou.algorithm import DQN
from tianshou.algorithm.modelfree.dqn import DiscreteQLearningPolicy
from tianshou.algorithm.multiagent.marl import MultiAgentOffPolicyAlgorithm
from tianshou.algorithm.optim import AdamOptimizerFactory
from tianshou.data import Collector, VectorReplayBuffer
from tianshou.env import DummyVectorEnv, PettingZooEnv
from tianshou.utils.net.common import Net
from tianshou.utils.torch_utils import policy_within_training_step

from test_time_gym import market_v0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="flights/rush")
    parser.add_argument("--agents", type=int, default=4)
    parser.add_argument("--steps", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    np.random.seed(asked.seed)  # noqa: NPY002, TID251 - what Tianshou explores with
    torch.manual_seed(asked.seed)

    def make():
        return PettingZooEnv(market_v0.env(asked.scenario, n_agents=asked.agents))

    env, markets = make(), DummyVectorEnv([make, make])
    markets.seed([asked.seed, asked.seed + 1])
    numbers = env.observation_space["observation"].shape
    model = Net(
        state_shape=numbers, action_shape=env.action_space.n, hidden_sizes=[128, 128]
    )
    shared = DQN(
        policy=DiscreteQLearningPolicy(
            model=model,
            action_space=env.action_space,
            observation_space=env.observation_space,
            eps_training=0.1,
        ),
        optim=AdamOptimizerFactory(lr=1e-3),
        target_update_freq=100,
    )
    learner = MultiAgentOffPolicyAlgorithm(algorithms=[shared] * asked.agents, env=env)
    buffer = VectorReplayBuffer(asked.steps, len(markets))
    collector = Collector(learner, markets, buffer, exploration_noise=True)
    collector.reset()
    done = 0
    while done < asked.steps:
        told = collector.collect(n_step=asked.steps // 4)
        done += told.n_collected_steps
        with policy_within_training_step(learner.policy):
            learner.update(buffer=buffer, sample_size=256)
        mean = np.mean(told.returns) if told.n_collected_episodes else float("nan")
        print(f"{done} turns, {told.n_collected_episodes} episodes, return {mean:.3f}")
    seen = buffer[:]
    legal = seen.obs.mask[np.arange(len(seen)), seen.act]
    print(f"all actions legal: {bool(legal.all())}")


if __name__ == "__main__":
    main()
