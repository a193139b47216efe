"""Models behind a real server on this machine, and the runs they play."""

import pytest

from test_time_gym import run
from test_time_gym.agents.llm import LLMAgent, RetryPolicy
from test_time_gym.serving.fake_model import FakeModel

SCENARIO = "flights/rush"
QUICK = RetryPolicy(retries=2, first_ms=1, asked_longest_ms=50)


@pytest.fixture
def model():
    """Return a model that plays as `cheapest` does."""
    with FakeModel("cheapest") as served:
        yield served


@pytest.fixture
def play(tmp_path):
    """Play a model in one seat; return how it did and the journal's digest."""

    def call(
        base_url, *, seed=7, n_agents=1, seats=None, agents=None, turns=None, **options
    ):
        episodes = options.pop("episodes", 1)
        options = {"retries": QUICK, "client": "http", **options}
        agent = LLMAgent("m", base_url, **options)
        seats = seats or ["buyer_0"]
        return run(
            SCENARIO,
            dict.fromkeys(seats, agent) | (agents or {}),
            seed=seed,
            n_agents=n_agents,
            episodes=episodes,
            max_turns=turns,
            journal=tmp_path / "j.jsonl",
            overwrite=True,
            regret=False,
        )

    return call
