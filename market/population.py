"""The background population of a run: who comes next, and what it may choose from."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .arrivals import Arrivals
from .choice import NO_PURCHASE, ChoiceSet
from .clock import HORIZON_MS
from .demand import Demand
from .party_sizes import party_of
from .streams import Streams

__all__ = ["LookingBuyer", "Population", "Shoppers"]

_NOT_YET = -HORIZON_MS
"""Closing of a choice set that has not been looked at."""
_NEVER: Final = 2**62
"""A price that nobody pays."""
_AHEAD_LEAST, _AHEAD_MOST = 4, 64
"""Arrivals that choose at a time, where not one alone does."""


class LookingBuyer(NamedTuple):
    """One buyer, and all that decides what it chooses."""

    arrival: int
    """Its number."""
    willing_minor: int
    word: NDArray[np.uint64]
    """64 random bits of its tastes, as an array of one."""
    ideal_word: int
    """64 random bits of its ideal hour, if it has one."""
    size: int
    """Of its party."""


class Shoppers:
    """The buyers of one segment in one group, and what is on sale for them.

    Args:
        arrivals: when they come.
        closing_ms: when every product is sold no longer.
        party_of: gives the size of a party by the number of its arrival; None: all
            come alone.
    """

    __slots__ = (
        "_alone",
        "_chosen",
        "_closes_ms",
        "_closing",
        "_closings",
        "_hours",
        "_least",
        "_looked",
        "_many",
        "_party_of",
        "arrivals",
        "choices",
        "stale",
    )

    def __init__(
        self,
        arrivals: Arrivals,
        closing_ms: Sequence[int],
        party_of: Callable[[int], int] | None = None,
    ) -> None:
        """Begin without having looked at anything: in a short run few ever come."""
        self.arrivals = arrivals
        self.choices: ChoiceSet
        self.stale: dict[int, bool] = {0: True}
        """Positions in the choice set that have moved since it was looked at; whether
        they may have sold out or opened, or have only another price."""
        self._hours = arrivals.demand.segment.ideal_hours()
        self._party_of = party_of
        mixed = arrivals.demand.segment.choice.mixed
        self._alone = self._hours is not None or party_of is not None or mixed
        """Whether no two of them see the same offers, or weigh them alike."""
        self._closing = closing_ms
        self._closes_ms = _NOT_YET
        """When the next member of the choice set closes."""
        self._closings: list[tuple[int, int]] = []
        """When members close that are still sold, and their positions; last first."""
        self._least = _NEVER
        """The least price on sale; beyond all prices when there is none."""
        self._chosen: dict[int, int] = {}
        """What the next arrivals choose, by number, as long as nothing moves."""
        self._many = 1
        """So many choose together next time."""
        self._looked = 0
        """Number of the arrival for whom the choice set was looked at."""

    @property
    def party(self) -> int:
        """How many units the next arrival takes, if it buys."""
        return 1 if self._party_of is None else self._party_of(self.arrivals.count)

    def choose(
        self, now_ms: int, prices: Sequence[int], on_sale: Callable[[int], int]
    ) -> int:
        """Return the product that the next arrival buys, or `NO_PURCHASE`.

        Args:
            now_ms: when it comes.
            prices: of every product.
            on_sale: says how many seats of a product can be bought.
        """
        if self.stale or now_ms >= self._closes_ms:
            self._look(now_ms, prices, on_sale)
        arrivals, cheapest = self.arrivals, self._least
        if arrivals.willingness_minor < cheapest:
            return NO_PURCHASE
        position = self._chosen.get(arrivals.count)
        if self._alone:
            position = self._choose_alone(self.next_buyer(), on_sale)
        elif position is None and (self._many > 1 or arrivals.demand.taste.wide):
            position = self._choose_ahead(cheapest)
        elif position is None:
            self._many = _AHEAD_LEAST
            willing, clocks = arrivals.willingness_minor, arrivals.clocks(cheapest)
            position = self.choices.choose_one(willing, clocks)
        if position == NO_PURCHASE:
            return NO_PURCHASE
        return arrivals.demand.members[position]

    def next_buyer(self) -> LookingBuyer:
        """Return the next arrival.

        Its word is a view of those of many: who keeps it copies it.
        """
        arrivals = self.arrivals
        return LookingBuyer(
            arrival=arrivals.count,
            willing_minor=arrivals.willingness_minor,
            word=arrivals.own_word(),
            ideal_word=0 if self._hours is None else arrivals.ideal_word,
            size=self.party,
        )

    def choose_again(
        self,
        one: LookingBuyer,
        now_ms: int,
        prices: Sequence[int],
        on_sale: Callable[[int], int],
    ) -> int:
        """Return the product that an earlier arrival would buy now, or `NO_PURCHASE`.

        Args:
            one: who came before.
            now_ms: when it looks.
            prices: of every product.
            on_sale: says how many seats of a product can be bought.
        """
        if self.stale or now_ms >= self._closes_ms:
            self._look(now_ms, prices, on_sale)
        if one.willing_minor < self._least:
            return NO_PURCHASE
        position = self._choose_alone(one, on_sale)
        if position == NO_PURCHASE:
            return NO_PURCHASE
        return self.arrivals.demand.members[position]

    def go_on(self, until_ms: int) -> tuple[int, int]:
        """Move on to the next arrival, past those of whom `choose` would say nothing.

        Those are who would not pay the least price, before anything moves.

        Args:
            until_ms: nothing else happens before this instant.

        Returns:
            How many were passed, and when the last of them came.
        """
        if self.stale:
            return self.arrivals.go_on(0, 0)
        closes_ms = self._closes_ms
        return self.arrivals.go_on(self._least, min(closes_ms, until_ms))

    def _look(
        self, now_ms: int, prices: Sequence[int], on_sale: Callable[[int], int]
    ) -> None:
        """Bring the choice set up to date."""
        demand = self.arrivals.demand
        members = demand.members
        if self._closes_ms == _NOT_YET:
            self.choices = ChoiceSet(
                demand.penalties_milli, demand.segment.choice, demand.away_minor
            )
        if now_ms >= self._closes_ms:
            self._close(now_ms)
        offers: dict[int, int | None] = {}
        shown = self.choices.on_sale
        for position, opened in self.stale.items():
            product = members[position]
            there = on_sale(product) if opened else position in shown
            offers[position] = prices[product] if there else None
        self.choices.offer(offers)
        cheapest = self.choices.cheapest
        self._least = _NEVER if cheapest is None else cheapest
        self.stale.clear()
        # As long as nothing moved the last time, nothing may move this time.
        came, self._looked = self.arrivals.count - self._looked, self.arrivals.count
        self._chosen, self._many = {}, min(came // 4 + 1, _AHEAD_MOST)

    def _close(self, now_ms: int) -> None:
        """Note which members have closed; the first time, all are to be looked at."""
        closings = self._closings
        if self._closes_ms == _NOT_YET:
            members = self.arrivals.demand.members
            self.stale = dict.fromkeys(range(len(members)), True)
            closings.extend([(self._closing[j], k) for k, j in enumerate(members)])
            closings.sort(reverse=True)
        while closings and closings[-1][0] <= now_ms:
            self.stale[closings.pop()[1]] = True
        self._closes_ms = closings[-1][0] if closings else HORIZON_MS

    def _choose_alone(self, one: LookingBuyer, on_sale: Callable[[int], int]) -> int:
        """Let a buyer choose whom nobody else is like, or who is back; see `_alone`."""
        demand, hours, size = self.arrivals.demand, self._hours, one.size
        members, away = demand.members, None
        if hours is not None:
            ideal = hours.minute(one.ideal_word)
            minutes = demand.departs_minutes
            away = [hours.away_minor(minute, ideal) for minute in minutes]

        def has_room(position: int) -> bool:
            return on_sale(members[position]) >= size

        return self.choices.choose_alone(
            one.willing_minor,
            one.word,
            demand.taste,
            away_minor=away,
            has_room=has_room if size > 1 else None,
        )

    def _choose_ahead(self, cheapest: int) -> int:
        """Let the next arrival choose, and others after it: it costs little more.

        The longer nothing has moved, the more of them; what they chose is forgotten
        when something does.
        """
        arrivals, many = self.arrivals, self._many
        self._many = min(_AHEAD_LEAST * many, _AHEAD_MOST)
        if arrivals.demand.taste.wide:
            numbers, willing, words = arrivals.ahead_wide(cheapest, many)
            taste = arrivals.demand.taste
            chosen = self.choices.choose_wide(willing, words, taste)
            self._many = min(self._many, _AHEAD_LEAST * len(chosen))
        else:
            numbers, willing, clocks = arrivals.ahead(cheapest, many)
            chosen = self.choices.choose(willing, clocks)
        self._chosen = dict(zip(numbers, chosen, strict=False))
        return chosen[0]


class Population:
    """All background buyers of one run.

    Args:
        demands: what segments want in groups.
        closing_ms: when every product is sold no longer.
        streams: where their luck comes from.
        from_ms: the instant from which they come.

    Attributes:
        shoppers: of whom anybody is to come.
    """

    __slots__ = ("_places", "shoppers")

    def __init__(
        self,
        demands: Sequence[Demand],
        closing_ms: Sequence[int],
        streams: Streams,
        from_ms: int,
    ) -> None:
        """Find everybody's first arrival."""
        self.shoppers: list[Shoppers] = []
        for demand in demands:
            name = (demand.segment.name, *demand.group)
            stream, number = streams.bulk("demand", *name), demand.drawn_count(streams)
            arrivals = Arrivals(demand, from_ms, stream, number)
            if arrivals.next_at_ms < HORIZON_MS:
                party = party_of(demand.segment.party_sizes, streams, *name)
                self.shoppers.append(Shoppers(arrivals, closing_ms, party))
        self._places: dict[int, list[tuple[Shoppers, int]]] = {}
        """Where each product stands in the choice sets, once anything has moved."""

    @property
    def arrivals(self) -> list[Arrivals]:
        """The arrival processes, in the order of `shoppers`."""
        return [shoppers.arrivals for shoppers in self.shoppers]

    def repriced(self, products: Iterable[int]) -> None:
        """Note that products have other prices."""
        places = self._places or self._find_places()
        for product in products:
            for shoppers, position in places.get(product, ()):
                shoppers.stale.setdefault(position, False)

    def opened(self, products: Iterable[int]) -> None:
        """Note that products may have sold out, or are on sale again."""
        places = self._places or self._find_places()
        for product in products:
            for shoppers, position in places.get(product, ()):
                shoppers.stale[position] = True

    def _find_places(self) -> dict[int, list[tuple[Shoppers, int]]]:
        for shoppers in self.shoppers:
            for position, product in enumerate(shoppers.arrivals.demand.members):
                self._places.setdefault(product, []).append((shoppers, position))
        return self._places
