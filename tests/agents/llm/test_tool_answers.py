"""What becomes of a model's answer: an action, or what is wrong with it."""

import json

import pytest

from test_time_gym.agents.llm.chat_reply import reply_of
from test_time_gym.agents.llm.offered_tools import as_tools, legal_tools
from test_time_gym.agents.llm.provider_error import ProviderError
from test_time_gym.agents.llm.tool_answer import tool_answer
from test_time_gym.scenarios.flights.domain import FLIGHTS

OFFERED = legal_tools(FLIGHTS, ["wait", "search_flights", "enter_card"])


def reply(*calls, text=None, finish="tool_calls", **more):
    """Return a reply with these calls: name, arguments, id."""
    message = {"role": "assistant", "content": text, **more}
    if calls:
        message["tool_calls"] = [
            {"id": own, "type": "function", "function": {"name": n, "arguments": args}}
            for n, args, own in calls
        ]
    return reply_of({"choices": [{"message": message, "finish_reason": finish}]})


def test_a_call_is_an_action():
    answer = tool_answer(reply(("wait", '{"minutes": 5}', "a")), OFFERED, 1)

    assert answer.action == {"verb": "wait", "payload": {"minutes": 5}}
    assert (answer.problem, answer.call, answer.others) == ("", "a", ())


@pytest.mark.parametrize(
    "arguments", ["", " \n", "{}", "null", '{"minutes": null}', None]
)
def test_no_arguments_are_none(arguments):
    answer = tool_answer(reply(("wait", arguments, "a")), OFFERED, 1)

    assert answer.problem == ""
    assert answer.message["tool_calls"][0]["function"]["arguments"] in (
        "{}",
        '{"minutes": null}',
    )


def test_a_whole_number_may_be_written_with_a_point():
    called = tool_answer(reply(("wait", '{"minutes": 5.0}', "a")), OFFERED, 1)
    written = tool_answer(reply(text="wait(minutes=5.0)"), OFFERED, 1)
    half = tool_answer(reply(("wait", '{"minutes": 5.5}', "a")), OFFERED, 1)

    for answer in (called, written):
        assert repr(answer.action) == "{'verb': 'wait', 'payload': {'minutes': 5}}"
    assert "minutes" in half.problem


def test_calls_of_one_answer_are_kept_with_ids_of_their_own():
    three = reply(("wait", "{}", "x"), ("wait", "{}", "x"), ("wait", "{}", None))

    answer = tool_answer(three, OFFERED, 4)

    ids = [call["id"] for call in answer.message["tool_calls"]]
    assert ids == ["x", "call_4_1", "call_4_2"]
    assert [one["tool_call_id"] for one in answer.others] == ids[1:]


@pytest.mark.parametrize("begins", ["<think>", "<think>\n", ""])
def test_what_a_model_has_thought_is_no_part_of_what_it_says(begins):
    thought = (
        f"{begins}wait(minutes=9)? Or search_flights()?</think>\n\nwait(minutes=5)"
    )

    answer = tool_answer(reply(text=thought), OFFERED, 1)

    assert answer.action == {"verb": "wait", "payload": {"minutes": 5}}
    assert answer.message["content"] == thought


def test_arguments_that_are_an_object_already_are_taken():
    answer = tool_answer(reply(("wait", {"minutes": 5}, "a")), OFFERED, 1)

    assert answer.action == {"verb": "wait", "payload": {"minutes": 5}}


@pytest.mark.parametrize(
    ("call", "problem", "payload"),
    [
        (("wait", '{"minutes": 5', "a"), "its arguments are no JSON: ", "{"),
        (("wait", "[5]", "a"), "its arguments are no JSON object", "{"),
        (("wait", "x" * 5000, "a"), "its arguments are longer than 4096", "{"),
        (("wait", "[" * 4000, "a"), "its arguments are no JSON: ", "{"),
        (("wait", '{"hours": 1}', "a"), "hours: extra inputs", {"hours": 1}),
        (("wait", '{"minutes": "x"}', "a"), "minutes: input should", {"minutes": "x"}),
        (("enter_card", "{}", "a"), "card_token: field required; enter_card takes", {}),
        (("confirm_payment", "{}", "a"), "'confirm_payment' is no tool that is", {}),
        (("book\n", "{}", "a"), "'book\\n' is no tool that is", {}),
    ],
)
def test_a_malformed_call_has_a_problem_and_stays_malformed(call, problem, payload):
    answer = tool_answer(reply(call), OFFERED, 1)

    assert answer.problem.startswith(problem)
    assert answer.action == {"verb": call[0], "payload": payload}


def test_what_servers_refuse_to_read_again_is_not_kept():
    answer = tool_answer(reply(("bad name!", "{oops", "")), OFFERED, 3)

    assert answer.message["tool_calls"] == [
        {
            "id": "call_3_0",
            "type": "function",
            "function": {"name": "unknown", "arguments": "{}"},
        }
    ]


def test_of_two_calls_the_first_counts_and_the_other_is_answered():
    two = reply(("wait", "{}", "a"), ("enter_card", '{"card_token": "x"}', "b"))

    answer = tool_answer(two, OFFERED, 1)

    assert answer.action == {"verb": "wait", "payload": {}}
    assert [one["tool_call_id"] for one in answer.others] == ["b"]
    assert "Not carried out" in answer.others[0]["content"]


def test_plain_text_is_no_call_and_a_huge_one_is_cut():
    answer = tool_answer(reply(text="x" * 10**6), OFFERED, 1)

    assert (answer.call, answer.action) == (None, None)
    assert len(answer.message["content"]) == 8001


def test_a_text_that_names_one_action_is_that_action():
    answer = tool_answer(reply(text="I wait.\nwait(minutes=5)"), OFFERED, 1)

    assert answer.action == {"verb": "wait", "payload": {"minutes": 5}}
    assert (answer.call, answer.problem) == (None, "")


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("Hello", {}),
        ("wait(minutes=5) or enter_card('x')", {}),
        ("confirm_payment()", {}),
        ("wait", {"finish": "length"}),
        ("wait", {"refusal": "no"}),
    ],
)
def test_other_texts_are_no_actions(text, more):
    assert tool_answer(reply(text=text, **more), OFFERED, 1).action is None


def test_refusals_and_what_a_filter_empties_are_refused():
    assert reply(text=None, refusal="I cannot help with that.").refused
    assert reply(text="", finish="content_filter").refused
    assert not reply(text="Hello").refused


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"choices": []},
        {"choices": [{}]},
        {"choices": [{"message": None}]},
        {"choices": [{"message": {"tool_calls": [5]}}]},
        {"choices": 7},
    ],
)
def test_a_reply_that_is_no_chat_completion_is_malformed(data):
    with pytest.raises(ProviderError, match="malformed"):
        reply_of(data)


def test_text_that_cannot_be_sent_again_is_replaced():
    answer = tool_answer(reply(text="half \ud800 a pair"), OFFERED, 1)

    assert answer.message["content"] == "half ? a pair"


def test_tokens_that_nobody_counted_are_estimated_by_bytes():
    data = {
        "choices": [{"message": {"content": "12345"}}],
        "usage": {"prompt_tokens": -1},
    }

    found = reply_of(data, asked_bytes=401)

    assert (found.prompt_tokens, found.completion_tokens) == (101, 2)
    assert found.estimated


def test_only_legal_verbs_are_tools_in_the_order_of_verbs():
    tools = as_tools(list(OFFERED.values()))

    names = [tool["function"]["name"] for tool in tools]
    assert names == ["search_flights", "enter_card", "wait"]
    assert json.loads(json.dumps(tools)) == list(tools)
