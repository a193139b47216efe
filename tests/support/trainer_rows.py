"""What a trainer that knows nothing but the protocols gets to see, row by row.

    python tests/support/trainer_rows.py parallel flights/rush 7

A row is one agent at one step: its observation, mask, reward, flags and info.
"""

import sys
from hashlib import blake2b

import numpy as np

from test_time_gym import market_v0
from test_time_gym.envs import FlightBookingEnv

ROWS = 200


def make(door, scenario, **options):
    """Return an environment of numbers, by the name of its protocol."""
    if door == "gymnasium":
        return FlightBookingEnv(scenario, observation="vector", **options)
    maker = market_v0.env if door == "aec" else market_v0.parallel_env
    return maker(scenario, **options)


def mask_of(observation, info):
    """Return the mask, from wherever it is."""
    if isinstance(observation, dict):
        return observation["action_mask"]
    return info["action_mask"]


def choose(k, mask):
    """Return a legal action; another one for every row."""
    legal = np.flatnonzero(mask)
    return int(legal[(7 * k + k // 5) % len(legal)])


def row(agent, observation, reward, ended, info):
    """Return one row as bytes."""
    arrays = observation if isinstance(observation, dict) else {"": observation}
    parts = [agent, repr(float(reward)), repr(tuple(map(bool, ended)))]
    for name, value in (*arrays.items(), *info.items()):
        parts += [name, np.asarray(value).tobytes().hex()]
    return "|".join(parts)


class Player:
    """Plays one environment through nothing but its protocol.

    Args:
        env: what is played; it may be replaced by a copy that goes on.
        door: ``aec``, ``parallel`` or ``gymnasium``.
        seed: of the first episode; the others begin without one.
    """

    def __init__(self, env, door, seed):
        self.env, self.door, self.played = env, door, 0
        self.seen = self._begin(seed=seed)

    def rows(self, count=ROWS):
        """Return the next rows, at least so many."""
        found = []
        step = getattr(self, f"_{self.door}")
        while len(found) < count:
            found += step()
        return found

    def _begin(self, **seed):
        if self.door != "gymnasium":
            return self.env.reset(**seed)
        observation, info = self.env.reset(**seed)
        return {"": observation}, {"": info}

    def _actions(self):
        observations, infos = self.seen
        return {
            agent: choose(self.played + k, mask_of(observations[agent], infos[agent]))
            for k, agent in enumerate(infos)
        }

    def _aec(self):
        env = self.env
        if not env.agents:
            env.reset()
        agent = env.agent_selection
        observation, reward, *ended, info = env.last()
        self.played += 1
        mask = mask_of(observation, info)
        env.step(None if any(ended) else choose(self.played, mask))
        return [row(agent, observation, reward, ended, info)]

    def _parallel(self):
        if not self.env.agents:
            self.seen = self._begin()
        observations, rewards, *ended, infos = self.env.step(self._actions())
        self.seen, self.played = (observations, infos), self.played + len(infos)
        return [
            row(
                one,
                observations[one],
                rewards[one],
                [e[one] for e in ended],
                infos[one],
            )
            for one in observations
        ]

    def _gymnasium(self):
        observation, reward, *ended, info = self.env.step(self._actions()[""])
        self.seen, self.played = ({"": observation}, {"": info}), self.played + 1
        if any(ended):
            self.seen = self._begin()
        return [row("", observation, reward, ended, info)]


def digest(rows):
    """Return what is the same for the same rows."""
    return blake2b("\n".join(rows).encode()).hexdigest()


if __name__ == "__main__":
    kind, world, number = sys.argv[1:]
    print(digest(Player(make(kind, world), kind, int(number)).rows()))
