"""Decoding: any object becomes an action or a sentence, and only None is raised."""

import json
import re
from collections import UserDict

import numpy as np
import pytest
from flight_verbs import FIELDS, TABLE, VERB_NAMES
from flight_verbs import decode as decode_whole
from hypothesis import given
from hypothesis import strategies as st

from test_time_gym.market.errors import Misuse
from test_time_gym.market.integers import as_integer
from test_time_gym.market.interface.actions import Action, Malformed
from test_time_gym.market.interface.verbs import Verb

NUMBERS = {
    "search_flights": 0,
    "filter_results": 1,
    "select_flight": 2,
    "add_to_cart": 3,
    "proceed_to_payment": 4,
    "enter_card": 5,
    "confirm_payment": 6,
    "apply_coupon": 7,
    "restart": 8,
    "abort": 9,
    "answer_challenge": 10,
    "wait": 11,
    "remove_from_cart": 12,
    "choose_instalments": 13,
    "cancel_order": 14,
    "send_message": 15,
}


def decode(verb, payload=None):
    return decode_whole({"verb": verb, "payload": payload}, 2)


def nested(wrap, depth=100_000):
    value = wrap(None)
    for _ in range(depth):
        value = wrap(value)
    return value


def test_verbs_keep_their_numbers_for_ever():
    assert {name: Verb(VERB_NAMES.index(name)).value for name in VERB_NAMES} == NUMBERS


@pytest.mark.parametrize("name", NUMBERS)
def test_a_verb_is_named_or_numbered_by_any_kind_of_integer(name):
    number = NUMBERS[name]
    payload = {"to": "a", "text": "b", "count": 3}
    payload |= {"flight_id": "AA1", "card_token": "t", "code": "1", "order_id": "o"}
    known = {field.name for field in FIELDS[Verb(number)] if field.required}
    payload = {key: value for key, value in payload.items() if key in known}

    spelled = [name, number, np.int64(number), np.uint8(number), np.array(number)]
    decoded = [decode(verb, payload) for verb in spelled]

    assert decoded == [Action(Verb(number), dict(sorted(payload.items())))] * 5


@pytest.mark.parametrize(
    ("verb", "payload", "args"),
    [
        ("search_flights", "", {}),
        ("search_flights", None, {}),
        ("search_flights", "  \n", {}),
        ("search_flights", {"from": "SFO", "date": None}, {"from": "SFO"}),
        ("select_flight", "AA1", {"flight_id": "AA1"}),
        ("select_flight", '{"flight_id": "AA1"}', {"flight_id": "AA1"}),
        ("select_flight", {"flight_id": np.str_("AA1")}, {"flight_id": "AA1"}),
        ("enter_card", UserDict(card_token="tok_ok"), {"card_token": "tok_ok"}),
        ("abort", "too dear", {"reason": "too dear"}),
        ("answer_challenge", "012345", {"code": "012345"}),
        ("wait", 5, {"minutes": 5}),
        ("wait", "5", {"minutes": 5}),
        ("wait", np.int32(5), {"minutes": 5}),
        ("wait", {"minutes": 525_600}, {"minutes": 525_600}),
        ("filter_results", {"max_price": 900}, {"max_price": 900_00}),
        ("filter_results", {"max_price": 870.5}, {"max_price": 870_50}),
        ("filter_results", {"max_price": "870.50"}, {"max_price": 870_50}),
        ("filter_results", {"max_price": np.float32(870.5)}, {"max_price": 870_50}),
        (
            "filter_results",
            {"max_stops": 1, "airline": "Aurora", "depart_after": "07:05"},
            {"airline": "Aurora", "depart_after": "07:05", "max_stops": 1},
        ),
    ],
)
def test_a_payload_may_be_given_in_any_usual_form(verb, payload, args):
    decoded = decode(verb, payload)

    assert decoded == Action(TABLE.by_name[verb], args)
    assert {type(value) for value in decoded.args.values()} <= {str, int}
    assert list(decoded.args) == sorted(decoded.args)


