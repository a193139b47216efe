"""Environments of every kind, played by numbers, and all that a consumer sees."""

import numpy as np
from doors import choice

from test_time_gym import market_v0
from test_time_gym.envs import FlightBookingEnv, HotelBookingEnv
from test_time_gym.envs.parallel import MarketParallel
from test_time_gym.envs.single import MarketSingle
from test_time_gym.testing.compare import fingerprint

ABORT = "abort"
BOTH = ("buyer", "seller")
CASES = {
    "aec": lambda: market_v0.env("flights/rush", n_agents=4, max_cycles=15),
    "aec, flat, leave": lambda: market_v0.env(
        "flights/rush", n_agents=4, flatten=True, finish="leave", max_cycles=9
    ),
    "aec, team": lambda: market_v0.env(
        "flights/family", cooperation=0.4, max_cycles=15
    ),
    "aec, sellers": lambda: market_v0.env("flights/duopoly", roles=BOTH),
    "aec, window": lambda: market_v0.env("flights/outage", n_agents=3, window_s=20),
    "aec, hotels": lambda: market_v0.env("hotels/conference", max_cycles=15),
    "aec, json": lambda: market_v0.env("flights/rush", n_agents=3, observation="json"),
    "parallel": lambda: market_v0.parallel_env("flights/rush", n_agents=4),
    "parallel, leave": lambda: market_v0.parallel_env(
        "hotels/conference", finish="leave", max_cycles=9
    ),
    "parallel, team": lambda: market_v0.parallel_env(
        "flights/rush", n_agents=3, cooperation=0.5
    ),
    "parallel, sellers": lambda: market_v0.parallel_env("flights/duopoly", roles=BOTH),
    "parallel, json": lambda: market_v0.parallel_env(
        "flights/3ds-storm", n_agents=2, observation="json"
    ),
    "one traveller": lambda: FlightBookingEnv(observation="vector"),
    "one traveller, json": lambda: FlightBookingEnv("flights/instalments"),
    "one among others": lambda: FlightBookingEnv(
        "flights/rush",
        observation="vector",
        flatten=True,
        others={"buyer_1": "random", "buyer_2": "patient", "buyer_3": "rebooker"},
    ),
    "one guest": lambda: HotelBookingEnv("hotels/conference", observation="vector"),
}


def start(env, seed):
    """Reset; return what is seen, made plain."""
    return seen(env, env.reset(seed=seed))


def seen(env, answer):
    """Return all that a consumer may look at, after a call that answered this."""
    if isinstance(env, MarketParallel):
        return answer, list(env.agents)
    if isinstance(env, MarketSingle):
        return answer, dict(env.crashes)
    ends = env.terminations, env.truncations
    state = env.rewards, env._cumulative_rewards, *ends, env.infos
    last = env.last() if env.agents else None
    return [last, list(env.agents), *map(dict, state)]


def over(env):
    """Return whether an episode has ended."""
    return env._done if isinstance(env, MarketSingle) else not env.agents


def advance(env, dice):
    """Take the next action, drawn from what is legal; return what is seen then."""
    if isinstance(env, MarketParallel):
        actions = {name: _drawn(env, name, dice) for name in env.agents}
        return seen(env, env.step(actions))
    if isinstance(env, MarketSingle):
        return seen(env, env.step(_drawn(env, "buyer_0", dice)))
    name = env.agent_selection
    done = env.terminations[name] or env.truncations[name]
    return seen(env, env.step(None if done else _drawn(env, name, dice)))


def _drawn(env, name, dice):
    number = int(dice.randint(2**16))
    adapter, seat = env._adapter, env.turns.by_name[name]
    if adapter.kind == "json":
        verbs = [verb for verb in adapter.observe(seat)["legal_verbs"] if verb != ABORT]
        return {"verb": verbs[number % len(verbs)], "payload": ""}
    mask = adapter.mask(seat)
    if name.startswith("buyer"):
        return choice(mask, number)
    legal = np.flatnonzero(mask)
    return int(legal[number % len(legal)])


def play(env, numbers_seed, steps):
    """Play on; return a digest of all that is seen on the way, and the market's."""
    dice, trace = np.random.RandomState(numbers_seed), []
    for _ in range(steps):
        if over(env):
            break
        trace.append(fingerprint(advance(env, dice)))
    return [*trace, env.digest(), env.turns.full_digest()]
