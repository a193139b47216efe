"""What is for sale: itineraries of legs, each in one or more fare classes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Annotated, Final, NewType

from pydantic import Field, model_validator

from .clock import MINUTE_MS
from .config import Airport, Code, Config, Minor, Moment, Name

__all__ = [
    "Catalog",
    "CityPair",
    "FareClass",
    "Itinerary",
    "Leg",
    "Product",
    "ProductIndex",
    "minutes_of_day",
]

ProductIndex = NewType("ProductIndex", int)
"""Position of a product in `Catalog.products`."""

CityPair = tuple[str, str, str]
"""Origin, destination and local departure date."""

_EPOCH: Final = date(1970, 1, 1)
_MINUTES_A_DAY: Final = 1440
_ZONES_MINUTES: Final = 26 * 60
"""Most by which the clocks of two places differ: who crosses the date line eastwards
may arrive, by the clock, before the departure."""


def _minutes(moment: str) -> int:
    """Return the minutes of a local moment since 1970, ignoring time zones."""
    when = datetime.strptime(moment, "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - local
    days = (when.date() - _EPOCH).days
    return days * _MINUTES_A_DAY + when.hour * 60 + when.minute


def minutes_of_day(clock: str) -> int:
    """Return the minutes since midnight of an ``HH:MM`` time.

    >>> minutes_of_day("07:15")
    435
    """
    return int(clock[:2]) * 60 + int(clock[3:5])


class Leg(Config):
    """One flight number from take-off to landing, with its seats."""

    flight: Code
    """Flight number; with the departure it names the leg's seats."""
    origin: Airport = Field(alias="from")
    destination: Airport = Field(alias="to")
    depart: Moment
    """Local time at the origin."""
    arrive: Moment
    """Local time at the destination."""
    seats: Annotated[int, Field(ge=0, le=1000)]
    """Capacity shared by every itinerary and fare class on this leg."""
    stops: Annotated[int, Field(ge=0, le=5)] = 0
    """Technical stops under the same flight number."""

    @model_validator(mode="after")
    def _moments_exist(self) -> "Leg":
        if _minutes(self.arrive) < _minutes(self.depart) - _ZONES_MINUTES:
            msg = f"leg {self.flight} arrives {self.arrive}, more than a day before "
            msg += f"it departs ({self.depart})"
            raise ValueError(msg)
        return self


class FareClass(Config):
    """A price-and-rules bucket, nested by value."""

    code: Code
    fare_minor: Annotated[int, Field(gt=0, le=10**12)]
    """Base fare for one seat on the whole itinerary."""
    booking_limit: Annotated[int, Field(ge=0, le=1000)] | None = None
    """Most seats this class and all cheaper ones may sell; None: no limit."""
    refundable: bool = False
    cancel_fee_minor: Minor = 0
    """Kept from the refund when a refundable ticket is cancelled."""


class Itinerary(Config):
    """What a traveller buys: one or more legs of one airline."""

    id: Code
    airline: Name
    legs: Annotated[tuple[Leg, ...], Field(min_length=1, max_length=4, strict=False)]
    fares: Annotated[
        tuple[FareClass, ...], Field(min_length=1, max_length=12, strict=False)
    ]
    cabin: Code = "economy"

    @model_validator(mode="after")
    def _fits_together(self) -> "Itinerary":
        for before, after in zip(self.legs, self.legs[1:], strict=False):
            if before.destination != after.origin:
                msg = f"leg {after.flight} starts at {after.origin}, not where "
                msg += f"leg {before.flight} ends ({before.destination})"
                raise ValueError(msg)
            # Both are local times at the same airport.
            if _minutes(after.depart) < _minutes(before.arrive):
                msg = f"leg {after.flight} departs {after.depart}, before leg "
                msg += f"{before.flight} arrives ({before.arrive})"
                raise ValueError(msg)
        codes = [fare.code for fare in self.fares]
        if len(set(codes)) != len(codes):
            msg = f"fare classes repeat a code: {', '.join(codes)}"
            raise ValueError(msg)
        fares = [fare.fare_minor for fare in self.fares]
        if fares != sorted(fares, reverse=True):
            msg = "list fare classes from the dearest to the cheapest"
            raise ValueError(msg)
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One itinerary in one fare class: the thing that has a price."""

    index: ProductIndex
    id: str
    """``flight_id`` in observations: the itinerary's id, with ``-CODE`` when
    the itinerary has more than one fare class."""
    itinerary: int
    """Position of the itinerary in the catalog."""
    itinerary_id: str
    airline: str
    fare_class: str
    base_minor: int
    refundable: bool
    cancel_fee_minor: int
    booking_limit: int | None
    nest: tuple[int, ...]
    """Products of the same itinerary, from the dearest class to the cheapest."""
    rank: int
    """Position of this product in `nest`."""
    pools: tuple[int, ...]
    """The seat pools (one per leg) that a sale takes from."""
    city_pair: CityPair
    depart: str
    """Local departure, ``10:40``."""
    arrive: str
    """Local arrival, ``07:15+1`` when it is the next day."""
    depart_minute: int
    """Minutes since midnight of the departure."""
    duration_minutes: int
    """Local arrival minus local departure."""
    stops: int
    departs_at_ms: int
    """Departure on the market's clock."""


