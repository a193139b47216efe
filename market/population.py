"""The background population of a run: who comes next, and what it may choose from."""

from collections.abc import Callable, Iterable, Sequence

from .choice import NO_PURCHASE, ChoiceSet
from .clock import HORIZON_MS
from .demand import Arrivals, Demand
from .streams import Streams

__all__ = ["Population"]


class Population:
    """Background buyers of one run, process by process.

    A choice set is looked at again only where something moved.

    Args:
        demands: what segments want at city pairs.
        departures_ms: of every product.
        streams: where their luck comes from.
        from_ms: the instant from which they come.

    Attributes:
        arrivals: the processes that have anybody to come.
    """

    __slots__ = ("_closes", "_departures", "_places", "_sets", "_stale", "arrivals")

    def __init__(
        self,
        demands: Sequence[Demand],
        departures_ms: Sequence[int],
        streams: Streams,
        from_ms: int,
    ) -> None:
        """Find everybody's first arrival."""
        self._departures = departures_ms
        self.arrivals: list[Arrivals] = []
        for demand in demands:
            stream = streams.bulk("demand", demand.segment.name, *demand.pair)
            arrivals = Arrivals(demand, from_ms, stream)
            if arrivals.next_at_ms < HORIZON_MS:
                self.arrivals.append(arrivals)
        self._sets: list[ChoiceSet | None] = [None] * len(self.arrivals)
        self._stale: list[dict[int, None]] = [{} for _ in self.arrivals]
        """Positions of each choice set that have moved since it was looked at."""
        self._closes = [0] * len(self.arrivals)
        """When the next member of each choice set departs."""
        self._places: dict[int, list[tuple[int, int]]] = {}
        """Where each product stands in the choice sets that exist."""

    def moved(self, products: Iterable[int]) -> None:
        """Note that prices of products moved, or that they opened or sold out."""
        places = self._places
        if places:
            for product in products:
                for process, position in places.get(product, ()):
                    self._stale[process][position] = None

    def choose(
        self,
        process: int,
        now_ms: int,
        prices: Sequence[int],
        on_sale: Callable[[int], int],
    ) -> int:
        """Return the product that the next arrival of a process buys.

        Args:
            process: position in `arrivals`.
            now_ms: when it comes.
            prices: of every product.
            on_sale: says how many seats of a product can be bought.

        Returns:
            The product, or `NO_PURCHASE`.
        """
        choices = self._sets[process]
        if choices is None:
            choices = self._first_look(process)
        arrivals = self.arrivals[process]
        members = arrivals.demand.members
        if now_ms >= self._closes[process]:
            self._departed(process, now_ms)
        stale = self._stale[process]
        if stale:
            now_at: dict[int, int | None] = {}
            for position in stale:
                product = members[position]
                now_at[position] = prices[product] if on_sale(product) else None
            choices.offer(now_at)
            stale.clear()
        cheapest = choices.cheapest
        if cheapest is None or arrivals.willingness_minor < cheapest:
            return NO_PURCHASE
        clocks = arrivals.clocks(cheapest)
        position = choices.choose(arrivals.willingness_minor, clocks)
        return NO_PURCHASE if position == NO_PURCHASE else members[position]

    def _first_look(self, process: int) -> ChoiceSet:
        demand = self.arrivals[process].demand
        choices = ChoiceSet(demand.stops, demand.segment.choice)
        self._sets[process] = choices
        for position, product in enumerate(demand.members):
            self._places.setdefault(product, []).append((process, position))
            self._stale[process][position] = None
        return choices

    def _departed(self, process: int, now_ms: int) -> None:
        """Look again at all members: some may have left."""
        members = self.arrivals[process].demand.members
        self._stale[process].update(dict.fromkeys(range(len(members))))
        still = [at for j in members if (at := self._departures[j]) > now_ms]
        self._closes[process] = min(still, default=HORIZON_MS)
