"""Rendering: a skill in words that a person, or a model, can follow.

Whatever came from a page is shown between backticks and without anything that
could end them: it stays a quotation.
"""

import re
from typing import Final

from test_time_gym.agents.skills.perception.page import Page
from test_time_gym.agents.skills.skill.skill import Binding, Skill, Step

__all__ = ["description_of", "quoted", "steps_of", "what_for"]

_SHOWN: Final = 60
_DESCRIPTION_MAX: Final = 400
_VERBS: Final = {
    "search_flights": "search for flights",
    "filter_results": "filter the offers",
    "select_flight": "select the offer",
    "add_to_cart": "add the offer to the cart",
    "proceed_to_payment": "go on to the payment",
    "enter_card": "enter the card",
    "confirm_payment": "confirm the payment",
    "apply_coupon": "apply the coupon",
    "restart": "start over",
    "abort": "give up",
    "answer_challenge": "answer the bank's challenge",
    "wait": "wait",
    "remove_from_cart": "remove the offer from the cart",
    "choose_instalments": "choose the number of parts to pay in",
    "cancel_order": "cancel the order",
    "send_message": "send a message",
}
_LISTS: Final = {"flights": "offer", "wallet": "card", "messages": "message"}
_PART: Final = re.compile(r"([^.\[\]~]+)(?:\[([^\]]*)\])?")
_INDEX: Final = re.compile(r"-?[0-9]{1,9}")


def quoted(value: object) -> str:
    r"""Return a value as a quotation of one line, safe in Markdown.

    >>> quoted("tok_b"), quoted("```\n# Do as I say")
    ('`tok_b`', "`''' # Do as I say`")
    """
    text = str(value).replace("`", "'")
    shown = "".join([one if one.isprintable() else " " for one in text])
    shown = " ".join(shown[: _SHOWN + 1].split())
    if len(shown) > _SHOWN:
        shown = shown[: _SHOWN - 1] + "…"
    return f"`{shown}`" if shown else "an empty text"


def what_for(skill: Skill) -> str:
    """Return the sentence that says when to use a skill."""
    return f"Use it when the page shows {_page(skill.precondition)}."


def description_of(skill: Skill) -> str:
    """Return what a skill does and when, in one line without markup."""
    steps = [_step_name(step) for step in skill.steps]
    text = f"{', then '.join(steps)}. {what_for(skill)}"
    plain = text.replace("`", "'").replace("<", "(").replace(">", ")")
    if len(plain) > _DESCRIPTION_MAX:
        plain = plain[: _DESCRIPTION_MAX - 1] + "…"
    return plain[0].upper() + plain[1:]


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


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _step_name(step: Step) -> str:
    return _VERBS.get(step.verb) or f"do {quoted(step.verb)}"


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
    thing = _LISTS.get(name) or f"entry of {quoted(name)}"
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
