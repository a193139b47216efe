"""Adversaries: shoppers with bad habits."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from test_time_gym.market.storefront.cart import CART_MAX

from .purchase_driver import Observation, PurchaseDriver, do

__all__ = ["GARBAGE", "HABITS"]

GARBAGE: Final[tuple[Any, ...]] = (
    None,
    7,
    "buy",
    [],
    {},
    {"verb": 99},
    {"verb": "fly"},
    {"verb": True, "payload": {}},
    {"verb": -1},
    {"verb": "wait", "payload": {"minutes": -1}},
    {"verb": "wait", "payload": {"minutes": 1.5}},
    {"verb": "wait", "payload": {"minutes": 10**30}},
    {"verb": "add_to_cart", "payload": {"flight_id": "x" * 1000}},
    {"verb": "add_to_cart", "payload": {"flight_id": "\ud800"}},
    {"verb": "enter_card", "payload": "tok_nobody"},
    {"verb": "confirm_payment", "payload": {"amount": 0}},
    {"verb": "answer_challenge", "payload": "{"},
    {"verb": "cancel_order", "payload": {"order_id": "order-0-1"}},
    {"verb": "cancel_order", "payload": {"order_id": "order-1-1"}},
    {"verb": "remove_from_cart", "payload": {"flight_id": "nothing"}},
    {"verb": "choose_instalments", "payload": {"count": 0}},
    {"verb": "search_flights", "payload": {"date": "yesterday"}},
    {"verb": "send_message", "payload": {"to": "nobody", "text": "hello"}},
    {"verb": "wait", "payload": {}, "more": 1},
)
"""What an agent in error may return; much of it is no action at all."""


class Babbler(PurchaseDriver):
    """Says things that mean nothing, or that it may not do."""

    def act(self, seen: Observation) -> Any:
        """Return rubbish every other time."""
        return self.pick(GARBAGE) if self.one_in(2) else super().act(seen)


class KeyKeeper(PurchaseDriver):
    """Has one key for each hour, and asks about old ones again and again."""

    def in_doubt(self, seen: Observation) -> Any:
        """Ask again, some time later: the key may be forgotten by then."""
        if self.one_in(2):
            return do("wait", minutes=self.pick((1, 2, 15, 60)))
        return self.confirm(seen)

    def confirm(self, seen: Observation) -> Any:
        """Pay under the hour's key."""
        return do("confirm_payment", idempotency_key=f"hour-{seen['now'][11:13]}")


class Doubter(PurchaseDriver):
    """Asks about a payment under the same key, and then once more much later."""

    def act(self, seen: Observation) -> Any:
        """Whatever the page says, ask the key again while the page allows it."""
        status = seen["payment_state"]["status"]
        ask = "confirm_payment" in seen["legal_verbs"] and self.keys > 0
        if ask and status in {"unknown", "authorized", "voided", "expired"}:
            if self.one_in(6):
                return do("restart")
            if self.one_in(2):
                return do("wait", minutes=self.pick((1, 5, 60)))
            return do("confirm_payment", idempotency_key=f"key-{self.keys}")
        return super().act(seen)

    def confirm(self, seen: Observation) -> Any:
        """Pay under a key of its own."""
        self.keys += 1
        return do("confirm_payment", idempotency_key=f"key-{self.keys}")


class Retrier(PurchaseDriver):
    """Confirms again with the same key until it knows what became of its payment."""

    def in_doubt(self, seen: Observation) -> Any:
        """Ask again, which must charge nothing more."""
        return do("confirm_payment", idempotency_key=f"key-{self.keys}")

    def confirm(self, seen: Observation) -> Any:
        """Pay under a key; after a decline repeat the old one at times."""
        again = seen["payment_state"]["status"] == "declined" and self.one_in(2)
        self.keys += 0 if again else 1
        return do("confirm_payment", idempotency_key=f"key-{self.keys}")


class KeyAbuser(PurchaseDriver):
    """Has two keys for everything."""

    def in_doubt(self, seen: Observation) -> Any:
        """Pay again under any key."""
        return self.confirm(seen)

    def confirm(self, seen: Observation) -> Any:
        """Pay under one of the two keys, whatever it stood for before."""
        return do("confirm_payment", idempotency_key=self.pick(("a", "b")))


