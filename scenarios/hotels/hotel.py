"""What hotels declare for sale: room types over stays, at one or more rates."""

from collections.abc import Iterator
from datetime import date, timedelta
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
from test_time_gym.market.config import (
    PPM,
    Code,
    Config,
    GrownConfig,
    LocalDate,
    LocalTime,
    Name,
)
from test_time_gym.market.money import share_of

__all__ = ["Hotel", "NightlyRate", "RoomType", "Stays", "list_stays"]

Factor = Annotated[int, Field(ge=0, le=10 * PPM)]
LengthFactor = Annotated[
    tuple[Annotated[int, Field(ge=1, le=60)], Factor], Field(strict=False)
]
"""From so many nights on, the factor of the price of a stay in ppm."""
NightFactor = Annotated[tuple[LocalDate, Factor], Field(strict=False)]
"""A night, by the date on which it begins, and the factor of its price in ppm."""
MinimumStay = Annotated[
    tuple[LocalDate, Annotated[int, Field(ge=1, le=60)]], Field(strict=False)
]
"""A night, and the fewest nights of a stay that includes it."""

_STEP_MINOR: Final = 100
"""Prices of stays are rounded to it."""


class NightlyRate(Rate):
    """A price for a night and the rules that come with it."""

    later: ClassVar[tuple[str, ...]] = (*Rate.later, "min_nights")

    nightly_minor: Annotated[int, Field(gt=0, le=10**10)]
    """For one room and night, before factors."""
    breakfast: bool = False
    min_nights: Annotated[int, Field(ge=1, le=60)] = 1
    """Fewest nights of a stay that is sold at it."""


class RoomType(GrownConfig):
    """Rooms of a hotel that are alike."""

    later: ClassVar[tuple[str, ...]] = ("authorised",)

    code: Code
    rooms: Annotated[int, Field(ge=0, le=1000)]
    """How many there are, every night."""
    authorised: Annotated[int, Field(ge=0, le=5000)] | None = None
    """So many bookings are accepted, since not everybody shows up; None: the rooms."""
    rates: Annotated[
        tuple[NightlyRate, ...], Field(min_length=1, max_length=12, strict=False)
    ]

    @model_validator(mode="after")
    def _rates_fall(self) -> "RoomType":
        rates = [(rate.code, rate.nightly_minor) for rate in self.rates]
        verify_rates(rates, "rates")
        return self


