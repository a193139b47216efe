"""TorchRL behind its PettingZooWrapper: one masked policy for all buyers.

    python examples/train/torchrl_rollout.py

The wrapper takes the mask from one place: from observations (``mask_in="obs"``).
"""

import argparse

import torch
from tensordict.nn import ProbabilisticTensorDictModule as Choice
from tensordict.nn import ProbabilisticTensorDictSequential as Chain
from tensordict.nn import TensorDictModule as Module
from torchrl.envs import MarlGroupMapType, PettingZooWrapper
from torchrl.modules import MLP, MaskedCategorical

from test_time_gym import market_v0

GROUP = "agents"


def make_env(scenario, agents, *, aec=False):
    """Return TorchRL's environment of a market; all agents are one group."""
    make = market_v0.env if aec else market_v0.parallel_env
    return PettingZooWrapper(
        make(scenario, n_agents=agents, mask_in="obs"),
        group_map=MarlGroupMapType.ALL_IN_ONE_GROUP,
        categorical_actions=True,
        use_mask=True,  # agents that have left, and with AEC those that wait
        return_state=True,  # for a centralized critic
        done_on_any=False,
    )


def make_policy(env):
    """Return a policy that all agents share: it chooses among legal actions alone."""
    numbers = env.observation_spec[GROUP, "observation", "observation"].shape[-1]
    actions = env.full_action_spec[GROUP, "action"].space.n
    net = MLP(numbers, actions, num_cells=[128, 128], activation_class=torch.nn.ReLU)
    return Chain(
        Module(net, [(GROUP, "observation", "observation")], [(GROUP, "logits")]),
        Choice(
            in_keys={"logits": (GROUP, "logits"), "mask": (GROUP, "action_mask")},
            out_keys=[(GROUP, "action")],
            distribution_class=MaskedCategorical,
            default_interaction_type="random",
        ),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="flights/rush")
    parser.add_argument("--agents", type=int, default=8)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--aec", action="store_true", help="take turns")
    asked = parser.parse_args()
    torch.manual_seed(asked.seed)

    env = make_env(asked.scenario, asked.agents, aec=asked.aec)
    env.set_seed(asked.seed)
    policy = make_policy(env)
    rollout = env.rollout(asked.steps, policy)
    legal = rollout[GROUP, "action_mask"].gather(
        -1, rollout[GROUP, "action"].unsqueeze(-1)
    )
    rewards = rollout["next", GROUP, "reward"].sum(0).squeeze(-1)
    print(rollout[GROUP])
    print(f"{len(rollout)} steps, ended: {bool(rollout['next', 'done'][-1])}")
    print(f"all actions legal: {bool(legal.all())}")
    print(f"return of each agent: {[round(one, 3) for one in rewards.tolist()]}")


if __name__ == "__main__":
    main()
