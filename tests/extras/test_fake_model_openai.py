"""The fake model by the real client of the interface, whole episodes and faults."""

import json
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest
from tests.support.chats import Episode, first_page, tools_of

from test_time_gym.serving.fake_model import FAULT_KINDS, POLICIES, FakeModel

openai = pytest.importorskip("openai", reason="an extra: make test-extras")

pytestmark = pytest.mark.extras

TOOLS = tools_of("flights/sfo-mad")
PAGE = [{"role": "user", "content": json.dumps(first_page("flights/sfo-mad"))}]


def client(model, **options):
    options = {"api_key": "any", "max_retries": 0, "timeout": 20} | options
    return openai.OpenAI(base_url=model.base_url, **options)


class Answer:
    """What the client returns, as `Episode` takes it."""

    def __init__(self, message):
        self.body = {"choices": [{"message": message}]}


class ClientEpisode(Episode):
    """An episode whose model is asked by the client, streaming or not."""

    def __init__(self, asked, *args, stream=False, **options):
        super().__init__("", *args, **options)
        self.asked, self.stream = asked, stream

    def ask(self):
        create = self.asked.chat.completions.create
        if not self.stream:
            completion = create(**self.request())
            message = completion.choices[0].message
            return Answer(message.model_dump(exclude_none=True) | {"content": None})
        chunks = create(**self.request(), stream=True)
        return Answer(joined(chunks))


def joined(chunks):
    """Return the message that a stream of one call says."""
    call = {"id": "", "type": "function", "function": {"name": "", "arguments": ""}}
    for chunk in chunks:
        for part in chunk.choices[0].delta.tool_calls or ():
            call["id"] += part.id or ""
            call["function"]["name"] += part.function.name or ""
            call["function"]["arguments"] += part.function.arguments or ""
    return {"role": "assistant", "content": None, "tool_calls": [call]}


@pytest.mark.parametrize("scenario", ["flights/rush", "hotels/city-break"])
@pytest.mark.parametrize("stream", [False, True])
def test_a_whole_episode_is_played(scenario, stream):
    with FakeModel("cheapest") as model, client(model) as asked:
        outcomes = [
            ClientEpisode(asked, scenario, seed, stream=stream, keep=4).play()[0]
            for seed in range(3)
        ]

    assert outcomes == ["success"] * 3


def test_completions_usage_and_models_have_the_client_s_types():
    with FakeModel() as model, client(model) as asked:
        whole = asked.chat.completions.create(model="m", messages=PAGE, tools=TOOLS)
        *_, last = asked.chat.completions.create(
            model="m",
            messages=PAGE,
            tools=TOOLS,
            stream=True,
            stream_options={"include_usage": True},
        )
        raw = asked.chat.completions.with_raw_response.create(model="m", messages=PAGE)
        models = [one.id for one in asked.models.list()]

    assert whole.choices[0].message.tool_calls[0].function.name == "search_flights"
    assert whole.choices[0].finish_reason == "tool_calls"
    assert last.usage == whole.usage
    assert raw.headers["x-request-id"].startswith("req_")
    assert models == list(POLICIES)


RAISED = {
    "429": "RateLimitError",
    "429-date": "RateLimitError",
    "401": "AuthenticationError",
    "500": "InternalServerError",
    "503": "InternalServerError",
    "context": "BadRequestError",
    "timeout": "APITimeoutError",
    "drop": "APIConnectionError",
    "half": "APIConnectionError",
    "malformed-json": "JSONDecodeError",
    "stream-error": "InternalServerError",
}


def met(kind, **more):
    """Return the name of the error that a fault is to the client, or None."""
    timeout = 0.3 if kind == "timeout" else 20
    with FakeModel(faults=f"{kind}@1", stall_s=5) as model:
        asked = client(model, timeout=timeout)
        create = asked.chat.completions.create
        try:
            found = create(model="m", messages=PAGE, tools=TOOLS, **more)
            if more:
                list(found)
        except Exception as error:  # noqa: BLE001 - which one it is is the question
            return type(error).__name__
        finally:
            asked.close()
    return None


@pytest.mark.parametrize("kind", FAULT_KINDS)
def test_the_client_meets_each_fault_as_its_own_error(kind):
    assert met(kind) == RAISED.get(kind)


@pytest.mark.parametrize("kind", FAULT_KINDS)
def test_the_client_meets_each_fault_in_a_stream(kind):
    # Which error it is that half a stream raises differs between its versions.
    assert (met(kind, stream=True) is not None) == (kind in RAISED)


def test_the_client_comes_back_when_it_is_told_to():
    with FakeModel(faults="429:0.2@1,503:0.2@2,429-date:0.1@3") as model:
        with client(model, max_retries=3) as asked:
            asked.chat.completions.create(model="m", messages=PAGE, tools=TOOLS)
        told = [one.fault for one in model.requests]

    assert told == ["429:0.2@1", "503:0.2@2", "429-date:0.1@3", None]


def test_the_key_is_what_the_client_was_given():
    with FakeModel(api_key="secret") as model:
        with client(model, api_key="secret") as right:
            right.models.list()
        with client(model) as wrong, pytest.raises(openai.AuthenticationError):
            wrong.models.list()


def test_sixteen_calls_at_once_take_less_than_one_after_the_other():
    with FakeModel(latency_ms=500) as model, client(model) as asked:
        create = asked.chat.completions.create
        create(model="m", messages=PAGE)  # the client imports what it needs
        with ThreadPoolExecutor(16) as pool:
            begun = monotonic()
            calls = [pool.submit(create, model="m", messages=PAGE) for _ in range(16)]
            found = [call.result() for call in calls]
            took = monotonic() - begun

    assert {one.choices[0].finish_reason for one in found} == {"stop"}
    assert took < 16 * 0.5
