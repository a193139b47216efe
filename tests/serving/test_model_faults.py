"""Each fault is what a client meets, at the calls that it was planned for."""

import json
import re
from collections import Counter
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import IncompleteRead, RemoteDisconnected
from pathlib import Path
from time import monotonic

import pytest
from tests.support.chats import (
    HI,
    TOOLS,
    Episode,
    asking,
    first_page,
    post,
    reply_of,
)

from test_time_gym.market.errors import Misuse
from test_time_gym.serving.fake_model import FAULT_KINDS, FakeModel, ModelFault


def asked_once(faults, **more):
    """Return the answer to one request for an action."""
    with FakeModel(faults=faults) as model:
        return post(model.base_url, asking(first_page(), tools=TOOLS, **more))


ERRORS = {
    "429": (429, "rate_limit_error", "rate_limit_exceeded"),
    "429:2": (429, "rate_limit_error", "rate_limit_exceeded"),
    "401": (401, "authentication_error", "invalid_api_key"),
    "500": (500, "server_error", "server_error"),
    "503": (503, "server_error", "overloaded"),
    "503:0.5": (503, "server_error", "overloaded"),
    "context": (400, "invalid_request_error", "context_length_exceeded"),
    "stream-error": (500, "server_error", "server_error"),
}
RETRY_AFTER = {"429:2": "2", "503:0.5": "0.5"}


@pytest.mark.parametrize(
    ("fault", "stream"),
    [(fault, False) for fault in ERRORS]
    + [(fault, True) for fault in ERRORS if fault != "stream-error"],
)
def test_errors_have_a_status_a_code_and_a_time_to_come_back(fault, stream):
    answer = asked_once(f"{fault}@1", stream=stream)

    error = answer.body["error"]
    assert (answer.status, error["type"], error["code"]) == ERRORS[fault]
    assert answer.headers.get("Retry-After") == RETRY_AFTER.get(fault)


def test_a_date_to_come_back_lies_ahead():
    answer = asked_once("429-date:5@1")

    told = parsedate_to_datetime(answer.headers["Retry-After"])
    ahead = (told - datetime.now(UTC)).total_seconds()
    assert (answer.status, 3 < ahead <= 6) == (429, True)


def test_half_an_answer_ends_with_the_connection():
    with pytest.raises(IncompleteRead) as whole:
        asked_once("half@1")
    with pytest.raises(IncompleteRead) as stream:
        asked_once("half@1", stream=True)
    with pytest.raises(RemoteDisconnected):
        asked_once("drop@1")

    assert whole.value.partial.startswith(b'{"id": "chatcmpl-')
    assert stream.value.partial.startswith(b'data: {"id": "chatcmpl-')
    assert b"[DONE]" not in stream.value.partial


def test_no_json_comes_as_a_whole_answer():
    whole = asked_once("malformed-json@1")
    events = asked_once("malformed-json@1", stream=True).body.decode().split("\n\n")
    broken = [event for event in events[:-2] if not event.endswith("}")]

    assert (whole.status, whole.body[:6]) == (200, b'{"id":')
    assert whole.headers["Content-Length"] == str(len(whole.body))
    with pytest.raises(ValueError, match="line 1 column"):
        json.loads(whole.body)
    assert len(broken) == 1
    assert events[-2:] == ["data: [DONE]", ""]


def test_an_error_in_a_stream_ends_it():
    events = asked_once("stream-error@1", stream=True).body.decode().split("\n\n")

    assert '"chat.completion.chunk"' in events[0]
    assert (
        json.loads(events[-2].removeprefix("data: "))["error"]["code"] == "server_error"
    )


def test_a_time_out_lasts_as_long_as_it_says():
    begun = monotonic()
    answer = asked_once("timeout:0.2@1")
    took = monotonic() - begun

    assert answer.status == 200
    assert took >= 0.2


