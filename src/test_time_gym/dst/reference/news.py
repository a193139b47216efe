"""News: what a customer is told of its payments, and what that does to its page."""

from typing import Any

from .customer import Customer
from .episode import ReferenceEpisode
from .facts import TAKEN, Facts, PaymentFacts
from .shop import Shop

__all__ = ["News"]

Told = tuple[str, dict[str, Any]]
"""Whom a message reaches, and what the journal says of it."""


class News:
    """Tells customers what has become of their payments.

    Args:
        shop: what is declared.
        facts: what has happened.
        episode: takes what customers earn by it.

    Attributes:
        messages: what must have been sent in this moment.
    """

    def __init__(self, shop: Shop, facts: Facts, episode: ReferenceEpisode) -> None:
        """No news."""
        self._shop = shop
        self._facts = facts
        self._episode = episode
        self.messages: list[Told] = []

    def tell(self, customer: Customer, sender: str, text: str) -> None:
        """Send a message of the shop or the bank: they can be trusted."""
        customer.hear(sender, text)
        fact = {"sender": sender, "text": text, "untrusted": False}
        self.messages.append((customer.name, fact))

    def answer(self, customer: Customer, payment: PaymentFacts, version: int) -> None:
        """Answer a confirmation at once: what it asks about is decided already."""
        known = customer.heard.get(payment.id, 0)
        customer.heard[payment.id] = max(known, version)
        self._show(customer, payment, version, again=version <= known)

    def reply(self, customer: Customer, payment: PaymentFacts) -> None:
        """Let the page load that waits for the gateway's answer."""
        version = len(payment.history)
        customer.heard[payment.id] = version
        self._show(customer, payment, version)
        self._settled(customer)

    def notice(self, customer: Customer, payment: PaymentFacts, version: int) -> None:
        """Tell by message what the customer does not know yet.

        It touches the page only if that is about this payment, and in doubt.
        """
        if version <= customer.heard.get(payment.id, 0):
            return
        customer.heard[payment.id] = version
        state = payment.history[version - 1][0]
        self.tell(customer, "Shop", f"Shop: payment {payment.id} is {state}")
        if customer.payment is payment:
            waited = customer.waits_since is not None
            if waited or customer.status in {"unknown", "requires_challenge"}:
                self._show(customer, payment, version)
            elif customer.status == "authorized":
                customer.status = state
            if waited:
                self._settled(customer)
        elif state in TAKEN:
            self._receipt(customer, payment)

    def give_up(self, customer: Customer) -> None:
        """Let a page load although the gateway has not answered."""
        customer.waits_since = None
        customer.status, customer.last_error = "unknown", "payment_unknown"
        self._settled(customer)

    def code(self, customer: Customer, payment: PaymentFacts, text: str) -> None:
        """Bring a challenge's code to the visitor who looks at the payment."""
        customer.codes[payment.id] = customer.code_shown = text
        self.tell(customer, "Bank", f"Bank: your code is {text}")

    def _settled(self, customer: Customer) -> None:
        self._episode.ask_at(customer, self._episode.now_ms + 1)

    def _show(
        self,
        customer: Customer,
        payment: PaymentFacts,
        version: int,
        *,
        again: bool = False,
    ) -> None:
        state, reason = payment.history[version - 1]
        customer.waits_since = None
        if state in TAKEN:
            customer.status = "captured"
            self._receipt(customer, payment)
            if customer.payment is payment and customer.hold is None:
                # It was asked for once more by its key.
                customer.payment, customer.view = None, "receipt"
            return
        customer.status = state
        if state == "requires_challenge":
            customer.view = "payment"
            return
        customer.last_error = reason or state
        if customer.hold is None:
            # There is no checkout that it has failed.
            customer.payment, customer.status = None, "none"
            return
        customer.view = "payment"
        if not again:
            self._episode.failed_payment(customer)

    def _receipt(self, customer: Customer, payment: PaymentFacts) -> None:
        order = self._facts.of_payment[payment.id]
        if order in customer.orders:
            return
        customer.orders.append(order)
        customer.spent += [code for code, _ in payment.data["discounts"]]
        if customer.hold is payment.hold:
            customer.leave_cart()
            customer.status = "captured"
        if customer.hold is None:
            customer.view = "receipt"
        if customer.task.ends_on == "receipt":
            self._episode.stop(customer, "failed")
