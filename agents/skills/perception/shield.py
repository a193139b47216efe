"""The shield: nothing is paid or given back that the pages show to break the task."""

from typing import Any, Final

from .constraints import against, beyond, name_of
from .page import NOTED, offers_of
from .vocabulary import FILTER, GIVING_BACK, PAYING, offers_key, vocabulary_of

__all__ = ["Shield"]


_UNKNOWN: Final = ("processing", "unknown")
"""Status of a payment that was sent, and may have succeeded."""


class Shield:
    """Takes away the verbs that pay, as long as what is in the cart breaks the task.

    And the one that gives a ticket back, as long as it is the only one.
    It remembers the offers of the episode, and what was searched for when they were
    shown: a cart may hold what is no longer on the page. Whatever the agent does, by
    skills or exploring or otherwise, it does on the page that is handed on here.
    """

    def __init__(self) -> None:
        """Stand before an episode."""
        self.begin({})

    def begin(self, task: dict[str, Any]) -> None:
        """Note what the first page of an episode asks for."""
        self._task = task
        self.refused: list[str] = []
        """The verbs that were taken away from the last page."""
        self.served = False
        """Whether the task is met, and nothing is left to do."""
        self._filters: dict[str, Any] = {}
        self._told: dict[Any, dict[str, Any]] = {}
        self._open = False
        self._heard = 0
        self._offers: dict[Any, dict[str, Any]] = {}
        self._astray: dict[Any, list[str]] = {}

    def look(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Return a page with what speaks against its cart, and without paying if so."""
        form, filters = observation["forms"], self._filtered(observation)
        astray = self._off(form) if offers_of(observation) else []
        for offer in offers_of(observation):
            self._offers[name_of(offer)] = offer
            self._astray[name_of(offer)] = astray
            self._told.setdefault(name_of(offer), {}).update(filters)
        found = against(observation, self._offers)
        for item in observation["cart"]["items"]:
            found += self._astray.get(name_of(item), [])
            found += self._untold(name_of(item), observation)
        if self._unanswered(observation) and observation["cart"]["items"]:
            found.append("payment")
        seen = {**observation, NOTED: found}
        legal = observation["legal_verbs"]
        self.refused = [verb for verb in legal if verb in PAYING] if found else []
        self.served = _served(observation)
        barred = [*self.refused, *(GIVING_BACK if self.served else ())]
        if barred:
            seen["legal_verbs"] = [verb for verb in legal if verb not in barred]
        return seen

    def took(self, verb: str, args: dict[str, Any]) -> None:
        """Note what is done on the page: a filter is the site's word for its offers."""
        self._filters = args if verb == FILTER else {}

    def _filtered(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Return what the offers of a page were filtered by just now."""
        done = observation["last_action"] == FILTER
        return self._filters if done and not observation["last_action_error"] else {}

    def _untold(self, name: Any, observation: dict[str, Any]) -> list[str]:
        """Return constraints of which nobody knows whether an offer breaks them.

        It does not tell itself, by names that can be read, and was not among those
        that the site filtered by that constraint.
        """
        offer, told = self._offers.get(name, {}), self._told.get(name, {})
        wanted = observation["constraints"]
        filters = vocabulary_of(observation).arguments[FILTER]
        return [
            limit
            for limit in [field.name for field in filters]
            if limit in wanted
            and beyond(limit)[0] not in offer
            and told.get(limit) != wanted[limit]
        ]

    def _unanswered(self, observation: dict[str, Any]) -> bool:
        """Return whether a payment was left behind of which nobody knows the end.

        It may have bought a ticket already. It is known when the site has answered a
        verb that pays, or has written: a mate's messages say nothing of it.
        """
        unknown = observation["payment_state"]["status"] in _UNKNOWN
        mates = observation["team"]
        heard = sum([one["from"] not in mates for one in observation["messages"]])
        answered = observation["last_action"] in PAYING or heard > self._heard
        self._open = unknown or (self._open and not answered)
        self._heard = heard
        return self._open and not unknown

    def _off(self, form: dict[str, Any]) -> list[str]:
        """Return in what a search differs from the one that the task asks for."""
        asked = self._task.get("forms", form)
        dates = self._task.get("constraints", {}).get("dates", [])
        return [
            name
            for name, value in form.items()
            if value != asked.get(name, value) and value not in dates
        ]


def _served(observation: dict[str, Any]) -> bool:
    """Return whether the task is met by the one ticket that is there."""
    held = [one for one in observation["orders"] if one["status"] == "ticketed"]
    return len(held) == 1 and len(held[0][offers_key(observation)]) == 1
