"""Trials: one change of a way known, whose effect on the price shows at once.

A price before and one after, in the same episode, differ by the change and little
else.  So two looks tell what success and failure alone tell in hundreds of episodes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from msgspec.structs import replace

from test_time_gym.market.interface.verbs import FIELDS, VERB_NAMES, Verb

from .binding import affinity, bindings_of, places
from .explore import INVENTED
from .skill import Binding, Step

__all__ = ["Effects", "Trial", "trials"]

LEAST_GAIN: Final = 0.1
"""Fall of the price's logarithm from which on a change is worth a step."""
LOOKS: Final = 2
"""Looks that confirm a change; one is enough to dismiss it."""
_OFFERS: Final = ("flights", "cart", "wallet", "orders", "forms")
"""What differs from task to task and is nothing to be tried out one by one."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Something to try on a page."""

    label: str
    """The same change has the same label in every episode."""
    steps: tuple[Step, ...]
    """What to do, all arguments' values first among their bindings."""
    change: Step
    """What a skill would do differently: the step in place of its last, or before."""
    kind: str
    """``instead`` of the last step that led here, ``before`` it, or ``here``."""


class Effects:
    """What became of trials: how far the price fell with each."""

    def __init__(self) -> None:
        """Know nothing."""
        self._known: dict[str, tuple[int, float]] = {}

    def open(self, label: str) -> bool:
        """Return whether a trial has still something to tell."""
        n, mean = self._known.get(label, (0, 0.0))
        return n == 0 or (n < LOOKS and mean >= LEAST_GAIN)

    def promising(self, label: str) -> bool:
        """Return whether the price fell when it was tried."""
        n, mean = self._known.get(label, (0, 0.0))
        return n > 0 and mean >= LEAST_GAIN

    def learn(self, label: str, gain: float) -> bool:
        """Take in a look; return whether the change is confirmed by it."""
        n, mean = self._known.get(label, (0, 0.0))
        n += 1
        mean += (gain - mean) / n
        self._known[label] = n, mean
        return n >= LOOKS and mean >= LEAST_GAIN

    def forget(self, start: str) -> None:
        """Forget the trials whose labels start like this."""
        kept = {k: v for k, v in self._known.items() if not k.startswith(start)}
        self._known = kept

    def dump(self) -> dict[str, Any]:
        """Return looks and mean falls by label, as plain data."""
        return {label: list(known) for label, known in self._known.items()}

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self._known = {label: (n, mean) for label, (n, mean) in data.items()}


def trials(
    observation: dict[str, Any], lead: Step | None, shunned: tuple[str, ...]
) -> list[Trial]:
    """Return what could be tried on a page.

    Args:
        observation: the page.
        lead: the step that led here, if it can be repeated, with the arguments it had.
        shunned: verbs that known skills use here, or that are known to be bad.
    """
    there = [
        place for place in places(observation) if not place[0].startswith(_OFFERS)
    ]
    found = []
    legal = observation["legal_verbs"]
    if lead is not None and lead.verb in legal:
        for field in FIELDS[Verb(VERB_NAMES.index(lead.verb))]:
            for value, binding in _values(field.name, there, observation):
                now = lead.args.get(field.name, (Binding(value=observation["forms"].get(field.name)),))[0].value
                if now is None or value == now:
                    continue
                args = {**lead.args, field.name: (Binding(value=value),)}
                step = Step(verb=lead.verb, args=args)
                change = Step(verb=lead.verb, args={field.name: binding})
                label = f"{lead.verb} {field.name}={_name(binding)}"
                found.append(Trial(label, (step,), change, "instead"))
        for minutes in INVENTED:
            pause = Step(verb="wait", args={"minutes": (Binding(value=minutes),)})
            found.append(
                Trial(
                    f"wait {minutes} {lead.verb}",
                    (pause, lead),
                    replace(pause, spare=True),
                    "before",
                )
            )
    for verb in legal:
        if verb in shunned or (lead is not None and verb == lead.verb):
            continue
        fields = [f for f in FIELDS[Verb(VERB_NAMES.index(verb))] if f.required]
        if len(fields) == 1:
            name = fields[0].name
            for value, binding in _values(name, there, observation):
                step = Step(verb=verb, args={name: (Binding(value=value),)})
                change = Step(verb=verb, args={name: binding}, spare=True)
                label = f"{verb} {name}={_name(binding)}"
                found.append(Trial(label, (step,), change, "here"))
    return found


def _values(
    argument: str, there: list[tuple[str, Any, str]], observation: dict[str, Any]
) -> Iterator[tuple[Any, tuple[Binding, ...]]]:
    """Yield the values that an argument's name points at most, and their bindings."""
    scores: dict[Any, int] = {}
    for path, value, text in there:
        score = affinity(argument, path, text)
        if score > scores.get(value, 0):
            scores[value] = score
    top = max(scores.values(), default=0)
    for value, score in scores.items():
        if score == top:
            yield value, bindings_of(argument, value, observation)


def _name(binding: tuple[Binding, ...]) -> str:
    return binding[0].path or repr(binding[0].value)
