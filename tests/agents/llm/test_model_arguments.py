"""What an `LLMAgent` is made with: what is wrong is told at once, not in an episode."""

import pytest

from test_time_gym.agents.llm import Budget, LLMAgent, RetryPolicy
from test_time_gym.market.interface.policy import AgentError

WRONG = [
    ({"retries": 1}, "retries is as RetryPolicy(retries=3), not 1"),
    ({"retries": 0}, "retries is as RetryPolicy(retries=3), not 0"),
    ({"budget": 40}, "budget is a Budget, as Budget(calls=40), not 40"),
    ({"run_budget": Budget(calls=3)}, "run_budget is a RunBudget, not Budget("),
    ({"cassette": "calls.jsonl"}, "cassette is a Cassette, not 'calls.jsonl'"),
    ({"client": None}, "client is auto, openai, http, or a client, not None"),
    ({"client": 5}, "client is auto, openai, http, or a client, not 5"),
    ({"prompt": 5}, "prompt is a text, not 5"),
    ({"api_key_env": None}, "api_key_env is a text, not None"),
    ({"stream": "no"}, "stream is True or False, not 'no'"),
    ({"temperature": "0.5"}, "temperature is a number from 0 on, not '0.5'"),
    ({"temperature": True}, "temperature is a number from 0 on, not True"),
    ({"parameters": 5}, "parameters are a mapping of names to what JSON can say"),
    ({"parameters": {"x": {1}}}, "parameters are a mapping of names to what JSON can"),
    ({"parameters": {1: 2}}, "parameters are a mapping of names to what JSON can say"),
    ({"parameters": {"x": float("nan")}}, "parameters are a mapping of names to what"),
]


@pytest.mark.parametrize(("options", "told"), WRONG, ids=str)
def test_an_argument_of_another_kind_is_refused(options, told):
    with pytest.raises(AgentError) as refused:
        LLMAgent("m", "http://127.0.0.1:9/v1", **options)

    assert str(refused.value).startswith(told)


@pytest.mark.parametrize(
    "options", [{"retries": -1}, {"retries": "2"}, {"first_ms": 0.5}]
)
def test_retries_are_whole_numbers(options):
    (name,) = options
    with pytest.raises(AgentError, match=f"^{name} of a RetryPolicy is a whole number"):
        RetryPolicy(**options)
