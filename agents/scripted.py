"""Scripted buyers: they know the flow, and see only what any visitor sees."""

from typing import Any

from .page import SEARCH, SELECT, offer_named, offers_of, searched, units_of

__all__ = ["Action", "Cheapest", "FirstOffer", "do", "number", "tickets"]

Action = dict[str, Any]

_DEAD_CARDS = (
    "hard_decline",
    "insufficient_funds",
    "retry_after_hard_decline",
    "retry_limit",
)
"""Reasons that no other attempt with the same card will change."""
_NOT_NOW = ("hold_expired", "idempotency_conflict", "payment_in_progress")
"""Refusals that say: what became of the payment will be told by a notice."""
_LONG_MINUTES = 7 * 24 * 60
"""How long a buyer with a ticket looks away at once: a part may fail meanwhile."""


def do(verb: str | int, **payload: Any) -> Action:
    """Return an action; verbs that each trade calls otherwise go by their numbers."""
    return {"verb": verb, "payload": payload}


def number(shown: int | str) -> float:
    """Return a shown price as a number to compare with."""
    return float(shown)


def tickets(observation: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the orders that stand, oldest first."""
    return [o for o in observation["orders"] if o["status"] == "ticketed"]


class Cheapest:
    """Buys the cheapest offer that meets its constraints.

    It filters by its constraints, accepts a risen price only within the budget,
    retries payments sensibly (a soft decline again with the same card, then
    the next card of the wallet; an unknown outcome with the same key; after an
    outage of the gateway some minutes later), pays in parts what a card cannot
    pay at once, answers 3DS challenges as long as its seats are held, and aborts
    when nothing fits and waiting has not helped.  An offer that fees make too
    dear is shunned until its price falls.  In a team it spends its even share of
    the budget.  With a ticket in hand it waits for the end.
    """

    episodic = True
    """It keeps nothing from one episode to the next."""
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
        self._key = 0
        self._asked = 0
        """How often it asked what became of the payment of its newest key."""
        self._attempts: dict[str, int] = {}
        self._dead: list[str] = []
        self._plans: dict[str, int] = {}
        """Card → number of parts in which it is to pay; else one."""
        self._too_dear: list[str] = []
        """Cards whose fees make what is in the cart too dear."""
        self._shunned: dict[str, float] = {}
        """Offer → price from which on it is too dear with every card."""
        self._confirmed: dict[str, Any] = {}
        """The cart that was confirmed last."""
        self._coupons_tried: list[str] = []
        self._coupons_used: list[str] = []
        self._orders = 0
        self._old_codes: list[str] = []
        """Codes of challenges before this one: they answer no other."""

    def begin(self, task: dict[str, Any]) -> None:
        """Forget the episode before."""
        del task
        self._fresh()

    def act(self, observation: dict[str, Any]) -> Action:
        """Return the next step towards a ticket."""
        self._look_at_orders(observation)
        status = observation["payment_state"]["status"]
        if status == "requires_challenge":
            return self._challenge(observation)
        if status == "unknown":
            return self._ask_again(observation)
        if tickets(observation):
            return self.on_ticket(observation)
        return self.buy(observation)

    def buy(self, observation: dict[str, Any]) -> Action:
        """Go on with what is in the cart, or look for something to put there."""
        if observation["cart"]["items"]:
            return self._check_out(observation)
        return self._shop(observation)

    def _look_at_orders(self, observation: dict[str, Any]) -> None:
        orders = len(observation["orders"])
        if orders > self._orders:
            self._orders = orders
            # A coupon works once, and is spent even when its order is cancelled.
            self._coupons_used += self._confirmed.get("coupons", [])
            self._attempts = {}
            self._begin_again()

    def on_ticket(self, observation: dict[str, Any]) -> Action:
        """Do nothing more: a second ticket would break the task."""
        if observation["cart"]["items"]:
            return self._again()
        left = observation["minutes_left"]
        return do("wait", minutes=max(1, min(left, _LONG_MINUTES)))

    # -- paying --------------------------------------------------------------------

    def _check_out(self, observation: dict[str, Any]) -> Action:
        """Go on with what is in the cart."""
        view, legal = observation["view"], observation["legal_verbs"]
        error = observation["last_action_error"]
        if view == "cart":
            return self._from_cart(observation)
        if error is not None and error["code"] == "hold_quota":
            return do("abort", reason="no more holds")
        if view == "payment" and "enter_card" in legal:
            if observation["payment_state"]["status"] == "requires_confirmation":
                return self._confirm(observation)
            return self._pay(observation)
        # Sold out, paid too late, or the hold is over: begin again.
        return self._again()

    def _begin_again(self) -> None:
        self._filtered = False
        self._coupons_tried = []
        self._too_dear = []

    def _again(self) -> Action:
        self._begin_again()
        return do("restart")

    def _current_key(self) -> str:
        return f"key-{self._key}"

    def _ask_again(self, observation: dict[str, Any]) -> Action:
        """Ask what became of a payment; the same key charges nothing twice."""
        error = observation["last_action_error"]
        forgotten = error is not None and error["code"] in _NOT_NOW
        if forgotten or "confirm_payment" not in observation["legal_verbs"]:
            return do("wait", minutes=5)
        self._asked += 1
        if self._asked % 3 == 0:
            return do("wait", minutes=self._asked // 3)
        return do("confirm_payment", idempotency_key=self._current_key())

    def _challenge(self, observation: dict[str, Any]) -> Action:
        if not observation["payment_state"]["hold_expires_in_s"]:
            # Money that comes after the seats are gone only goes back.
            return self._again()
        fresh = [code for code in _codes(observation) if code not in self._old_codes]
        if fresh:
            return do("answer_challenge", code=fresh[-1])
        return do("wait", minutes=1)

    def _confirm(self, observation: dict[str, Any]) -> Action:
        """Pay with the card that is entered, if that is not too dear."""
        state, cart = observation["payment_state"], observation["cart"]
        card = state["card"]
        parts = self._plans.get(card, 1)
        if state["instalments"] != parts:
            # First, because parts may carry interest.
            return do("choose_instalments", count=parts)
        if number(cart["total"]) > self.limit(observation):
            self._too_dear.append(card)
            return self._next_card(observation)
        self._attempts[card] = self._attempts.get(card, 0) + 1
        self._confirmed = cart
        self._old_codes = _codes(observation)
        self._key += 1
        self._asked = 0
        return do("confirm_payment", idempotency_key=self._current_key())

    def _pay(self, observation: dict[str, Any]) -> Action:
        """Choose a card, in the light of what became of the last one."""
        state = observation["payment_state"]
        card, error = state["card"], observation["last_action_error"]
        if card is None or error is None:
            return self._next_card(observation)
        if error["code"] == "gateway_unavailable":
            # Not the card's fault: it counts as no attempt with it. Another agent may
            # have made it, whose seat this one has taken over.
            self._attempts[card] = max(0, self._attempts.get(card, 0) - 1)
            return do("wait", minutes=5)
        plans = state["instalments_on_offer"]
        if error["code"] == "insufficient_funds" and plans and card not in self._plans:
            self._plans[card] = max(plans)
        elif error["code"] in _DEAD_CARDS:
            self._dead.append(card)
        return self._next_card(observation)

    def cards(self, observation: dict[str, Any]) -> list[str]:
        """Return the cards in the order in which it tries them."""
        return [card["token"] for card in observation["wallet"]]

    def _next_card(self, observation: dict[str, Any]) -> Action:
        alive = [
            card
            for card in self.cards(observation)
            if card not in self._dead and self._attempts.get(card, 0) < self.tries
        ]
        for card in alive:
            if card not in self._too_dear:
                return do("enter_card", card_token=card)
        if alive:
            return self._shun(observation)
        return do("abort", reason="no card works")

    def _shun(self, observation: dict[str, Any]) -> Action:
        """Leave an offer that costs too much in the end, and look for another."""
        for item in observation["cart"]["items"]:
            self._shunned[offer_named(item)] = number(item["price"])
        return self._again()

    # -- shopping ------------------------------------------------------------------

    def _from_cart(self, observation: dict[str, Any]) -> Action:
        error = observation["last_action_error"]
        if error is not None and error["code"] == "price_changed":
            # A dearer cart may meet the minimum of a coupon that was refused.
            self._coupons_tried = []
        if "apply_coupon" in observation["legal_verbs"]:
            for code in self.coupons(observation):
                if code not in self._coupons_tried:
                    self._coupons_tried.append(code)
                    return do("apply_coupon", code=code)
        if number(observation["cart"]["total"]) > self.limit(observation):
            return self._shun(observation)
        return do("proceed_to_payment")

    def coupons(self, observation: dict[str, Any]) -> list[str]:
        """Return the codes that the shop has advertised and that may be tried."""
        gone = [*observation["cart"]["coupons"], *self._coupons_used]
        codes = [
            message["text"].rpartition(" ")[2]
            for message in observation["messages"]
            if message["from"] == "Shop" and "the code" in message["text"]
        ]
        return [code for code in codes if code not in gone]

    def _shop(self, observation: dict[str, Any]) -> Action:
        if not self._filtered:
            if not searched(observation):
                return self.search(observation)
            self._filtered = True
            return do("filter_results", **self.filters(observation))
        error = observation["last_action_error"]
        if error is not None and error["code"] == "sold_out":
            # The page is older than the sale: it would offer the same again.
            self._filtered = False
            return self.search(observation)
        choice = self.choose(observation)
        if choice is None:
            return self.on_nothing(observation)
        refused = error is not None and error["code"] == "illegal"
        illegal = refused or "add_to_cart" not in observation["legal_verbs"]
        if illegal and observation["selected"] != choice:
            # Some sites add only what is selected.
            return {"verb": SELECT, "payload": choice}
        return {"verb": "add_to_cart", "payload": choice}

    def search(self, observation: dict[str, Any]) -> Action:
        """Look for offers by the form as it stands."""
        del observation
        return do(SEARCH)

    def limit(self, observation: dict[str, Any]) -> float:
        """Return the dearest total it accepts."""
        members = 1 + len(observation["team"])
        lost = sum(
            number(order["owed"])
            for order in observation["orders"]
            if order["status"] != "ticketed"
        )
        return number(observation["constraints"]["budget"]) / members - lost

    def filters(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Return the constraints as filters."""
        wanted = dict(observation["constraints"])
        del wanted["budget"]
        # Several dates are several searches, and no filter.
        wanted.pop("dates", None)
        each = max(0, self.limit(observation)) / units_of(observation["cart"])
        # Rounded down to whole units: dearer is too dear.
        return {**wanted, "max_price": str(int(each))}

    def fitting(self, observation: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the offers on the page that it does not shun."""
        return [
            offer
            for offer in offers_of(observation)
            if number(offer["price"]) < self._shunned.get(offer["id"], float("inf"))
        ]

    def choose(self, observation: dict[str, Any]) -> str | None:
        """Return the offer to buy, or None to look again later."""
        offers = self.fitting(observation)
        if not offers:
            return None
        best = min(offers, key=lambda o: (number(o["price"]), o["id"]))
        name: str = best["id"]
        return name

    def on_nothing(self, observation: dict[str, Any]) -> Action:
        """Wait a little for a better page, and give up after some tries."""
        del observation
        self._fruitless += 1
        self._filtered = False
        if self._fruitless >= self.patience:
            return do("abort", reason="nothing meets the constraints")
        return do("wait", minutes=30)


class FirstOffer(Cheapest):
    """Buys the first offer on the page, whatever the constraints say."""

    def filters(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Filter nothing."""
        del observation
        return {}

    def choose(self, observation: dict[str, Any]) -> str | None:
        """Return the first offer."""
        offers = offers_of(observation)
        return offers[0]["id"] if offers else None

    def limit(self, observation: dict[str, Any]) -> float:
        """Accept any price."""
        del observation
        return float("inf")


def _codes(observation: dict[str, Any]) -> list[str]:
    """Return the codes that the bank has sent, oldest first."""
    return [
        message["text"][-6:]
        for message in observation["messages"]
        if message["from"] == "Bank"
    ]
