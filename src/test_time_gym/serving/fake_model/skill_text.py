r"""Skills as a prompt tells them: what the policy ``skilled`` can read.

A skill stands in the text of a message of the system, the developer or the user, in
one of two forms; a text may have any number of both.

**A JSON object** with ``steps``, as the block at the end of a SKILL.md has it
(docs/memory.md): ``before`` is the precondition, ``args`` says of each argument where
it may come from::

    {"name": "pay", "before": {"view": "cart"}, "steps": [
      {"verb": "proceed_to_payment"},
      {"verb": "enter_card", "args": {"card_token": [{"path": "wallet[-1].token"}]}},
      {"verb": "wait", "args": {"minutes": 150}}]}

**Lines of calls**, with or without a number, a dash or backticks before them.  What
stands in quotation marks and what is a number is meant so; all else is a place on the
page, written as skills write places.  The lines below one heading are one skill.
``?`` before an argument: left out where the page has no such place.  ``?`` before the
verb: a help, no need; where it is refused the next step follows.  A line that says
*when the page shows* names the precondition::

    ## pay
    Use it when the page shows `view`: `cart`, `checks`: `agree`.
    1. wait(minutes=150)
    2. filter_results(?max_stops=constraints.max_stops)
    3. add_to_cart(flight_id=flights[least price].id)
    4. ?apply_coupon(code="SAVE10")

Precondition and places are those of `agents.skills`: ``features`` and ``value_at``.
A skill without a precondition is begun on the first page of an episode.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from test_time_gym.agents.skills.skill.skill import Binding, Skill, Step

__all__ = ["skills_in"]

_TEXT_MAX: Final = 1 << 20
"""Characters of a prompt that are read."""
_TRIES: Final = 1000
_HEADING: Final = re.compile(r"#{1,6}\s+(.*)")
_CALL: Final = re.compile(
    r"\s*(?:[-*]|\d{1,3}[.)])?\s*`?(\??)([a-z][a-z_]{0,40})\((.*)\)`?[.;]?\s*"
)
_ARGUMENT: Final = re.compile(
    r"\s*(\??)([a-z][a-z_0-9]{0,40})\s*=\s*"
    r'("(?:[^"\\]|\\.)*"|(?:[^,"\[\]]|\[[^\]]*\])+?)\s*(?:,|$)'
)
_WHEN: Final = "when the page shows"
_FEATURE: Final = re.compile(r"`([a-z_]+)`: `([a-z_]+)`")

_decode = json.JSONDecoder().raw_decode


@lru_cache(maxsize=256)
def skills_in(text: str) -> tuple[Skill, ...]:
    r"""Return the skills that a text tells, in their order, the JSON objects first.

    >>> (skill,) = skills_in('1. wait(minutes=5)\n2. enter_card(card_token="tok_a")')
    >>> [step.verb for step in skill.steps]
    ['wait', 'enter_card']
    """
    text = text[:_TEXT_MAX]
    return (*_from_json(text), *_from_lines(text))


def _from_json(text: str) -> Iterator[Skill]:
    at, tries = text.find("{"), 0
    while at >= 0 and tries < _TRIES:
        tries += 1
        try:
            value, end = _decode(text, at)
            skill = _from_object(value)
        except (ValueError, RecursionError):
            skill, end = None, at + 1
        if skill is not None:
            yield skill
        at = text.find("{", end)


def _from_object(value: Any) -> Skill | None:
    """Return the skill that an object tells, or None if it tells none."""
    listed = value.get("steps") if isinstance(value, dict) else None
    if not isinstance(listed, list) or not listed:
        return None
    before = value.get("before")
    pairs = before.items() if isinstance(before, dict) else ()
    steps = [_step_of(one) for one in listed if isinstance(one, dict)]
    if len(steps) != len(listed) or not all(step.verb for step in steps):
        return None
    return _skill(str(value.get("name", "")), pairs, steps)


def _step_of(data: dict[str, Any]) -> Step:
    args = data.get("args", data.get("payload"))
    pairs = args.items() if isinstance(args, dict) else ()
    optional = data.get("optional")
    return Step(
        verb=data["verb"] if isinstance(data.get("verb"), str) else "",
        args={str(name): _bindings(value) for name, value in pairs},
        optional=tuple(map(str, optional)) if isinstance(optional, list) else (),
        best_effort=data.get("spare") is True,
    )


def _bindings(value: Any) -> tuple[Binding, ...]:
    """Return where an argument comes from; a plain value stands for itself."""
    if not isinstance(value, list):
        return (Binding(value=value if isinstance(value, str | int) else None),)
    return tuple(
        Binding(path=str(one.get("path", "")), value=one.get("value"))
        for one in value
        if isinstance(one, dict)
    )


def _from_lines(text: str) -> Iterator[Skill]:
    name = ""
    before: dict[str, str] = {}
    steps: list[Step] = []
    for line in text.splitlines():
        heading = _HEADING.match(line)
        if heading is not None:
            if steps:
                yield _skill(name, before.items(), steps)
            name, before, steps = heading[1], {}, []
        elif _WHEN in line:
            before = dict(_FEATURE.findall(line))
        elif (call := _CALL.fullmatch(line)) is not None:
            step = _step_in(*call.groups())
            steps += [] if step is None else [step]
    if steps:
        yield _skill(name, before.items(), steps)


def _step_in(help_only: str, verb: str, written: str) -> Step | None:
    """Return the step that a call says, or None if its arguments make no sense."""
    args: dict[str, tuple[Binding, ...]] = {}
    optional, at = [], 0
    while at < len(written.rstrip()):
        found = _ARGUMENT.match(written, at)
        if found is None:
            return None
        maybe, name, value = found.groups()
        args[name] = (_binding(value.strip()),)
        optional += [name] if maybe else []
        at = found.end()
    return Step(
        verb=verb, args=args, optional=tuple(optional), best_effort=bool(help_only)
    )


def _binding(value: str) -> Binding:
    if value[0] == '"':
        try:
            return Binding(value=str(json.loads(value)))
        except ValueError:
            return Binding(value=value[1:-1])
    if value.isascii() and value.isdigit():
        return Binding(value=int(value))
    return Binding(path=value)


def _skill(name: str, before: Any, steps: list[Step]) -> Skill:
    return Skill(
        name=name,
        precondition={str(key): str(value) for key, value in before},
        steps=tuple(steps),
        postcondition={},
    )