class Catalog:
    """Every product of a scenario, and the seat pools they share.

    Args:
        itineraries: as declared.
        opens: local moment at which the market's clock shows 0.

    Raises:
        ValueError: two itineraries share an id, a leg is declared twice with
            different seats, or something departs before the market opens.
    """

    def __init__(self, itineraries: Iterable[Itinerary], opens: str) -> None:
        """Index the itineraries by product, pool and city pair."""
        self.opens = opens
        self.opens_minute = _minutes(opens)
        self.products: list[Product] = []
        self.pool_names: list[str] = []
        self.capacity: list[int] = []
        self.pools: list[tuple[int, ...]] = []
        """The pools of every product."""
        self.only_pool: list[int | None] = []
        """Of every product, the pool that limits it if nothing else does."""
        self.departures_ms: list[int] = []
        """When every product departs."""
        self.limits: list[int | None] = []
        """The booking limit of every product, as declared."""
        self.by_city_pair: dict[CityPair, tuple[int, ...]] = {}
        self.by_id: dict[str, Product] = {}
        self.itinerary_ids: list[str] = []
        self._pool_of: dict[tuple[str, str], int] = {}
        known: dict[str, Itinerary] = {}
        for itinerary in itineraries:
            if known.setdefault(itinerary.id, itinerary) is not itinerary:
                msg = f"two itineraries are called {itinerary.id}"
                raise ValueError(msg)
            self._add(itinerary)
        self.sharing: list[tuple[int, ...]] = self._shared_legs()
        """Of every product, all that share a leg with it; itself among them."""
        self.last_departure_ms = max(
            (product.departs_at_ms for product in self.products), default=0
        )

    def _shared_legs(self) -> list[tuple[int, ...]]:
        users: list[list[int]] = [[] for _ in self.capacity]
        for index, pools in enumerate(self.pools):
            for pool in pools:
                users[pool].append(index)
        return [
            tuple(users[pools[0]])
            if len(pools) == 1
            else tuple(dict.fromkeys(chain.from_iterable(users[k] for k in pools)))
            for pools in self.pools
        ]

    def _pool(self, leg: Leg) -> int:
        name = (leg.flight, leg.depart)
        pool = self._pool_of.get(name)
        if pool is None:
            pool = self._pool_of[name] = len(self.capacity)
            self.pool_names.append(f"{leg.flight}/{leg.depart}")
            self.capacity.append(leg.seats)
        elif self.capacity[pool] != leg.seats:
            msg = f"leg {leg.flight} of {leg.depart} is declared with "
            msg += f"{self.capacity[pool]} and with {leg.seats} seats"
            raise ValueError(msg)
        return pool

    def _add(self, itinerary: Itinerary) -> None:
        first, last = itinerary.legs[0], itinerary.legs[-1]
        departs, arrives = _minutes(first.depart), _minutes(last.arrive)
        if departs < self.opens_minute:
            msg = f"itinerary {itinerary.id} departs {first.depart}, before the "
            msg += f"market opens ({self.opens})"
            raise ValueError(msg)
        days = arrives // _MINUTES_A_DAY - departs // _MINUTES_A_DAY
        suffix = f"+{days}" if days > 0 else str(days) if days < 0 else ""
        start = len(self.products)
        nest = tuple(range(start, start + len(itinerary.fares)))
        pools = tuple(dict.fromkeys(self._pool(leg) for leg in itinerary.legs))
        pair = (first.origin, last.destination, first.depart[:10])
        for rank, fare in enumerate(itinerary.fares):
            single = len(itinerary.fares) == 1
            product = Product(
                index=ProductIndex(start + rank),
                id=itinerary.id if single else f"{itinerary.id}-{fare.code}",
                itinerary=len(self.itinerary_ids),
                itinerary_id=itinerary.id,
                airline=itinerary.airline,
                fare_class=fare.code,
                base_minor=fare.fare_minor,
                refundable=fare.refundable,
                cancel_fee_minor=fare.cancel_fee_minor,
                booking_limit=fare.booking_limit,
                nest=nest,
                rank=rank,
                pools=pools,
                city_pair=pair,
                depart=first.depart[11:],
                arrive=last.arrive[11:] + suffix,
                depart_minute=minutes_of_day(first.depart[11:]),
                duration_minutes=arrives - departs,
                stops=len(itinerary.legs)
                - 1
                + sum(leg.stops for leg in itinerary.legs),
                departs_at_ms=(departs - self.opens_minute) * MINUTE_MS,
            )
            if product.id in self.by_id:
                msg = f"two offers share the id {product.id}"
                raise ValueError(msg)
            self.by_id[product.id] = product
            self.products.append(product)
            self.pools.append(pools)
            alone = single and len(pools) == 1 and fare.booking_limit is None
            self.only_pool.append(pools[0] if alone else None)
            self.departures_ms.append(product.departs_at_ms)
            self.limits.append(fare.booking_limit)
        self.itinerary_ids.append(itinerary.id)
        self.by_city_pair[pair] = self.by_city_pair.get(pair, ()) + nest
