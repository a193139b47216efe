"""The marketplace: one run's state, driven by one clock."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from .afterwards import Afterwards, afterwards_of
from .arrivals import Arrivals
from .catalog import Catalog, Product
from .choice import NO_PURCHASE
from .clock import HORIZON_MS, MarketClock, Phase, Timer
from .errors import Refused
from .events import (
    HoldExpired,
    HoldPlaced,
    HoldReleased,
    OrderCancelled,
    OrderDefaulted,
    SeatSold,
)
from .holds import Hold, HoldLine, Holds, HoldState
from .inventory import Inventory
from .journal import JournalWriter
from .ledger import MERCHANT, POPULATION, Ledger
from .opening import sold_before
from .orders import Order, Orders, OrderState, lines_without, owed_minor
from .payments.processor import PaymentProcessor
from .population import Population
from .price_order import PriceOrder
from .pricing.control import Control
from .sales_history import SalesHistory, history_of
from .streams import Streams
from .waiting import WaitingBuyers, waiting_of
from .world import World

__all__ = ["Marketplace", "unseen"]


class Marketplace:
    """Seats, prices, buyers, payments and money of one run.

    Args:
        world: the compiled scenario.
        seed: the only source of chance.
        names: the visitors, by seat.
        journal: where facts are written.
        played: sellers whose prices agents decide.
        history: what sellers know of past departures; None for what the world keeps.
    """

    def __init__(
        self,
        world: World,
        seed: int,
        names: list[str],
        journal: JournalWriter,
        *,
        played: Collection[str] = (),
        history: SalesHistory | None = None,
    ) -> None:
        """Open the market: seats sold before opening are already gone."""
        self.world = world
        self.catalog: Catalog = world.catalog
        self.names, self.journal = names, journal
        self.streams: Streams = Streams(seed)
        self.clock: MarketClock = MarketClock(world.first_instant_ms)
        self.inventory: Inventory = Inventory(world.catalog, oversells=world.oversells)
        self.holds: Holds = Holds(self.inventory)
        self.orders: Orders = Orders()
        self.ledger: Ledger = Ledger()
        self.processor: PaymentProcessor = PaymentProcessor(
            clock=self.clock,
            streams=self.streams,
            journal=journal,
            ledger=self.ledger,
            holds=self.holds,
            orders=self.orders,
            names=names,
            terms=world.payment_terms,
        )
        self.processor.instalments.on_default = self._default
        self.control: Control = Control(
            world,
            self.clock,
            self.inventory,
            journal,
            self._repriced,
            streams=self.streams,
            history=history_of(world, unseen) if history is None else history,
            played=played,
        )
        self.prices: list[int] = self.control.prices
        self.price_order: PriceOrder = PriceOrder(world.catalog, self.prices)
        self.offers_version = 0
        """Grows when a price moves, and when an offer sells out or opens again."""
        self.population: Population = Population(
            world.demands, self.catalog.sale_ends_ms, self.streams, self.clock.now_ms
        )
        self._placed: dict[int, int] = {}
        self.opening_sold: list[int] = [0] * len(world.catalog.products)
        """Seats of each product that were gone before the market opened."""
        self.background_sold: list[int] = [0] * len(world.catalog.products)
        """Seats of each product that background buyers have bought since, and keep."""
        self.background_minor: list[int] = [0] * len(world.catalog.products)
        """What they have paid for each, less what they got back."""
        self.afterwards: Afterwards | None = afterwards_of(self, self._note_sold_out)
        """What becomes of background bookings; None where the scenario does not ask."""
        self.waiting: WaitingBuyers | None = waiting_of(self, self._sell)
        """Who will look again; None where no segment is patient."""

    def open(self) -> None:
        """Fix the opening prices and set demand and repricing going."""
        if self.world.opening is not None:
            self.world.opening.sell(self.streams, self.inventory)
            self.opening_sold = self.inventory.product_sold.copy()
            told = sold_before(self.catalog.products, self.opening_sold)
            self.journal.emit(told, self.clock.now_ms)
        for entity, arrivals in enumerate(self.population.arrivals):
            due, come = arrivals.next_at_ms, self._arrive
            if self.waiting is not None and self.waiting.cares_for(entity):
                come = self.waiting.arrive
            self.clock.at(due, Phase.DEMAND, come, "arrival", entity)
        self.control.open()

    @property
    def placed(self) -> Mapping[int, int]:
        """Visitor → holds that it has placed so far."""
        return self._placed

    def quotas(self) -> list[list[int]]:
        """Return ``[seat, holds placed]``, sorted."""
        return sorted([seat, placed] for seat, placed in self._placed.items())

    def arrivals_seen(self) -> list[int]:
        """Return how many background buyers each arrival process has drawn."""
        return [arrivals.count for arrivals in self.population.arrivals]

    def sales_minor(self, products: Collection[int]) -> int:
        """Return what units of some products were sold for since the opening.

        Each counts at the price of its sale, whatever coupons and fees made of it;
        units that were given back do not count.
        """
        background = sum(self.background_minor[index] for index in products)
        return background + self.orders.sold_minor(products)

    # -- commands of visitors ---------------------------------------------------

    def on_sale(self, index: int) -> int:
        """Return how many seats of a product can be held now (0 once closed)."""
        if self.clock.now_ms >= self.catalog.sale_ends_ms[index]:
            return 0
        if self.inventory.oversells:
            return self.inventory.holdable(index)
        return self.inventory.available(index)

    def for_background(self, index: int) -> int:
        """Return how many seats of a product background buyers can have now."""
        if self.clock.now_ms >= self.catalog.sale_ends_ms[index]:
            return 0
        return self.inventory.available(index)

    def verify_hold(self, seat: int, lines: tuple[HoldLine, ...]) -> None:
        """Raise why a visitor cannot hold these seats.

        Raises:
            Refused: ``sold_out``, `Words.closed` or ``hold_quota``.
        """
        self._verify_visitor(seat, lines)
        self.holds.verify_place(lines)

    def _verify_visitor(self, seat: int, lines: tuple[HoldLine, ...]) -> None:
        quota = self.world.config.holds.per_visitor
        if self._placed.get(seat, 0) >= quota:
            raise Refused("hold_quota", f"no visitor may place more than {quota} holds")
        for line in lines:
            product = self.catalog.products[line.product]
            self._verify_open(product)
            if self.clock.now_ms >= product.sale_ends_ms:
                text = f"{product.id} had to be bought earlier"
                raise Refused("sold_out", text)

    def _verify_open(self, product: Product) -> None:
        if self.clock.now_ms >= product.closes_at_ms:
            words = self.world.trade.words
            raise Refused(words.closed, f"{product.id} {words.closed_text}")

    def can_hold(self, seat: int, lines: tuple[HoldLine, ...]) -> bool:
        """Return whether a visitor can hold these seats now."""
        try:
            self.verify_hold(seat, lines)
        except Refused:
            return False
        return True

    def hold(self, seat: int, lines: tuple[HoldLine, ...], cause: int) -> Hold:
        """Hold seats for a visitor and lock their price.

        Raises:
            Refused: as `verify_hold`; nothing has changed.
        """
        self._verify_visitor(seat, lines)
        now, number = self.clock.now_ms, self._placed.get(seat, 0) + 1
        hold = Hold(
            id=f"hold-{seat}-{number}",
            seat=seat,
            lines=lines,
            placed_at_ms=now,
            expires_at_ms=now + self.world.config.holds.ttl_s * 1000,
        )
        self.holds.place(hold)
        self._placed[seat] = number
        self._note_sold_out(*(line.product for line in lines))
        fact = HoldPlaced(
            expires=hold.expires_at_ms,
            hold=hold.id,
            lines=tuple(
                (self.catalog.products[ln.product].id, ln.seats, ln.price_minor)
                for ln in lines
            ),
        )
        self.journal.emit(fact, now, self.names[seat], cause)
        self.clock.at(hold.expires_at_ms, Phase.EXPIRY, self._expire, "hold", hold.id)
        return hold

    def release(self, hold: Hold, cause: int) -> None:
        """Give a visitor's held seats back."""
        self._note_sold_out(*(line.product for line in hold.lines))
        self.holds.release(hold)
        fact = HoldReleased(hold=hold.id)
        self.journal.emit(fact, self.clock.now_ms, self.names[hold.seat], cause)

    def verify_cancel(self, order: Order, back: Mapping[int, int]) -> None:
        """Raise why these seats of an order cannot be given back.

        Args:
            order: whose seats.
            back: product → seats, at least one of each.

        Raises:
            Refused: ``cancelled``, `Words.units` or `Words.closed`.
        """
        if order.state is not OrderState.TICKETED:
            raise Refused("cancelled", f"{order.id} is {order.state.value} already")
        left = {line.product: line.seats for line in order.lines}
        for index, seats in back.items():
            product = self.catalog.products[index]
            if not 1 <= seats <= left.get(index, 0):
                has = left.get(index, 0)
                units = self.world.trade.words.units
                text = f"{order.id} has {has} {units} of {product.id}, not {seats}"
                raise Refused(units, text)
            self._verify_open(product)

    def can_cancel(self, order: Order, back: Mapping[int, int]) -> bool:
        """Return whether these seats of an order can be given back now."""
        try:
            self.verify_cancel(order, back)
        except Refused:
            return False
        return True

    def cancel(self, order: Order, back: Mapping[int, int], cause: int) -> None:
        """Give seats of an order back; money goes back by the rules of its rate.

        Raises:
            Refused: as `verify_cancel`; nothing has changed.
        """
        self.verify_cancel(order, back)
        self._give_back(order, back)
        order.owed_minor = owed_minor(order, order.lines, self.catalog.products)
        whole = not any(line.seats for line in order.lines)
        if whole:
            order.state = OrderState.CANCELLED
        fact = OrderCancelled(
            order=order.id,
            refund=max(0, order.payment.kept_minor - order.owed_minor),
            seats=self.catalog.named(back),
            whole=whole,
        )
        actor = self.names[order.seat]
        number = self.journal.emit(fact, self.clock.now_ms, actor, cause)
        self.processor.settle(order, number)

    def _default(self, order: Order) -> None:
        """Take back what can still be sold of an order that is not paid for.

        The shop keeps what the rates let it keep of what was paid, and no more
        is asked for.
        """
        now, products = self.clock.now_ms, self.catalog.products
        back = {
            line.product: line.seats
            for line in order.lines
            if line.seats and now < products[line.product].closes_at_ms
        }
        self._give_back(order, back)
        order.state = OrderState.DEFAULTED
        owed = owed_minor(order, order.lines, products)
        order.owed_minor = min(owed, order.payment.kept_minor)
        fact = OrderDefaulted(
            order=order.id,
            refund=order.payment.kept_minor - order.owed_minor,
            seats=self.catalog.named(back),
        )
        cause = order.payment.cause
        number = self.journal.emit(fact, now, self.names[order.seat], cause)
        self.processor.settle(order, number)

    def _give_back(self, order: Order, back: Mapping[int, int]) -> None:
        self._note_sold_out(*back)
        self.inventory.take_back(list(back.items()))
        order.lines = lines_without(order, back)
        self.orders.give_back(order.seat)

    # -- what the clock calls ---------------------------------------------------

    def _expire(self, timer: Timer) -> None:
        number: str = timer.entity
        hold = self.holds.by_id[number]
        if hold.state is HoldState.HELD:
            self._note_sold_out(*(line.product for line in hold.lines))
            self.holds.expire(hold)
            fact = HoldExpired(hold=hold.id)
            self.journal.emit(fact, self.clock.now_ms, self.names[hold.seat])

    def _arrive(self, timer: Timer) -> int | None:
        entity: int = timer.entity
        shoppers, clock = self.population.shoppers[entity], self.clock
        arrivals, due = shoppers.arrivals, clock.now_ms
        while True:
            chosen = shoppers.choose(due, self.prices, self.for_background)
            if chosen != NO_PURCHASE:
                self._sell(self.catalog.products[chosen], arrivals, shoppers.party)
            quiet_ms = clock.quiet_until()
            left, last_ms = shoppers.go_on(quiet_ms)
            if left:
                clock.passed(left, last_ms)
            due = arrivals.next_at_ms
            if due >= quiet_ms:
                return due if due < HORIZON_MS else None
            clock.passed(1, due)

    def _sell(
        self,
        product: Product,
        arrivals: Arrivals,
        seats: int,
        arrival: int = 0,
        look: int = 1,
    ) -> None:
        now, index, segment = self.clock.now_ms, product.index, arrivals.demand.segment
        price, paid = self.prices[index], self.prices[index] * seats
        self.inventory.sell(index, seats)
        self.background_sold[index] += seats
        self.background_minor[index] += paid
        self._note_sold_out(index)
        fact = SeatSold(
            arrival=arrival or arrivals.count,
            group=arrivals.demand.group_beside(product.group),
            look=look,
            price=price,
            product=product.id,
            seats=seats,
            segment=segment.name,
        )
        number = self.journal.emit(fact, now)
        self.ledger.post(now, number, (POPULATION, -paid), (MERCHANT, paid))
        if self.afterwards is not None:
            self.afterwards.book(product, segment, fact)

    def _note_sold_out(self, *indices: int) -> None:
        """Make buyers look again at what has just sold out.

        Or is sold out no longer: then it is called before its seats come back.
        Whatever else sells out or opens with it shares the pool or limit used up.
        """
        stock = self.inventory
        for index in indices:
            gone = not stock.available(index)
            if gone or (stock.oversells and not stock.holdable(index)):
                self.offers_version += 1
                self.population.opened(self.catalog.sharing[index])

    def _repriced(self, priced: Sequence[int], opened: Iterable[int]) -> None:
        """Make buyers look again at what costs something else, or may sell now."""
        self.offers_version += 1
        self.price_order.repriced(priced)
        self.population.repriced(priced)
        for index in opened:
            self.population.opened(self.catalog.sharing[index])


def unseen(world: World, seed: int, history: SalesHistory) -> Marketplace:
    """Return a market without agents, of which nothing is recorded.

    Args:
        world: the compiled scenario.
        seed: the only source of chance.
        history: what sellers know of past departures.
    """
    return Marketplace(world, seed, [], JournalWriter(None), history=history)
