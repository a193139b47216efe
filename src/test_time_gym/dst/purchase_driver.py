"""The purchase driver: brings purchases forward, each time by a way that is drawn."""

from typing import Any

from test_time_gym.market.streams import Stream

from .parts import TRIPS

__all__ = ["Action", "Observation", "PurchaseDriver", "do"]

Action = dict[str, Any]
Observation = dict[str, Any]


def do(verb: str, **payload: Any) -> Action:
    """Return a structured action."""
    return {"verb": verb, "payload": payload}


class PurchaseDriver:
    """Buys again and again, in every way that the pages offer.

    Other players are shoppers with one bad habit: they replace one of the steps.
    Like every agent it sees observations only.

    Args:
        dice: its own stream.
    """

    def __init__(self, dice: Stream) -> None:
        """Start without memory."""
        self.dice = dice
        self.keys = 0

    def one_in(self, n: int) -> bool:
        """Return True with the chance 1 / n."""
        return self.dice.below(n) == 0

    def pick(self, values: Any) -> Any:
        """Return one of the values, drawn evenly."""
        return values[self.dice.below(len(values))]

    def act(self, seen: Observation) -> Any:
        """Return the next step."""
        state = seen["payment_state"]
        if state["status"] == "requires_challenge":
            return self.challenged(seen)
        if state["status"] == "unknown":
            return self.in_doubt(seen)
        if seen["view"] == "payment" and state["hold_expires_in_s"]:
            return self.at_the_till(seen)
        return self.browsing(seen)

    def browsing(self, seen: Observation) -> Any:
        """Bring the next purchase forward."""
        if seen["orders"] and self.one_in(4):
            return self.with_order(seen)
        if seen["view"] == "error" and self.one_in(2):
            # Sold out, or no more holds: start over.
            return do("restart")
        if seen["cart"]["items"]:
            return self.from_cart(seen)
        return self.in_the_shop(seen)

    def challenged(self, seen: Observation) -> Any:
        """Answer the bank, as a rule rightly."""
        codes = [m["text"][-6:] for m in seen["messages"] if m["from"] == "Bank"]
        if self.one_in(10):
            return do("restart")
        if not codes:
            return do("wait", minutes=self.pick((0, 1)))
        return do("answer_challenge", code="wrong" if self.one_in(6) else codes[-1])

    def in_doubt(self, seen: Observation) -> Any:
        """Do something while nobody knows what became of a payment."""
        return self.pick(
            (
                do("confirm_payment"),
                do("confirm_payment", idempotency_key="another"),
                do("wait", minutes=1),
                do("restart"),
                do("proceed_to_payment"),
            )
        )

    def at_the_till(self, seen: Observation) -> Any:
        """Choose a card and a plan, and pay."""
        state = seen["payment_state"]
        if state["card"] is None or (state["status"] == "declined" and self.one_in(2)):
            return do("enter_card", card_token=self.pick(seen["wallet"])["token"])
        if state["instalments"] == 1 and self.one_in(3):
            offered = state["instalments_on_offer"]
            return do("choose_instalments", count=self.pick((*offered, *offered, 99)))
        if self.one_in(12):
            return do("wait", minutes=self.pick((0, 1, 2)))
        return self.confirm(seen)

    def confirm(self, seen: Observation) -> Any:
        """Pay, mostly under a key of its own."""
        if self.one_in(2):
            return do("confirm_payment")
        self.keys += 1
        return do("confirm_payment", idempotency_key=f"key-{self.keys}")

    def with_order(self, seen: Observation) -> Any:
        """Cancel something that was bought, or a part of it."""
        order, less = self.pick(seen["orders"]), {}
        if order["flights"] and self.one_in(2):
            less["flight_id"] = self.pick(order["flights"])
        if self.one_in(3):
            less["seats"] = 1
        return do("cancel_order", order_id=order["order_id"], **less)

    def from_cart(self, seen: Observation) -> Any:
        """Go on towards the payment page."""
        items, coupons = seen["cart"]["items"], seen["cart"]["coupons"]
        if self.one_in(4 if coupons else 3):
            return do("apply_coupon", code=self.code(seen))
        if len(items) > 1 and self.one_in(6):
            return do("remove_from_cart", flight_id=self.pick(items)["flight_id"])
        if seen["flights"] and self.one_in(6):
            return self.add(seen)
        return do("proceed_to_payment")

    def code(self, seen: Observation) -> str:
        """Return a coupon that the shop has advertised, or a guess."""
        told = [m["text"].split()[-1] for m in seen["messages"] if m["from"] == "Shop"]
        codes = [word for word in told if word.isupper()]
        if codes and self.one_in(2):
            # The same again and again: a coupon works once.
            return str(codes[0])
        return str(self.pick((*codes, *codes, "SECRET", "NONE")))

    def in_the_shop(self, seen: Observation) -> Any:
        """Look for something to buy."""
        if seen["last_action"] == "select_flight" and seen["selected"]:
            return do("add_to_cart")
        if seen["last_action"] == "search_flights" and seen["flights"]:
            return self.add(seen)
        if self.one_in(4):
            trip = self.pick(TRIPS)
            return do("search_flights", **trip)
        if self.one_in(6):
            return do("wait", minutes=self.pick((1, 5, 30)))
        return do("search_flights")

    def add(self, seen: Observation) -> Any:
        """Put one of the offers into the cart; some shops want it selected first."""
        error = seen["last_action_error"]
        refused = error is not None and error["code"] == "illegal"
        if refused and seen["last_action"] == "add_to_cart":
            return do("select_flight", flight_id=self.pick(seen["flights"])["id"])
        return do("add_to_cart", flight_id=self.pick(seen["flights"])["id"])

    def not_in_cart(self, seen: Observation) -> list[str]:
        """Return the offers that are not in the cart yet."""
        held = [item["flight_id"] for item in seen["cart"]["items"]]
        return [f["id"] for f in seen["flights"] if f["id"] not in held]