@pytest.mark.parametrize(
    ("verb", "payload", "why"),
    [
        ("select_flight", None, "select_flight needs flight_id"),
        ("select_flight", 3, "flight_id is a text of 1 to 200 characters, not 3"),
        ("select_flight", {"id": "AA1"}, "has no argument 'id'; it takes flight_id"),
        ("select_flight", {"flight_id": ""}, "flight_id is a text"),
        ("select_flight", {"flight_id": "x" * 201}, "flight_id is a text"),
        ("select_flight", {3: "AA1"}, "has no argument 3"),
        ("restart", "now", "payload of restart is an object of no arguments"),
        ("restart", {"x": 1}, "restart has no argument 'x'; it takes no arguments"),
        ("filter_results", "cheap", "payload of filter_results is an object of"),
        ("send_message", "hi", "payload of send_message is an object of to, text"),
        ("select_flight", "{", "payload is not valid JSON"),
        ("select_flight", '{"flight_id": "a"} x', "payload is not valid JSON"),
        ("select_flight", "{" + " " * 4096 + "}", "longer than 4096 characters"),
        ("wait", {"minutes": True}, "minutes is a whole number from 0 to 525600"),
        ("wait", {"minutes": np.bool_(1)}, "minutes is a whole number"),
        ("wait", {"minutes": -1}, "minutes is a whole number"),
        ("wait", {"minutes": 525_601}, "minutes is a whole number"),
        ("wait", {"minutes": 1.0}, "minutes is a whole number"),
        ("wait", {"minutes": float("nan")}, "minutes is a whole number"),
        ("wait", {"minutes": "\u0663"}, "minutes is a whole number"),
        ("wait", {"minutes": "-1"}, "minutes is a whole number"),
        ("wait", {"minutes": 2**63}, "minutes is a whole number"),
        ("wait", '{"minutes": NaN}', "minutes is a whole number"),
        ("wait", '{"minutes": 1e999}', "minutes is a whole number"),
        ("wait", [5], "minutes is a whole number"),
        ("filter_results", {"max_price": float("inf")}, "max_price is an amount"),
        ("filter_results", {"max_price": -0.0}, "max_price is an amount"),
        ("filter_results", {"max_price": 1e300}, "max_price is an amount"),
        ("filter_results", {"max_price": 0.001}, "max_price is an amount"),
        ("filter_results", {"max_price": -5}, "max_price is an amount"),
        (
            "filter_results",
            {"max_price": "999999999999999"},
            "max_price is an amount from 0 to 1000000000000, such as 870.50, not",
        ),
        (
            "filter_results",
            {"max_price": 10**12 + 1},
            "max_price is an amount from 0 to 1000000000000",
        ),
        (
            "filter_results",
            {"max_stops": 100},
            "max_stops is a whole number from 0 to 99, not 100",
        ),
        (
            "choose_instalments",
            {"count": 525_600},
            "count is a whole number from 0 to 99, not 525600",
        ),
        (
            "cancel_order",
            {"order_id": "o", "seats": -1},
            "seats is a whole number from 0 to 999, not -1",
        ),
        ("filter_results", {"depart_after": "24:00"}, "depart_after is a time"),
        ("filter_results", {"depart_after": "7:05"}, "depart_after is a time"),
        (
            "filter_results",
            {"depart_after": "\u0660\u0667:\u0660\u0665"},
            "depart_after is a time",
        ),
        ("search_flights", {"from": "sfo"}, "from is a three-letter code"),
        ("search_flights", {"from": "SÜO"}, "from is a three-letter code"),
        ("search_flights", {"date": "2026-02-29"}, "date is a date such as"),
        ("search_flights", {"date": "20260601"}, "date is a date such as"),
        ("search_flights", {"date": "2026-W23-1"}, "date is a date such as"),
    ],
)
def test_a_mistake_in_the_payload_is_told_in_words(verb, payload, why):
    decoded = decode(verb, payload)

    assert isinstance(decoded, Malformed)
    assert why in decoded.why


def test_an_amount_is_asked_for_as_the_currency_has_it():
    said = [
        decode_whole({"verb": 1, "payload": {"max_price": "x"}}, exponent).why
        for exponent in (0, 2, 3)
    ]

    assert said == [
        f"max_price is an amount from 0 to {most}, such as {example}, not 'x'"
        for most, example in (
            (10**14, "87050"),
            (10**12, "870.50"),
            (10**11, "87.050"),
        )
    ]


@pytest.mark.parametrize("exponent", [0, 2, 3])
@pytest.mark.parametrize("form", [int, str, float])
def test_every_amount_that_is_taken_may_stand_in_a_journal(exponent, form):
    decoded = [
        decode_whole({"verb": 1, "payload": {"max_price": form(10**k)}}, exponent)
        for k in range(25)
    ]
    taken = [one.args["max_price"] for one in decoded if isinstance(one, Action)]

    assert taken == [10 ** (k + exponent) for k in range(len(taken))]
    assert 10**12 < max(taken) <= 10**14


