"""Helpers for tests of the doors: buffers, play, and one maker per door."""

from io import BytesIO

import numpy as np
from worlds import episode

from test_time_gym.envs.adapter import EnvAdapter
from test_time_gym.envs.aec import MarketAEC
from test_time_gym.envs.parallel import MarketParallel
from test_time_gym.envs.single import MarketSingle
from test_time_gym.market.interface.vector_actions import ACTIONS
from test_time_gym.market.interface.verbs import Verb

ABORT = ACTIONS.index((Verb.ABORT, 0))
SEARCH = ACTIONS.index((Verb.SEARCH, 0))
WAIT = ACTIONS.index((Verb.WAIT, 0))
FIRST = ACTIONS.index((Verb.ADD_TO_CART, 0))
PROCEED = ACTIONS.index((Verb.PROCEED_TO_PAYMENT, 0))


class Buffer(BytesIO):
    """A journal that can be read after it has been closed."""

    def __init__(self):
        super().__init__()
        self.ended = False

    def close(self):
        self.ended = True


class Buffers(list):
    """The journals of all episodes so far; called, it opens the next."""

    def __call__(self):
        self.append(Buffer())
        return self[-1]

    def all_bytes(self):
        return [buffer.getvalue() for buffer in self]


def numbers(seed, name):
    """Return the choices of one agent: the same behind every door."""
    dice = np.random.RandomState([seed, int(name.removeprefix("buyer_"))])
    while True:
        yield int(dice.randint(2**16))


def choice(mask, n):
    """Return a legal number, mostly one that leads on to a ticket."""
    legal = np.flatnonzero(mask).tolist()
    if n % 3:
        for verb in (
            Verb.ANSWER_CHALLENGE,
            Verb.CONFIRM_PAYMENT,
            Verb.ENTER_CARD,
            Verb.PROCEED_TO_PAYMENT,
            Verb.ADD_TO_CART,
        ):
            ways = [k for k in legal if ACTIONS[k][0] is verb]
            if ways:
                return ways[n % len(ways)]
    number = legal[n % len(legal)]
    ends_soon = ACTIONS[number] == (Verb.WAIT, 4) or ACTIONS[number][0] is Verb.ABORT
    return WAIT if ends_soon and n % 31 else number


def play_aec(env, seed):
    """Play an episode; return every agent's rewards, summed."""
    choices = {name: numbers(seed, name) for name in env.possible_agents}
    returns = dict.fromkeys(env.possible_agents, 0.0)
    env.reset(seed=seed)
    while env.agents:
        name = env.agent_selection
        _, reward, termination, truncation, info = env.last()
        returns[name] += reward
        done = termination or truncation
        env.step(None if done else choice(info["action_mask"], next(choices[name])))
    return returns


def play_parallel(env, seed):
    """Play an episode in which only ready agents choose, and the others wait."""
    choices = {name: numbers(seed, name) for name in env.possible_agents}
    returns = dict.fromkeys(env.possible_agents, 0.0)
    _, infos = env.reset(seed=seed)
    while env.agents:
        actions = {
            name: choice(infos[name]["action_mask"], next(choices[name]))
            if infos[name]["ready"]
            else WAIT
            for name in env.agents
        }
        _, rewards, _, _, infos = env.step(actions)
        for name, reward in rewards.items():
            returns[name] += reward
    return returns


def make_aec():
    return MarketAEC(EnvAdapter(episode(), n_agents=2))


def make_parallel():
    return MarketParallel(EnvAdapter(episode(), n_agents=2, window_ms=1000))


def no_others(_seed):
    return {}


def make_single():
    return MarketSingle(EnvAdapter(episode(), n_agents=1), no_others)
