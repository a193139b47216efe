"""Checks that trainers bring along for environments."""

import warnings

import gymnasium
import pytest
from tests.trainers.test_examples import need

from test_time_gym.registration import FLIGHTS_VECTOR, HOTELS_VECTOR

pytestmark = pytest.mark.extras


@pytest.mark.parametrize("name", [FLIGHTS_VECTOR, HOTELS_VECTOR])
def test_stable_baselines3_finds_nothing_to_warn_of(name):
    need("stable_baselines3")
    from stable_baselines3.common.env_checker import check_env

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gymnasium.make(name).unwrapped)
