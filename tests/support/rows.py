"""Ways to play the rows of a vector environment."""

import numpy as np

from test_time_gym.envs.vector import NO_ACTION
from test_time_gym.market.interface.verbs import ACTIONS, Verb

SEARCH, ABORT, WAIT = (
    ACTIONS.index((verb, 0)) for verb in (Verb.SEARCH, Verb.ABORT, Verb.WAIT)
)


class RandomRows:
    """Takes a random legal action for each ready row, and none for the others."""

    def __init__(self, seed=1):
        self._dice = np.random.default_rng(seed)

    def __call__(self, infos):
        actions = np.full(len(infos["ready"]), NO_ACTION)
        for row in np.flatnonzero(infos["ready"]):
            legal = np.flatnonzero(infos["action_mask"][row])
            actions[row] = self._dice.choice(legal)
        return actions


def every(infos, action):
    """Take one action for all ready rows."""
    return np.where(infos["ready"], action, NO_ACTION)


def arrays(told):
    """Return all arrays of what `reset` or `step` returned, in order."""
    found = []
    for one in told:
        if isinstance(one, dict):
            found += arrays([one[key] for key in sorted(one)])
        else:
            found.append(one)
    return found


def trace(env, steps, seed=3, choose=None):
    """Play, and return everything that was told, as bytes, and digests at the end."""
    choose = RandomRows() if choose is None else choose
    told = env.reset(seed=seed)
    seen = [arrays(told)]
    for _ in range(steps):
        told = env.step(choose(told[-1]))
        seen.append(arrays(told))
    return [[one.tobytes() for one in row] for row in seen], env.digests()
