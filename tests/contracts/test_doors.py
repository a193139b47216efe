"""Every door passes PettingZoo's and Gymnasium's own suites.

They ask little (their seed tests look at few steps, none looks at masks); what
they leave out is tested in our own words beside this file.
"""

from functools import partial
from itertools import product

import pytest
from gymnasium.utils.env_checker import check_env
from pettingzoo.test import (
    api_test,
    parallel_api_test,
    parallel_seed_test,
    render_test,
    seed_test,
)
from pettingzoo.utils.wrappers import (
    AssertOutOfBoundsWrapper,
    OrderEnforcingWrapper,
    TerminateIllegalWrapper,
)

from test_time_gym.envs.adapter import EnvAdapter
from test_time_gym.envs.aec import MarketAEC
from test_time_gym.envs.parallel import MarketParallel
from test_time_gym.envs.single import MarketSingle
from test_time_gym.market.interface.vector_actions import ACTIONS
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.scenarios import load_scenario

SCENARIO = load_scenario("flights/sfo-mad")
WAIT = ACTIONS.index((Verb.WAIT, 0))

# The suites warn about what is meant: an observation with a mask is no Box.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Observation space for each agent"),
    pytest.mark.filterwarnings("ignore:Observation is not a NumPy array"),
]


def door(**options):
    return EnvAdapter(SCENARIO, **{"max_turns": 12, **options})


def raw(**options):
    return MarketAEC(door(**options))


def checked(**options):
    return MarketAEC(door(**options))


def stock(**options):
    return OrderEnforcingWrapper(AssertOutOfBoundsWrapper(raw(**options)))


def terminating(**options):
    return OrderEnforcingWrapper(
        TerminateIllegalWrapper(raw(**options), illegal_reward=-1)
    )


def parallel(**options):
    return MarketParallel(door(window_ms=5000, **options))


def impatient(observation):
    """Search once, then look on."""
    verb = "wait" if observation["flights"] else "search_flights"
    return {"verb": verb, "payload": ""}


def others(_seed):
    return {f"buyer_{k}": impatient for k in range(1, 8)}


def single(**options):
    return MarketSingle(door(**options), others)


KINDS = {
    "vector": {},
    "flat": {"flatten": True},
    "lean, mask told": {"actions": "lean", "mask_in": "info"},
    "json": {"observation": "json"},
}
CASES = {
    f"{kind}, {finish}, {count}": {**options, "finish": finish, "n_agents": count}
    for (kind, options), finish, count in product(
        KINDS.items(), ("idle", "leave"), (1, 2, 8)
    )
}
VECTOR_CASES = {name: case for name, case in CASES.items() if "json" not in name}

every_case = pytest.mark.parametrize("options", CASES.values(), ids=CASES.keys())
every_vector_case = pytest.mark.parametrize(
    "options", VECTOR_CASES.values(), ids=VECTOR_CASES.keys()
)


@every_vector_case
@pytest.mark.parametrize("make", [raw, checked])
def test_the_aec_door_passes_the_official_api_test(make, options):
    # It takes an observation to be an array or a Dict of arrays: no JSON.
    api_test(make(**options), num_cycles=60)


@every_case
@pytest.mark.parametrize("make", [raw, checked])
def test_the_aec_door_passes_the_official_seed_test(make, options):
    seed_test(partial(make, **options), num_cycles=40)


@every_vector_case
@pytest.mark.parametrize("make", [stock, terminating])
def test_stock_wrappers_fit_around_the_aec_door(make, options):
    api_test(make(**options), num_cycles=60)
    seed_test(partial(make, **options), num_cycles=40)


@every_case
def test_the_parallel_door_passes_the_official_suites(options):
    parallel_api_test(parallel(**options), num_cycles=60)
    parallel_seed_test(partial(parallel, **options), num_cycles=40)


@every_case
def test_the_single_door_passes_gymnasiums_checks(options):
    check_env(single(**options), skip_render_check=True)


def test_the_aec_door_renders_as_the_official_suite_asks(capsys):
    def make(render_mode=None):
        return MarketAEC(door(n_agents=3), render_mode)

    render_test(make)

    assert "buyer_2" in capsys.readouterr().out


# PettingZoo's max_cycles_test takes every agent to act in every cycle and samples
# without masks; here agents who are busy sit a window out.  So: agents who only
# wait, who are never busy.


def test_max_turns_are_turns_of_each_agent_in_the_aec_door():
    env = raw(n_agents=3, max_turns=4)
    env.reset(seed=1)

    selections = []
    for name in env.agent_iter():
        _, _, termination, truncation, _ = env.last()
        selections.append(name)
        env.step(None if termination or truncation else WAIT)

    counts = {name: selections.count(name) for name in env.possible_agents}
    assert counts == {"buyer_0": 5, "buyer_1": 5, "buyer_2": 5}


def test_max_turns_are_steps_of_the_parallel_door_when_nobody_is_busy():
    env = parallel(n_agents=3, max_turns=4)
    env.reset(seed=1)

    steps = 0
    while env.agents:
        _, _, _, truncations, _ = env.step(dict.fromkeys(env.agents, WAIT))
        steps += 1

    assert steps == 4
    assert truncations == {"buyer_0": True, "buyer_1": True, "buyer_2": True}
