"""Actions as text: what models write, in whatever way they write it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from test_time_gym.agents.llm.grammar import NoAction, parse_action
from test_time_gym.agents.llm.tool_formats import TOOL_FORMATS
from test_time_gym.market.interface.tools import tool_specs
from test_time_gym.scenarios.flights.domain import FLIGHTS

WAIT = {"verb": "wait", "payload": {"minutes": 5}}
ROUTE = {"verb": "search_flights", "payload": {"from": "SFO", "to": "MAD"}}


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("wait(minutes=5)", WAIT),
        ("  `wait(minutes=5)` ", WAIT),
        ("```python\nwait(minutes=5)\n```", WAIT),
        ('{"verb": "wait", "payload": {"minutes": 5}}', WAIT),
        ('{"name": "wait", "arguments": {"minutes": 5}}', WAIT),
        ('I wait.\n{"tool": "wait", "input": {"minutes": 5}}\nDone.', WAIT),
        ("Thought: too early.\nAction: wait(minutes=5)", WAIT),
        ('search_flights(from="SFO", to="MAD")', ROUTE),
        ("search_flights(\n  from='SFO',\n  to='MAD',\n)", ROUTE),
        ('add_to_cart("UA58")', {"verb": "add_to_cart", "payload": "UA58"}),
        ('{"verb": 3, "payload": "UA58"}', {"verb": 3, "payload": "UA58"}),
        ("proceed_to_payment", {"verb": "proceed_to_payment", "payload": {}}),
        ("proceed_to_payment()", {"verb": "proceed_to_payment", "payload": {}}),
        ('{"verb": "restart", "payload": null}', {"verb": "restart", "payload": {}}),
        ("wait(minutes=5)\nwait(minutes=5)", WAIT),
    ],
)
def test_an_action_is_found_however_it_is_written(text, action):
    assert parse_action(text) == action


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no action"),
        ("I would like to fly.", "no action"),
        ("I think (hard).", "no action"),
        ("wait(minutes=now())", "no action"),
        ("wait(5, 6)", "no action"),
        ('{"verb": "wait", ', "no action"),
        ("[" * 50_000, "50000 characters"),
        ('{"a":' * 3_000, "no action"),
        ("wait(minutes=5)\nabort()", "2 different actions"),
        ('{"verb": "wait"} {"verb": "abort"}', "2 different actions"),
    ],
)
def test_what_is_no_action_is_told_how_to_write_one(text, told):
    with pytest.raises(NoAction, match=told):
        parse_action(text)


@settings(max_examples=200)
@given(st.text(alphabet='{}()[]"\\=,: \nabverb', max_size=60))
def test_any_text_is_an_action_or_is_refused(text):
    try:
        action = parse_action(text)
    except NoAction:
        return
    assert list(action) == ["verb", "payload"]


def test_tools_have_the_shape_that_each_of_their_callers_wants():
    tools = tool_specs(FLIGHTS)
    openai, anthropic, mcp = (
        {_name(one): one for one in TOOL_FORMATS[name](tools)}
        for name in ("openai", "anthropic", "mcp")
    )

    function = openai["confirm_payment"]["function"]
    assert openai["confirm_payment"]["type"] == "function"
    assert function["strict"] is True
    assert function["parameters"]["required"] == ["idempotency_key"]
    assert anthropic["confirm_payment"]["input_schema"]["required"] == []
    assert mcp["confirm_payment"]["annotations"] == {
        "readOnlyHint": False,
        "destructiveHint": True,
        "idempotentHint": False,
        "openWorldHint": False,
    }
    assert mcp["search_flights"]["annotations"]["readOnlyHint"] is True


def _name(tool):
    return tool.get("function", tool)["name"]
