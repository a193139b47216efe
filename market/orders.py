"""Orders: the contract that a captured payment makes of a hold."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from .catalog import Product
from .errors import MarketBug
from .holds import Hold, HoldLine
from .payments.payment import Payment

__all__ = ["Order", "OrderState", "Orders", "lines_without", "owed_minor"]


class OrderState(Enum):
    """Life of an order."""

    TICKETED = "ticketed"
    CANCELLED = "cancelled"
    """The visitor gave every seat back."""
    DEFAULTED = "defaulted"
    """An instalment failed for good; seats that have not flown were taken back."""


@dataclass(slots=True, kw_only=True, eq=False)
class Order:
    """Seats that are sold to a visitor, and the payment that pays for them.

    An order is equal to itself alone.
    """

    id: str
    seat: int
    hold: Hold
    """What was bought, at which price."""
    payment: Payment
    lines: tuple[HoldLine, ...]
    """What is left of it after cancellations."""
    owed_minor: int
    """What the visitor has to pay for it in all: the bill, until something is
    cancelled, then what the rates say."""
    ticketed_at_ms: int
    state: OrderState = OrderState.TICKETED

    @property
    def total_minor(self) -> int:
        """What it cost when it was bought."""
        return self.payment.amount_minor

    @property
    def plan(self) -> tuple[int, ...]:
        """The parts in which it is paid; the first was captured with the ticket."""
        return self.payment.plan

    @property
    def paid_minor(self) -> int:
        """Captured less refunded."""
        return self.payment.captured_minor - self.payment.refunded_minor

    @property
    def settled(self) -> bool:
        """Whether no money will move any more, unless the visitor cancels."""
        return self.paid_minor == self.owed_minor


def owed_minor(
    order: Order, lines: tuple[HoldLine, ...], products: list[Product]
) -> int:
    """Return what is owed for an order of which only these lines are left.

    Fees stay owed.  A seat that is kept, or was not refundable, is owed at its
    share of the goods; a refundable one that was given back at its rate's
    cancellation fee, or at its share if that is less.  Shares are rounded down,
    so that giving seats back never makes an order dearer.

    Args:
        order: as it was bought.
        lines: the lines that are left, in the order of the hold's.
        products: the catalog's.
    """
    bill, kept, stays = order.payment.bill, 0, 0
    for bought, left in zip(order.hold.lines, lines, strict=True):
        rate, back = products[bought.product], bought.seats - left.seats
        owed_in_full = left.seats if rate.refundable else bought.seats
        stays += owed_in_full * bought.price_minor
        if rate.refundable:
            share = bill.goods_minor * bought.price_minor // bill.items_minor
            kept += back * min(rate.cancel_fee_minor, share)
    return bill.fees_minor + bill.goods_minor * stays // bill.items_minor + kept


def lines_without(order: Order, back: Mapping[int, int]) -> tuple[HoldLine, ...]:
    """Return an order's lines less so many seats of each product."""
    return tuple(
        HoldLine(line.product, line.seats - back.get(line.product, 0), line.price_minor)
        for line in order.lines
    )


class Orders:
    """All orders of a run, by id and by visitor."""

    __slots__ = ("_given_back", "by_id", "by_seat")

    def __init__(self) -> None:
        """Start without orders."""
        self.by_id: dict[str, Order] = {}
        self.by_seat: dict[int, list[Order]] = {}
        self._given_back: dict[int, int] = {}

    def issue(self, order: Order) -> None:
        """Enter a new order.

        Raises:
            MarketBug: its id is taken.
        """
        if order.id in self.by_id:
            msg = f"order {order.id} exists"
            raise MarketBug(msg)
        self.by_id[order.id] = order
        self.by_seat.setdefault(order.seat, []).append(order)

    def give_back(self, seat: int) -> None:
        """Count that something of a visitor's orders is given back."""
        self._given_back[seat] = self._given_back.get(seat, 0) + 1

    def of(self, seat: int) -> list[Order]:
        """Return a visitor's orders, oldest first."""
        return self.by_seat.get(seat, [])

    def times_given_back(self, seat: int) -> int:
        """Return how often something of a visitor's orders was given back.

        What is owed for them changes at no other time.
        """
        return self._given_back.get(seat, 0)

    def ticketed(self, seat: int) -> list[Order]:
        """Return a visitor's orders that are not cancelled."""
        return [o for o in self.of(seat) if o.state is OrderState.TICKETED]

    def sold_minor(self, products: Collection[int]) -> int:
        """Return the prices of the units of some products that visitors have."""
        lines = (line for order in self.by_id.values() for line in order.lines)
        return sum(
            line.seats * line.price_minor for line in lines if line.product in products
        )
