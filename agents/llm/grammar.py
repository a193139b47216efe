"""The grammar of actions as text: JSON, or a call as people write it."""

import ast
import json
import re
from typing import Any, Final

from test_time_gym.market.interface.tools import whole_numbers

__all__ = ["NoAction", "parse_action"]

_TEXT_MAX: Final = 20_000
_NAMES: Final = (("verb", "payload"), ("name", "arguments"), ("tool", "input"))
"""Keys of a verb and of its arguments, as different harnesses call them."""
_CALL: Final = re.compile(r"[A-Za-z_][A-Za-z_0-9]*\(.*\)$", re.DOTALL)
_KEYWORD: Final = re.compile(r"([(,]\s*)from\s*=")
_THOUGHT: Final = re.compile(r"^.*</(?:think|thinking|reasoning)>", re.DOTALL)
"""The tag that opens it is often in the prompt that a server makes."""
_SIGNS: Final = "` \t\r\n"

Action = dict[str, Any]


class NoAction(ValueError):
    """A text in which no action was found; the message tells how to write one."""


def parse_action(text: str) -> Action:
    r"""Return the action that a text names, as a structured action.

    It may be a JSON object (``{"verb": …, "payload": …}``, or ``name`` and
    ``arguments``), a call (``verb(a="x")``), or the bare name of a verb; a code
    fence and words around it do no harm, as long as there is one action only.
    What a model has thought before, up to ``</think>``, is no part of it.
    Whether the market takes the action is decided later, by its own rules.

    Raises:
        NoAction: the text holds none, or several different ones.

    >>> parse_action('search_flights(date="2026-06-22")')
    {'verb': 'search_flights', 'payload': {'date': '2026-06-22'}}
    >>> parse_action('I wait.\n{"name": "wait", "arguments": {"minutes": 5}}')
    {'verb': 'wait', 'payload': {'minutes': 5}}
    >>> parse_action("<think>abort()? No.</think> wait(minutes=5)")
    {'verb': 'wait', 'payload': {'minutes': 5}}
    >>> parse_action("proceed_to_payment")
    {'verb': 'proceed_to_payment', 'payload': {}}
    """
    text = _THOUGHT.sub("", text)
    if len(text) > _TEXT_MAX:
        msg = f"the answer has {len(text)} characters; an action is short"
        raise NoAction(msg)
    found = _unlike([*_objects(text), *_calls(text)])
    bare = text.strip(_SIGNS)
    if not found and bare.isidentifier():
        found = [{"verb": bare, "payload": {}}]
    if len(found) == 1:
        return found[0] | {"payload": whole_numbers(found[0]["payload"])}
    what = f"{len(found)} different actions" if found else "no action"
    msg = f"there {'are' if found else 'is'} {what} in the answer: write one, such as "
    raise NoAction(
        msg + 'wait(minutes=5) or {"verb": "wait", "payload": {"minutes": 5}}'
    )


def _objects(text: str) -> list[Action]:
    """Return the actions among the JSON objects of a text."""
    decoder, found, at = json.JSONDecoder(), [], text.find("{")
    while at >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            action = _of_object(value)
            if action is not None:
                found.append(action)
        at = text.find("{", end)
    return found


def _of_object(value: Any) -> Action | None:
    for verb, payload in _NAMES:
        if isinstance(value, dict) and isinstance(value.get(verb), str | int):
            given = value.get(payload)
            return {"verb": value[verb], "payload": {} if given is None else given}
    return None


def _calls(text: str) -> list[Action]:
    """Return the calls that end a line, or the text."""
    lines = [text, *text.splitlines()]
    found = [_call(line.strip(_SIGNS).rstrip(";. ")) for line in lines]
    return [action for action in found if action is not None]


def _call(line: str) -> Action | None:
    found = _CALL.search(line)
    if found is None:
        return None
    # A word of Python may be the name of an argument all the same.
    written = _KEYWORD.sub(r"\1from_=", found[0])
    try:
        tree = ast.parse(written, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name):
        return None
    try:
        values = [ast.literal_eval(one) for one in tree.args]
        named = {
            str(one.arg).removesuffix("_"): ast.literal_eval(one.value)
            for one in tree.keywords
            if one.arg is not None
        }
    except (ValueError, TypeError, RecursionError):
        return None
    if (values and named) or len(values) > 1 or len(named) < len(tree.keywords):
        return None
    return {"verb": tree.func.id, "payload": values[0] if values else named}


def _unlike(actions: list[Action]) -> list[Action]:
    """Return the actions that differ."""
    kept: list[Action] = []
    for action in actions:
        if action not in kept:
            kept.append(action)
    return kept
