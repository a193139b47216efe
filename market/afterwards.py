"""What becomes of background bookings: cancelled, not shown up for, denied, or flown.

Who comes without a booking takes what is left then.

All of this is off unless a scenario asks for it.  The luck of a booking is a stream of
its own, named by segment, group and arrival: the first word is how long it stands, the
next is whether its buyer shows up.  So no agent moves it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from .background_facts import BackgroundCancelled, Denied, NoShow, SeatSold
from .catalog import Catalog, Group, Product
from .clock import DAY_MS, MarketClock, Phase, Timer
from .config import PPM
from .distributions import exponential
from .go_shows import GoShows
from .inventory import Inventory
from .journal import JournalWriter
from .ledger import MERCHANT, POPULATION, Ledger
from .segment import Segment
from .streams import Streams

if TYPE_CHECKING:
    from .marketplace import Marketplace

__all__ = ["Afterwards", "Boarding", "Booking", "afterwards_of", "refund_minor"]


class Booking(NamedTuple):
    """What a background buyer has bought, and may still lose or give back."""

    id: str
    product: int
    segment: str
    arrival: int
    group: Group
    """What its buyer came for, where that is not the product's group."""
    price_minor: int
    """Of one seat."""
    seats: int
    shows: bool
    """Whether its buyer shows up, if it stands so long."""
    number: int
    """How many bookings there had been."""