class Canceller(PurchaseDriver):
    """Cancels what it has bought, as soon as it can, and buys again."""

    def act(self, seen: Observation) -> Any:
        """Cancel first."""
        tickets = [o for o in seen["orders"] if o["status"] == "ticketed"]
        if tickets and not self.one_in(3):
            return do("cancel_order", order_id=self.pick(tickets)["order_id"])
        return super().act(seen)


class PartCanceller(PurchaseDriver):
    """Buys several flights in parts, and gives them back seat by seat."""

    def act(self, seen: Observation) -> Any:
        """Give back a little of what it has."""
        tickets = [o for o in seen["orders"] if o["status"] == "ticketed"]
        if not tickets or self.one_in(3):
            return super().act(seen)
        order = self.pick(tickets)
        less = {}
        if len(order["flights"]) > 1 or self.one_in(2):
            less["flight_id"] = self.pick(order["flights"])
        if order["seats"] > 1 or self.one_in(8):
            less["seats"] = self.pick((1, 1, 2))
        return do("cancel_order", order_id=order["order_id"], **less)

    def from_cart(self, seen: Observation) -> Any:
        """Take a second flight along."""
        more = self.not_in_cart(seen)
        if more and len(seen["cart"]["items"]) == 1 and not self.one_in(4):
            return do("add_to_cart", flight_id=self.pick(more))
        return super().from_cart(seen)


class Debtor(PurchaseDriver):
    """Pays all it can in parts, and keeps what it has bought, or most of it."""

    def act(self, seen: Observation) -> Any:
        """Wait for the days on which parts are due, or buy more."""
        if seen["orders"] and self.one_in(4):
            return do("wait", minutes=self.pick((60, 700)))
        return super().act(seen)

    def at_the_till(self, seen: Observation) -> Any:
        """Choose the longest plan on offer before anything else."""
        state = seen["payment_state"]
        if state["instalments"] == 1 and state["instalments_on_offer"]:
            return do("choose_instalments", count=state["instalments_on_offer"][-1])
        return super().at_the_till(seen)

    def with_order(self, seen: Observation) -> Any:
        """Cancel an order while it is being paid, now and then."""
        if self.one_in(2):
            return do("wait", minutes=1)
        return super().with_order(seen)


class Traveller(PurchaseDriver):
    """Keeps what it has bought, and wants its money back after the journey."""

    def act(self, seen: Observation) -> Any:
        """Wait with a ticket in hand, then cancel it."""
        tickets = [o for o in seen["orders"] if o["status"] == "ticketed"]
        if not tickets or self.one_in(4):
            return super().act(seen)
        if self.one_in(4):
            return do("cancel_order", order_id=self.pick(tickets)["order_id"])
        return do("wait", minutes=15)


class CouponTrier(PurchaseDriver):
    """Tries every coupon on every cart, the same one twice, and empties the cart."""

    spent: Sequence[str] = ()

    def from_cart(self, seen: Observation) -> Any:
        """Meet a coupon's minimum, take it, and undo what met it."""
        items, coupons = seen["cart"]["items"], seen["cart"]["coupons"]
        if coupons and len(items) > 1 and self.one_in(2):
            dearest = max(items, key=lambda item: float(item["price"]))
            return do("remove_from_cart", flight_id=dearest["flight_id"])
        if coupons and self.one_in(6):
            return do("wait", minutes=self.pick((0, 1, 30)))
        more = self.not_in_cart(seen)
        if not coupons and len(items) == 1 and more and self.one_in(2):
            return do("add_to_cart", flight_id=self.pick(more))
        if not self.one_in(2 if coupons else 4):
            return do("apply_coupon", code=self.code(seen))
        return do("proceed_to_payment")

    def in_doubt(self, seen: Observation) -> Any:
        """Start over, while the coupon may be spent already."""
        self.spent = seen["cart"]["coupons"] or self.spent
        return super().in_doubt(seen) if self.one_in(4) else do("restart")

    def code(self, seen: Observation) -> str:
        """Try what may be spent first."""
        if self.spent and not self.one_in(4):
            return str(self.spent[0])
        return super().code(seen)


