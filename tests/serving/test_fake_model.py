"""The fake model over real sockets: what it answers, and what it is asked."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection
from time import monotonic

import pytest
from tests.support.chats import (
    HI,
    TOOLS,
    asking,
    first_page,
    get,
    post,
    reply_of,
    streamed,
)

from test_time_gym.market.errors import Misuse
from test_time_gym.serving.fake_model import POLICIES, FakeModel


def test_a_completion_is_whole_and_always_the_same(model):
    page = first_page()
    body = asking(page, tools=TOOLS)

    first, second = post(model.base_url, body), post(model.base_url, body)

    assert first == second
    assert first.status == 200
    choice = first.body["choices"][0]
    (call,) = choice["message"].pop("tool_calls")
    assert choice == {
        "index": 0,
        "message": {"role": "assistant", "content": None, "refusal": None},
        "logprobs": None,
        "finish_reason": "tool_calls",
    }
    assert (call["type"], call["id"][:5], len(call["id"])) == ("function", "call_", 29)
    assert call["function"] == {"name": "search_flights", "arguments": "{}"}
    assert {name: first.body[name] for name in ("object", "created", "model")} == {
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": "fake",
    }
    asked = json.dumps(
        [body["messages"], [tool["function"] for tool in TOOLS]],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    assert first.body["usage"] == {
        "prompt_tokens": -(-len(asked) // 4),
        "completion_tokens": -(-len("search_flights{}") // 4),
        "total_tokens": -(-len(asked) // 4) + 4,
    }


def test_a_stream_says_what_the_whole_answer_says(model):
    body = asking(first_page(), tools=TOOLS, stream_options={"include_usage": True})

    whole = post(model.base_url, body)
    *events, done = streamed(model.base_url, body)

    chunks = [json.loads(event) for event in events]
    deltas = [one["choices"][0]["delta"] for one in chunks if one["choices"]]
    parts = [part for delta in deltas for part in delta.get("tool_calls", ())]
    name = parts[0]["function"]["name"]
    arguments = "".join(part["function"]["arguments"] for part in parts)
    assert done == "[DONE]"
    assert deltas[0] == {"role": "assistant", "content": None, "refusal": None}
    assert (name, arguments) == reply_of(whole)
    assert [one["choices"][0]["finish_reason"] for one in chunks[:-1]] == [
        *([None] * (len(chunks) - 2)),
        "tool_calls",
    ]
    assert {one["object"] for one in chunks} == {"chat.completion.chunk"}
    assert [one["usage"] for one in chunks[:-1]] == [None] * (len(chunks) - 1)
    assert chunks[-1]["usage"] == whole.body["usage"]


def test_without_usage_asked_for_a_stream_has_none(model):
    *events, _ = streamed(model.base_url, asking(HI))

    assert [event for event in events if "usage" in event] == []
    said = [json.loads(event)["choices"][0]["delta"].get("content") for event in events]
    assert "".join(filter(None, said)) == (
        "I have read 1 message, and none of them shows a page of the market to act on."
    )


def test_health_and_models_are_told(model):
    root = model.base_url.removesuffix("/v1")

    listed = get(f"{model.base_url}/models")

    assert get(f"{root}/health").body == {"status": "ok"}
    assert [one["id"] for one in listed.body["data"]] == list(POLICIES)
    assert get(f"{model.base_url}/models/skilled").body["id"] == "skilled"
    assert get(f"{model.base_url}/models/gpt").status == 404


def test_max_tokens_cut_the_answer_off(model):
    answer = post(model.base_url, asking(HI, max_tokens=2))

    assert reply_of(answer) == "I have r"
    assert answer.body["choices"][0]["finish_reason"] == "length"
    assert answer.body["usage"]["completion_tokens"] == 2


def test_what_was_asked_is_kept_but_for_the_key():
    body = asking(HI, user="ann")
    with FakeModel(api_key="secret", keep=2) as served:
        for _ in range(3):
            assert (
                post(served.base_url, body, Authorization="Bearer secret").status == 200
            )
        kept = served.requests

    assert [(one.number, one.session, one.fault) for one in kept] == [
        (2, "ann", None),
        (3, "ann", None),
    ]
    assert kept[0].body == body
    assert "secret" not in str(kept)


def test_a_wrong_key_is_refused():
    with FakeModel(api_key="secret") as served:
        answers = [
            post(served.base_url, asking(HI)),
            post(served.base_url, asking(HI), Authorization="Bearer secrets"),
            get(f"{served.base_url}/models"),
        ]

    assert [one.status for one in answers] == [401, 401, 401]
    assert answers[0].body["error"] == {
        "message": "incorrect API key provided",
        "type": "authentication_error",
        "param": None,
        "code": "invalid_api_key",
    }


def test_a_request_above_the_context_window_is_refused():
    long = {"role": "user", "content": "x" * 4000}
    with FakeModel(context_window=500) as served:
        short, refused = (
            post(served.base_url, asking(HI)),
            post(served.base_url, asking(long)),
        )

    error = refused.body["error"]
    assert (short.status, refused.status) == (200, 400)
    assert (error["code"], error["param"]) == ("context_length_exceeded", "messages")
    assert error["message"].startswith("this model's maximum context length is 500 ")


def test_an_answer_tells_neither_time_nor_versions(model):
    answer = post(model.base_url, asking(HI))

    assert sorted(answer.headers) == [
        "Connection",
        "Content-Length",
        "Content-Type",
        "x-request-id",
    ]


def test_sixteen_calls_at_once_take_less_than_one_after_the_other():
    with FakeModel(latency_ms=500) as served, ThreadPoolExecutor(16) as pool:
        begun = monotonic()
        answers = list(pool.map(lambda _: post(served.base_url, asking(HI)), range(16)))
        took = monotonic() - begun

    assert {answer.status for answer in answers} == {200}
    assert 0.5 <= took < 16 * 0.5


def test_a_model_stops_while_clients_wait():
    with FakeModel(latency_ms=60_000) as served, ThreadPoolExecutor(2) as pool:
        idle = HTTPConnection("127.0.0.1", served.port, timeout=300)
        idle.connect()
        waiting = pool.submit(_asked, served.base_url)
        while not served.requests:
            pass
        begun = monotonic()
        served.close()
        took = monotonic() - begun
        waiting.result()
        idle.close()

    assert took < 60


def _asked(base_url):
    with suppress(OSError):
        post(base_url, asking(HI))


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"policy": "cheap"}, "unknown policy 'cheap'; did you mean cheapest?"),
        ({"policy": 3}, "an agent is a name"),
        ({"faults": "429"}, "a fault is KIND@CALL or KIND%SHARE"),
        ({"follow": 1.5}, "follow is a share from 0 to 1, not 1.5"),
        ({"seed": -1}, "a seed is an integer"),
        ({"host": "0.0.0.0"}, "say --allow-remote"),
        ({"host": "no.such.host.invalid", "allow_remote": True}, "cannot listen at"),
        ({"port": 99_999}, "cannot listen at"),
    ],
)
def test_wrong_settings_are_told(options, why):
    with pytest.raises(Misuse) as told:
        FakeModel(**options)

    assert why in str(told.value)
