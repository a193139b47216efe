"""The harness tested: models of known skill, and what each arm is measured to bring.

What is tested is whether the arms, the pairing and the counting tell help from none.
It says nothing of any real model.
"""

from tempfile import TemporaryDirectory
from typing import NamedTuple

import test_time_gym as ttg
from test_time_gym.agents.llm import LLMAgent, RetryPolicy
from test_time_gym.serving.fake_model import FakeModel

SCENARIO = "flights/sites"
HELPING = ("skills-text", "skills-tools", "skills-bandit")


class Gain(NamedTuple):
    """Success less that of the twin, paired by episode."""

    estimate: float
    low: float | None
    high: float | None

    @property
    def holds_0(self):
        low, high = self.low, self.high
        return low is None or high is None or low <= 0 <= high


class Measured(NamedTuple):
    gains: dict[str, Gain]
    success: dict[str, float]
    study: dict[str, object]


def measured(
    follow, *, episodes, seeds, arms, misread=0.0, malform=0.0, workers=4, seed=0
):
    """Play a study with a model that follows skills with a known probability."""
    model = FakeModel(
        "skilled", follow=follow, misread=misread, malform=malform, seed=seed
    )
    with model, TemporaryDirectory() as folder:
        agent = LLMAgent(
            "m",
            model.base_url,
            client="http",
            history="last:4",
            retries=RetryPolicy(first_ms=1),
        )
        found = ttg.learn(
            SCENARIO,
            agent,
            episodes=episodes,
            seeds=seeds,
            arms=arms,
            out=folder,
            workers=workers,
        ).as_dict()
    arms = found["arms"]
    return Measured(
        {name: Gain(**arm["gain"]) for name, arm in arms.items()},
        {name: arm["success"] for name, arm in arms.items()},
        found,
    )
