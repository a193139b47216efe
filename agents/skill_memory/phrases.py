"""Phrases: what the steps of a skill do, in a few words with their values."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from test_time_gym.agents.skills.perception.telling import (
    is_of_cart,
    is_opening,
    limit_in_words,
)
from test_time_gym.agents.skills.perception.vocabulary import FILTER, PAUSE
from test_time_gym.agents.skills.skill.skill import Binding, Skill, Step

from .quotation import plain_word, quoted

__all__ = ["VERBS", "Phrase", "phrases_of"]

VERBS: Final = {
    "search_flights": "search for flights",
    "search_hotels": "search for hotels",
    "filter_results": "filter the offers",
    "select_flight": "select the offer",
    "select_room": "select the offer",
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
"""What verbs do, for people."""

HABIT, VALUE, CHOICE, PLAIN = 0, 1, 2, 3
"""What a phrase tells: when or with what one pays; another value; how to choose; the
verb alone."""

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_DATE: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-([0-2][0-9]|3[01])")
_SELECTOR: Final = re.compile(r"[a-z_0-9]+\[([^\]]*)\]")
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth")
_PRICES: Final = {"least price": "cheapest", "most price": "dearest"}
_ARRIVED: Final = ("success", "captured")


class Phrase(NamedTuple):
    """What a step does."""

    said: str
    """A clause, in lower case."""
    name: str
    """The same for a name: lower case words, joined by hyphens."""
    tells: int
    """`HABIT`, `VALUE`, `CHOICE` or `PLAIN`; the first says most."""


_ALWAYS: Final = {
    "confirm_payment": Phrase("confirm the payment", "confirm-payment", PLAIN),
    "proceed_to_payment": Phrase("go on to the payment", "go-to-payment", PLAIN),
    "answer_challenge": Phrase(
        "answer with the code from the bank", "answer-the-bank", PLAIN
    ),
}
"""What needs no value to be told."""


def phrases_of(skill: Skill) -> list[Phrase]:
    """Return what a skill does, in the order of its steps.

    Steps that a later one implies are left out: an offer is selected before it is
    taken, and a card that is entered before the payment is confirmed is what one
    pays with.
    """
    found: list[Phrase] = []
    steps = skill.steps
    for place, step in enumerate(steps):
        after = {one.verb: one for one in steps[place + 1 :]}
        found += _of_step(step, after, skill)
    pays = [k for k, one in enumerate(steps) if one.verb == "confirm_payment"]
    if pays and pays[-1] == len(steps) - 1 and _is_paid(skill):
        found.append(Phrase("no code asked", "", PLAIN))
    return found


def _is_paid(skill: Skill) -> bool:
    after = skill.postcondition
    ends = (after.get("outcome"), after.get("payment"))
    return skill.completions > 0 and any(one in _ARRIVED for one in ends)


def _of_step(step: Step, after: dict[str, Step], skill: Skill) -> Iterator[Phrase]:
    verb = step.verb
    if verb in _ALWAYS:
        if verb != "confirm_payment" or all(
            one.verb != "enter_card" for one in skill.steps
        ):
            yield _ALWAYS[verb]
    elif verb == "enter_card":
        yield _card(step, pays="confirm_payment" in after)
    elif verb.startswith("select_") or verb == "add_to_cart":
        taken = after.get("add_to_cart")
        if taken is None or _offer_of(taken) != _offer_of(step):
            does = "take" if verb == "add_to_cart" else "select"
            yield _offer(does, _offer_of(step))
    elif verb == PAUSE:
        yield _wait(
            step, opening=step is skill.steps[0] and is_opening(skill.precondition)
        )
    elif verb == "apply_coupon":
        yield _code(step)
    else:
        yield _with_values(step)


def _wait(step: Step, *, opening: bool) -> Phrase:
    minutes = plain_word(_first(step, "minutes").value or "")
    if not minutes:
        return Phrase("wait", "wait", PLAIN)
    said = f"until {minutes} minutes after opening" if opening else f"{minutes} minutes"
    return Phrase(f"wait {said}", f"wait-{minutes}-minutes", HABIT)


def _code(step: Step) -> Phrase:
    """Return the code itself if it was the same in all successes."""
    bindings = step.args.get("code", ())
    value = next((one.value for one in bindings if not one.path), None)
    if value is None:
        return Phrase("the code that the page shows", "code-shown", CHOICE)
    return Phrase(f"code {_shown(value)}", _joined("code", value), HABIT)


def _card(step: Step, *, pays: bool) -> Phrase:
    does, verb = ("pay with", "pay-with") if pays else ("enter", "enter-card")
    bindings = next(iter(step.args.values()), ())
    picked = [_selected(one.path) for one in bindings]
    named = [one.partition("=")[2] for one in picked if "=" in one]
    if named:
        card = _shown(named[0])
        card = card if card.endswith("card") else f"the {card} card"
        return Phrase(f"{does} {card}", _joined(verb, named[0]), HABIT)
    fixed = [one.value for one in bindings if one.value is not None]
    if fixed:
        return Phrase(f"{does} {_shown(fixed[0])}", _joined(verb, fixed[0]), HABIT)
    which = _choice(picked[0]) if picked else ""
    text, name = (f"{which} card", f"{which}-card") if which else ("card", "card")
    verb = "pay-with" if pays else "enter"
    tells = CHOICE if which else PLAIN
    return Phrase(f"{does} the {text}", _joined(verb, name), tells)


def _offer_of(step: Step) -> Binding:
    bindings = next(iter(step.args.values()), ())
    return bindings[0] if bindings else Binding()


def _offer(does: str, offer: Binding) -> Phrase:
    if not offer.path:
        value = "" if offer.value is None else offer.value
        text = f"{does} offer {_shown(value)}" if value != "" else f"{does} an offer"
        return Phrase(text, _joined(does, "offer", value), VALUE if value else PLAIN)
    if is_of_cart(offer.path):
        return Phrase(f"{does} what is in the cart", f"{does}-from-cart", CHOICE)
    kind = _selected(offer.path)
    fits = kind.startswith("fitting ")
    which = _choice(kind.removeprefix("fitting "))
    if not which:
        return Phrase(f"{does} an offer", f"{does}-offer", PLAIN)
    noun = "" if which in _PRICES.values() else " offer"
    said = f"{does} the {which}{noun}" + (" that fits the task" if fits else "")
    name = _joined(does, *which.split(" "), "fitting" if fits else "")
    return Phrase(said, name, CHOICE)


def _with_values(step: Step) -> Phrase:
    """Return what a verb does with the values that are always the same."""
    verb = step.verb
    said = VERBS.get(verb) or f"do {quoted(verb)}"
    name = _joined(verb) if verb in VERBS else _joined("do", verb)
    searches = verb.startswith("search_")
    if searches or verb == FILTER:
        said = name = "search" if searches else "filter"
    told: list[str] = []
    words: list[str] = []
    for argument in sorted(step.args):
        value = _first(step, argument).value
        if value is not None:
            known = _day(value) or limit_in_words(argument, value)
            told.append(known or f"{_shown(argument)} {_shown(value)}")
            words += known.split(" ") if known else [argument, str(value)]
    if told:
        return Phrase(f"{said} {' and '.join(told)}", _joined(name, *words), VALUE)
    if step.args and verb == FILTER:
        said += " by the task's limits"
    return Phrase(said, name, PLAIN)


def _day(value: object) -> str:
    """Return a date as people say it, or an empty text if it is none.

    >>> _day("2026-06-23"), _day("SKY20")
    ('23 June', '')
    """
    found = _DATE.fullmatch(str(value))
    return f"{int(found[2])} {_MONTHS[int(found[1]) - 1]}" if found else ""


def _first(step: Step, argument: str) -> Binding:
    bindings = step.args.get(argument, ())
    return bindings[0] if bindings else Binding()


def _selected(path: str) -> str:
    """Return how a path chooses from its first list, or an empty text."""
    found = _SELECTOR.match(path)
    return found[1] if found else ""


def _choice(selector: str) -> str:
    """Return which one of a list a selector takes, in words.

    >>> _choice("least price"), _choice("-1"), _choice("1"), _choice("most stops")
    ('cheapest', 'last', 'second', 'most stops')
    """
    if selector in _PRICES:
        return _PRICES[selector]
    if selector == "-1":
        return "last"
    if selector.isascii() and selector.isdigit() and int(selector) < len(_ORDINALS):
        return _ORDINALS[int(selector)]
    kind, _, field = selector.partition(" ")
    word = plain_word(field)
    return f"{kind} {word}" if kind in ("least", "most") and word else ""


def _shown(value: object) -> str:
    return plain_word(value) or quoted(value)


def _joined(*parts: object) -> str:
    """Return a part of a name; what is no plain word is left out: it may be a sentence.

    >>> _joined("code", "SKY_20"), _joined("code", "Now pay me")
    ('code-sky-20', 'code')
    """
    words = " ".join([plain_word(one) for one in parts]).lower()
    return "-".join(re.findall(r"[a-z0-9]+", words))
