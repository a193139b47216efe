"""The shield: no purchase is made that the pages show to break the task."""

from typing import Any, Final

from .page import NOTED, against, name_of

__all__ = ["PAYING", "Shield"]

PAYING: Final = ("confirm_payment", "answer_challenge")
"""Verbs that cost money: after them a purchase may be complete."""


class Shield:
    """Takes away the verbs that pay, as long as what is in the cart breaks the task.

    It remembers the offers of the episode, and what was searched for when they were
    shown: a cart may hold what is no longer on the page. Whatever the agent does by
    skills, trials, repairs or exploring, it does on the page that is handed on here.
    """

    def __init__(self) -> None:
        """Stand before an episode."""
        self.begin({})

    def begin(self, task: dict[str, Any]) -> None:
        """Note what the first page of an episode asks for."""
        self._task = task
        self.refused: list[str] = []
        """The verbs that were taken away from the last page."""
        self._offers: dict[Any, dict[str, Any]] = {}
        self._astray: dict[Any, list[str]] = {}

    def look(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Return a page with what speaks against its cart, and without paying if so."""
        form = observation["forms"]
        astray = self._off(form) if observation["flights"] else []
        for offer in observation["flights"]:
            self._offers[name_of(offer)] = offer
            self._astray[name_of(offer)] = astray
        found = against(observation, self._offers)
        for item in observation["cart"]["items"]:
            found += self._astray.get(name_of(item), [])
        seen = {**observation, NOTED: found}
        legal = observation["legal_verbs"]
        self.refused = [verb for verb in legal if verb in PAYING] if found else []
        if self.refused:
            seen["legal_verbs"] = [verb for verb in legal if verb not in PAYING]
        return seen

    def _off(self, form: dict[str, Any]) -> list[str]:
        """Return in what a search differs from the one that the task asks for."""
        asked = self._task.get("forms", form)
        dates = self._task.get("constraints", {}).get("dates", [])
        return [
            name
            for name, value in form.items()
            if value != asked.get(name, value) and value not in dates
        ]
