"""The verbs as tools: schemas and models say what the market takes, and no more."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from test_time_gym.market.domain import COUNT, DATE, MONEY, TIME
from test_time_gym.market.interface.actions import Action, decode_action
from test_time_gym.market.interface.tools import action_schema, tool_specs
from test_time_gym.market.interface.verbs import ROWS, Verb, verb_table
from test_time_gym.scenarios.flights.domain import AIRPORT, FLIGHTS
from test_time_gym.scenarios.hotels.domain import HOTELS

TRADES = pytest.mark.parametrize("trade", [FLIGHTS, HOTELS], ids=lambda one: one.name)
EXPONENT = 2
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    AIRPORT: st.sampled_from(["SFO", "MAD", "sfo", "SFOO", "", 7]),
    COUNT: st.one_of(st.integers(-2, 120), st.sampled_from([10**7, "x", 1.5])),
    DATE: st.sampled_from(["2026-06-15", "2026-6-15", "tomorrow", 20260615]),
    MONEY: st.one_of(st.integers(-2, 900), st.sampled_from([87.5, "x", -0.5])),
    TIME: st.sampled_from(["10:00", "24:00", "9:00", "", 10]),
}


def values(argument):
    texts = st.one_of(st.text(max_size=4), st.integers(), st.just("x" * 201))
    return VALUES.get(argument.kind, texts)


@TRADES
def test_every_verb_is_a_tool_that_says_what_it_does_and_changes(trade):
    tools = tool_specs(trade)

    assert [tool.verb for tool in tools] == list(Verb)
    assert [tool.name for tool in tools] == list(verb_table(trade).names)
    for tool, row in zip(tools, ROWS, strict=True):
        assert row.meaning[1:] in tool.description
        assert tool.description.count("Changes") == 1
        assert tool.read_only == ("nothing but your own page" in tool.description)
    final = [tool.name for tool in tools if tool.final]
    assert final == ["confirm_payment", "abort", "cancel_order"]


@TRADES
def test_every_argument_of_every_tool_is_described(trade):
    for tool in tool_specs(trade):
        schema = tool.parameters()
        arguments = verb_table(trade).arguments[tool.verb]
        Draft202012Validator.check_schema(schema)
        assert list(schema["properties"]) == list(arguments)
        assert schema["required"] == [n for n, a in arguments.items() if a.required]
        assert all(one["description"] for one in schema["properties"].values())


@TRADES
def test_strict_schemas_require_everything_and_take_null_for_what_is_left_out(trade):
    for tool in tool_specs(trade):
        plain, strict = tool.parameters(), tool.parameters(strict=True)
        assert strict["required"] == list(strict["properties"])
        optional = set(strict["properties"]) - set(plain["required"])
        null = {n for n, one in strict["properties"].items() if "null" in one["type"]}
        assert null == optional


@TRADES
@settings(max_examples=150)
@given(data=st.data())
def test_models_schemas_and_the_market_take_the_same_arguments(trade, data):
    tool = data.draw(st.sampled_from(tool_specs(trade)))
    arguments = verb_table(trade).arguments[tool.verb]
    chosen = data.draw(
        st.lists(st.sampled_from(sorted(arguments)), unique=True)
        if arguments
        else st.just([])
    )
    payload = {name: data.draw(values(arguments[name])) for name in chosen}

    action = {"verb": tool.name, "payload": payload}
    decoded = decode_action(action, verb_table(trade), EXPONENT)
    fits = Draft202012Validator(tool.parameters()).is_valid(payload)
    if fits:
        # Money has more digits in JSON than a currency may have.
        assert isinstance(decoded, Action)
    try:
        tool.arguments.model_validate(payload, strict=True)
    except ValidationError:
        assert not fits
    else:
        assert fits


@TRADES
def test_an_action_fits_the_schema_of_actions(trade):
    schema = action_schema(trade)
    Draft202012Validator.check_schema(schema)
    fits = Draft202012Validator(schema).is_valid
    words = trade.words

    assert fits({"verb": words.search})
    assert fits({"verb": 0, "payload": {}})
    assert fits({"verb": words.select, "payload": {words.offer_id: "X"}})
    assert not fits({"verb": words.select})
    assert not fits({"verb": "fly"})
    assert not fits({"verb": 0, "payload": {}, "more": 1})
