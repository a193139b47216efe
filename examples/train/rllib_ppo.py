"""RLlib's PPO with its own module of action masks: all buyers share one policy.

    python examples/train/rllib_ppo.py

An agent is observed only when it may act, as RLlib's multi-agent environments allow;
what it earns meanwhile goes to the decision before.
"""

import argparse

import numpy as np
from gymnasium import spaces
from ray.rllib.algorithms.ppo import PPOConfig
from ray.rllib.core.rl_module.multi_rl_module import MultiRLModuleSpec
from ray.rllib.core.rl_module.rl_module import RLModuleSpec
from ray.rllib.env.multi_agent_env import MultiAgentEnv
from ray.rllib.examples.rl_modules.classes.action_masking_rlm import (
    ActionMaskingTorchRLModule,
)

from test_time_gym import market_v0


class Market(MultiAgentEnv):
    """A market as RLlib's mask module wants it: ``observations`` and a float mask."""

    def __init__(self, config):
        super().__init__()
        self.market = market_v0.parallel_env(**config)
        self.agents = self.possible_agents = list(self.market.possible_agents)
        space, actions = self.market.observation_space, self.market.action_space
        self.observation_spaces = {
            agent: spaces.Dict(
                observations=space(agent)["observation"],
                action_mask=spaces.Box(0, 1, (int(actions(agent).n),), np.float32),
            )
            for agent in self.agents
        }
        self.action_spaces = {agent: actions(agent) for agent in self.agents}

    def reset(self, *, seed=None, options=None):
        """Begin an episode."""
        self.seen, infos = self.market.reset(seed=seed)
        return self._shown(infos, over=False)

    def step(self, action_dict):
        """Act, and go on until somebody may act again."""
        earned, over, ready = dict.fromkeys(self.seen, 0.0), False, False
        while not (over or ready):
            # Who is not asked waits: that alone is legal.
            waits = {a: int(o["action_mask"].argmax()) for a, o in self.seen.items()}
            self.seen, rewards, _, cut, infos = self.market.step(waits | action_dict)
            over, action_dict = not self.market.agents, {}
            ready = any(info["ready"] for info in infos.values())
            earned = {agent: earned[agent] + rewards[agent] for agent in rewards}
        observations, infos = self._shown(infos, over=over)
        truncated = over and all(cut.values())
        ends = {"__all__": over and not truncated}
        return observations, earned, ends, {"__all__": truncated}, infos

    def _shown(self, infos, *, over):
        """Return observations and infos of those that may act; at the end of all."""
        told = [agent for agent in self.seen if over or infos[agent]["ready"]]
        return {
            agent: {
                "observations": self.seen[agent]["observation"],
                "action_mask": self.seen[agent]["action_mask"].astype(np.float32),
            }
            for agent in told
        }, {agent: infos[agent] for agent in told}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="flights/rush")
    parser.add_argument("--agents", type=int, default=8)
    parser.add_argument("--iterations", type=int, default=10)
    parser.add_argument("--decisions", type=int, default=2_000, help="of each of them")
    asked = parser.parse_args()

    module = RLModuleSpec(module_class=ActionMaskingTorchRLModule)
    market = {"scenario": asked.scenario, "n_agents": asked.agents}
    config = (
        PPOConfig()
        .environment(Market, env_config=market)
        .env_runners(num_env_runners=0)
        .multi_agent(policies={"shared"}, policy_mapping_fn=lambda *_, **__: "shared")
        .rl_module(rl_module_spec=MultiRLModuleSpec(rl_module_specs={"shared": module}))
        .training(train_batch_size_per_learner=asked.decisions, lr=1e-3, num_epochs=4)
        .debugging(seed=1)
    )
    algorithm = config.build_algo()
    for k in range(asked.iterations):
        told = algorithm.train()["env_runners"]
        print(f"{k + 1} iterations, return of all {told['episode_return_mean']:.3f}")
    algorithm.stop()


if __name__ == "__main__":
    main()
