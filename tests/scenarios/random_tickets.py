"""``python -m tests.scenarios.random_tickets``: what chance alone books, mask by mask.

Of 200 episodes of agents who draw each action uniformly from the mask, with full masks
and with lean ones, with aborts among their choices and without.
"""

import numpy as np

from test_time_gym import market_v0
from test_time_gym.market.interface.vector_actions import ACTIONS
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.market_v0 import OUTCOME_CODES

PLAYED = (("flights/sfo-mad", 1, 200), ("flights/rush", 8, 25))
"""Scenario, agents, episodes."""
FIRST_SEED = 1_000
_ABORT = np.array([verb is Verb.ABORT for verb, _ in ACTIONS])


def outcomes(env, seed, dice, *, aborts):
    """Play one episode; return how it ended for each agent."""
    env.reset(seed=seed)
    ended = {}
    for agent in env.agent_iter():
        observation, _, terminated, truncated, info = env.last()
        action = None
        if terminated or truncated:
            ended[agent] = info["outcome"]
        else:
            mask = np.array(observation["action_mask"], bool)
            action = int(dice.choice(np.flatnonzero(mask & (aborts | ~_ABORT))))
        env.step(action)
    return ended.values()


def main():
    """Play, and print who booked."""
    for name, agents, episodes in PLAYED:
        for actions in ("full", "lean"):
            for aborts in (False, True):
                env = market_v0.env(name, n_agents=agents, actions=actions)
                dice = np.random.default_rng(1)
                ended = [
                    outcome
                    for k in range(episodes)
                    for outcome in outcomes(env, FIRST_SEED + k, dice, aborts=aborts)
                ]
                met = ended.count(OUTCOME_CODES["success"])
                may = "may abort" if aborts else "never aborts"
                print(f"{name}, {actions} masks, {may}: {met} of {len(ended)}")


if __name__ == "__main__":
    main()
