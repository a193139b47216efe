"""PPO of SB3 behind SuperSuit: all buyers share one policy, without masks.

    python examples/train/supersuit_ppo.py

SuperSuit passes no masks on, so the policy has to learn which actions are legal from
penalties; `maskable_ppo.py` and `masked_ppo.py` know it and learn much faster.
"""

import argparse

import supersuit
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.utils import set_random_seed
from stable_baselines3.common.vec_env import VecMonitor

from test_time_gym import market_v0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="flights/rush")
    parser.add_argument("--agents", type=int, default=8)
    parser.add_argument("--markets", type=int, default=2)
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    torch.set_num_threads(1)

    market = market_v0.parallel_env(asked.scenario, n_agents=asked.agents, flatten=True)
    env = supersuit.pettingzoo_env_to_vec_env_v1(market)
    env = supersuit.concat_vec_envs_v1(
        env, asked.markets, num_cpus=0, base_class="stable_baselines3"
    )
    # SuperSuit's environments have no method `seed`: later episodes follow from this.
    env.venv.reset(seed=asked.seed)
    set_random_seed(asked.seed)
    model = PPO("MlpPolicy", VecMonitor(env), n_steps=64, batch_size=256, verbose=1)
    model.learn(asked.steps)
    env.close()


if __name__ == "__main__":
    main()
