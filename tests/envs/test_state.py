"""`state` and `state_space`: the market and all agents in one vector, for a critic."""

import warnings

import forks
import numpy as np
import pytest
from forks import CASES
from pettingzoo.test import state_test

from test_time_gym import market_v0

MANY = [name for name in CASES if not name.startswith("one")]
BOTH = ("buyer", "seller")


@pytest.mark.parametrize("case", MANY)
def test_the_state_is_a_fresh_float32_vector_of_its_space(case):
    env = CASES[case]()
    space, dice = env.state_space, np.random.RandomState(1)
    forks.start(env, 3)

    for _ in range(60):
        state, again = env.state(), env.state()
        assert space.contains(state)
        assert state.dtype == np.float32
        assert np.array_equal(state, again)
        assert state is not again
        if forks.over(env):
            break
        forks.advance(env, dice)

    assert env.state_space is space
    assert env.fork().state_space == space
    assert np.array_equal(env.fork().state(), env.state())


@pytest.mark.parametrize(
    ("scenario", "options"),
    [
        ("flights/rush", {"n_agents": 3}),
        ("hotels/conference", {"flatten": True}),
        ("flights/duopoly", {"roles": BOTH}),
    ],
)
def test_pettingzoo_s_own_state_test_passes(scenario, options):
    env = market_v0.env(scenario, max_cycles=20, **options)
    parallel = market_v0.parallel_env(scenario, max_cycles=20, **options)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        state_test(env, parallel, num_cycles=20)


def test_it_tells_of_stock_prices_time_and_everybody():
    env = market_v0.env("flights/rush", n_agents=2)
    env.reset(seed=1)
    market, world = env.turns.market, env.turns.world
    pools, products = len(world.catalog.capacity), len(world.catalog.products)
    vectors = [env.observe(name)["observation"] for name in env.possible_agents]

    before = env.state()
    market.inventory.hold([(0, 1)])
    market.prices[1] *= 2
    after = env.state()

    pool = world.catalog.products[0].pools[0]
    changed = np.flatnonzero(before != after).tolist()
    price = 1 + 2 * pools + 1
    assert changed == [1 + pools + pool, price]
    assert after[price] == pytest.approx(2 * before[price])
    assert np.array_equal(before[price + products - 1 :], np.concatenate(vectors))
    assert before[0] == 0
    env.step(11)
    env.step(11)
    assert env.state()[0] > 0


def test_json_environments_have_the_same_state():
    states = []
    for kind in ("vector", "json"):
        env = market_v0.env("flights/rush", n_agents=2, observation=kind)
        env.reset(seed=1)
        states.append(env.state())

    assert np.array_equal(*states)


def test_agents_that_have_left_stay_in_the_state():
    env = market_v0.env("flights/rush", n_agents=2, finish="leave", max_cycles=5)
    env.reset(seed=1)

    forks.play(env, 1, 10**4)

    assert env.agents == []
    assert env.state_space.contains(env.state())
