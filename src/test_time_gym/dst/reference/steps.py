"""Steps: what a legal action brings about, on the page and in the journal."""

from collections.abc import Callable
from typing import Any, Final

from test_time_gym.market.snapshot import MarketSnapshot

from .billing import ReferenceBill, in_parts
from .customer import Customer, CustomerKey
from .facts import Facts, HoldFacts, PaymentFacts
from .shop import Line, Shop, passes

__all__ = ["Steps"]

CLICK: Final = "click"
PAGE: Final = "page"
GATEWAY: Final = "gateway"
"""How long a step takes."""

Args = dict[str, Any]
Fact = tuple[str, dict[str, Any]]
"""A record's kind and what it must say."""


class Refusal(Exception):
    """The market says no to what is legal.

    Args:
        code: the rule.
        view: where that leads; empty: the page stays.
    """

    def __init__(self, code: str, view: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.view = view


class Steps:
    """Carries out what customers do.

    Args:
        shop: what is declared.
        facts: what has happened.
        brands: of all cards.
        answer: shows a customer what a payment has become, that it asks about.
    """

    def __init__(
        self,
        shop: Shop,
        facts: Facts,
        brands: dict[str, str],
        answer: Callable[[Customer, PaymentFacts, int], None],
    ) -> None:
        """State the effect of every verb."""
        self._shop = shop
        self._facts = facts
        self._brands = brands
        self._answer = answer
        self.now: MarketSnapshot
        """The market before the action."""
        self.facts: list[Fact] = []
        """What the journal must say of this step."""
        self._steps: dict[str, tuple[Callable[[Customer, Args], None], str]] = {
            "search_flights": (self._search, PAGE),
            "filter_results": (self._filter, CLICK),
            "select_flight": (self._select, CLICK),
            "add_to_cart": (self._add, CLICK),
            "remove_from_cart": (self._remove, CLICK),
            "apply_coupon": (self._coupon, CLICK),
            "proceed_to_payment": (self._proceed, PAGE),
            "enter_card": (self._card, CLICK),
            "choose_instalments": (self._plan, CLICK),
            "confirm_payment": (self._confirm, GATEWAY),
            "answer_challenge": (self._challenge, GATEWAY),
            "restart": (self._restart, PAGE),
            "cancel_order": (self._cancel, PAGE),
        }

    def take(
        self, customer: Customer, verb: str, args: Args, now: MarketSnapshot
    ) -> str | None:
        """Take a legal step; return how long it takes, None if the turns know."""
        self.now, self.facts = now, []
        known = self._steps.get(verb)
        if known is None:
            return None
        step, pace = known
        try:
            step(customer, args)
        except Refusal as refusal:
            customer.last_error = refusal.code
            customer.view = refusal.view or customer.view
            return PAGE
        if pace == GATEWAY and customer.waits_since is None:
            return PAGE
        return pace

    # -- looking around ------------------------------------------------------------

    def _search(self, customer: Customer, args: Args) -> None:
        customer.form = {**customer.form, **args}
        prices, party = self._facts.prices, customer.task.party
        customer.results = self._shop.search(self.now, prices, customer.form, party)
        customer.shown = customer.results
        customer.selected = None
        customer.view = "search_results"

    def _filter(self, customer: Customer, args: Args) -> None:
        offers = self._shop.offers
        customer.shown = [
            found
            for found in customer.results or []
            if passes(offers[found[0]].row, found[2], args)
        ]
        customer.selected = None
        customer.view = "search_results"
        if customer.results and not customer.shown:
            # No refusal: the page says that the filter has left nothing.
            customer.last_error = "no_results"

    def _select(self, customer: Customer, args: Args) -> None:
        customer.selected = self._shop.by_id[args["flight_id"]].index
        customer.view = "search_results"

    # -- the cart ----------------------------------------------------------------------

    def _add(self, customer: Customer, args: Args) -> None:
        name = args.get("flight_id")
        wanted = customer.selected if name is None else self._shop.by_id[name].index
        index, _, price = next(found for found in customer.shown if found[0] == wanted)
        if self._shop.left(self.now, index) < customer.task.party:
            raise Refusal("sold_out")
        self._give_back(customer)
        customer.cart = [*customer.cart, (index, price)]
        customer.view = "cart"

    def _remove(self, customer: Customer, args: Args) -> None:
        self._give_back(customer)
        index = self._shop.by_id[args["flight_id"]].index
        customer.cart = [item for item in customer.cart if item[0] != index]
        customer.view = "cart"

    def _give_back(self, customer: Customer) -> None:
        """A visitor who changes its cart gives back the seats that were held for it."""
        hold = customer.hold
        if hold is not None and hold.active(self.now.now_ms):
            self.facts.append(("hold_released", {"hold": hold.id}))
        customer.leave_payment()

    def _coupon(self, customer: Customer, args: Args) -> None:
        coupon = self._shop.coupons.get(args["code"])
        if coupon is None:
            raise Refusal("coupon_unknown")
        objection = self._objection(customer, coupon)
        if objection:
            raise Refusal(objection)
        if customer.spends(self._facts, coupon.code):
            raise Refusal("coupon_used")
        if customer.coupons and not coupon.stackable:
            raise Refusal("coupon_not_stackable")
        customer.coupons = [*customer.coupons, coupon.code]
        self.facts.append(("coupon_applied", {"code": coupon.code}))

    def _objection(self, customer: Customer, coupon: Any) -> str:
        if coupon.ends_s is not None and self.now.now_ms >= coupon.ends_s * 1000:
            return "coupon_expired"
        least: int = coupon.minimum_minor
        return "coupon_minimum_not_met" if customer.items() < least else ""

    # -- the payment page ------------------------------------------------------------

    def _proceed(self, customer: Customer, _args: Args) -> None:
        if customer.holds_seats(self.now.now_ms):
            customer.view = "payment"
            return
        customer.hold = None
        prices = self._facts.prices
        risen = [1 for index, price in customer.cart if prices[index] > price]
        customer.cart = [(index, prices[index]) for index, _ in customer.cart]
        if risen:
            raise Refusal("price_changed", "cart")
        for code in customer.coupons:
            objection = self._objection(customer, self._shop.coupons[code])
            if customer.spends(self._facts, code):
                objection = "coupon_used"
            if objection:
                customer.coupons = [c for c in customer.coupons if c != code]
                raise Refusal(objection, "error")
        self._hold(customer)
        customer.payment = customer.card = None
        customer.status, customer.view = "requires_method", "payment"

    def _hold(self, customer: Customer) -> None:
        shop, now_ms = self._shop, self.now.now_ms
        if customer.holds >= shop.market.holds.per_visitor:
            raise Refusal("hold_quota", "error")
        if any(now_ms >= shop.offers[index].departs_ms for index, _ in customer.cart):
            raise Refusal("departed", "error")
        party = customer.task.party
        lines: tuple[Line, ...] = tuple((i, party, price) for i, price in customer.cart)
        if not shop.fit(self.now, lines):
            raise Refusal("sold_out", "error")
        customer.holds += 1
        name = f"hold-{customer.index}-{customer.holds}"
        ends = now_ms + shop.market.holds.ttl_s * 1000
        customer.hold = HoldFacts(id=name, lines=lines, expires_ms=ends)
        named = [[shop.offers[i].id, seats, price] for i, seats, price in lines]
        fact = {"expires": ends, "hold": name, "lines": named}
        self.facts.append(("hold_placed", fact))

    def _card(self, customer: Customer, args: Args) -> None:
        customer.card = args["card_token"]
        customer.status = "requires_confirmation"

    def _plan(self, customer: Customer, args: Args) -> None:
        customer.parts = args["count"]

    def _confirm(self, customer: Customer, args: Args) -> None:
        hold, card, now_ms = customer.hold, customer.card, self.now.now_ms
        customer.attempts += 1
        given = args.get("idempotency_key")
        use = None if given is None else self._use(customer, given)
        if use is not None and use.given and (hold is None or hold.id != use.asked[0]):
            self._repeat(customer, use)
            return
        if hold is None or card is None:
            raise Refusal("hold_expired")
        key = self._own_key(customer) if given is None else given
        bill = customer.bill(self._shop, self._brands)
        plan = in_parts(bill.total, customer.parts)
        asked = [hold.id, card, bill.total, len(plan)]
        known = self._use(customer, key)
        if known is not None and known.asked != asked:
            raise Refusal("idempotency_conflict")
        mine = self._facts.by_actor.get(customer.name, [])
        open_ = next((p for p in mine if p.open and p.hold is hold), None)
        if open_ is not None and (known is None or known.payment != open_.id):
            raise Refusal("payment_in_progress")
        if known is not None:
            customer.payment = self._facts.payments[known.payment]
            self._await(customer, customer.payment)
            return
        if not hold.active(now_ms):
            raise Refusal("hold_expired")
        payment = self._start(customer, hold, card, bill, key, plan)
        before = customer.keys.get(key)
        named = given is not None or (before is not None and before.given)
        customer.keys[key] = CustomerKey(asked, payment.id, now_ms, named)
        customer.last_key = key if named else customer.last_key
        customer.payment, customer.code_shown = payment, None
        customer.status = "processing"
        self._await(customer, payment)

    def _start(  # noqa: PLR0917 - what is paid, and how
        self,
        customer: Customer,
        hold: HoldFacts,
        card: str,
        bill: ReferenceBill,
        key: str,
        plan: list[int],
    ) -> PaymentFacts:
        number = len(self._facts.by_actor.get(customer.name, [])) + 1
        name = f"pay-{customer.index}-{number}"
        data = {
            "amount": bill.total,
            "card": card,
            "discounts": [list(entry) for entry in bill.discounts],
            "fees": [list(entry) for entry in bill.fees],
            "hold": hold.id,
            "items": bill.items,
            "key": key,
            "payment": name,
            "plan": plan,
        }
        self.facts.append(("payment_started", data))
        return PaymentFacts(id=name, actor=customer.name, hold=hold, data=data)

    def _use(self, customer: Customer, key: str) -> CustomerKey | None:
        life_ms = self._shop.market.gateway.keys_expire_s * 1000
        return customer.key_use(key, self.now.now_ms, life_ms)

    def _own_key(self, customer: Customer) -> str:
        """Return the key of a confirmation to which its customer gives none."""
        if customer.payment is not None and customer.status == "unknown":
            return str(customer.payment.data["key"])
        number = customer.attempts
        while self._use(customer, f"auto-{number}"):
            number += 1
        return f"auto-{number}"

    def _repeat(self, customer: Customer, use: CustomerKey) -> None:
        """Ask about a payment whose checkout is over."""
        if customer.hold is not None:
            raise Refusal("idempotency_conflict")
        payment = self._facts.payments[use.payment]
        if customer.unsettled and customer.payment is not payment:
            raise Refusal("payment_in_progress")
        customer.payment = payment
        if payment.state == "processing":
            customer.status = "processing"
        self._await(customer, payment)

    def _await(self, customer: Customer, payment: PaymentFacts) -> None:
        """Wait for the gateway, unless the answer is there already."""
        if payment.state == "processing":
            customer.waits_since = self.now.now_ms
            return
        answer = payment.answer
        version = payment.history.index(answer) + 1
        self._answer(customer, payment, version)

    def _challenge(self, customer: Customer, args: Args) -> None:
        payment = customer.payment
        if payment is None or payment.state != "requires_challenge":
            raise Refusal("challenge_over")
        customer.status = "processing"
        told = customer.codes.get(payment.id)
        fact: Fact = ("challenge_passed", {"payment": payment.id})
        if told != args["code"]:
            reason = {"payment": payment.id, "reason": "challenge_failed"}
            fact = ("payment_declined", reason)
        self.facts.append(fact)
        # The record of this has not been taken to account yet.
        if fact[0] == "payment_declined":
            payment.history.append(("declined", "challenge_failed"))
            self._await(customer, payment)
            payment.history.pop()
        else:
            customer.waits_since = self.now.now_ms

    # -- leaving, and giving back ----------------------------------------------------

    def _restart(self, customer: Customer, _args: Args) -> None:
        payment = customer.payment
        if customer.status == "requires_challenge" and payment is not None:
            closed = {
                "payment": payment.id,
                "reason": "cancelled_by_visitor",
                "state": "cancelled",
            }
            self.facts.append(("payment_closed", closed))
        self._give_back(customer)
        customer.leave_cart()
        customer.results, customer.shown = None, []
        customer.selected = None
        customer.view = "search_results"

    def _cancel(self, customer: Customer, args: Args) -> None:
        shop, now_ms = self._shop, self.now.now_ms
        order = next(o for o in customer.orders if o.id == args["order_id"])
        back = order.back(shop, args)
        if any(now_ms >= shop.offers[index].departs_ms for index in back):
            raise Refusal("departed", "error")
        left = [
            kept - back.get(index, 0)
            for (index, _, _), kept in zip(order.lines, order.left, strict=True)
        ]
        payment = order.payment
        refund = max(0, payment.kept - order.owed_with(shop, left))
        fact = {
            "order": order.id,
            "refund": refund,
            "seats": [[shop.offers[index].id, seats] for index, seats in back.items()],
            "whole": not any(left),
        }
        self.facts.append(("order_cancelled", fact))
        if refund and not shop.market.gateway.money_back_after_s:
            paid = {"amount": refund, "payment": payment.id}
            self.facts.append(("payment_refunded", paid))
        if customer.status == "captured":
            customer.status = "none"
        customer.view = "search_results"
