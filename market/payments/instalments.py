"""Instalments: parts of a bill that are charged later, and what if one fails."""

from collections.abc import Callable
from typing import Annotated

from pydantic import Field

from ..bill import Bill
from ..clock import DAY_MS, MarketClock, Phase, Timer
from ..config import Config
from ..errors import Misuse
from ..events import InstalmentFailed
from ..orders import Order, Orders
from .annuity import annuity
from .book import PaymentBook
from .gateway import Gateway
from .issuer import Issuer

__all__ = [
    "INTEREST",
    "InstalmentRules",
    "Instalments",
    "interest",
    "split",
    "with_interest",
]


INTEREST = "interest"
"""The fee of a bill that is paid in parts."""


class InstalmentRules(Config):
    """Which plans a shop offers, and how it collects them."""

    counts: Annotated[
        tuple[Annotated[int, Field(ge=2, le=24)], ...],
        Field(max_length=4, strict=False),
    ] = ()
    """Numbers of parts on offer besides one."""
    every_days: Annotated[int, Field(ge=1, le=366)] = 30
    """Days from one part to the next; the first comes with the ticket."""
    apr_ppm: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    """Nominal yearly rate of interest: a fee on bills that are paid in parts."""
    retries: Annotated[int, Field(ge=0, le=10)] = 2
    """How often a part that failed is tried again."""
    retry_after_days: Annotated[int, Field(ge=1, le=30)] = 3


def interest(amount_minor: int, count: int, apr_ppm: int) -> int:
    """Return what paying an amount in parts costs, as an ordinary annuity.

    An amount below ``count``² minor units carries none: its rounded parts would
    not leave a last one.

    >>> interest(1200_00, 12, 120_000)
    7942
    >>> interest(1200_00, 1, 120_000)
    0
    """
    if count == 1 or not apr_ppm or amount_minor < count**2:
        return 0
    return sum(annuity(amount_minor, apr_ppm, count)) - amount_minor


def with_interest(bill: Bill, count: int, apr_ppm: int) -> Bill:
    """Return a bill as it is when it is paid in so many parts."""
    extra = interest(bill.total_minor, count, apr_ppm)
    if not extra:
        return bill
    return Bill(bill.items_minor, bill.discounts, (*bill.fees, (INTEREST, extra)))


def split(total_minor: int, count: int) -> tuple[int, ...]:
    """Return ``count`` parts of a total; the first takes the rounding rest.

    Raises:
        Misuse: ``count`` is not positive or a part would be nothing.

    >>> split(1000, 3)
    (334, 333, 333)
    """
    if count < 1 or total_minor < count:
        msg = f"cannot pay {total_minor} in {count} parts"
        raise Misuse(msg)
    part, rest = divmod(total_minor, count)
    return (part + rest, *(part for _ in range(count - 1)))


class Instalments:
    """Charges the later parts of orders when they are due.

    A part is charged by the merchant: the cardholder is not asked, so there is no
    challenge, but the issuer may decline.  A part that fails is tried again some
    days later; when that has failed too the order is in default.

    Args:
        rules: how parts are collected.
        clock: calls when a part is due, in the gateway phase.
        book: where parts are authorized and captured.
        orders: whose parts they are.
        issuer: decides each try by (order, part, try).
        gateway: may be down.
    """

    def __init__(
        self,
        *,
        rules: InstalmentRules,
        clock: MarketClock,
        book: PaymentBook,
        orders: Orders,
        issuer: Issuer,
        gateway: Gateway,
    ) -> None:
        """Nothing is due yet."""
        self._rules = rules
        self._clock = clock
        self._book = book
        self._orders = orders
        self._issuer = issuer
        self._gateway = gateway
        self.on_captured: Callable[[Order, int], None] = _nobody
        """Called with the order and the number of a part that was paid."""
        self.on_failed: Callable[[Order, int, bool], None] = _nobody
        """Called with the order, the part, and whether it will be tried again."""
        self.on_default: Callable[[Order], None] = _nobody
        """Called when a part has failed for good."""

    def schedule(self, order: Order, part: int = 1) -> None:
        """Let a part come due, if there is one; parts are paid in their order."""
        if part < len(order.plan):
            due = order.ticketed_at_ms + part * self._rules.every_days * DAY_MS
            self._try_at(max(due, self._clock.now_ms), order, part, 0)

    def _try_at(self, due: int, order: Order, part: int, tries: int) -> None:
        entity = f"{order.id}/{part}/{tries}"
        self._clock.at(due, Phase.GATEWAY, self._charge, "instalment", entity)

    def _charge(self, timer: Timer) -> None:
        order_id, part, tries = str(timer.entity).split("/")
        self._collect(self._orders.by_id[order_id], int(part), int(tries))

    def _collect(self, order: Order, part: int, tries: int) -> None:
        payment = order.payment
        amount = min(order.plan[part], order.owed_minor - payment.kept_minor)
        if amount <= 0:
            return
        reason = self._refusal(order, part, tries, amount)
        if reason is None:
            self._book.authorize(payment, amount)
            self._book.capture(payment, amount)
            self.on_captured(order, part)
            self.schedule(order, part + 1)
            return
        again = tries < self._rules.retries
        due = self._clock.now_ms + self._rules.retry_after_days * DAY_MS
        fact = InstalmentFailed(
            amount=amount,
            order=order.id,
            part=part,
            reason=reason,
            retry=due if again else None,
        )
        payment.cause = self._book.write(fact, payment)
        if again:
            self._try_at(due, order, part, tries + 1)
        self.on_failed(order, part, again)
        if not again:
            self.on_default(order)

    def _refusal(self, order: Order, part: int, tries: int, amount: int) -> str | None:
        if self._gateway.down(self._clock.now_ms):
            return "gateway_unavailable"
        return self._issuer.refuses_part(
            order.seat, order.payment.card, order.id, part, tries, amount
        )


def _nobody(*_: object) -> None:
    """Stand in until someone listens."""
