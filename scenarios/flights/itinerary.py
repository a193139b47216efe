"""What airlines declare for sale: itineraries of legs, in fare classes."""

from typing import Annotated, ClassVar, Final

from pydantic import Field, model_validator

from test_time_gym.market.catalog import (
    Catalog,
    Listing,
    Priced,
    Rate,
    minutes_of,
    verify_rates,
)
from test_time_gym.market.config import Code, Config, GrownConfig, Moment, Name

from .airports import great_circle_km

__all__ = ["Airport", "FareClass", "Itinerary", "Leg", "list_itineraries"]

_MINUTES_A_DAY: Final = 1440
_ZONES_MINUTES: Final = 26 * 60
"""Most by which the clocks of two places differ: who crosses the date line eastwards
may arrive, by the clock, before the departure."""

Airport = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
"""Three-letter airport or city code."""


class Leg(GrownConfig):
    """One flight number from take-off to landing, with its seats."""

    later: ClassVar[tuple[str, ...]] = ("authorised", "distance_km")

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
    authorised: Annotated[int, Field(ge=0, le=5000)] | None = None
    """So many bookings are accepted, since not everybody shows up; None: the seats."""
    stops: Annotated[int, Field(ge=0, le=5)] = 0
    """Technical stops under the same flight number."""
    distance_km: Annotated[int, Field(ge=1, le=25_000)] | None = None
    """How far it is, for figures of seat-km; None: the great circle, where both places
    are known."""

    @model_validator(mode="after")
    def _moments_exist(self) -> "Leg":
        if minutes_of(self.arrive) < minutes_of(self.depart) - _ZONES_MINUTES:
            msg = f"leg {self.flight} arrives {self.arrive}, more than a day before "
            msg += f"it departs ({self.depart})"
            raise ValueError(msg)
        return self

    @property
    def km(self) -> int | None:
        """How far it is; None if nobody knows."""
        if self.distance_km is not None:
            return self.distance_km
        return great_circle_km(self.origin, self.destination)


class FareClass(Rate):
    """A price-and-rules bucket, nested by value."""

    fare_minor: Annotated[int, Field(gt=0, le=10**12)]
    """Base fare for one seat on the whole itinerary."""


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
            if minutes_of(after.depart) < minutes_of(before.arrive):
                msg = f"leg {after.flight} departs {after.depart}, before leg "
                msg += f"{before.flight} arrives ({before.arrive})"
                raise ValueError(msg)
        fares = [(fare.code, fare.fare_minor) for fare in self.fares]
        verify_rates(fares, "fare classes")
        return self

    @property
    def stops(self) -> int:
        """Changes between legs, and technical stops."""
        return len(self.legs) - 1 + sum(leg.stops for leg in self.legs)

    @property
    def pair(self) -> tuple[str, str]:
        """Where it starts and ends."""
        return self.legs[0].origin, self.legs[-1].destination

    @property
    def minutes(self) -> int:
        """How long it takes by the clocks of both places, which may differ."""
        return minutes_of(self.legs[-1].arrive) - minutes_of(self.legs[0].depart)


def list_itineraries(itineraries: tuple[Itinerary, ...], opens: str) -> Catalog:
    """Return the catalog of itineraries; legs of one number and time share seats.

    Args:
        itineraries: as declared.
        opens: local moment at which the market's clock shows 0.

    Raises:
        ValueError: two itineraries share an id, a leg is declared twice with
            different seats, or something departs before the market opens.
    """
    catalog = Catalog(opens, units="seats")
    known: dict[str, Itinerary] = {}
    for itinerary in itineraries:
        if known.setdefault(itinerary.id, itinerary) is not itinerary:
            msg = f"two itineraries are called {itinerary.id}"
            raise ValueError(msg)
    least: dict[tuple[str, str], int] = {}
    for itinerary in itineraries:
        pair = itinerary.pair
        least[pair] = min(least.get(pair, 0), itinerary.minutes)
    for itinerary in itineraries:
        # Eastwards across the date line clocks may go back: one pair's all do.
        minutes = itinerary.minutes - least[itinerary.pair]
        _list(catalog, itinerary, minutes)
    return catalog.close()


def _list(catalog: Catalog, itinerary: Itinerary, travel_minutes: int) -> None:
    first, last = itinerary.legs[0], itinerary.legs[-1]
    pools = [
        catalog.pool(f"{leg.flight}/{leg.depart}", leg.seats, leg.authorised, leg.km)
        for leg in itinerary.legs
    ]
    departs, arrives = minutes_of(first.depart), minutes_of(last.arrive)
    listing = Listing(
        id=itinerary.id,
        seller=itinerary.airline,
        group=(first.origin, last.destination, first.depart[:10]),
        pools=tuple(dict.fromkeys(pools)),
        closes_minute=departs,
        closing=f"itinerary {itinerary.id} departs {first.depart}",
        day=first.depart[:10],
        drawback=itinerary.stops,
        travel_minutes=travel_minutes,
    )
    days = arrives // _MINUTES_A_DAY - departs // _MINUTES_A_DAY
    suffix = f"+{days}" if days > 0 else str(days) if days < 0 else ""
    facts = {
        "depart": first.depart[11:],
        "arrive": last.arrive[11:] + suffix,
        "stops": itinerary.stops,
        "airline": itinerary.airline,
    }
    hidden = {"minutes": itinerary.minutes}
    catalog.add(
        listing,
        [
            Priced(fare, fare.fare_minor, facts | {"fare_class": fare.code} | hidden)
            for fare in itinerary.fares
        ],
    )
