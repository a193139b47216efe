"""MaskablePPO of sb3-contrib learns to book a flight, behind Gymnasium's vector id.

    python examples/train/maskable_ppo.py --seed 1

It prints the curve, and what the policy meets on 200 seeds that it has not seen.
"""

import argparse
import time  # noqa: TID251 - how long it takes is part of what is shown

import gymnasium
import numpy as np
import torch
from sb3_contrib import MaskablePPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

import test_time_gym  # noqa: F401 - it registers the ids
from test_time_gym.market_v0 import OUTCOME_CODES
from test_time_gym.training import save_policy, success_of

ID = "TestTimeGym/FlightBookingVector-v0"
NEW_SEEDS = 10_000_000
"""Where seeds begin that nobody was trained on."""


class Curve(BaseCallback):
    """Prints return and success of the last 100 episodes."""

    def __init__(self, every):
        super().__init__()
        self.every, self.began = every, time.perf_counter()

    def _on_step(self):
        episodes = self.model.ep_info_buffer
        if episodes and self.num_timesteps % self.every < self.training_env.num_envs:
            met = [one["outcome"] == OUTCOME_CODES["success"] for one in episodes]
            seconds = time.perf_counter() - self.began
            returns = np.mean([one["r"] for one in episodes])
            print(
                f"{self.num_timesteps:7d} steps {seconds:5.0f} s "
                f"return {returns:6.3f} success {np.mean(met):.2f}",
                flush=True,
            )
        return True


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="flights/sfo-mad")
    parser.add_argument("--steps", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--episodes", type=int, default=200, help="of the test")
    parser.add_argument("--save", metavar="FILE.npz", help="of what was learned")
    parser.add_argument("--video", metavar="FOLDER", help="record one episode there")
    asked = parser.parse_args()

    torch.set_num_threads(1)
    env = make_vec_env(
        ID,
        n_envs=16,
        seed=1_000_000 * asked.seed,
        env_kwargs={"scenario": asked.scenario},
        monitor_kwargs={"info_keywords": ("outcome",)},
    )
    model = MaskablePPO(
        "MlpPolicy",
        env,
        n_steps=64,
        batch_size=256,
        n_epochs=4,
        learning_rate=1e-3,
        ent_coef=0.01,
        policy_kwargs={"net_arch": [128, 128], "activation_fn": torch.nn.ReLU},
        seed=asked.seed,
    )
    model.learn(asked.steps, callback=Curve(every=max(asked.steps // 12, 8)))

    if asked.save:
        layers = [*model.policy.mlp_extractor.policy_net, model.policy.action_net]
        save_policy(asked.save, layers, asked.scenario, choice="likeliest")

    def policy(observation, mask):
        return model.predict(observation, action_masks=mask, deterministic=True)[0]

    seeds = range(NEW_SEEDS, NEW_SEEDS + asked.episodes)
    print(success_of(policy, asked.scenario, seeds, n_agents=1))
    if asked.video:
        record(policy, asked)


def record(policy, asked):
    env = gymnasium.make(ID, scenario=asked.scenario, render_mode="rgb_array")
    env = gymnasium.wrappers.RecordVideo(env, asked.video)
    observation, info = env.reset(seed=NEW_SEEDS)
    done = False
    while not done:
        action = int(policy(observation, info["action_mask"]))
        observation, _, terminated, truncated, info = env.step(action)
        done = terminated or truncated
    env.close()


if __name__ == "__main__":
    main()
