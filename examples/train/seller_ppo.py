"""PPO in one file sets the prices of one airline against two scripted rivals.

    python examples/train/seller_ppo.py --seed 1

It is then compared, seed by seed, with every fixed price and with scripted sellers.
"""

import argparse
import time  # noqa: TID251 - how long it takes is part of what is shown

import numpy as np
import torch
from torch import nn
from torch.distributions import Categorical

from test_time_gym import market_v0
from test_time_gym.evaluation.statistics import paired_bootstrap
from test_time_gym.training import DecisionCollector, revenue_of, save_policy

SCENARIO, OTHERS = "flights/three-airlines", {"buyer_0": "cheapest"}
MARKETS, STEPS, EPOCHS, BATCH, CLIP, RATE = 32, 57, 8, 304, 0.2, 2e-3


def layers(numbers, outputs):
    """Return a network of two hidden layers."""
    first, second = nn.Linear(numbers, 64), nn.Linear(64, 64)
    return nn.Sequential(first, nn.Tanh(), second, nn.Tanh(), nn.Linear(64, outputs))


class Policy(nn.Module):
    """Scores steps of the price, and expects a value."""

    def __init__(self, numbers, actions):
        super().__init__()
        self.actor, self.critic = layers(numbers, actions), layers(numbers, 1)
        nn.init.normal_(self.actor[-1].weight, std=0.01)

    def forward(self, observations, masks):
        """Return the chances of actions, and the value that is expected."""
        seen, illegal = torch.as_tensor(observations), torch.as_tensor(masks) == 0
        logits = self.actor(seen).masked_fill(illegal, -1e9)
        return Categorical(logits=logits), self.critic(seen).squeeze(-1)


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
            loss.backward()
            nn.utils.clip_grad_norm_(policy.parameters(), 0.5)
            optimizer.step()


def train(seed, decisions):
    """Return a policy that has learned from so many decisions."""
    torch.manual_seed(seed)
    roles = {"roles": ("buyer", "seller"), "others": OTHERS, "n_agents": 1}
    env = market_v0.vector_env(MARKETS, SCENARIO, **roles)
    policy = Policy(env.single_observation_space.shape[0], env.single_action_space.n)
    optimizer = torch.optim.Adam(policy.parameters(), RATE, eps=1e-5)

    @torch.no_grad()
    def decide(observations, masks):
        chances, values = policy(observations, masks)
        chosen = chances.sample()
        return chosen, chances.log_prob(chosen), values

    # A seat that is sold in four weeks is worth what it is worth today: no discount.
    collector = DecisionCollector(env, decide, seed=1_000_000 * seed, gamma=1.0)
    done, began, updates = 0, time.time(), 0
    while done < decisions:
        optimizer.param_groups[0]["lr"] = RATE * max(1 - done / decisions, 0.05)
        batch = [torch.as_tensor(one) for one in collector.collect(STEPS)]
        learn(policy, optimizer, batch)
        done, updates = done + len(batch[0]), updates + 1
        if updates % 10 == 1:
            told = f"{time.time() - began:.0f} s, return {collector.mean_return:.3f}"
            print(f"{done} decisions, {told}")
    return policy


class FixedPrice:
    """Asks one price from the opening to the end."""

    def __init__(self, price):
        self.price = price

    def act(self, page):
        """Set the price, and wait until the market closes."""
        if any(float(offer["price"]) != self.price for offer in page["offers"]):
            prices = {offer["id"]: self.price for offer in page["offers"]}
            return {"verb": "set_prices", "payload": prices}
        return {"verb": "wait", "payload": page["minutes_left"]}


def compare(policy, prices, seeds):
    """Print what the policy takes, and how much more than others, seed by seed."""

    def taken(who):
        cents = revenue_of(who, SCENARIO, seeds, others=OTHERS, n_agents=1)
        return np.array(cents) / 100

    @torch.no_grad()
    def act(observation, mask):
        return policy(observation[None], mask[None])[0].sample()

    mine = taken(act)
    print(f"PPO took {mine.mean():.0f} EUR on average over {len(mine)} seeds")
    others = {f"fixed {price}": taken(FixedPrice(price)) for price in prices}
    best = max(others, key=lambda name: others[name].mean())
    lows = [paired_bootstrap(mine - one, draws=2000).low for one in others.values()]
    others |= {name: taken(name) for name in ("load-follower", "undercut")}
    for name in (best, "load-follower", "undercut"):
        mean = others[name].mean()
        gain, low, high = paired_bootstrap(mine - others[name])
        told = f"{name:<13} {mean:5.0f} EUR, PPO took {gain:+5.0f} ({gain / mean:+.1%})"
        print(told, "" if low is None else f"95 %: {low:+.0f} to {high:+.0f}")
    surely = sum(low is not None and low > 0 for low in lows)
    print(f"surely more than {surely} of {len(lows)} fixed prices")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=300_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--episodes", type=int, default=100, help="of the test")
    parser.add_argument("--save", metavar="FILE.npz", help="of what was learned")
    parser.add_argument("--every", type=int, default=3, help="EUR from price to price")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    policy, began = train(asked.seed, asked.decisions), time.time()
    if asked.save:
        save_policy(asked.save, policy.actor, SCENARIO, role="seller")
    seeds = range(10_000_000, 10_000_000 + asked.episodes)  # nobody was trained on them
    compare(policy, range(60, 301, asked.every), seeds)
    print(f"{time.time() - began:.0f} s of test")


if __name__ == "__main__":
    main()