class Hotel(Config):
    """A house with rooms."""

    id: Code
    name: Name
    city: Name
    stars: Annotated[int, Field(ge=1, le=5)]
    distance_m: Annotated[int, Field(ge=0, le=100_000)]
    """From the centre."""
    rooms: Annotated[
        tuple[RoomType, ...], Field(min_length=1, max_length=20, strict=False)
    ]
    length_factors: Annotated[
        tuple[LengthFactor, ...], Field(strict=False, max_length=20)
    ] = ()
    """``[[nights, factor_ppm], …]``: of the longest length that a stay reaches."""
    night_factors: Annotated[
        tuple[NightFactor, ...], Field(strict=False, max_length=400)
    ] = ()
    """``[[date, factor_ppm], …]``: other nights have 1."""
    min_nights: Annotated[
        tuple[MinimumStay, ...], Field(strict=False, max_length=400)
    ] = ()
    """``[[date, nights], …]``: other nights may be booked alone."""

    @model_validator(mode="after")
    def _room_types_once(self) -> "Hotel":
        codes = [room.code for room in self.rooms]
        if len(set(codes)) != len(codes):
            msg = f"room types repeat a code: {', '.join(codes)}"
            raise ValueError(msg)
        return self

    def price_minor(self, rate: NightlyRate, nights: list[str]) -> int:
        """Return the base price of a stay, in minor units.

        Args:
            rate: at which it is booked.
            nights: the dates on which its nights begin.
        """
        factors = dict(self.night_factors)
        total = sum(
            share_of(rate.nightly_minor, factors.get(night, PPM)) for night in nights
        )
        reached = [(n, ppm) for n, ppm in self.length_factors if n <= len(nights)]
        whole = share_of(total, max(reached)[1] if reached else PPM)
        rounded = (whole + _STEP_MINOR // 2) // _STEP_MINOR * _STEP_MINOR
        return max(_STEP_MINOR, rounded)

    def least_nights(self, nights: list[str]) -> int:
        """Return the fewest nights of a stay that includes these."""
        least = dict(self.min_nights)
        return max(least.get(night, 1) for night in nights)


class Stays(Config):
    """The stays that a market sells: every length from every day."""

    first: LocalDate
    """First day on which guests may arrive."""
    days: Annotated[int, Field(ge=1, le=60)]
    """So many days on which they may arrive."""
    nights: Annotated[int, Field(ge=1, le=30)]
    """Longest stay."""
    check_in: LocalTime = "18:00"
    """Latest arrival; then a stay is sold no longer."""

    @model_validator(mode="after")
    def _dates_exist(self) -> "Stays":
        date.fromisoformat(self.first) + timedelta(days=self.days + self.nights)
        return self

    def each(self) -> Iterator[list[str]]:
        """Yield the nights of every stay, and the day on which it ends."""
        first = date.fromisoformat(self.first)
        for day in range(self.days):
            for nights in range(1, self.nights + 1):
                span = range(day, day + nights + 1)
                yield [(first + timedelta(days=k)).isoformat() for k in span]


def list_stays(hotels: tuple[Hotel, ...], stays: Stays, opens: str) -> Catalog:
    """Return the catalog of stays: each takes one room for every one of its nights.

    Args:
        hotels: as declared.
        stays: which stays are sold.
        opens: local moment at which the market's clock shows 0.

    Raises:
        ValueError: two hotels share an id, or a stay begins before the market opens.
    """
    catalog = Catalog(opens, units="rooms")
    ids = [hotel.id for hotel in hotels]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        msg = f"two hotels are called {twice[0]}"
        raise ValueError(msg)
    for *nights, leaves in stays.each():
        for hotel in hotels:
            if hotel.least_nights(nights) <= len(nights):
                for room in hotel.rooms:
                    _list(catalog, hotel, room, nights, leaves, stays.check_in)
    return catalog.close()


def _list(  # noqa: PLR0917
    catalog: Catalog,
    hotel: Hotel,
    room: RoomType,
    nights: list[str],
    leaves: str,
    check_in: str,
) -> None:
    rates = [rate for rate in room.rates if rate.min_nights <= len(nights)]
    if not rates:
        return
    arrives = nights[0]
    name = f"{hotel.id}-{room.code}-{arrives[5:7]}{arrives[8:]}x{len(nights)}"
    pools = [
        catalog.pool(f"{hotel.id}/{room.code}/{night}", room.rooms, room.authorised)
        for night in nights
    ]
    listing = Listing(
        id=name,
        seller=hotel.name,
        group=(hotel.city, arrives, leaves),
        pools=tuple(pools),
        closes_minute=minutes_of(f"{arrives}T{check_in}"),
        closing=f"stay {name} begins {arrives}",
        day=arrives,
        drawback=hotel.distance_m // 1000,
    )
    facts = {
        "hotel": hotel.name,
        "room": room.code,
        "distance_m": hotel.distance_m,
        "stars": hotel.stars,
    }
    catalog.add(
        listing,
        [
            Priced(
                _of_nights(rate, len(nights)),
                hotel.price_minor(rate, nights),
                facts | {"breakfast": rate.breakfast, "rate": rate.code},
            )
            for rate in rates
        ],
    )


def _of_nights(rate: NightlyRate, nights: int) -> NightlyRate:
    """Return a rate for a stay: who comes without a booking stays one night."""
    if nights == 1 or not rate.go_shows_milli:
        return rate
    return rate.model_copy(update={"go_shows_milli": 0})