SPOILED = {
    "malformed-arguments": (
        "tool_calls",
        None,
        None,
        [("search_flights", '{, "unfinished')],
    ),
    "unknown-tool": ("tool_calls", None, None, [("book_everything", "{}")]),
    "two-calls": ("tool_calls", None, None, [("search_flights", "{}")] * 2),
    "refusal": ("stop", None, "I'm sorry, but I can't help with that.", []),
    "content-filter": ("content_filter", "", None, []),
    "text": (
        "stop",
        "Let me think about which of these offers is the best one.",
        None,
        [],
    ),
    "length": ("length", None, None, [("search_flights", "{")]),
}


@pytest.mark.parametrize("kind", SPOILED)
def test_replies_are_wrong_in_one_way_each(kind):
    choice = asked_once(f"{kind}@1").body["choices"][0]
    message = choice["message"]
    calls = [one["function"] for one in message.get("tool_calls", ())]

    assert SPOILED[kind] == (
        choice["finish_reason"],
        message["content"],
        message["refusal"],
        [(call["name"], call["arguments"]) for call in calls],
    )


def test_two_calls_have_two_ids():
    message = asked_once("two-calls@1").body["choices"][0]["message"]

    assert len({call["id"] for call in message["tool_calls"]}) == 2


def test_a_huge_reply_is_as_large_as_asked():
    whole = asked_once("huge:1.5@1").body["choices"][0]["message"]
    events = asked_once("huge:1.5@1", stream=True).body.count(b"data: ")

    assert len(whole["content"]) == 3 << 19
    assert whole["tool_calls"][0]["function"]["name"] == "search_flights"
    assert events < 200


def test_there_may_be_no_choices():
    assert asked_once("empty-choices@1").body["choices"] == []


def test_every_kind_of_fault_is_tested_here():
    apart = {"429-date", "half", "drop", "malformed-json", "timeout", "huge"}
    tested = {fault.partition(":")[0] for fault in ERRORS} | {*SPOILED}

    assert tested | apart | {"empty-choices"} == set(FAULT_KINDS)


def test_faults_meet_the_calls_of_each_session_that_they_name():
    statuses = {"ann": [], "ben": []}
    with FakeModel(faults="429@3,500@5-6,503@8-") as model:
        for _ in range(9):
            for name, found in statuses.items():
                answer = post(model.base_url, asking(HI), X_Session_Id=name)
                found.append(answer.status)
        told = [one.fault for one in model.requests if one.session == "ann"]

    assert statuses["ann"] == [200, 200, 429, 200, 500, 500, 200, 503, 503]
    assert statuses["ben"] == statuses["ann"]
    assert [fault for fault in told if fault] == [
        "429@3",
        *["500@5-6"] * 2,
        *["503@8-"] * 2,
    ]


def test_faults_by_share_are_drawn_for_each_request_and_each_repetition():
    bodies = [asking({"role": "user", "content": f"{k}"}) for k in range(100)]

    def statuses(order, seed=1):
        with FakeModel(faults="500%0.3", seed=seed) as model:
            found = {k: post(model.base_url, bodies[k]).status for k in order}
            again = [post(model.base_url, bodies[0]).status for _ in range(30)]
        return found, again

    found, again = statuses(range(100))
    backwards, _ = statuses(range(99, -1, -1))
    others, _ = statuses(range(100), seed=2)

    assert 15 <= Counter(found.values())[500] <= 45
    assert set(again) == {200, 500}
    assert (backwards == found, others == found) == (True, False)


NAMES = ("malformed-arguments", "unknown-tool", "text", "refusal", "length", "429")


