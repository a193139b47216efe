"""Values: what an argument should be now, by what worked, and what failed just now."""

from typing import Any, Final

from test_time_gym.agents.bandits.choice import Chance
from test_time_gym.agents.skills.perception.candidates import Candidate, candidates
from test_time_gym.agents.skills.perception.checkout import (
    Checkout,
    checkout_of,
)
from test_time_gym.agents.skills.perception.places import MISSING
from test_time_gym.agents.skills.perception.vocabulary import PAYING
from test_time_gym.market.domain import Argument

from .beliefs import Beliefs

__all__ = ["LEARNED", "Values"]

LEARNED: Final = ("card", "code", "parts", "item", "order")
"""What arguments are about whose values are chosen here."""
_LASTING: Final = ("card", "parts")
"""Values that are known to work only when the payment has an end."""
_PROVEN: Final = 0.5
"""Mean chance to work from which on a value that is known is taken at once."""
_OPEN: Final = 0.2
"""Mean chance to work from which on a value counts as a possibility."""
_NOT_ITS_FAULT: Final = ("gateway_unavailable", "payment_unknown")
"""Ends of a payment that say nothing of its values."""

_Used = tuple[str, Candidate]


class Values:
    """Chooses values by Thompson sampling, and learns from what the site answers.

    What has failed in this episode is not tried again as long as there is another.

    Args:
        dice: chance of the choice.
        keep: factor on the evidence after each episode.
    """

    def __init__(self, dice: Chance, keep: float) -> None:
        """Know nothing."""
        self.beliefs = Beliefs(dice, keep)
        self.begin()

    def begin(self) -> None:
        """Begin an episode."""
        self.failures = 0
        """Values that have failed so far."""
        self._tried: dict[tuple[str, Any, Any], bool] = {}
        self._lasting: dict[str, _Used] = {}
        self._last: tuple[str, list[tuple[str, _Used]], Checkout] | None = None
        self._sent = False
        """Whether a payment with the lasting values is on its way."""

    def open(self, verb: str, argument: Argument, observation: dict[str, Any]) -> bool:
        """Return whether there is a value that is likely to be worth a step."""
        now = checkout_of(observation)
        kind = self._kind(verb, argument, now)
        return any(
            self.beliefs.share(kind, one) >= _OPEN
            for one in self._fresh(kind, argument, now, observation)
        )

    def spent(self, verb: str, argument: Argument, observation: dict[str, Any]) -> bool:
        """Return whether every value has failed already."""
        now = checkout_of(observation)
        kind, scope = self._kind(verb, argument, now), now.scope(argument.about)
        return all(
            (kind, one.value, scope) in self._tried
            for one in candidates(argument.about, observation)
        )

    def proven(self, verb: str, argument: Argument, observation: dict[str, Any]) -> Any:
        """Return the value that mostly worked before, or `MISSING`."""
        now = checkout_of(observation)
        kind = self._kind(verb, argument, now)
        fresh = self._fresh(kind, argument, now, observation)
        shares = [self.beliefs.share(kind, one) for one in fresh]
        top = max(shares, default=0.0)
        best = fresh[shares.index(top)] if top >= _PROVEN else None
        return (
            MISSING if best is None or not self.beliefs.seen(kind, best) else best.value
        )

    def choose(self, verb: str, argument: Argument, observation: dict[str, Any]) -> Any:
        """Return a value of an argument, or `MISSING` if none is worth a step."""
        now = checkout_of(observation)
        kind = self._kind(verb, argument, now)
        fresh = self._fresh(kind, argument, now, observation)
        best = self.beliefs.best(kind, fresh, sure=argument.about != "code")
        if best is None and argument.about == "card":
            # All have failed: perhaps one that was declined softly is taken now.
            found = candidates("card", observation)
            others = [one for one in found if not now.has("card", one.value)]
            best = self.beliefs.best(kind, others or found, sure=True)
        return MISSING if best is None else best.value

    def _fresh(
        self, kind: str, argument: Argument, now: Checkout, observation: dict[str, Any]
    ) -> list[Candidate]:
        """Return the candidates that are not there, and have not failed here."""
        about = argument.about
        scope = now.scope(about)
        return [
            one
            for one in candidates(about, observation)
            if (kind, one.value, scope) not in self._tried
            and not now.has(about, one.value)
        ]

    def took(
        self,
        verb: str,
        args: dict[str, Any],
        fields: tuple[Argument, ...],
        observation: dict[str, Any],
    ) -> None:
        """Note what is done on a page."""
        now = checkout_of(observation)
        used: list[tuple[str, _Used]] = []
        for field in fields:
            if field.about not in LEARNED or field.name not in args:
                continue
            kind, value = self._kind(verb, field, now), args[field.name]
            for one in candidates(field.about, observation):
                if one.value == value:
                    used.append((field.about, (kind, one)))
                    break
        self._last = verb, used, now

    def look(self, observation: dict[str, Any], trouble: str) -> None:
        """Take in the page that followed: what it says of the values.

        Args:
            observation: the page.
            trouble: code of what was refused, or "".
        """
        if self._last is None:
            return
        verb, used, before = self._last
        self._last = None
        now = checkout_of(observation)
        for about, one in used:
            if trouble and trouble not in _NOT_ITS_FAULT:
                self._failed(about, one, before)
            elif about in _LASTING:
                self._lasting[about] = one
            elif not trouble:
                self.beliefs.note(*one, before.gain(now))
                self._tried[one[0], one[1].value, before.scope(about)] = True
        refused = bool(trouble) and trouble not in _NOT_ITS_FAULT
        if verb in PAYING:
            self._sent = not refused
        self._sent = self._sent and not now.paid
        # A code that was wrong says nothing of the card; one that never came does.
        if (verb in PAYING and refused and not used) or (self._sent and not now.card):
            self._sent = False
            for about, one in self._lasting.items():
                self._failed(about, one, before)

    def bought(self) -> None:
        """Take in that the payment went through."""
        if self._last is not None:
            for about, one in self._last[1]:
                if about not in _LASTING:
                    self.beliefs.note(*one, 1.0)
        for one in self._lasting.values():
            self.beliefs.note(*one, 1.0)

    def _failed(self, about: str, one: _Used, before: Checkout) -> None:
        kind, candidate = one
        key = kind, candidate.value, before.scope(about)
        self.failures += 1
        if key not in self._tried or about in _LASTING:
            self._tried[key] = True
            self.beliefs.note(kind, candidate, 0.0)

    @staticmethod
    def _kind(verb: str, argument: Argument, now: Checkout) -> str:
        """Return what a value is for: a second code is another matter than a first."""
        more = f" {now.codes}" if argument.about == "code" and now.codes else ""
        return f"{verb} {argument.name}{more}"

    def dump(self) -> dict[str, Any]:
        """Return what is believed, as plain data."""
        return self.beliefs.dump()

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self.beliefs.load(data)
