"""Values: what an argument should be now, by what worked, and what failed just now."""

from typing import Any, Final

from test_time_gym.agents.bandits.choice import Chance
from test_time_gym.agents.skills.perception.arguments import VALUES
from test_time_gym.agents.skills.perception.candidates import CandidateValue, candidates
from test_time_gym.agents.skills.perception.checkout import (
    Checkout,
    checkout_of,
)
from test_time_gym.agents.skills.perception.places import MISSING
from test_time_gym.agents.skills.perception.vocabulary import PAYING
from test_time_gym.market.domain import Argument

from .beliefs import Beliefs

__all__ = ["Values"]

_LASTING: Final = ("card", "parts")
"""Values that are known to work only when the payment has an end."""
_TAKEN: Final = 0.5
"""How well a value works that is taken, and changes nothing else."""
_SAVED: Final = 2.0
"""How much better it works for the share of the total that is saved."""
_PROVEN: Final = 0.15
"""Mean chance to work from which on a value that is known is taken at once."""
_OPEN: Final = 0.2
"""Mean chance to work from which on a value counts as a possibility."""
_NOT_ITS_FAULT: Final = ("gateway_unavailable", "payment_unknown")
"""Ends of a payment that say nothing of its values."""

_Used = tuple[str, CandidateValue]