def test_an_episode_goes_on_after_faults_as_if_they_had_not_been():
    """A client that asks again, or tells the mistake, gets what it would have got."""
    with FakeModel("cheapest") as model:
        plain = Episode(model.base_url, "flights/sfo-mad", seed=3)
        plain.play()
    faults = [f"{kind}@{2 * k + 1}" for k, kind in enumerate(NAMES)]
    with FakeModel("cheapest", faults=faults) as model:
        episode = Episode(model.base_url, "flights/sfo-mad", seed=3, keep=4)
        met = 0
        while not episode.over:
            answer = episode.ask()
            if len(model.requests) % 2 and len(model.requests) < 2 * len(NAMES):
                met += 1
                if answer.status == 200:
                    note_mistake(episode, answer)
                continue
            episode.take(answer)

    assert met == len(NAMES)
    assert episode.actions == plain.actions


def note_mistake(episode, answer):
    """Tell the model that what it said was no action, as harnesses do."""
    message = answer.body["choices"][0]["message"]
    kept = {name: value for name, value in message.items() if name != "refusal"}
    calls = message.get("tool_calls", ())
    told = [
        {"role": "tool", "tool_call_id": call["id"], "content": "error: no JSON"}
        for call in calls
    ]
    episode.history += [kept, *(told or [{"role": "user", "content": "Call a tool."}])]


def test_what_goes_wrong_in_the_market_is_seen_on_the_next_page():
    """Malformed arguments that the market refuses: the policy has not acted then."""
    with FakeModel("cheapest", faults="malformed-arguments@2") as model:
        episode = Episode(model.base_url, "flights/sfo-mad", seed=3, keep=2)
        outcome, _ = episode.play()

    assert episode.actions[1]["payload"].endswith('"unfinished')
    assert [action["verb"] for action in episode.actions[:4]] == [
        *("search_flights", "filter_results", "search_flights", "filter_results"),
    ]
    assert outcome == "success"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("429", "a fault is KIND@CALL or KIND%SHARE"),
        ("@3", "a fault is KIND@CALL"),
        ("429@", "a fault is KIND@CALL"),
        ("429@0", "calls are counted from 1"),
        ("429@6-5", "the first one first"),
        ("429%1.1", "a share is from 0 to 1"),
        ("429%2", "a fault is KIND@CALL"),
        ("time-out@3", "did you mean timeout?"),
        ("fire@3", "unknown fault 'fire'; known: 429, 429-date"),
        ("text:2@3", "only 429, 429-date, 503, timeout, huge have a value"),
        ("huge:999@3", "the value is at most 256"),
        ("429@3,,500@4", "a fault is KIND@CALL"),
    ],
)
def test_a_fault_that_makes_no_sense_is_told(text, why):
    with pytest.raises(Misuse) as told:
        FakeModel(faults=text)

    assert why in str(told.value)


@pytest.mark.parametrize(
    "text", ["429@3", "429:2@3", "500@5-6", "timeout:0.25@9-", "text%0.1", "huge:8%1"]
)
def test_a_fault_is_written_as_it_is_read(text):
    assert str(ModelFault.parse(text)) == text


def test_faults_come_from_a_file(tmp_path):
    script = tmp_path / "faults.json"
    script.write_text('["500@1", "text@2"]')

    with FakeModel(faults=str(script)) as model:
        answers = [post(model.base_url, asking(HI)) for _ in range(3)]

    assert [answer.status for answer in answers] == [500, 200, 200]
    assert reply_of(answers[1]).startswith("Let me think")


@pytest.mark.parametrize(
    ("written", "why"),
    [("{", "no JSON"), ('{"429": 3}', "a list of faults"), ("[3]", "a list of faults")],
)
def test_a_file_that_makes_no_sense_is_told(tmp_path, written, why):
    script = tmp_path / "faults.json"
    script.write_text(written)

    with pytest.raises(Misuse, match=why):
        FakeModel(faults=script)
    with pytest.raises(Misuse, match="cannot read"):
        FakeModel(faults=tmp_path / "none.json")


def test_every_kind_is_in_the_documents_as_the_program_tells_it():
    page = (Path(__file__).parents[2] / "docs/fake-model.md").read_text("utf-8")

    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (.*) \|$", page, re.MULTILINE)

    assert dict(rows) == FAULT_KINDS
