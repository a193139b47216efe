"""The page that a customer must be shown."""

from typing import Any

from test_time_gym.market.clock import MINUTE_MS
from test_time_gym.market.interface.task import Task

from .customer import Customer
from .episode import ReferenceEpisode
from .facts import OrderFacts
from .rules import LegalVerbs
from .shop import Shop

__all__ = ["Pages"]


class Pages:
    """Draws up pages.

    Args:
        shop: what is declared.
        rules: says which verbs are legal.
        episode: knows the turns.
        brands: of all cards.
        verbs: all of them, in their order.
    """

    def __init__(
        self,
        shop: Shop,
        rules: LegalVerbs,
        episode: ReferenceEpisode,
        brands: dict[str, str],
        verbs: tuple[str, ...],
    ) -> None:
        """Draw up nothing yet."""
        self._shop = shop
        self._rules = rules
        self._episode = episode
        self._brands = brands
        self._verbs = verbs

    def of(self, customer: Customer, now_ms: int) -> dict[str, Any]:
        """Return what a customer must see, sentences on its last action aside."""
        shop, task = self._shop, customer.task
        hold, selected = customer.hold, customer.selected
        held = None if hold is None else max(0, hold.expires_ms - now_ms) // 1000
        mates = self._episode.customers if task.team else []
        refused = customer.last_error or customer.last_action not in self._verbs
        return {
            "view": customer.view,
            "goal": customer.goal,
            "now": shop.moment(now_ms),
            "deadline": shop.moment(task.deadline_ms),
            "minutes_left": max(0, task.deadline_ms - now_ms) // MINUTE_MS,
            "turns_left": max(0, self._episode.max_turns - customer.turn),
            "currency": shop.currency,
            "forms": customer.form,
            "flights": [self._named(shop.row(*found)) for found in customer.shown],
            "selected": None if selected is None else shop.offers[selected].id,
            "cart": self._cart(customer),
            "payment_state": {
                "status": customer.status,
                "needs_3ds": customer.status == "requires_challenge",
                "attempts": customer.attempts,
                "card": customer.card,
                "instalments": customer.parts,
                "instalments_on_offer": list(shop.market.instalments.counts),
                "hold_expires_in_s": held,
            },
            "constraints": self._constraints(task),
            "team": [mate.name for mate in mates if mate is not customer],
            "wallet": [
                self._named({"token": token, "brand": self._brands[token]})
                for token in task.wallet
            ],
            "orders": [self._order(order) for order in customer.orders],
            "messages": customer.messages,
            "last_action": customer.last_action,
            "last_action_result": bool(customer.last_action) and not refused,
            "last_action_error": customer.last_error,
            "legal_verbs": self._rules.listed(customer, now_ms, self._verbs),
        }

    def _named(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row under the names that this site has for its fields."""
        renamed = self._shop.renamed
        return {renamed.get(name, name): value for name, value in row.items()}

    def _constraints(self, task: Task) -> dict[str, Any]:
        shown = {"budget": self._shop.amount(task.budget_minor), **task.wanted}
        if len(task.groups) > 1:
            shown["dates"] = [day for _, _, day in task.groups]
        return shown

    def _cart(self, customer: Customer) -> dict[str, Any]:
        offers, amount = self._shop.offers, self._shop.amount
        bill = customer.bill(self._shop, self._brands)
        return {
            "items": [
                {"flight_id": offers[index].id, "price": amount(price)}
                for index, price in customer.cart
            ],
            "seats": customer.task.party,
            "coupons": [code for code, _ in bill.discounts],
            "fees": [
                {"name": name, "amount": amount(more)} for name, more in bill.fees
            ],
            "total": amount(bill.total),
        }

    def _order(self, order: OrderFacts) -> dict[str, Any]:
        offers, amount, payment = self._shop.offers, self._shop.amount, order.payment
        lines = zip(order.lines, order.left, strict=True)
        return {
            "order_id": order.id,
            "status": order.state,
            "flights": [offers[line[0]].id for line, left in lines if left],
            "seats": max(order.left),
            "total": amount(payment.data["amount"]),
            "paid": amount(payment.captured - payment.refunded),
            "owed": amount(order.owed),
            "refunded": amount(payment.refunded),
            "refund_pending": amount(payment.returning),
            "instalments": [amount(part) for part in payment.data["plan"]],
        }
