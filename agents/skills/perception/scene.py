"""Scenes: what of a page and of the attempt to pay decides what can be done next."""

from typing import Any

from .page_state import PageState
from .vocabulary import ENTER, PAYING, UNDOING, Vocabulary

__all__ = ["Attempt"]

_BEGUN = ("requires_method", "requires_confirmation", "requires_challenge")
"""Payments that nothing has gone wrong with so far."""
_MOST: int = 3
"""Tries beyond which it makes no difference how many there were."""


class Attempt:
    """The attempt to pay in an episode: with which card, how often, and its last end.

    Attributes:
        tries: payments sent since a card was entered that was not the same.
        trouble: why the last of them failed; "" before.
    """

    def __init__(self) -> None:
        """Stand before an episode."""
        self.begin()

    def begin(self) -> None:
        """Forget the episode before."""
        self.tries = 0
        self.trouble = ""
        self._card: Any = None
        self._sent = False

    def took(self, verb: str, args: dict[str, Any]) -> None:
        """Note what is done on a page."""
        self._sent = verb in PAYING
        if verb == ENTER:
            card = next(iter(args.values()), None)
            if card != self._card:
                self._card, self.tries, self.trouble = card, 0, ""

    def look(self, state: PageState) -> None:
        """Take in the page that followed."""
        if self._sent:
            self.tries += 1
            self.trouble = state.trouble
            self._sent = False

    def pointless(self, state: PageState, words: Vocabulary) -> tuple[str, ...]:
        """Return the verbs that lead away from a purchase that nothing is wrong with.

        Results that were found and a cart that meets the task are not given up, and
        who has begun to pay for it does not look around.
        """
        page = state.page
        if page["checks"] == "contradict" or state.trouble or self.trouble:
            return ()
        if page["payment"] in _BEGUN:
            return (*UNDOING, *words.browsing)
        return UNDOING if page["payment"] == "none" else ()

    def bucket(self, state: PageState) -> str:
        """Return the bucket in which choices are alike: the place, and the tries."""
        if state.page["view"] != "payment":
            return state.context
        parts = state.observation["payment_state"]["instalments"] > 1
        tries = f"{state.context}/{min(self.tries, _MOST)}"
        return f"{tries}/parts" if parts else tries

    def scene(self, state: PageState) -> str:
        """Return the name of a scene: the place, and how the attempt stands.

        With something in the cart, results are looked at from beside the way.
        """
        observation = state.observation
        payment = observation["payment_state"]
        if not observation["cart"]["items"]:
            mark = "" if observation["selected"] is None else "/selected"
            return state.context + mark
        if observation["view"] != "payment" and payment["status"] == "none":
            return f"cart/{state.page['checks']}"
        return "/".join(
            [
                "payment" if observation["view"] == "payment" else "beside payment",
                state.page["payment"],
                state.page["checks"],
                f"{min(self.tries, _MOST)}{self.trouble}",
                "held" if payment["hold_expires_in_s"] else "over",
                "parts" if payment["instalments"] > 1 else "whole",
            ]
        )
