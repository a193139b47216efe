"""Policies of random weights, for whatever plays trained ones."""

import numpy as np

from test_time_gym import market_v0
from test_time_gym.envs.vector_codec import ACTIONS
from test_time_gym.training import save_policy

INPUTS = len(market_v0.vector_fields("flights/rush"))
OUTPUTS = len(ACTIONS)


def random_layers(seed, inputs=INPUTS, outputs=OUTPUTS):
    """Return two layers with a ReLU between them."""
    chance = np.random.default_rng(seed)
    return [
        (chance.normal(size=(16, inputs)) / 4, chance.normal(size=16) / 4),
        "relu",
        (chance.normal(size=(outputs, 16)) / 4, chance.normal(size=outputs) / 4),
    ]


def flat_policy(path, seed=1, scenario="flights/rush", **options):
    """Save a policy that prefers nothing much, and return it."""
    inputs = len(market_v0.vector_fields(scenario))
    return save_policy(path, random_layers(seed, inputs), scenario, **options)
