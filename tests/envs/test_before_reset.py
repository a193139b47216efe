"""An environment that has no run yet says so, whatever is asked of it."""

import copy
import pickle

import gymnasium
import pytest

from test_time_gym import market_v0
from test_time_gym.envs.flight_booking_env import FlightBookingEnv
from test_time_gym.envs.reset_needed import ResetNeeded
from test_time_gym.market.errors import Misuse

WAIT = {"verb": "wait", "payload": {}}
AEC = {
    "step": lambda env: env.step(11),
    "last": lambda env: env.last(),
    "observe": lambda env: env.observe("buyer_0"),
    "agent_iter": lambda env: list(env.agent_iter()),
    "agent_selection": lambda env: env.agent_selection,
    "rewards": lambda env: env.rewards,
    "terminations": lambda env: env.terminations,
    "truncations": lambda env: env.truncations,
    "infos": lambda env: env.infos,
    "render": lambda env: env.render(),
    "digest": lambda env: env.digest(),
    "fork": lambda env: env.fork(),
    "save": lambda env: env.save(),
    "state": lambda env: env.state(),
}
PARALLEL = {
    "state": lambda env: env.state(),
    "step": lambda env: env.step({}),
    "render": lambda env: env.render(),
    "digest": lambda env: env.digest(),
}
SINGLE = {
    "step": lambda env: env.step(WAIT),
    "action_masks": lambda env: env.action_masks(),
    "render": lambda env: env.render(),
    "digest": lambda env: env.digest(),
}
DOORS = {
    "raw_env": (market_v0.raw_env, AEC),
    "env": (market_v0.env, AEC),
    "parallel_env": (market_v0.parallel_env, PARALLEL),
    "FlightBookingEnv": (FlightBookingEnv, SINGLE),
}
CALLS = [(door, what) for door, (_, calls) in DOORS.items() for what in calls]


def never_reset(env):
    return env


def copied(env):
    """Return a copy of an environment that has no run: the copy has none either."""
    return copy.deepcopy(env)


def sent(env):
    return pickle.loads(pickle.dumps(env))


@pytest.mark.parametrize("how", [never_reset, copied, sent])
@pytest.mark.parametrize(("door", "what"), CALLS)
def test_it_is_one_clear_error_before_reset(door, what, how):
    make, calls = DOORS[door]
    env = how(make("flights/sfo-mad"))

    with pytest.raises(ResetNeeded) as refusal:
        calls[what](env)

    assert str(refusal.value) == f"{what} before reset: call reset first"
    env.reset(seed=1)
    assert env.digest()


def test_it_is_what_users_of_every_library_expect():
    assert issubclass(
        ResetNeeded, (Misuse, AttributeError, gymnasium.error.ResetNeeded)
    )
    for base in (Misuse, ValueError, AttributeError, gymnasium.error.ResetNeeded):
        with pytest.raises(base):
            market_v0.raw_env().last()


@pytest.mark.parametrize("door", DOORS)
def test_what_no_environment_has_is_an_attribute_error_as_ever(door):
    env = DOORS[door][0]("flights/sfo-mad")

    with pytest.raises(AttributeError) as refusal:
        _ = env.nothing_like_it

    assert not isinstance(refusal.value, ResetNeeded)
    assert "has no attribute 'nothing_like_it'" in str(refusal.value)
    env.close()
