"""What of a conversation is shown again: whole turns, calls with their answers."""

import pytest

from test_time_gym.agents.llm.history import History, HistoryRule, estimated_tokens

SYSTEM = {"role": "system", "content": "s"}


def assistant(k):
    return {"role": "assistant", "content": None, "tool_calls": [{"id": f"c{k}"}]}


def user(text):
    return {"role": "user", "content": text}


def tool(k, text):
    return {"role": "tool", "tool_call_id": f"c{k}", "content": text}


def text_of(page, before):
    return f"{page['n']}" if before is None else f"{before['n']}>{page['n']}"


def history_of(rule, turns):
    """Return what is shown before each of so many answers, and the whole of it."""
    history = History("s", HistoryRule.read(rule), text_of)
    shown = []
    for k in range(1, turns + 1):
        history.open({"n": k})
        shown.append(history.messages())
        history.say(assistant(k))
        history.close(f"c{k}")
    return shown, history.whole()


def test_all_is_a_conversation_that_only_grows():
    shown, whole = history_of("all", 3)

    assert shown == [
        (SYSTEM, user("1")),
        (SYSTEM, user("1"), assistant(1), tool(1, "1>2")),
        (SYSTEM, user("1"), assistant(1), tool(1, "1>2"), assistant(2), tool(2, "2>3")),
    ]
    assert whole == (*shown[-1], assistant(3))


def test_the_last_turns_begin_with_a_page_of_their_own():
    shown, whole = history_of("last:2", 4)

    left_out = "(2 earlier turns are left out.)\n"
    assert shown[-1] == (SYSTEM, user(f"{left_out}3"), assistant(3), tool(3, "3>4"))
    assert len(whole) == 1 + 4 * 2


def test_tokens_leave_out_as_many_turns_as_needed_and_never_bring_one_back():
    first, _ = history_of("all", 2)
    most = estimated_tokens(first[-1]) + 10  # for what is said of the others

    shown, _ = history_of(f"tokens:{most}", 6)

    assert shown[1] == first[1]
    assert all(estimated_tokens(one) <= most for one in shown)
    assert shown[-1][1]["content"].startswith("(4 earlier turns are left out.)")
    assert history_of("tokens:1", 3)[0][-1][1:] == (
        user("(2 earlier turns are left out.)\n3"),
    )


def test_after_a_text_the_next_page_is_the_user_s():
    history = History("s", HistoryRule.read("all"), text_of)
    history.open({"n": 1})
    history.say({"role": "assistant", "content": "wait"})
    history.close(None)
    history.open({"n": 2})

    assert history.messages()[-1] == user("1>2")


@pytest.mark.parametrize("rule", ["all", "last:1", "last:3", "tokens:60", "tokens:1"])
def test_no_call_is_torn_from_its_answer(rule):
    shown, _ = history_of(rule, 8)

    for messages in shown:
        open_call = None
        for message in messages[1:]:
            if message["role"] == "tool":
                assert message["tool_call_id"] == open_call
            if message["role"] == "user":
                assert open_call is None
            open_call = None
            if message["role"] == "assistant":
                open_call = message["tool_calls"][0]["id"]
        assert open_call is None


@pytest.mark.parametrize("rule", ["", "last:0", "last", "tokens:-1", "tokens:x", None])
def test_a_rule_that_is_none_is_refused(rule):
    with pytest.raises(ValueError, match="history is all, last:K"):
        HistoryRule.read(rule)
