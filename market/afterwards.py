"""What becomes of background bookings: cancelled, not shown up for, denied, or flown.

All of this is off unless a scenario asks for it.  The luck of a booking is a stream of
its own, named by segment, group and arrival: the first word is how long it stands, the
next is whether its buyer shows up.  So no agent moves it.
"""

from collections.abc import Callable
from typing import NamedTuple

from .catalog import Catalog, Product
from .clock import DAY_MS, MarketClock, Phase, Timer
from .config import PPM
from .distributions import exponential
from .events import BackgroundCancelled
from .inventory import Inventory
from .journal import JournalWriter
from .ledger import MERCHANT, POPULATION, Ledger
from .segment import Segment
from .streams import Streams

__all__ = ["Afterwards", "Booking", "refund_minor"]


class Booking(NamedTuple):
    """A seat that a background buyer has bought, and may still lose or give back."""

    id: str
    product: int
    segment: str
    arrival: int
    price_minor: int


def refund_minor(product: Product, price_minor: int) -> int:
    """Return what goes back for a booking that is given up, by the rules of its rate.

    Args:
        product: what was bought.
        price_minor: for what.
    """
    if not product.refundable:
        return 0
    return max(0, price_minor - product.cancel_fee_minor)


class Afterwards:
    """The background bookings of one run that stand.

    Args:
        catalog: what is for sale.
        clock: of the run.
        streams: where the luck of bookings comes from.
        inventory: whose seats come back.
        journal: where facts are written.
        ledger: where refunds are booked.
        free_soon: called with a product before a seat of it comes back.

    Attributes:
        sold: seats of each product that background buyers have bought and keep.
        minor: what they have paid for each, less what they got back.
        cancelled: how many bookings of each product were given up.
    """

    __slots__ = (
        "_catalog",
        "_clock",
        "_free_soon",
        "_inventory",
        "_journal",
        "_ledger",
        "_open",
        "_streams",
        "cancelled",
        "minor",
        "sold",
    )

    def __init__(
        self,
        *,
        catalog: Catalog,
        clock: MarketClock,
        streams: Streams,
        inventory: Inventory,
        journal: JournalWriter,
        ledger: Ledger,
        sold: list[int],
        minor: list[int],
        free_soon: Callable[[int], None],
    ) -> None:
        """Begin without bookings."""
        self._catalog, self._clock, self._streams = catalog, clock, streams
        self._inventory, self._journal, self._ledger = inventory, journal, ledger
        self._free_soon = free_soon
        self.sold, self.minor = sold, minor
        self.cancelled: list[int] = [0] * len(catalog.products)
        self._open: dict[str, Booking] = {}

    def state(self) -> list[list[str | int]]:
        """Return name and price of every booking to be cancelled, in order of sale."""
        return [[one.id, one.price_minor] for one in self._open.values()]

    def book(
        self, product: Product, segment: Segment, arrival: int, price_minor: int
    ) -> None:
        """Enter a booking that was just made, and draw how long it stands.

        Args:
            product: what was bought.
            segment: whose buyer.
            arrival: its number, within segment and group.
            price_minor: that was paid.
        """
        hazard = product.cancel_ppm_per_day
        hazard = segment.cancel_ppm_per_day if hazard is None else hazard
        if not hazard:
            return
        name = f"{product.id}/{segment.name}/{arrival}"
        booking = Booking(name, product.index, segment.name, arrival, price_minor)
        dice = self._streams.at(arrival, "booking", segment.name, *product.group)
        stands_ms = max(1, exponential(dice.word(), DAY_MS * PPM // hazard))
        due = self._clock.now_ms + stands_ms
        if due < product.closes_at_ms:
            self._open[name] = booking
            self._clock.at(due, Phase.DEMAND, self._cancel, "cancellation", name)

    def _cancel(self, timer: Timer) -> int | None:
        name: str = timer.entity
        booking = self._open.pop(name)
        product = self._catalog.products[booking.product]
        index, refund = product.index, refund_minor(product, booking.price_minor)
        self._free_soon(index)
        self._inventory.take_back(((index, 1),))
        self.sold[index] -= 1
        self.cancelled[index] += 1
        fact = BackgroundCancelled(
            arrival=booking.arrival,
            product=product.id,
            refund=refund,
            segment=booking.segment,
        )
        self._pay_back(index, refund, self._journal.emit(fact, self._clock.now_ms))
        return None

    def _pay_back(self, index: int, amount: int, record: int) -> None:
        """Book what a background buyer gets back."""
        if amount:
            self.minor[index] -= amount
            money = (MERCHANT, -amount), (POPULATION, amount)
            self._ledger.post(self._clock.now_ms, record, *money)
