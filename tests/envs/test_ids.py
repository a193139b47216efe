"""PettingZoo's registry, and what trainers are told who take JSON."""

import subprocess
import sys

import gymnasium
import numpy as np
import pettingzoo
import pytest
from gymnasium.spaces import utils
from gymnasium.wrappers import FlattenObservation

from test_time_gym import market_v0
from test_time_gym.envs.spaces import JsonObservation, NotNumbers
from test_time_gym.market.errors import Misuse
from test_time_gym.registration import register_with_pettingzoo
from test_time_gym.scenarios import load_scenario

IDS = {
    "TestTimeGym/FlightBooking-v0": ("json", "flights/rush"),
    "TestTimeGym/FlightBookingVector-v0": ("vector", "flights/rush"),
    "TestTimeGym/HotelBooking-v0": ("json", "hotels/conference"),
    "TestTimeGym/HotelBookingVector-v0": ("vector", "hotels/conference"),
}
registered = pytest.mark.skipif(
    not hasattr(pettingzoo, "make"), reason="PettingZoo has a registry since 1.27"
)

# -- PettingZoo's registry ------------------------------------------------------------


@registered
@pytest.mark.parametrize("kind", ["aec", "parallel"])
@pytest.mark.parametrize("name", IDS)
def test_pettingzoo_makes_both_kinds_of_every_trade(name, kind):
    observation, scenario = IDS[name]
    env = pettingzoo.make(kind, name, n_agents=2)

    env.reset(seed=1)

    assert env.turns.world.config == load_scenario(scenario).market
    assert isinstance(env.action_space("buyer_0"), gymnasium.spaces.Discrete) == (
        observation == "vector"
    )


@registered
def test_registering_again_changes_nothing_and_warns_of_nothing():
    specs = [dict(pettingzoo.aec_registry), dict(pettingzoo.parallel_registry)]

    register_with_pettingzoo()

    assert [pettingzoo.aec_registry, pettingzoo.parallel_registry] == specs


@registered
@pytest.mark.parametrize(
    "imports", ["pettingzoo, test_time_gym", "test_time_gym.market_v0, pettingzoo"]
)
def test_they_are_there_after_an_import(imports):
    code = f"import {imports}\n"
    code += f"assert {set(IDS)} <= set(pettingzoo.aec_registry)"

    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_an_older_pettingzoo_has_no_registry(monkeypatch):
    monkeypatch.delattr(pettingzoo, "register", raising=False)

    assert register_with_pettingzoo() is None


# -- trainers who take JSON ---------------------------------------------------------


def dummy_vec_env(env):
    """Allocate as `DummyVecEnv` of Stable-Baselines3 does."""
    return np.zeros((1, *tuple(env.observation_space.shape)))


def algorithm(env):
    """Refuse as algorithms of Stable-Baselines3 refuse actions."""
    assert isinstance(env.action_space, gymnasium.spaces.Discrete), (
        f"The algorithm only supports Discrete, but {env.action_space} was provided"
    )


TRAINERS = {
    "DummyVecEnv": dummy_vec_env,
    "an algorithm": algorithm,
    "FlattenObservation": FlattenObservation,
    "flatdim": lambda env: utils.flatdim(env.observation_space),
    "flatten_space": lambda env: utils.flatten_space(env.observation_space),
    "first layer": lambda env: np.array(env.observation_space.shape).prod(),
}


@pytest.mark.parametrize("trade", ["Flight", "Hotel"])
@pytest.mark.parametrize("trainer", TRAINERS.values(), ids=TRAINERS)
def test_a_trainer_is_told_to_take_the_vector_id(trainer, trade):
    env = gymnasium.make(f"TestTimeGym/{trade}Booking-v0")

    with pytest.raises(Exception, match=f"TestTimeGym/{trade}BookingVector-v0"):
        trainer(env)


def test_asking_whether_there_is_a_shape_is_no_mistake():
    space = JsonObservation(load_scenario("flights/rush").market.trade)

    assert not hasattr(space, "shape")
    assert getattr(space, "shape", None) is None
    with pytest.raises(NotNumbers, match="to train, make") as refusal:
        _ = space.shape
    assert isinstance(refusal.value, Misuse | NotImplementedError)


def test_a_seller_s_pages_have_no_id_and_say_what_to_do():
    env = market_v0.env(
        "flights/duopoly", roles=("buyer", "seller"), observation="json"
    )

    assert 'observation="vector"' in repr(env.observation_space("seller_0"))


def test_many_json_environments_step_together():
    envs = gymnasium.make_vec(
        "TestTimeGym/FlightBooking-v0", num_envs=2, vectorization_mode="sync"
    )

    pages, _ = envs.reset(seed=1)

    assert [page["view"] for page in pages] == ["search_results"] * 2
    envs.close()
