"""`llm:MODEL@BASE_URL`: what it means, and what is said of names that mean nothing."""

import pytest

from test_time_gym.agents.base import label_of, make_agent
from test_time_gym.agents.llm import LLMAgent, ModelName, read_model_name
from test_time_gym.market.interface.policy import AgentError

LOCAL = "http://127.0.0.1:8000/v1"


@pytest.mark.parametrize(
    ("name", "read"),
    [
        (f"llm:qwen3:8b@{LOCAL}", ModelName("qwen3:8b", LOCAL)),
        (f"llm:org/m@2@{LOCAL}/", ModelName("org/m@2", LOCAL)),
        ("llm:m@https://[::1]:8/x/v1", ModelName("m", "https://[::1]:8/x/v1")),
        ("llm:m@http://h", ModelName("m", "http://h")),
    ],
)
def test_a_name_has_a_model_and_an_address(name, read):
    assert read_model_name(name) == read
    assert label_of(name) == f"llm:{read.model}"
    assert isinstance(make_agent(name), LLMAgent)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("llm:", "it names no model"),
        ("llm:m", "it names no address"),
        (f"llm:@{LOCAL}", "it names no model"),
        (f"llm:{LOCAL}", "it names no model"),
        ("llm:m@ftp://h/v1", "it names no web address"),
        ("llm:m@http://", "is no address that begins with"),
        ("llm:m@http://h:port/v1", "is no address: Port could not be cast"),
        ("llm:m@http://u:secret@h/v1", "keys come from an environment variable"),
        ("llm:m@http://h/v1?key=secret", "an address ends with its path"),
        (f"llm:m@{LOCAL}/chat/completions", "leave /chat/completions out"),
        (f"llm:a\nb@{LOCAL}", "that can be printed"),
    ],
)
def test_a_name_that_means_nothing_is_refused_without_what_may_be_a_key(name, why):
    with pytest.raises(AgentError) as caught:
        read_model_name(name)

    assert why in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"history": "some"}, "history is all, last:K"),
        ({"page": "html"}, "a page is"),
        ({"client": "curl"}, "a client is auto, openai or http"),
        ({"temperature": -1}, "temperature is a number from 0 on"),
        ({"parameters": {"model": "x"}}, "model is no parameter to be given"),
        ({"timeout_ms": 0}, "timeout_ms is a whole number from 1"),
        ({"think_base_ms": 0.5}, "think_base_ms is a whole number from 0"),
    ],
)
def test_a_wrong_argument_is_refused_before_anything_is_played(options, why):
    with pytest.raises(ValueError, match=why):
        LLMAgent("m", LOCAL, **options)


def test_an_agent_that_is_not_seated_says_how_it_is_played():
    with pytest.raises(AgentError, match="for_episode"):
        LLMAgent("m", LOCAL).act({})
