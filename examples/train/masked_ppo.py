"""PPO with masks in one file, as CleanRL has it: all buyers share one policy.

    python examples/train/masked_ppo.py --seed 1

Rows of many markets step together; only those that are ready decide, and what they
earn until they are ready again belongs to the decision before.
"""

import argparse
import time  # noqa: TID251 - how long it takes is part of what is shown

import torch
from torch import nn
from torch.distributions import Categorical

from test_time_gym import market_v0
from test_time_gym.scenarios import load_scenario
from test_time_gym.training import DecisionCollector, save_policy, success_of

STEPS, EPOCHS, BATCH, CLIP, ENTROPY, RATE = 128, 4, 512, 0.2, 0.01, 1e-3


class Policy(nn.Module):
    """Scores actions, and expects a value."""

    def __init__(self, numbers, actions):
        super().__init__()
        first, second = nn.Linear(numbers, 128), nn.Linear(128, 128)
        self.body = nn.Sequential(first, nn.ReLU(), second, nn.ReLU())
        self.actor, self.critic = nn.Linear(128, actions), nn.Linear(128, 1)

    def forward(self, observations, masks):
        """Return the chances of actions, and the value that is expected."""
        hidden = self.body(torch.as_tensor(observations))
        logits = self.actor(hidden).masked_fill(torch.as_tensor(masks) == 0, -1e9)
        return Categorical(logits=logits), self.critic(hidden).squeeze(-1)


def learn(policy, optimizer, batch):
    """Improve the policy by clipped policy gradients."""
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(batch[0])).split(BATCH):
            seen, masks, chosen, before, expected, gains = (one[rows] for one in batch)
            chances, values = policy(seen, masks)
            ratio = (chances.log_prob(chosen) - before).exp()
            better = (gains - gains.mean()) / (gains.std(correction=0) + 1e-8)
            near = better * ratio.clamp(1 - CLIP, 1 + CLIP)
            missed = (values - expected - gains).square().mean()
            loss = 0.5 * missed - torch.min(better * ratio, near).mean()
            optimizer.zero_grad()
            (loss - ENTROPY * chances.entropy().mean()).backward()
            nn.utils.clip_grad_norm_(policy.parameters(), 0.5)
            optimizer.step()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="flights/rush")
    parser.add_argument("--agents", type=int, help="by default the scenario's number")
    parser.add_argument("--others", help="who plays all seats but the first")
    parser.add_argument("--actions", default="lean", help="or full: all legal ones")
    parser.add_argument("--markets", type=int, default=16)
    parser.add_argument("--decisions", type=int, default=280_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--episodes", type=int, default=50, help="of the test")
    parser.add_argument("--save", metavar="FILE.npz", help="of what was learned")
    asked = parser.parse_args()
    agents = asked.agents or load_scenario(asked.scenario).agents.count
    torch.set_num_threads(1)
    torch.manual_seed(asked.seed)
    seats = range(1, agents) if asked.others else ()
    others = {f"buyer_{seat}": asked.others for seat in seats}
    env = market_v0.vector_env(
        asked.markets,
        asked.scenario,
        n_agents=agents,
        others=others,
        actions=asked.actions,
    )
    policy = Policy(env.single_observation_space.shape[0], env.single_action_space.n)
    optimizer = torch.optim.Adam(policy.parameters(), RATE, eps=1e-5)

    @torch.no_grad()
    def decide(observations, masks):
        chances, values = policy(observations, masks)
        chosen = chances.sample()
        return chosen, chances.log_prob(chosen), values

    collector = DecisionCollector(env, decide, seed=1_000_000 * asked.seed)
    done, began, updates = 0, time.time(), 0
    while done < asked.decisions:
        optimizer.param_groups[0]["lr"] = RATE * max(1 - done / asked.decisions, 0.05)
        batch = [torch.as_tensor(one) for one in collector.collect(STEPS)]
        learn(policy, optimizer, batch)
        done, updates = done + len(batch[0]), updates + 1
        if updates % 10 == 1:
            told = f"{time.time() - began:.0f} s, return {collector.mean_return:.3f}"
            print(f"{done} decisions, {told}")

    if asked.save:
        layers = [*policy.body, policy.actor]
        save_policy(asked.save, layers, asked.scenario, actions=asked.actions)

    @torch.no_grad()
    def act(observation, mask):
        return policy(observation[None], mask[None])[0].sample()

    if asked.others:
        return  # `ttgym bench --agents ppo:FILE.npz` measures it in the first seat
    seeds = range(10_000_000, 10_000_000 + asked.episodes)  # nobody was trained on them
    options = {"n_agents": agents, "actions": asked.actions}
    print(success_of(act, asked.scenario, seeds, **options))


if __name__ == "__main__":
    main()
