"""Buyers who wait: those of patient segments, from their first look to their last.

All of this is off unless a segment asks for it.  Whether a buyer comes back, and when,
follows from one word of its own, keyed by segment, group and arrival: no agent, no
price and no other buyer moves it.  The rest of it is what it had when it first came.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from .arrivals import Arrivals
from .catalog import Catalog, Product
from .choice import NO_PURCHASE
from .clock import HORIZON_MS, MarketClock, Phase, Timer
from .events import Postponed
from .journal import JournalWriter
from .patience import Patience, back_before, gaps_of
from .population import LookingBuyer, Population
from .streams import Streams

if TYPE_CHECKING:
    from .marketplace import Marketplace

__all__ = ["WaitingBuyer", "WaitingBuyers", "waiting_of"]


class WaitingBuyer(NamedTuple):
    """Who will look again."""

    id: str
    place: int
    """Of its arrival process."""
    buyer: LookingBuyer
    gaps_ms: tuple[int, ...]
    """From each of its looks to the next."""
    looks: int
    """How often it has looked."""
    hope_minor: int | None
    """The dearest price that it will not wait any longer at; see `Patience.buys`."""
    returns_ms: int


class SellsTo(Protocol):
    """Sells seats of a product to a background buyer who has chosen it."""

    def __call__(
        self, product: Product, arrivals: Arrivals, seats: int, arrival: int, look: int
    ) -> None:
        """Sell it at its price of now."""


class WaitingBuyers:
    """The buyers of patient segments in one run.

    Args:
        catalog: what is for sale.
        clock: of the run.
        streams: where their luck comes from; none of its counters is moved.
        journal: where facts are written.
        population: whose buyers.
        prices: of every product, as they stand.
        on_sale: says how many seats of a product they can buy.
        sell: sells one of them what it chose.
    """

    __slots__ = (
        "_catalog",
        "_clock",
        "_ends_ms",
        "_journal",
        "_on_sale",
        "_patient",
        "_population",
        "_prices",
        "_sell",
        "_streams",
        "_waiting",
    )

    def __init__(
        self,
        *,
        catalog: Catalog,
        clock: MarketClock,
        streams: Streams,
        journal: JournalWriter,
        population: Population,
        prices: Sequence[int],
        on_sale: Callable[[int], int],
        sell: SellsTo,
    ) -> None:
        """Begin with nobody waiting."""
        self._catalog, self._clock, self._streams = catalog, clock, streams
        self._journal, self._population, self._prices = journal, population, prices
        self._on_sale, self._sell = on_sale, sell
        self._waiting: dict[str, WaitingBuyer] = {}
        self._ends_ms: dict[int, int] = {}
        """Arrival process → when its buyers can buy nothing any more."""
        self._patient: dict[int, Patience] = {}
        """Arrival process → the patience of its segment; of those that have any."""
        for place, arrivals in enumerate(population.arrivals):
            patience = arrivals.demand.segment.waits
            if patience is not None:
                self._patient[place] = patience

    @property
    def buyers(self) -> list[WaitingBuyer]:
        """Who waits now, in the order in which they began to."""
        return list(self._waiting.values())

    def due(self) -> tuple[tuple[int, str], ...]:
        """Return when each of them comes back, and its name."""
        return tuple([(one.returns_ms, one.id) for one in self._waiting.values()])

    def state(self) -> list[list[str | int]]:
        """Return name, looks, hope (−1 without one) and return of all who wait."""
        return [
            [
                one.id,
                one.looks,
                -1 if one.hope_minor is None else one.hope_minor,
                one.returns_ms,
            ]
            for one in self._waiting.values()
        ]

    def cares_for(self, place: int) -> bool:
        """Return whether the buyers of an arrival process may come back."""
        return place in self._patient

    def arrive(self, timer: Timer) -> int | None:
        """Let the next buyer of a patient segment come; return when another does."""
        place: int = timer.entity
        shoppers, now_ms = self._population.shoppers[place], self._clock.now_ms
        arrivals = shoppers.arrivals
        chosen = shoppers.choose(now_ms, self._prices, self._on_sale)
        name = (arrivals.demand.segment.name, *arrivals.demand.group)
        number, patience = arrivals.count, self._patient[place]
        one = WaitingBuyer(
            id="/".join((*name, str(number))),
            place=place,
            buyer=shoppers.next_buyer(),
            gaps_ms=gaps_of(patience, self._streams, number, *name),
            looks=0,
            hope_minor=None,
            returns_ms=now_ms,
        )
        self._decide(one, chosen)
        arrivals.step()
        due = arrivals.next_at_ms
        return due if due < HORIZON_MS else None

    def _return(self, timer: Timer) -> int | None:
        one = self._waiting.pop(timer.entity)
        shoppers = self._population.shoppers[one.place]
        self._decide(
            one,
            shoppers.choose_again(
                one.buyer, self._clock.now_ms, self._prices, self._on_sale
            ),
        )
        return None

    def _decide(self, one: WaitingBuyer, chosen: int) -> None:
        """Let a buyer buy what it would choose, come back for it, or leave."""
        shoppers, look = self._population.shoppers[one.place], one.looks + 1
        arrivals, now_ms = shoppers.arrivals, self._clock.now_ms
        found = chosen != NO_PURCHASE
        ends_ms = self._catalog.sale_ends_ms[chosen] if found else self._end(one.place)
        back_ms = back_before(now_ms, look, one.gaps_ms, ends_ms)
        shown = self._prices[chosen] if found else shoppers.choices.cheapest
        patience, who = self._patient[one.place], one.buyer
        takes = back_ms is None or patience.buys(one.hope_minor, shown)
        if found and takes:
            product = self._catalog.products[chosen]
            self._sell(product, arrivals, who.size, who.arrival, look)
            return
        if back_ms is None:
            return
        hope_minor = patience.hope_after(one.hope_minor, shown)
        self._waiting[one.id] = one._replace(
            buyer=who._replace(word=who.word.copy()),
            looks=look,
            hope_minor=hope_minor,
            returns_ms=back_ms,
        )
        if found:
            product = self._catalog.products[chosen]
            fact = Postponed(
                arrival=who.arrival,
                group=arrivals.demand.group_beside(product.group),
                look=look,
                price=self._prices[chosen],
                product=product.id,
                returns=back_ms,
                segment=arrivals.demand.segment.name,
            )
            self._journal.emit(fact, now_ms)
        self._clock.at(back_ms, Phase.DEMAND, self._return, "return", one.id)

    def _end(self, place: int) -> int:
        """Return when the buyers of an arrival process can buy nothing any more."""
        end = self._ends_ms.get(place)
        if end is None:
            members = self._population.shoppers[place].arrivals.demand.members
            sale_ends_ms = self._catalog.sale_ends_ms
            end = max([sale_ends_ms[j] for j in members], default=0)
            self._ends_ms[place] = end
        return end


def waiting_of(market: "Marketplace", sell: SellsTo) -> WaitingBuyers | None:
    """Return the waiting buyers of a market; None if no segment is patient.

    Args:
        market: of which nothing is sold yet.
        sell: sells one of them what it chose.
    """
    if not any(one.waits is not None for one in market.world.config.demand):
        return None
    return WaitingBuyers(
        catalog=market.catalog,
        clock=market.clock,
        streams=market.streams,
        journal=market.journal,
        population=market.population,
        prices=market.prices,
        on_sale=market.for_background,
        sell=sell,
    )
