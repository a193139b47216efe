"""Rules: what a customer may do, told from its page alone."""

from collections.abc import Callable
from typing import Any, Final

from .customer import Customer
from .facts import Facts
from .shop import Shop

__all__ = ["CART_MAX", "LegalVerbs"]

CART_MAX: Final = 4

Args = dict[str, Any]


class LegalVerbs:
    """Says which actions are legal.

    Args:
        shop: what is declared.
        facts: what has happened.
        names: of all customers.
    """

    def __init__(self, shop: Shop, facts: Facts, names: list[str]) -> None:
        """State the rule of every verb."""
        self._shop = shop
        self._facts = facts
        self._names = names
        self._rules: dict[str, Callable[[Customer, Args, int], bool]] = {
            "filter_results": lambda c, _a, _n: c.results is not None,
            "select_flight": lambda c, a, _n: self._listed(c, a["flight_id"]),
            "add_to_cart": self._add,
            "remove_from_cart": self._remove,
            "apply_coupon": self._coupon,
            "proceed_to_payment": self._proceed,
            "enter_card": self._card,
            "choose_instalments": self._plan,
            "confirm_payment": self._confirm,
            "answer_challenge": lambda c, _a, _n: c.status == "requires_challenge",
            "cancel_order": self._cancel,
            "send_message": self._send,
        }

    def legal(self, customer: Customer, verb: str, args: Args, now_ms: int) -> bool:
        """Return whether a customer may do this now; the rest is always legal."""
        rule = self._rules.get(verb)
        return rule is None or rule(customer, args, now_ms)

    def listed(self, customer: Customer, now_ms: int, verbs: tuple[str, ...]) -> Any:
        """Return the verbs that a page lists: those with some legal argument."""
        if customer.over:
            return ["wait"]
        shop, can = self._shop, self.legal
        offers, wallet = shop.offers, customer.task.wallet
        some: dict[str, list[Args]] = {
            "select_flight": [{"flight_id": offers[s[0]].id} for s in customer.shown],
            "enter_card": [{"card_token": token} for token in wallet],
            "apply_coupon": [{"code": ""}],
            "remove_from_cart": [{"flight_id": offers[i].id} for i, _ in customer.cart],
            "choose_instalments": [
                {"count": count} for count in shop.market.instalments.counts
            ],
            "cancel_order": [{"order_id": order.id} for order in customer.orders],
            "send_message": [{"to": name} for name in self._names],
        }
        some["add_to_cart"] = [{}, *some["select_flight"]]
        if customer.last_key is not None:
            some["confirm_payment"] = [{}, {"idempotency_key": customer.last_key}]
        return [
            verb
            for verb in verbs
            if any(can(customer, verb, args, now_ms) for args in some.get(verb, [{}]))
        ]

    def _listed(self, customer: Customer, name: str) -> bool:
        offer = self._shop.by_id.get(name)
        return offer is not None and any(s[0] == offer.index for s in customer.shown)

    def _add(self, customer: Customer, args: Args, _now: int) -> bool:
        offers, selected = self._shop.offers, customer.selected
        chosen = None if selected is None else offers[selected].id
        name = args.get("flight_id", chosen)
        if customer.unsettled or len(customer.cart) >= CART_MAX:
            return False
        if name is None or (
            self._shop.market.storefront.select_first and name != chosen
        ):
            return False
        in_cart = [offers[index].id for index, _ in customer.cart]
        return self._listed(customer, name) and name not in in_cart

    def _remove(self, customer: Customer, args: Args, _now: int) -> bool:
        offers = self._shop.offers
        in_cart = [offers[index].id for index, _ in customer.cart]
        return not customer.unsettled and args["flight_id"] in in_cart

    def _coupon(self, customer: Customer, args: Args, _now: int) -> bool:
        """One that is in the cart, or was spent, or meets one that works alone, not."""
        alone = [c for c in customer.coupons if not self._shop.coupons[c].stackable]
        return (
            not customer.unsettled
            and bool(customer.cart)
            and not alone
            and args["code"] not in [*customer.coupons, *customer.spent]
        )

    def _proceed(self, customer: Customer, _args: Args, now_ms: int) -> bool:
        stuck = customer.unsettled and not customer.holds_seats(now_ms)
        return bool(customer.cart) and not stuck

    @staticmethod
    def _at_the_till(customer: Customer, now_ms: int) -> bool:
        return customer.view == "payment" and customer.holds_seats(now_ms)

    def _card(self, customer: Customer, args: Args, now_ms: int) -> bool:
        return (
            not customer.unsettled
            and args["card_token"] in customer.task.wallet
            and self._at_the_till(customer, now_ms)
        )

    def _plan(self, customer: Customer, args: Args, now_ms: int) -> bool:
        plans = self._shop.market.instalments.counts
        return (
            not customer.unsettled
            and bool(plans)
            and args["count"] in {1, *plans}
            and self._at_the_till(customer, now_ms)
        )

    def _confirm(self, customer: Customer, args: Args, now_ms: int) -> bool:
        life_ms = self._shop.market.gateway.keys_expire_s * 1000
        use = customer.key_use(args.get("idempotency_key", ""), now_ms, life_ms)
        if use is not None and use.given:
            # A visitor who asks again with its key is answered, wherever it stands.
            return True
        if customer.status == "requires_challenge" or customer.card is None:
            return False
        asks_again = customer.status == "unknown" and customer.view == "payment"
        return asks_again or self._at_the_till(customer, now_ms)

    def _cancel(self, customer: Customer, args: Args, _now: int) -> bool:
        for order in customer.orders:
            if order.id == args["order_id"]:
                left = order.back(self._shop, {**args, "seats": None})
                seats = args.get("seats")
                fits = seats is None or (
                    bool(left) and 1 <= seats <= min(left.values())
                )
                return order.state == "ticketed" and bool(left) and fits
        return False

    def _send(self, customer: Customer, args: Args, _now: int) -> bool:
        to = args["to"]
        return customer.task.team and to in self._names and to != customer.name
