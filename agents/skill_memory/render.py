"""Rendering: a skill in words that a person, or a model, can follow.

Whatever came from a page is shown between backticks and without anything that
could end them: it stays a quotation.
"""

import re
from typing import Final

from test_time_gym.agents.skills.perception.page import Page
from test_time_gym.agents.skills.perception.telling import LISTS
from test_time_gym.agents.skills.skill.skill import Binding, Skill, Step

from .phrases import VERBS, phrases_of
from .quotation import plain_word, quoted
from .track_record import where_of, worked

__all__ = ["description_of", "quoted", "steps_of", "summary_of", "what_for"]

_DEEDS_MAX: Final = 400
_DESCRIPTION_MAX: Final = 900
_PART: Final = re.compile(r"([^.\[\]~]+)(?:\[([^\]]*)\])?")
_INDEX: Final = re.compile(r"-?[0-9]{1,9}")


def what_for(skill: Skill) -> str:
    """Return the sentence that says when to use a skill."""
    return f"Use it when the page shows {_page(skill.precondition)}."


def summary_of(skill: Skill) -> str:
    """Return what a skill does with its values, where it was learned and how it did.

    >>> from test_time_gym.agents.skills.skill.skill import Step
    >>> wait = Step(verb="wait", args={"minutes": (Binding(value=150),)})
    >>> summary_of(Skill(name="s", precondition={}, steps=(wait,), postcondition={},
    ...                  origin=("flights/sites/7#1",), tries=13, completions=12))
    'Wait 150 minutes; at flights/sites site 7; worked in 12 of 13 tries'
    """
    deeds = ", ".join([one.said for one in phrases_of(skill)])
    if len(deeds) > _DEEDS_MAX:
        deeds = deeds[: _DEEDS_MAX - 1] + "…"
    where = where_of(skill)
    at = [f"at {where}"] if where else []
    return "; ".join([_capital(deeds), *at, worked(skill)])


def description_of(skill: Skill) -> str:
    """Return what a skill does and when, in one line without markup.

    It has the values that the skill knows, where they hold, and how often it worked.
    """
    shown = [
        f"{_said(name)} {_said(value)}" for name, value in skill.precondition.items()
    ]
    when = ", ".join(shown) or "anything"
    text = f"{summary_of(skill)}. Use it when the page shows {when}"
    plain = text.replace("`", "'").replace("<", "(").replace(">", ")")
    if len(plain) >= _DESCRIPTION_MAX:
        plain = plain[: _DESCRIPTION_MAX - 2] + "…"
    return f"{plain}."


def steps_of(skill: Skill) -> list[str]:
    """Return what to do, step by step, and what the page should show in the end."""
    numbered = [
        f"{number}. {_capital(_step(step))}"
        for number, step in enumerate(skill.steps, start=1)
    ]
    if not skill.postcondition:
        return [*numbered, "", "Any page is fine in the end."]
    return [
        *numbered,
        "",
        f"In the end the page should show {_page(skill.postcondition)}.",
    ]


def _page(page: Page) -> str:
    shown = [f"{quoted(name)}: {quoted(value)}" for name, value in page.items()]
    return ", ".join(shown) or "anything"


def _said(text: str) -> str:
    return plain_word(text) or quoted(text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _step_name(step: Step) -> str:
    return VERBS.get(step.verb) or f"do {quoted(step.verb)}"


def _step(step: Step) -> str:
    if not step.args:
        return f"{_step_name(step)}."
    parts = []
    for name, bindings in step.args.items():
        ways = ", else ".join([_binding(binding) for binding in bindings])
        hint = " (leave it out if there is none)" if name in step.optional else ""
        parts.append(f"{quoted(name)} is {ways or 'open'}{hint}")
    return f"{_step_name(step)}; {'; '.join(parts)}."


def _binding(binding: Binding) -> str:
    if not binding.path:
        return quoted(binding.value)
    places, _, word = binding.path.partition("~")
    parts = _PART.findall(places)
    said = []
    for name, selector in reversed(parts):
        said.append(_place(name, selector))
    text = " of ".join(said) or quoted(binding.path)
    return f"the {quoted(word)} in {text}" if word else text


def _place(name: str, selector: str) -> str:
    if not selector:
        return f"the {quoted(name)}"
    kind, _, rest = selector.partition(" ")
    whose = ""
    if kind == "fitting":
        whose = " among those that meet the constraints"
        kind, _, rest = rest.partition(" ")
    thing = LISTS.get(name) or f"entry of {quoted(name)}"
    if kind in ("least", "most") and rest:
        return f"the {thing} with the {kind} {quoted(rest)}{whose}"
    field, equals, value = f"{kind} {rest}".strip().partition("=")
    if equals:
        return f"the {thing} whose {quoted(field)} is {quoted(value)}{whose}"
    if kind == "-1":
        return f"the last {thing}{whose}"
    if _INDEX.fullmatch(kind) and int(kind) >= 0:
        return f"{thing} number {int(kind) + 1}{whose}"
    return f"the {thing} {quoted(selector)}"
