"""Scripted buyers: they know the flow, and see only what any visitor sees."""

from typing import Any

__all__ = ["Cheapest", "FirstOffer"]

Action = dict[str, Any]

_DEAD_CARDS = ("hard_decline", "insufficient_funds")
"""Reasons that no other attempt with the same card will change."""


def _do(verb: str, **payload: Any) -> Action:
    return {"verb": verb, "payload": payload}


class Cheapest:
    """Buys the cheapest offer that meets its constraints.

    It filters by its constraints, accepts a risen price only within the budget,
    retries payments sensibly (a soft decline again with the same card, then
    the next card of the wallet; an unknown outcome with the same key; after an
    outage of the gateway some minutes later), answers 3DS challenges, and aborts
    when nothing fits and waiting has not helped.  In a team it spends its even
    share of the budget.
    """

    patience = 3
    """Fruitless searches before it gives up."""
    tries = 3
    """Attempts with one card before it takes the next."""

    def __init__(self) -> None:
        """Start without a plan."""
        self._fresh()

    def _fresh(self) -> None:
        self._filtered = False
        self._fruitless = 0
        self._attempts: dict[str, int] = {}
        self._dead: list[str] = []
        self._key = 0
        self._coupons_tried: list[str] = []
        self._answered: list[str] = []

    def begin(self, task: dict[str, Any]) -> None:
        """Forget the episode before."""
        del task
        self._fresh()

    def act(self, observation: dict[str, Any]) -> Action:
        """Return the next step towards a ticket."""
        status = observation["payment_state"]["status"]
        if status == "requires_challenge":
            return self._challenge(observation)
        if status == "unknown":
            return _do("confirm_payment", idempotency_key=self._current_key())
        if observation["cart"]["items"]:
            return self._check_out(observation)
        return self._shop(observation)

    def _check_out(self, observation: dict[str, Any]) -> Action:
        """Go on with what is in the cart."""
        view, legal = observation["view"], observation["legal_verbs"]
        declined = observation["payment_state"]["status"] == "declined"
        if "confirm_payment" in legal and not declined:
            self._key += 1
            return _do("confirm_payment", idempotency_key=self._current_key())
        if view == "payment" and "enter_card" in legal:
            return self._pay(observation)
        if view == "cart":
            return self._from_cart(observation)
        # Sold out, or the hold is over: begin again with fresh offers.
        return self._again()

    def _again(self) -> Action:
        self._filtered = False
        self._coupons_tried = []
        return _do("restart")

    def _current_key(self) -> str:
        return f"key-{self._key}"

    def _challenge(self, observation: dict[str, Any]) -> Action:
        codes = [
            message["text"][-6:]
            for message in observation["messages"]
            if message["from"] == "Bank"
        ]
        fresh = [code for code in codes if code not in self._answered]
        if fresh:
            # An old code answers no new challenge.
            self._answered.append(fresh[-1])
            return _do("answer_challenge", code=fresh[-1])
        return _do("wait", minutes=1)

    def _pay(self, observation: dict[str, Any]) -> Action:
        state = observation["payment_state"]
        error = observation["last_action_error"]
        if state["card"] is not None and error is not None:
            if error["code"] == "gateway_unavailable":
                # Not the card's fault: it counts as no attempt with it.
                self._attempts[state["card"]] -= 1
                return _do("wait", minutes=5)
            tried = self._attempts.get(state["card"], 0)
            if error["code"] in _DEAD_CARDS or tried >= self.tries:
                self._dead.append(state["card"])
        for card in observation["wallet"]:
            if card["token"] not in self._dead:
                token = card["token"]
                self._attempts[token] = self._attempts.get(token, 0) + 1
                return _do("enter_card", card_token=token)
        return _do("abort", reason="no card works")

    def _from_cart(self, observation: dict[str, Any]) -> Action:
        if _number(observation["cart"]["total"]) > self.limit(observation):
            return self._again()
        error = observation["last_action_error"]
        if error is not None and error["code"] == "price_changed":
            # A dearer cart may meet the minimum of a coupon that was refused.
            self._coupons_tried = []
        if "apply_coupon" in observation["legal_verbs"]:
            for code in _coupons(observation):
                if code not in self._coupons_tried:
                    self._coupons_tried.append(code)
                    return _do("apply_coupon", code=code)
        return _do("proceed_to_payment")

    def _shop(self, observation: dict[str, Any]) -> Action:
        if not self._filtered:
            if observation["last_action"] != "search_flights":
                return _do("search_flights")
            self._filtered = True
            return _do("filter_results", **self.filters(observation))
        choice = self.choose(observation)
        if choice is None:
            return self.on_nothing(observation)
        return _do("add_to_cart", flight_id=choice)

    def limit(self, observation: dict[str, Any]) -> float:
        """Return the dearest total it accepts."""
        members = 1 + len(observation["team"])
        return _number(observation["constraints"]["budget"]) / members

    def filters(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Return the constraints as filters."""
        wanted = dict(observation["constraints"])
        del wanted["budget"]
        each = Cheapest.limit(self, observation) / observation["cart"]["seats"]
        return {**wanted, "max_price": _text(each)}

    def choose(self, observation: dict[str, Any]) -> str | None:
        """Return the flight to buy, or None to look again later."""
        if not observation["flights"]:
            return None
        best = min(observation["flights"], key=lambda f: (_number(f["price"]), f["id"]))
        name: str = best["id"]
        return name

    def on_nothing(self, observation: dict[str, Any]) -> Action:
        """Wait a little for a better page, and give up after some tries."""
        del observation
        self._fruitless += 1
        self._filtered = False
        if self._fruitless >= self.patience:
            return _do("abort", reason="nothing meets the constraints")
        return _do("wait", minutes=30)


class FirstOffer(Cheapest):
    """Buys the first offer on the page, whatever the constraints say."""

    def filters(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Filter nothing."""
        del observation
        return {}

    def choose(self, observation: dict[str, Any]) -> str | None:
        """Return the first offer."""
        return observation["flights"][0]["id"] if observation["flights"] else None

    def limit(self, observation: dict[str, Any]) -> float:
        """Accept any price."""
        del observation
        return float("inf")


def _coupons(observation: dict[str, Any]) -> list[str]:
    """Return the codes that the shop has advertised."""
    return [
        message["text"].rpartition(" ")[2]
        for message in observation["messages"]
        if message["from"] == "Shop" and "the code" in message["text"]
    ]


def _number(shown: int | str) -> float:
    """Return a shown price as a number to compare with."""
    return float(shown)


def _text(amount: float) -> str:
    """Return an amount as decimal text, rounded down to whole units."""
    return str(int(amount))
