"""Who does better where all seats are played by one policy: paired by seed.

    python examples/train/contest.py cheapest ppo:scramble.npz file.py:MyAgent

Each policy plays all seats of a scenario, on the same seeds.  For each it prints the
mean reward, the successes of a run and what one of them cost, and how far each is from
the first policy's, with intervals of 95 %.
"""

import argparse
from dataclasses import dataclass

import test_time_gym as ttg
from test_time_gym.evaluation.statistics import paired_bootstrap
from test_time_gym.rollout.load_agent import instance_of, is_custom, load_agent


@dataclass
class Played:
    """What a policy got in the runs, one number for each."""

    rewards: list[float]
    successes: list[int]
    paid: list[float]


def play(policy, asked):
    """Let a policy play all seats on all seeds."""
    played = Played([], [], [])
    for seed in range(asked.start, asked.start + asked.seeds):
        agents = [policy] * asked.agents
        if is_custom(policy):
            agents = [instance_of(policy, load_agent(policy)) for _ in agents]
        run = ttg.run(
            asked.scenario,
            agents,
            seed=seed,
            n_agents=asked.agents,
            reward=asked.reward,
            regret=False,
        )
        told = list(run.episodes[0].agents.values())
        met = [one for one in told if one.outcome == "success"]
        played.rewards.append(sum(one.reward for one in told) / len(told))
        played.successes.append(len(met))
        paid = sum(one.paid for one in met) / 100
        played.paid.append(paid / len(met) if met else float("nan"))
    return played


def difference(mine, first):
    """Return the mean difference and its interval, of runs where both have a number."""
    pairs = zip(mine, first, strict=True)
    told = [one - two for one, two in pairs if one == one and two == two]  # noqa: PLR0124
    if not any(told):
        return "0"
    found = paired_bootstrap(told)
    if found.low is None:
        return f"{found.estimate:+.3f}"
    return f"{found.estimate:+.3f} ({found.low:+.3f} to {found.high:+.3f})"


def mean(numbers):
    """Return the mean of those that are numbers."""
    told = [one for one in numbers if one == one]  # noqa: PLR0124
    return sum(told) / len(told) if told else float("nan")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("policies", nargs="+", help="the first is what others are to")
    parser.add_argument("--scenario", default="flights/scramble")
    parser.add_argument("--agents", type=int, default=8)
    parser.add_argument("--reward", default="training")
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--start", type=int, default=20_000_000)
    asked = parser.parse_args()
    first = None
    for policy in asked.policies:
        played = play(policy, asked)
        first = first or played
        print(policy)
        for name in ("rewards", "successes", "paid"):
            mine, others = getattr(played, name), getattr(first, name)
            beyond = "" if played is first else difference(mine, others)
            print(f"  {name:9} {mean(mine):8.3f}  {beyond}".rstrip(), flush=True)


if __name__ == "__main__":
    main()
