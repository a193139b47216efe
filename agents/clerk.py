"""The clerk: it knows the flow, and remembers which card and which code worked."""

from typing import Any, Final

from .page import SEARCH, offers_of, searched
from .scripted import Action, Cheapest, do, number

__all__ = ["Clerk"]

_NEWEST: Final = 0.3
"""Weight of the newest of several results."""
_FOR_GOOD: Final = ("coupon_expired", "coupon_unknown")
"""Refusals of a code that no other cart will change."""
_LOOK: Final = 2
"""Turns of another look where nothing has become cheaper."""
_PURCHASE: Final = 8
"""Turns of a purchase when the code and the card are known; it keeps them back."""


class _Worth:
    """What became of a thing when it was tried, the newest results weighing most."""

    def __init__(self, untried: float) -> None:
        self._untried = untried
        self._known: dict[str, float] = {}

    def of(self, name: str) -> float:
        return self._known.get(name, self._untried)

    def note(self, name: str, result: float) -> None:
        before = self._known.get(name, result)
        self._known[name] = before + _NEWEST * (result - before)


class Clerk(Cheapest):
    """Buys as `Cheapest` does, and begins with what worked in earlier episodes.

    It tries the cards of a wallet in the order in which they have paid, and the codes
    that the shop advertises in the order of what they took off.  That is all it
    learns: the best simple alternative to an agent that learns.

    What can be paid is judged by the total of the cart, with its codes and fees.  If
    nothing can, it looks at the other dates that will do, and then again and again at
    the cheapest date: as often as its turns allow, in equal intervals.
    """

    episodic = False
    """It remembers."""

    def __init__(self) -> None:
        """Remember nothing."""
        super().__init__()
        # What is yet to be tried comes after cards that pay, and before all codes.
        self._cards = _Worth(untried=0.5)
        self._codes = _Worth(untried=1.0)
        self._begin_looking()

    def _begin_looking(self) -> None:
        self._last: Action = {}
        self._total = 0.0
        """Of the cart, before the last action."""
        self._confirmed_cards: list[str] = []
        """One for each payment that did not fail for want of a gateway."""
        self._expired: list[str] = []
        self._days: list[str] | None = None
        """Dates that have not been looked at; None: not even the first one has."""
        self._day: str | None = None
        """The date that is looked at; None: the form's."""
        self._cheapest_day: tuple[float, str | None] = (float("inf"), None)
        self._found: list[str] = []
        """Offers of the last search."""
        self._unfit: list[str] = []
        """Offers that do not meet the constraints."""
        self._hopeless = False
        """Whether nothing on the page can be paid."""

    def begin(self, task: dict[str, Any]) -> None:
        """Begin an episode."""
        super().begin(task)
        self._begin_looking()

    def act(self, observation: dict[str, Any]) -> Action:
        """Return the next step, and remember what came of the last one."""
        self._remember(observation)
        self._total = number(observation["cart"]["total"])
        self._last = super().act(observation)
        if self._last["verb"] == "confirm_payment":
            # Now: there may be no other page to tell of it.
            self._confirmed_cards.append(observation["payment_state"]["card"])
        return self._last

    def end(self, result: dict[str, Any]) -> None:
        """Remember the cards: who bought has paid with the last one."""
        bought = result["outcome"] in ("success", "violation")
        for card in dict.fromkeys(self._confirmed_cards):
            paid = bought and card == self._confirmed_cards[-1]
            self._cards.note(card, float(paid))

    def _remember(self, observation: dict[str, Any]) -> None:
        verb, payload = self._last.get("verb"), self._last.get("payload", {})
        error = observation["last_action_error"]
        reason = None if error is None else error["code"]
        if verb == "apply_coupon":
            self._remember_code(payload["code"], reason, observation["cart"])
        elif verb == "confirm_payment" and reason == "gateway_unavailable":
            self._confirmed_cards.pop()

    def _remember_code(
        self, code: str, reason: str | None, cart: dict[str, Any]
    ) -> None:
        if code in cart["coupons"]:
            off = 1 - number(cart["total"]) / self._total
            self._codes.note(code, off)
        elif reason != "coupon_not_stackable":
            # Beside another code it has not had its chance.
            self._codes.note(code, 0.0)
        if reason in _FOR_GOOD:
            self._expired.append(code)

    # -- paying --------------------------------------------------------------------

    def cards(self, observation: dict[str, Any]) -> list[str]:
        """Return the cards, those first that have paid."""
        return sorted(
            super().cards(observation), key=lambda card: -self._cards.of(card)
        )

    def _pay(self, observation: dict[str, Any]) -> Action:
        """Choose a card, unless what no card will make cheaper is too dear."""
        none = observation["payment_state"]["card"] is None
        if none and number(observation["cart"]["total"]) > self.limit(observation):
            return self._shun(observation)
        return super()._pay(observation)

    def coupons(self, observation: dict[str, Any]) -> list[str]:
        """Return the codes, those first that took most off.

        Where one has been taken, those that never were are not tried on top of it.
        """
        hopeful = bool(observation["cart"]["coupons"])
        codes = [
            code
            for code in super().coupons(observation)
            if code not in self._expired and (self._codes.of(code) or not hopeful)
        ]
        return sorted(codes, key=lambda code: -self._codes.of(code))

    # -- shopping ------------------------------------------------------------------

    def _shun(self, observation: dict[str, Any]) -> Action:
        """Leave what is too dear, and with it all that is not cheaper."""
        self._note_prices([number(i["price"]) for i in observation["cart"]["items"]])
        action = super()._shun(observation)
        self._hopeless = not self.fitting(observation)
        return action

    def _shop(self, observation: dict[str, Any]) -> Action:
        names = [offer["id"] for offer in offers_of(observation)]
        if searched(observation):
            self._found = names
            self._hopeless = not self.fitting(observation)
            self._filtered |= not self.filters(observation)
        elif self._filtered and observation["last_action"] == "filter_results":
            self._unfit += [name for name in self._found if name not in names]
        if self._hopeless:
            self._hopeless = False
            return self.on_nothing(observation)
        return super()._shop(observation)

    def search(self, observation: dict[str, Any]) -> Action:
        """Look for offers on the date that is looked at."""
        dates = observation["constraints"].get("dates", [])
        form = observation["forms"]
        names = [name for name, value in form.items() if value in dates]
        if len(names) != 1:
            return do(SEARCH)
        if self._days is None:
            self._day = form[names[0]]
            self._days = [day for day in dates if day != self._day]
        return do(SEARCH, **{names[0]: self._day})

    def filters(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Return the constraints, but for the price: a code may lower it yet."""
        wanted = super().filters(observation)
        del wanted["max_price"]
        return wanted

    def fitting(self, observation: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the offers below the least price that was too dear in the end."""
        dear = min(self._shunned.values(), default=float("inf"))
        return [
            offer
            for offer in offers_of(observation)
            if number(offer["price"]) < dear and offer["id"] not in self._unfit
        ]

    def on_nothing(self, observation: dict[str, Any]) -> Action:
        """Look at another date, or wait and look again at the cheapest one."""
        self._filtered = False
        offers = [o for o in offers_of(observation) if o["id"] not in self._unfit]
        self._note_prices([number(offer["price"]) for offer in offers])
        if self._days:
            self._day = self._days.pop(0)
            return self.search(observation)
        self._day = self._cheapest_day[1] or self._day
        looks = (observation["turns_left"] - _PURCHASE) // _LOOK
        if looks < 1 or observation["minutes_left"] <= 1:
            return do("abort", reason="nothing can be paid in the time that is left")
        return do("wait", minutes=max(1, observation["minutes_left"] // (looks + 1)))

    def _note_prices(self, prices: list[float]) -> None:
        if prices and min(prices) < self._cheapest_day[0]:
            self._cheapest_day = min(prices), self._day