class Values:
    """Chooses values by Thompson sampling, and learns from what the site answers.

    What has failed in this episode is not tried again as long as there is another.

    Args:
        dice: chance of the choice.
        keep: factor on the evidence after each episode.
        learning: whether anything is remembered when an episode is over.
    """

    def __init__(self, dice: Chance, keep: float, *, learning: bool = True) -> None:
        """Know nothing."""
        self.beliefs = Beliefs(dice, keep)
        self._learning = learning
        self.begin()

    def begin(self) -> None:
        """Begin an episode."""
        self.failures = 0
        """Values that have failed so far."""
        self._tried: dict[tuple[str, Any, Any], bool] = {}
        self._lasting: dict[str, _Used] = {}
        """Card and parts of the payment that is prepared or on its way."""
        self._blamed: dict[_Used, bool] = {}
        self._paid: dict[_Used, bool] = {}
        self._dearer: dict[_Used, float] = {}
        """Share by which a card or parts raise the total."""
        self._last: tuple[str, list[tuple[str, _Used]], Checkout] | None = None
        self._given_back = False
        """Whether what was done just now is about an order."""
        self._old: dict[Any, bool] = {}
        """Codes that were there when the payment was sent."""
        self._accepted: list[_Used] = []
        """Codes and the like that were taken, since something else was done."""
        self._total = 0.0
        """What was to be paid before them."""
        self._sent = False
        """Whether a payment with the lasting values is on its way."""

    def open(self, verb: str, argument: Argument, observation: dict[str, Any]) -> bool:
        """Return whether there is a value that is likely to be worth a step."""
        now = checkout_of(observation)
        kind = self._kind(verb, argument, now)
        return any(
            self.beliefs.share(kind, one) >= _OPEN
            for one in self._fresh(verb, argument, now, observation)
        )

    def untried(
        self, verb: str, argument: Argument, observation: dict[str, Any]
    ) -> Any:
        """Return a value that was never tried and may work, or `MISSING`."""
        now = checkout_of(observation)
        kind = self._kind(verb, argument, now)
        for one in self._fresh(verb, argument, now, observation):
            likely = self.beliefs.share(kind, one) >= _OPEN
            if likely and self.beliefs.new(kind, one):
                return one.value
        return MISSING

    def spent(self, verb: str, argument: Argument, observation: dict[str, Any]) -> bool:
        """Return whether every value has failed already."""
        now = checkout_of(observation)
        kind, scope = self._kind(verb, argument, now), now.scope(argument.about)
        return all(
            (kind, one.value, scope) in self._tried
            for one in candidates(argument.about, observation)
        )

    def proven(self, verb: str, argument: Argument, observation: dict[str, Any]) -> Any:
        """Return a value that worked before, or `MISSING`."""
        now = checkout_of(observation)
        kind = self._kind(verb, argument, now)
        known = [
            one
            for one in self._fresh(verb, argument, now, observation)
            if self.beliefs.seen(kind, one) and self.beliefs.share(kind, one) >= _PROVEN
        ]
        best = self.beliefs.best(kind, known, sure=True)
        return MISSING if best is None else best.value

    def choose(self, verb: str, argument: Argument, observation: dict[str, Any]) -> Any:
        """Return a value of an argument, or `MISSING` if none is worth a step."""
        now = checkout_of(observation)
        kind = self._kind(verb, argument, now)
        fresh = self._fresh(verb, argument, now, observation)
        best = self.beliefs.best(kind, fresh, sure=argument.about != "code")
        if best is None and argument.about == "card":
            # All have failed: perhaps one that was declined softly is taken now.
            found = candidates("card", observation)
            others = [one for one in found if not now.has("card", one.value)]
            best = self.beliefs.best(kind, others or found, sure=True)
        return MISSING if best is None else best.value

    def _fresh(
        self, verb: str, argument: Argument, now: Checkout, observation: dict[str, Any]
    ) -> list[CandidateValue]:
        """Return the candidates that are not there, and have not failed here.

        A bank's code is none that was there before the payment was sent.
        """
        about, kind = argument.about, self._kind(verb, argument, now)
        scope = now.scope(about)
        return [
            one
            for one in candidates(about, observation)
            if (kind, one.value, scope) not in self._tried
            and not now.has(about, one.value)
            and not (verb in PAYING and one.value in self._old)
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
        if not any(field.about == "code" for field in fields):
            self._settle(now.total)
        if verb in PAYING and not args:
            codes = candidates("code", observation)
            self._old = dict.fromkeys([one.value for one in codes], True)
        used: list[tuple[str, _Used]] = []
        for field in fields:
            if field.about not in VALUES or field.name not in args:
                continue
            kind, value = self._kind(verb, field, now), args[field.name]
            for one in candidates(field.about, observation):
                if one.value == value:
                    # A bank's code is another one each time.
                    told = one.features[1:] if verb in PAYING else one.features
                    used.append((field.about, (kind, CandidateValue(value, told))))
                    break
        self._last = verb, used, now
        self._given_back = any(field.about == "order" for field in fields)

    def _settle(self, total: float) -> None:
        """Note what all codes together have taken off: each has its share in it."""
        if self._accepted:
            gain = 1 - total / self._total if self._total and total else 0.0
            worked = max(0.0, min(1.0, _TAKEN + _SAVED * gain))
            for one in self._accepted:
                self._note(*one, worked)
        self._accepted, self._total = [], 0.0

    def look(self, observation: dict[str, Any], trouble: str, *, dear: bool) -> None:
        """Take in the page that followed: what it says of the values.

        Args:
            observation: the page.
            trouble: code of what was refused, or "".
            dear: what is in the cart costs too much now.
        """
        if self._last is None:
            return
        verb, used, before = self._last
        self._last = None
        now = checkout_of(observation)
        refused = bool(trouble) and trouble not in _NOT_ITS_FAULT
        for about, one in used:
            if refused:
                self._failed(about, one, before)
            else:
                self._accept(about, one, (before, now), dear=dear, sure=not trouble)
        if now.orders > before.orders:
            self._went_through()
        elif now.tickets < before.tickets and not self._given_back:
            self._fell_through()
        elif verb in PAYING:
            self._sent = not refused
        # A code that was wrong says nothing of the card; one that never came does.
        if (verb in PAYING and refused and not used) or (self._sent and not now.card):
            self._sent = False
            for about, one in self._lasting.items():
                self._failed(about, one, before)

    def _accept(
        self,
        about: str,
        one: _Used,
        when: tuple[Checkout, Checkout],
        *,
        dear: bool,
        sure: bool,
    ) -> None:
        """Note a value that was not refused, by the pages before and after it."""
        before, now = when
        if about in _LASTING:
            self._lasting[about] = one
            self._dearer[one] = before.rise(now)
            if dear:
                self._try(about, one, before)
        elif sure:
            if now.total >= before.total:  # Else it does as much for another cart.
                self._try(about, one, before)
            self._accepted.append(one)
            self._total = self._total or before.total

    def end(self, *, bought: bool) -> None:
        """Take in an episode.

        What failed and paid in the end, as a card that can pay in parts alone, has
        worked; what failed and never paid has not.
        """
        if bought:
            if self._last is not None:
                for about, one in self._last[1]:
                    if about not in _LASTING:
                        self._note(*one, 1.0)
            self._went_through()
        for one in self._blamed:
            if one not in self._paid:
                self._note(*one, 0.0)
        for one in self._paid:
            self._note(*one, max(0.0, 1.0 - _SAVED * self._dearer.get(one, 0.0)))
        self.beliefs.pass_episode()

    def _went_through(self) -> None:
        """Note with what was paid."""
        self._sent = False
        self._paid.update(dict.fromkeys(self._lasting.values(), True))
        self._lasting = {}

    def _fell_through(self) -> None:
        """Note that what was paid did not last, as when a later part cannot be paid."""
        self._blamed.update(self._paid)
        self._paid = {}

    def _failed(self, about: str, one: _Used, before: Checkout) -> None:
        self.failures += 1
        first = self._try(about, one, before)
        if about in _LASTING:
            self._blamed[one] = True
        elif first:
            self._note(*one, 0.0)

    def _try(self, about: str, one: _Used, before: Checkout) -> bool:
        """Note that a value was tried; return whether it was for the first time."""
        key = one[0], one[1].value, before.scope(about)
        first = key not in self._tried
        self._tried[key] = True
        return first

    def _note(self, kind: str, one: CandidateValue, worked: float) -> None:
        if self._learning:
            self.beliefs.note(kind, one, worked)

    @staticmethod
    def _kind(verb: str, argument: Argument, now: Checkout) -> str:
        """Return what a value is for: a second code is another matter than a first."""
        coupon = argument.about == "code" and verb not in PAYING
        more = f" after {' '.join(now.coupons)}" if coupon and now.coupons else ""
        return f"{verb} {argument.name}{more}"

    def dump(self) -> dict[str, Any]:
        """Return what is believed, as plain data."""
        return self.beliefs.dump()

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self.beliefs.load(data)
