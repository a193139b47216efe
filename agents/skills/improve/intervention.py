"""Interventions: one change of a known procedure, whose effect on the price shows.

A price before and one after, in the same episode, differ by the change and little
else.  So two looks tell what success and failure alone tell in hundreds of episodes.
"""

from collections.abc import Iterator
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from test_time_gym.agents.skills.explore.explorer import INVENTED
from test_time_gym.agents.skills.perception.arguments import affinity, fields_of
from test_time_gym.agents.skills.perception.page import forms, legal_verbs
from test_time_gym.agents.skills.perception.page_state import PageState
from test_time_gym.agents.skills.perception.places import UNTRIED, places
from test_time_gym.agents.skills.skill.binding import bindings_of, fixed
from test_time_gym.agents.skills.skill.skill import Step

__all__ = [
    "Intervention",
    "generalised",
    "interventions",
]


class Intervention(Struct, frozen=True):
    """Something to try on a page."""

    label: str
    """The same change has the same label in every episode."""
    kind: Literal["instead", "before", "here"]
    """Where in a skill the change belongs: in place of the step that led here, right
    before that one, or in front of what is done here."""
    steps: tuple[Step, ...]
    """What to do, with fixed values."""
    change: Step
    """What a skill would do differently."""


def interventions(
    state: PageState, lead: Step | None, shunned: list[str]
) -> list[Intervention]:
    """Return what could be tried on a page, with fixed values; see `generalised`.

    Args:
        state: of the page.
        lead: the step that led here, if it can be repeated, with the arguments it had.
        shunned: verbs that known skills use here.
    """
    there = places(state.observation, UNTRIED)
    found: list[Intervention] = []
    legal = legal_verbs(state.observation)
    if lead is not None and lead.verb in legal:
        found += _other_arguments(lead, there, forms(state.observation))
        found += [_pause(minutes, lead) for minutes in INVENTED]
    for verb in legal:
        if verb in shunned or (lead is not None and verb == lead.verb):
            continue
        required = [field.name for field in fields_of(verb) if field.required]
        if len(required) == 1:
            name = required[0]
            for value, path in _values(name, there):
                step = fixed(verb, {name: value})
                change = replace(step, best_effort=True)
                found.append(
                    Intervention(f"{verb} {name}={path}", "here", (step,), change)
                )
    return found


def generalised(intervention: Intervention, observation: dict[str, Any]) -> Step:
    """Return an intervention's change bound to where its values stand on this page."""
    if intervention.kind == "before":
        return intervention.change
    args = {
        name: bindings_of(name, bindings[0].value, observation)
        for name, bindings in intervention.change.args.items()
    }
    return replace(intervention.change, args=args)


def _other_arguments(
    lead: Step, there: list[tuple[str, Any, str]], forms: dict[str, Any]
) -> Iterator[Intervention]:
    """Yield the step that led here with one argument changed."""
    for field in fields_of(lead.verb):
        name = field.name
        given = lead.args.get(name)
        now = given[0].value if given else forms.get(name)
        for value, path in _values(name, there):
            if now is not None and value != now:
                change = fixed(lead.verb, {name: value})
                again = replace(lead, args={**lead.args, **change.args})
                label = f"{lead.verb} {name}={path}"
                yield Intervention(label, "instead", (again,), change)


def _pause(minutes: int, lead: Step) -> Intervention:
    pause = fixed("wait", {"minutes": minutes})
    label = f"wait {minutes} {lead.verb}"
    return Intervention(
        label, "before", (pause, lead), replace(pause, best_effort=True)
    )


def _values(
    argument: str, there: list[tuple[str, Any, str]]
) -> Iterator[tuple[Any, str]]:
    """Yield the values that an argument's name points at most, and where they stand."""
    scores: dict[Any, tuple[int, str]] = {}
    for path, value, text in there:
        score = affinity(argument, path, text)
        if score > scores.get(value, (0, ""))[0]:
            scores[value] = score, path
    top = max([score for score, _ in scores.values()], default=0)
    for value, (score, path) in scores.items():
        if score == top:
            yield value, path
