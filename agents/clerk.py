"""The clerk: it knows the flow, and remembers which card and which code worked."""

from typing import Any

from .scripted import Action, Cheapest

__all__ = ["Clerk"]


class Clerk(Cheapest):
    """Buys as `Cheapest` does, and begins with what worked in earlier episodes.

    It tries the cards of a wallet in the order of the share of their payments that
    went through, and the codes that the shop advertises likewise; a code that was
    refused three times and never taken is left out.  That is all it learns: the best
    simple alternative to an agent that learns.
    """

    episodic = False
    """It remembers."""
    enough = 3
    """Refusals after which a code that was never taken is tried no more."""

    def __init__(self) -> None:
        """Remember nothing."""
        super().__init__()
        self._paid: dict[str, tuple[int, int]] = {}
        """Card → payments that went through, payments that were tried."""
        self._taken: dict[str, tuple[int, int]] = {}
        """Code → carts that took it, carts on which it was tried."""
        self._last: Action = {}

    def begin(self, task: dict[str, Any]) -> None:
        """Begin an episode."""
        super().begin(task)
        self._last = {}

    def act(self, observation: dict[str, Any]) -> Action:
        """Return the next step, and remember what came of the last one."""
        self._remember(observation)
        self._last = super().act(observation)
        return self._last

    def end(self, result: dict[str, Any]) -> None:
        """Remember the card that has paid: the last page may not show it."""
        card = self._confirmed_card
        if result["outcome"] in ("success", "violation") and card is not None:
            self._note(self._paid, card, worked=True)

    def cards(self, observation: dict[str, Any]) -> list[str]:
        """Return the cards, those first that paid most reliably."""
        return sorted(
            super().cards(observation),
            key=lambda card: -self._share(self._paid, card),
        )

    def coupons(self, observation: dict[str, Any]) -> list[str]:
        """Return the codes, those first that were taken most reliably."""
        codes = [
            code
            for code in super().coupons(observation)
            if self._taken.get(code, (0, 0))[0]
            or self._taken.get(code, (0, 0))[1] < self.enough
        ]
        return sorted(codes, key=lambda code: -self._share(self._taken, code))

    def _remember(self, observation: dict[str, Any]) -> None:
        payload = self._last.get("payload", {})
        if self._last.get("verb") == "apply_coupon":
            code = payload["code"]
            taken = code in observation["cart"]["coupons"]
            self._note(self._taken, code, worked=taken)
        self._confirmed_card = observation["payment_state"]["card"]
        if self._last.get("verb") in ("confirm_payment", "answer_challenge"):
            card = observation["payment_state"]["card"]
            error = observation["last_action_error"]
            declined = error is not None and error["code"] != "gateway_unavailable"
            if card is not None and declined:
                self._note(self._paid, card, worked=False)

    _confirmed_card: str | None = None

    @staticmethod
    def _note(of: dict[str, tuple[int, int]], name: str, *, worked: bool) -> None:
        good, tries = of.get(name, (0, 0))
        of[name] = good + worked, tries + 1

    @staticmethod
    def _share(of: dict[str, tuple[int, int]], name: str) -> float:
        good, tries = of.get(name, (0, 0))
        return (good + 1) / (tries + 2)