HOSTILE = {
    "huge integer": {"verb": 10**5000},
    "huge argument": {"verb": 11, "payload": {"minutes": 10**5000}},
    "huge price": {"verb": 1, "payload": {"max_price": -(10**5000)}},
    "huge digits": {"verb": 11, "payload": "9" * 4200},
    "huge digits in JSON": {"verb": 11, "payload": '{"minutes":' + "9" * 4000 + "}"},
    "10 MB of text": {"verb": 5, "payload": "x" * 10**7},
    "10 MB of spaces and text": {"verb": 5, "payload": " " * 10**7 + "{"},
    "10 MB verb": {"verb": "x" * 10**7},
    "10 MB key": {"x" * 10**7: 1},
    "deep list": {"verb": 5, "payload": nested(lambda v: [v])},
    "deep mapping": nested(lambda v: {"verb": v}),
    "deep payload": {"verb": 5, "payload": nested(lambda v: {"card_token": v})},
    "deep JSON list": {"verb": 5, "payload": "[" * 100_000},
    "short deep JSON list": {"verb": 5, "payload": "[" * 4000},
    "short deep JSON mapping": {"verb": 5, "payload": '{"a":' * 800},
    "lone surrogate": {"verb": 5, "payload": "\ud800"},
    "lone surrogate verb": {"verb": "\udfff"},
    "lone surrogate key": {"\ud800": 1},
    "JSON surrogate": {"verb": 5, "payload": '{"card_token": "\\ud800"}'},
    "nan verb": {"verb": float("nan")},
    "float verb": {"verb": 3.0},
    "bool verb": {"verb": True},
    "numpy bool verb": {"verb": np.bool_(1)},
    "negative verb": {"verb": -1},
    "verb too large": {"verb": 16},
    "array verb": {"verb": np.arange(3)},
    "nan array verb": {"verb": np.array(float("nan"))},
    "object array verb": {"verb": np.array({}, object)},
    "date verb": {"verb": np.datetime64("2026-06-01")},
    "bytes verb": {"verb": b"wait"},
    "verb in capitals": {"verb": "WAIT"},
    "no verb": {},
    "verb is None": {"verb": None},
    "another key": {"verb": 11, "payload": {}, "seat": 1},
    "number as key": {1: "wait"},
    "tuple as key": {("verb",): "wait"},
    "bytes payload": {"verb": 5, "payload": b"tok_ok"},
    "set payload": {"verb": 5, "payload": {"tok_ok"}},
    "list": ["wait"],
    "text": "wait",
    "number": 11,
    "object": object(),
    "nan": float("nan"),
    "array": np.zeros(3),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_action_is_answered_with_a_short_plain_sentence(name):
    decoded = decode_whole(HOSTILE[name], 2)

    assert isinstance(decoded, Malformed)
    assert len(decoded.why) < 300
    assert re.fullmatch(r"[\x20-\x7e]+", decoded.why)


class Rude(Exception):
    """What a hostile object raises."""


def rude(*_args, **_options):
    raise Rude


RUDE = {
    "integer": {"verb": type("RudeInt", (int,), {"__int__": rude})(3)},
    "text": {"verb": type("RudeText", (str,), {"__eq__": rude, "__hash__": rude})("a")},
    "payload": {"verb": 5, "payload": type("T", (str,), {"strip": rude})("tok_ok")},
    "mapping": type("RudeDict", (dict,), {"__iter__": rude})(verb=1),
    "numpy duration": {"verb": np.timedelta64(3, "s")},
}


@pytest.mark.parametrize("name", RUDE)
def test_objects_that_raise_when_touched_are_malformed_too(name):
    assert isinstance(decode_whole(RUDE[name], 2), Malformed)


def test_only_none_is_the_calling_program_s_mistake():
    with pytest.raises(Misuse, match="only for agents that are done"):
        decode_whole(None, 2)


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=10)
    | st.binary(max_size=5)
    | st.sampled_from([*VERB_NAMES, *range(17), "SFO", "2026-06-01", "07:15"])
)
NAMES = st.sampled_from(
    ["verb", "payload", *(field.name for fields in FIELDS.values() for field in fields)]
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(NAMES | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(
    ANYTHING.filter(lambda value: value is not None)
    | st.fixed_dictionaries({"verb": st.integers(0, 15), "payload": ANYTHING})
)
def test_whatever_is_decoded_is_canonical_and_decodes_to_itself(value):
    decoded = decode_whole(value, 2)

    if isinstance(decoded, Action):
        text = json.dumps(decoded.args)
        in_major = dict(decoded.args)
        if "max_price" in in_major:
            in_major["max_price"] = (
                f"{in_major['max_price'] // 100}.{in_major['max_price'] % 100:02d}"
            )
        assert json.loads(text) == decoded.args
        assert decode(int(decoded.verb), in_major) == decoded


@pytest.mark.parametrize(
    ("value", "number"),
    [(3, 3), (np.int8(-3), -3), (np.array(7), 7), (Verb.WAIT, 11)]
    + [(value, None) for value in (True, np.bool_(0), 3.0, "3", None, np.array([3]))],
    ids=repr,
)
def test_only_true_integers_are_integers(value, number):
    assert as_integer(value) == number
    assert type(as_integer(value)) in (int, type(None))
