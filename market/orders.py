"""Orders: the contract that a captured payment makes of a hold."""

from dataclasses import dataclass
from enum import Enum

from .errors import MarketBug
from .holds import Hold
from .payments.payment import Payment

__all__ = ["Order", "OrderState", "Orders"]


class OrderState(Enum):
    """Life of an order."""

    TICKETED = "ticketed"
    CANCELLED = "cancelled"


@dataclass(slots=True, kw_only=True, eq=False)
class Order:
    """Seats that are sold to a visitor, and the payment that pays for them.

    An order is equal to itself alone.
    """

    id: str
    seat: int
    hold: Hold
    payment: Payment
    total_minor: int
    """What the visitor owes for it: locked prices less discount."""
    instalments: tuple[int, ...]
    """Amounts of the plan; the first is captured with the ticket."""
    ticketed_at_ms: int
    state: OrderState = OrderState.TICKETED

    @property
    def paid_minor(self) -> int:
        """Captured less refunded."""
        return self.payment.captured_minor - self.payment.refunded_minor


class Orders:
    """All orders of a run, by id and by visitor."""

    __slots__ = ("by_id", "by_seat")

    def __init__(self) -> None:
        """Start without orders."""
        self.by_id: dict[str, Order] = {}
        self.by_seat: dict[int, list[Order]] = {}

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

    def of(self, seat: int) -> list[Order]:
        """Return a visitor's orders, oldest first."""
        return self.by_seat.get(seat, [])

    def ticketed(self, seat: int) -> list[Order]:
        """Return a visitor's orders that are not cancelled."""
        return [o for o in self.of(seat) if o.state is OrderState.TICKETED]
