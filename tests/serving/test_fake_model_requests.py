"""Wrong requests are answered with what is wrong, in JSON, and nothing else happens."""

import json
from http.client import HTTPConnection

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.chats import (
    HI,
    asking,
    first_page,
    post,
    raw_exchange,
    tools_of,
)

from test_time_gym.serving.fake_model.chat_service import ChatService, ServiceSettings
from test_time_gym.serving.fake_model.served_error import ServedError
from test_time_gym.serving.fake_model.skilled_policy import KnownSkill

CALL = {"id": "call_a", "type": "function", "function": {"name": "x", "arguments": ""}}
CALLING = {"role": "assistant", "content": None, "tool_calls": [CALL]}
RESULT = {"role": "tool", "tool_call_id": "call_a", "content": "done"}
BAD = {
    "no JSON": (b"{", "could not parse the JSON body"),
    "deep": (b"[" * 100_000, "could not parse the JSON body"),
    "no UTF-8": (b'{"model": "\xff"}', "could not parse the JSON body"),
    "a list": (b"[]", "is a JSON object"),
    "no model": ({"messages": [HI]}, "you must provide a model parameter"),
    "no messages": ({"model": "m"}, "messages is a list"),
    "empty": ({"model": "m", "messages": []}, "messages is a list"),
    "role": (asking({"role": "king"}), r"messages[0].role is one of system"),
    "content": (asking({"role": "user", "content": 3}), "messages[0].content is"),
    "many": (asking(HI, n=[2]), "n is 1"),
    "flag": (asking(HI, stream=1), "stream is true or false, not 1"),
    "tokens": (asking(HI, max_tokens=0), "max_tokens is a whole number from 1, not 0"),
    "tools": (asking(HI, tools={}), "tools is a list"),
    "tool": (asking(HI, tools=[{"name": "x"}]), "tools[0] is"),
    "nameless": (
        asking(HI, tools=[{"type": "function", "function": {}}]),
        "tools[0].function has no name",
    ),
    "result first": (asking(RESULT), "must follow a message with the 'tool_calls'"),
    "no result": (asking(CALLING, HI), "missing: call_a"),
    "no result at the end": (asking(HI, CALLING), "missing: call_a"),
    "page with a hole": (
        asking({name: value for name, value in first_page().items() if name != "team"}),
        "the page has no team",
    ),
    "changes of nothing": (
        asking({"changes": {"turns_left": 9}}),
        "needs the page before it",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_wrong_request_is_told_what_is_wrong(model, case):
    body, why = BAD[case]

    answer = post(model.base_url, body)

    assert (answer.status, [*answer.body]) == (400, ["error"])
    assert [*answer.body["error"]] == ["message", "type", "param", "code"]
    assert answer.body["error"]["type"] == "invalid_request_error"
    assert why in answer.body["error"]["message"]


def test_calls_with_their_results_are_a_good_history(model):
    assert post(model.base_url, asking(HI, CALLING, RESULT)).status == 200


WRONG = {
    b"GET /v1/nope HTTP/1.1\r\n\r\n": (404, "unknown address '/v1/nope'"),
    b"GET /v1/chat/completions HTTP/1.1\r\n\r\n": (405, "takes POST, not GET"),
    b"POST /health HTTP/1.1\r\nContent-Length: 0\r\n\r\n": (405, "takes GET"),
    b"POST /v1/chat/completions HTTP/1.1\r\n\r\n": (411, "Content-Length"),
    b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: -1\r\n\r\n": (411, ""),
    b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n": (
        413,
        "more than 16 MiB",
    ),
    b"PUT /v1/models HTTP/1.1\r\n\r\n": (501, "Unsupported method"),
    b"what is this\r\n\r\n": (400, "Bad request"),
    b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n": (414, "Too Long"),
}


@pytest.mark.parametrize("data", WRONG, ids=lambda data: data[:30].decode())
def test_what_is_no_request_is_answered_in_json(model, data):
    status, why = WRONG[data]

    found, body = raw_exchange(model.port, data)

    assert found == status
    assert why.lower() in body["error"]["message"].lower()


def test_a_connection_is_used_again_even_after_an_error(model):
    connection = HTTPConnection("127.0.0.1", model.port, timeout=300)
    statuses, sockets = [], set()
    for body in (asking(HI), {"model": "m"}, asking(HI)):
        connection.request("POST", "/v1/chat/completions", json.dumps(body))
        reply = connection.getresponse()
        reply.read()
        statuses.append(reply.status)
        sockets.add(connection.sock.getsockname())
    connection.close()

    assert statuses == [200, 400, 200]
    assert len(sockets) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "name", "text", "type"]), inner)
    ),
    max_leaves=6,
)
PAGE = first_page("flights/sfo-mad")
PAGES = st.dictionaries(st.sampled_from(sorted(PAGE)), JSON, max_size=2).map(
    lambda changed: json.dumps(PAGE | changed)
)
MESSAGES = st.fixed_dictionaries(
    {"role": st.sampled_from(["system", "user", "user", "assistant", "tool"])},
    optional={"content": JSON | PAGES, "tool_calls": JSON, "tool_call_id": JSON},
)
BODIES = st.fixed_dictionaries(
    {"model": st.just("skilled"), "messages": st.lists(MESSAGES, max_size=3) | JSON},
    optional={
        "tools": JSON | st.just(tools_of("flights/sfo-mad")),
        "stream": st.booleans() | JSON,
        "stream_options": JSON,
        "max_tokens": JSON,
        "user": JSON,
    },
)


@pytest.mark.property
@given(body=BODIES)
def test_whatever_is_asked_is_answered_or_refused(body):
    service = ChatService(ServiceSettings(skill=KnownSkill()), lambda _seconds: None)

    def status():
        try:
            return service.completed({}, json.dumps(body).encode()).status
        except ServedError as error:
            return error.status

    assert status() in {200, 400}