class Boarding(NamedTuple):
    """What became of a pool at the last closing of what is sold from it."""

    pool: int
    shown: int
    """Who showed up for it, agents included."""
    denied: int


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
        ledger: where refunds and compensation are booked.
        sold: seats of each product that background buyers have bought and keep.
        minor: what they have paid for each, less what they got back.
        denied_minor: what a denied boarding costs.
        go_shows: who comes without a booking.
        free_soon: called with a product before a seat of it comes back.

    Attributes:
        cancelled: how many seats of each product were given up.
        no_shows: for how many of each nobody showed up.
        denied: how many of each were denied.
        go_shows: as given.
        boardings: of every pool that has boarded, in that order.
    """

    __slots__ = (
        "_boards",
        "_catalog",
        "_clock",
        "_closes",
        "_count",
        "_denied_minor",
        "_free_soon",
        "_gone",
        "_inventory",
        "_journal",
        "_ledger",
        "_minor",
        "_of",
        "_sold",
        "_streams",
        "boardings",
        "cancelled",
        "denied",
        "go_shows",
        "no_shows",
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
        denied_minor: int,
        go_shows: GoShows,
        free_soon: Callable[[int], None],
    ) -> None:
        """Begin without bookings."""
        self._catalog, self._clock, self._streams = catalog, clock, streams
        self._inventory, self._journal, self._ledger = inventory, journal, ledger
        self._free_soon = free_soon
        self._sold, self._minor, self._denied_minor = sold, minor, denied_minor
        self.cancelled: list[int] = [0] * len(catalog.products)
        self.no_shows: list[int] = [0] * len(catalog.products)
        self.denied: list[int] = [0] * len(catalog.products)
        self.boardings: list[Boarding] = []
        self._of: dict[int, dict[str, Booking]] = {}
        """Product → its bookings that stand and have not boarded, by name."""
        self._closes: dict[int, dict[int, None]] = {}
        """Instant → products with bookings that close at it."""
        self._boards: dict[int, dict[int, None]] = {}
        """Instant → pools with bookings that board at it."""
        self._count = 0
        self._gone: list[int] = [0] * len(catalog.capacity)
        """Of the units sold of each pool, those of no-shows and of who was denied."""
        self.go_shows: GoShows = go_shows
        for pool in go_shows.pools:
            instant = catalog.boards_ms[pool]
            self._expect_at(instant)
            self._boards[instant][pool] = None

    def state(self) -> list[list[str | int]]:
        """Return name and price of every booking that stands, product by product."""
        return [
            [one.id, one.price_minor]
            for index in sorted(self._of)
            for one in self._of[index].values()
        ]

    def book(self, product: Product, segment: Segment, sale: SeatSold) -> None:
        """Enter a booking that was just made, and draw what becomes of it.

        Args:
            product: what was bought.
            segment: whose buyer.
            sale: as it is recorded.
        """
        hazard, absent = product.cancel_ppm_per_day, product.no_show_ppm
        hazard = segment.cancel_ppm_per_day if hazard is None else hazard
        absent = segment.no_show_ppm if absent is None else absent
        if not (hazard or absent or self._inventory.oversells):
            return
        arrival, group = sale.arrival, sale.group or product.group
        dice = self._streams.at(arrival, "booking", segment.name, *group)
        word = dice.word()
        booking = Booking(
            id="/".join((product.id, segment.name, *sale.group, str(arrival))),
            product=product.index,
            segment=segment.name,
            arrival=arrival,
            group=sale.group,
            price_minor=sale.price,
            seats=sale.seats,
            shows=not absent or not dice.chance(absent),
            number=self._count,
        )
        self._count += 1
        self._of.setdefault(product.index, {})[booking.id] = booking
        self._expect(product)
        if hazard:
            stands_ms = max(1, exponential(word, DAY_MS * PPM // hazard))
            due = self._clock.now_ms + stands_ms
            if due < product.closes_at_ms:
                self._clock.at(
                    due, Phase.DEMAND, self._cancel, "cancellation", booking.id
                )

    def _expect(self, product: Product) -> None:
        """Set timers for the closing of a product, and the boarding of its pools."""
        catalog, closes = self._catalog, product.closes_at_ms
        boards = [(catalog.boards_ms[pool], pool) for pool in product.pools]
        for instant in dict.fromkeys([closes, *[at for at, _ in boards]]):
            self._expect_at(instant)
        self._closes[closes][product.index] = None
        for instant, pool in boards:
            self._boards[instant][pool] = None

    def _expect_at(self, instant: int) -> None:
        """Set the timer of an instant at which something closes or boards, once."""
        if instant not in self._closes:
            self._closes[instant], self._boards[instant] = {}, {}
            self._clock.at(instant, Phase.DEMAND, self._depart, "departure", instant)

    def _cancel(self, timer: Timer) -> int | None:
        name: str = timer.entity
        product = self._catalog.by_id[name.partition("/")[0]]
        index = product.index
        booking = self._of[index].pop(name)
        self._free_soon(index)
        self._inventory.give_back(index, booking.seats)
        self._sold[index] -= booking.seats
        self.cancelled[index] += booking.seats
        self._refund(BackgroundCancelled, product, booking)
        return None

    def _depart(self, timer: Timer) -> int | None:
        """See who shows up for what closes now, and let pools board."""
        instant: int = timer.entity
        for index in sorted(self._closes.pop(instant)):
            self._check_in(self._catalog.products[index])
        pools = sorted(self._boards.pop(instant))
        for pool in pools:
            self._board(pool)
        boards_ms = self._catalog.boards_ms
        for pool in pools:
            for index in self._catalog.users[pool]:
                last = max([boards_ms[one] for one in self._catalog.pools[index]])
                if last <= instant:
                    self._of.pop(index, None)
        return None

    def _check_in(self, product: Product) -> None:
        """Strike the bookings of a product that nobody shows up for."""
        index, bookings = product.index, self._of.get(product.index, {})
        for booking in list(bookings.values()):
            if booking.shows:
                continue
            del bookings[booking.id]
            self.no_shows[index] += booking.seats
            for pool in product.pools:
                self._gone[pool] += booking.seats
            self._refund(NoShow, product, booking)

    def _refund(
        self,
        why: type[BackgroundCancelled | NoShow],
        product: Product,
        booking: Booking,
    ) -> None:
        """Record that a booking was given up, and pay back what its fare allows."""
        refund = refund_minor(product, booking.price_minor) * booking.seats
        fact = why(
            arrival=booking.arrival,
            group=booking.group,
            product=product.id,
            refund=refund,
            seats=booking.seats,
            segment=booking.segment,
        )
        now_ms = self._clock.now_ms
        self._pay_back(product.index, refund, self._journal.emit(fact, now_ms))

    def _board(self, pool: int) -> None:
        """Deny those for whom a pool has no room: who paid least, of equals the last.

        Who is denied has no seat on the way on, either; an agent never is.
        """
        stock, bookings = self._inventory, self._booked(pool)
        agents = stock.sold[pool] + stock.held[pool] - stock.booked[pool]
        shown = len(bookings) + (agents if stock.oversells else 0)
        beyond = max(0, shown - self._catalog.capacity[pool])
        if stock.oversells:
            self.boardings.append(Boarding(pool, shown, beyond))
        bookings.sort(key=_rank)
        for booking in bookings[:beyond]:
            self._deny(booking, pool, shown)
        used = stock.sold[pool] + stock.held[pool] - self._gone[pool]
        self.go_shows.board(pool, self._catalog.capacity[pool] - used)

    def _booked(self, pool: int) -> list[Booking]:
        """Return the bookings for a pool that stand."""
        return [
            booking
            for index in self._catalog.users[pool]
            for booking in self._of.get(index, {}).values()
        ]

    def _deny(self, booking: Booking, pool: int, shown: int) -> None:
        index, paid = booking.product, self._denied_minor
        del self._of[index][booking.id]
        self.denied[index] += 1
        boards_ms = self._catalog.boards_ms
        for one in self._catalog.pools[index]:
            if (boards_ms[one], one) >= (boards_ms[pool], pool):
                self._gone[one] += 1
        fact = Denied(
            arrival=booking.arrival,
            compensation=paid,
            group=booking.group,
            pool=pool,
            product=self._catalog.products[index].id,
            segment=booking.segment,
            shown=shown,
        )
        self._pay_back(index, paid, self._journal.emit(fact, self._clock.now_ms))

    def _pay_back(self, index: int, amount: int, record: int) -> None:
        """Book what a background buyer gets back, or is paid."""
        if amount:
            self._minor[index] -= amount
            money = (MERCHANT, -amount), (POPULATION, amount)
            self._ledger.post(self._clock.now_ms, record, *money)


def afterwards_of(
    market: "Marketplace", free_soon: Callable[[int], None]
) -> Afterwards | None:
    """Return what becomes of the bookings of a market; None if it does not ask.

    Args:
        market: of which nothing is sold yet.
        free_soon: called with a product before a seat of it comes back.
    """
    if not market.world.afterwards:
        return None
    return Afterwards(
        catalog=market.catalog,
        clock=market.clock,
        streams=market.streams,
        inventory=market.inventory,
        journal=market.journal,
        ledger=market.ledger,
        sold=market.background_sold,
        minor=market.background_minor,
        denied_minor=market.world.config.denied_minor or 0,
        go_shows=GoShows(
            catalog=market.catalog,
            clock=market.clock,
            streams=market.streams,
            journal=market.journal,
            ledger=market.ledger,
            prices=market.prices,
            minor=market.background_minor,
        ),
        free_soon=free_soon,
    )


def _rank(booking: Booking) -> tuple[int, int]:
    """Return what orders those who are denied."""
    return booking.price_minor, -booking.number