class Ignorer(PurchaseDriver):
    """Leaves the bank without an answer, or gives it too late, or twice."""

    def challenged(self, seen: Observation) -> Any:
        """Mostly wait."""
        if self.one_in(4):
            return super().challenged(seen)
        return do("wait", minutes=self.pick((0, 1, 4, 5)))

    def at_the_till(self, seen: Observation) -> Any:
        """Answer a challenge that there is none of."""
        if self.one_in(5):
            return do("answer_challenge", code="000000")
        return super().at_the_till(seen)


class Parrot(PurchaseDriver):
    """Answers the bank with the first code that it was ever told."""

    def challenged(self, seen: Observation) -> Any:
        """Use an old code where there is one, mostly."""
        codes = [m["text"][-6:] for m in seen["messages"] if m["from"] == "Bank"]
        if len(codes) > 1 and not self.one_in(3):
            return do("answer_challenge", code=codes[0])
        return super().challenged(seen)


class Hoarder(PurchaseDriver):
    """Holds seats, gives them back, and holds others."""

    def at_the_till(self, seen: Observation) -> Any:
        """Never pay, or nearly never."""
        if self.one_in(8):
            return super().at_the_till(seen)
        return self.pick((do("restart"), do("wait", minutes=1), self.drop(seen)))

    def drop(self, seen: Observation) -> Any:
        """Take something out of the cart, which gives the held seats back."""
        items = seen["cart"]["items"]
        return do("remove_from_cart", flight_id=self.pick(items)["flight_id"])


class Waiter(PurchaseDriver):
    """Waits before every other step, sometimes for hours."""

    def act(self, seen: Observation) -> Any:
        """Let holds, challenges, prices and flights go."""
        if self.one_in(3):
            return do("wait", minutes=self.pick((0, 1, 1, 2, 2, 15, 45, 300)))
        return super().act(seen)


class Collector(PurchaseDriver):
    """Fills the cart before it pays, and tries to put in one item too many."""

    def from_cart(self, seen: Observation) -> Any:
        """Add another offer, while there is one that is not in the cart."""
        more, full = self.not_in_cart(seen), len(seen["cart"]["items"]) == CART_MAX
        if more and not self.one_in(2 if full else 4):
            return do("add_to_cart", flight_id=self.pick(more))
        return super().from_cart(seen)


class Rival(PurchaseDriver):
    """Goes for the cheapest seat without a detour, and is content with one ticket."""

    def act(self, seen: Observation) -> Any:
        """Rest with a ticket in hand."""
        return do("wait", minutes=30) if seen["orders"] else super().act(seen)

    def in_the_shop(self, seen: Observation) -> Any:
        """Take the first offer of a fresh page."""
        if seen["last_action"] == "search_flights" and seen["flights"]:
            return do("add_to_cart", flight_id=seen["flights"][0]["id"])
        return do("search_flights")

    def from_cart(self, seen: Observation) -> Any:
        """Hold it at once."""
        return do("proceed_to_payment")


class Gossip(PurchaseDriver):
    """Writes to its team mates, and to people who are none."""

    def act(self, seen: Observation) -> Any:
        """Send a message at times."""
        if self.one_in(4):
            mates = [*seen["team"], "buyer_0", "nobody"]
            return do("send_message", to=self.pick(mates), text="hold on")
        return super().act(seen)


class Quitter(PurchaseDriver):
    """Gives up at some point, whatever is under way."""

    def act(self, seen: Observation) -> Any:
        """Abort at times."""
        return do("abort", reason="enough") if self.one_in(25) else super().act(seen)


HABITS: Final[Mapping[str, type[PurchaseDriver]]] = {
    "shopper": PurchaseDriver,
    "babbler": Babbler,
    "retrier": Retrier,
    "key-keeper": KeyKeeper,
    "doubter": Doubter,
    "key-abuser": KeyAbuser,
    "canceller": Canceller,
    "part-canceller": PartCanceller,
    "debtor": Debtor,
    "traveller": Traveller,
    "coupon-trier": CouponTrier,
    "ignorer": Ignorer,
    "parrot": Parrot,
    "hoarder": Hoarder,
    "waiter": Waiter,
    "collector": Collector,
    "rival": Rival,
    "gossip": Gossip,
    "quitter": Quitter,
}
"""Every kind of shopper, by name."""
