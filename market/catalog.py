"""What is for sale: products, each taking units from one or more pools of stock."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any, Final, NamedTuple, NewType

from .clock import DAY_MS, MINUTE_MS
from .rate import Rate, verify_rates

__all__ = [
    "Catalog",
    "Group",
    "Listing",
    "Priced",
    "Product",
    "ProductIndex",
    "Rate",
    "minutes_of",
    "verify_rates",
]

ProductIndex = NewType("ProductIndex", int)
"""Position of a product in `Catalog.products`."""

Group = tuple[str, ...]
"""What one search finds: the values of the search form, in the trade's order."""

_EPOCH: Final = date(1970, 1, 1)
_MINUTES_A_DAY: Final = 1440


def minutes_of(moment: str) -> int:
    """Return the minutes of a local moment since 1970, ignoring time zones.

    >>> minutes_of("1970-01-02T00:01")
    1441
    """
    when = datetime.strptime(moment, "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - local
    days = (when.date() - _EPOCH).days
    return days * _MINUTES_A_DAY + when.hour * 60 + when.minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One thing that is listed for sale, at one or more rates."""

    id: str
    seller: str
    """Whose price it is."""
    group: Group
    pools: tuple[int, ...]
    """The pools that a sale takes a unit from, each once."""
    closes_minute: int
    """When it is sold no longer, in local minutes since 1970."""
    closing: str
    """The same in words: ``itinerary UA58 departs 2026-06-22T07:00``."""
    day: str
    """The local date on which it is used."""
    drawback: int = 0
    """Count of what buyers do not like about it, such as stops."""
    travel_minutes: int = 0
    """How long a journey with it takes; 0 where it is none."""


class Priced(NamedTuple):
    """A listing at one rate."""

    rate: Rate
    base_minor: int
    """Base price of one unit."""
    facts: Mapping[str, Any]
    """What its page shows and filters look at; see `Trade.facts`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One listing at one rate: the thing that has a price."""

    index: ProductIndex
    id: str
    """The listing's id, with ``-CODE`` when the listing has more than one rate."""
    listing: int
    """Position of the listing in the catalog."""
    listing_id: str
    seller: str
    rate: str
    """Code of the rate."""
    base_minor: int
    refundable: bool
    cancel_fee_minor: int
    booking_limit: int | None
    nest: tuple[int, ...]
    """Products of the same listing, from the dearest rate to the cheapest."""
    rank: int
    """Position of this product in `nest`."""
    pools: tuple[int, ...]
    """The pools that a sale takes a unit from."""
    km: int | None
    """How far it goes, over all of its pools; None if that is not known."""
    group: Group
    day: str
    """The local date on which it is used."""
    closes_at_ms: int
    """When its listing is sold no longer, on the market's clock."""
    sale_ends_ms: int
    """When it is sold no longer itself: before that, if it has to be bought early."""
    segments: tuple[str, ...] | None
    """Background buyers who may buy it; None: all."""
    drawback: int
    """Count of what buyers do not like about it."""
    travel_minutes: int
    """How long a journey with it takes; 0 where it is none."""
    cancel_ppm_per_day: int | None
    """Of background bookings, the share cancelled in a day; None: as segments say."""
    no_show_ppm: int | None
    """Of those that stand at the closing, the share of no-shows; None: likewise."""
    go_shows_milli: int
    """How many are expected to come without a booking, in thousandths."""
    facts: Mapping[str, Any]
    """What its page shows and filters look at."""


class Catalog:
    """Every product of a scenario, and the pools of stock they share.

    A trade fills it: `pool` for stock, `add` for what is listed, `close` at the end.

    Args:
        opens: local moment at which the market's clock shows 0.
        units: what is counted, for texts: ``seats``.
    """

    def __init__(self, opens: str, units: str = "units") -> None:
        """Start with nothing for sale."""
        self.opens = opens
        self.units = units
        self.opens_minute = minutes_of(opens)
        self.products: list[Product] = []
        self.pool_names: list[str] = []
        self.capacity: list[int] = []
        self.authorised: list[int] = []
        """How many units of every pool may be sold, as declared: not fewer."""
        self.km: list[int | None] = []
        """How far a unit of every pool goes, such as the seat of a leg; None: that is
        not known; 0: nowhere."""
        self.boards_ms: list[int] = []
        """Of every pool, when the last of what is sold from it closes."""
        self.users: list[list[int]] = []
        """Of every pool, the products that take units from it."""
        self.pools: list[tuple[int, ...]] = []
        """The pools of every product."""
        self.single_pools: list[int] | None = None
        """The pool of every product, where no product has more than one."""
        self.only_pool: list[int | None] = []
        """Of every product, the pool that limits it if nothing else does."""
        self.closing_ms: list[int] = []
        """When the listing of every product is sold no longer."""
        self.sale_ends_ms: list[int] = []
        """When every product is sold no longer."""
        self.limits: list[int | None] = []
        """The booking limit of every product, as declared."""
        self.by_group: dict[Group, tuple[int, ...]] = {}
        self.by_id: dict[str, Product] = {}
        self.listing_ids: list[str] = []
        self.sharing: list[tuple[int, ...]] = []
        """Of every product, all that share a pool with it; itself among them."""
        self.nests: tuple[tuple[int, ...], ...] = ()
        """Products of one listing, dearest first; one entry per listing."""
        self.cancel_fees: tuple[int | None, ...] = ()
        """What is kept of a cancelled unit of every product; None: its whole price."""
        self.last_closing_ms = 0
        self._pool_of: dict[str, int] = {}

    def pool(
        self,
        name: str,
        units: int,
        authorised: int | None = None,
        km: int | None = 0,
    ) -> int:
        """Return the number of a pool of stock; it is new, or known with this size.

        Args:
            name: of the pool.
            units: it has.
            authorised: so many may be sold; None: as many as it has.
            km: how far a unit goes; None: that is not known.

        Raises:
            ValueError: it is known with another size or distance, or fewer are
                authorised.
        """
        known, most = (
            self._pool_of.get(name),
            units if authorised is None else authorised,
        )
        if most < units:
            msg = f"{name} has {units} {self.units}, and {most} of them authorised: "
            raise ValueError(msg + "at least all are expected")
        if known is None:
            known = self._pool_of[name] = len(self.capacity)
            self.pool_names.append(name)
            self.capacity.append(units)
            self.authorised.append(most)
            self.km.append(km)
        elif self.capacity[known] != units:
            msg = f"{name} is declared with {self.capacity[known]} and with {units} "
            raise ValueError(msg + self.units)
        elif self.authorised[known] != most:
            msg = f"{name} is declared with {self.authorised[known]} authorised "
            raise ValueError(f"{msg}{self.units} and with {most}")
        elif self.km[known] != km:
            lengths = " and with ".join(
                "no distance" if one is None else f"{one} km"
                for one in (self.km[known], km)
            )
            raise ValueError(f"{name} is declared with {lengths}")
        return known

    def minute_of_day(self, at_ms: int) -> int:
        """Return the local minute of the day at an instant of the market's clock.

        >>> Catalog("2026-06-01T09:00").minute_of_day(90 * 60_000)
        630
        """
        return (self.opens_minute + at_ms // MINUTE_MS) % _MINUTES_A_DAY

    def add(self, listing: Listing, rates: Sequence[Priced]) -> None:
        """List something for sale.

        Args:
            listing: what it is.
            rates: from the dearest to the cheapest.

        Raises:
            ValueError: it is sold no longer when the market opens, its id is known, or
                go-shows would take units of several pools.
        """
        if listing.closes_minute < self.opens_minute:
            msg = f"{listing.closing}, before the market opens ({self.opens})"
            raise ValueError(msg)
        start = len(self.products)
        nest = tuple(range(start, start + len(rates)))
        single = len(rates) == 1
        lengths = [self.km[pool] for pool in listing.pools]
        known = [one for one in lengths if one is not None]
        closes_at_ms = (listing.closes_minute - self.opens_minute) * MINUTE_MS
        for rank, (rate, base_minor, facts) in enumerate(rates):
            product = Product(
                index=ProductIndex(start + rank),
                id=listing.id if single else f"{listing.id}-{rate.code}",
                listing=len(self.listing_ids),
                listing_id=listing.id,
                seller=listing.seller,
                rate=rate.code,
                base_minor=base_minor,
                refundable=rate.refundable,
                cancel_fee_minor=rate.cancel_fee_minor,
                booking_limit=rate.booking_limit,
                nest=nest,
                rank=rank,
                pools=listing.pools,
                km=sum(known) if len(known) == len(lengths) else None,
                group=listing.group,
                day=listing.day,
                closes_at_ms=closes_at_ms,
                sale_ends_ms=closes_at_ms - rate.advance_days * DAY_MS,
                segments=rate.segments,
                drawback=listing.drawback,
                travel_minutes=listing.travel_minutes,
                cancel_ppm_per_day=rate.cancel_ppm_per_day,
                no_show_ppm=rate.no_show_ppm,
                go_shows_milli=rate.go_shows_milli,
                facts=facts,
            )
            self._add(product, alone=single and rate.booking_limit is None)
        self.listing_ids.append(listing.id)
        group = listing.group
        self.by_group[group] = self.by_group.get(group, ()) + nest

    def _add(self, product: Product, *, alone: bool) -> None:
        if product.id in self.by_id:
            msg = f"two offers share the id {product.id}"
            raise ValueError(msg)
        if product.go_shows_milli and len(product.pools) != 1:
            names = ", ".join(self.pool_names[pool] for pool in product.pools)
            msg = (
                f"{product.id} has go_shows_milli, and takes {self.units} of {names}: "
            )
            raise ValueError(msg + "who comes without a booking can take one of one")
        self.by_id[product.id] = product
        self.products.append(product)
        self.pools.append(product.pools)
        alone = alone and len(product.pools) == 1
        self.only_pool.append(product.pools[0] if alone else None)
        self.closing_ms.append(product.closes_at_ms)
        self.sale_ends_ms.append(product.sale_ends_ms)
        self.limits.append(product.booking_limit)

    def close(self) -> "Catalog":
        """Finish the catalog, and return it."""
        self.users = [[] for _ in self.capacity]
        for index, pools in enumerate(self.pools):
            for pool in pools:
                self.users[pool].append(index)
        self.boards_ms = [
            max([self.closing_ms[index] for index in users], default=0)
            for users in self.users
        ]
        self.sharing = list(self._sharing())
        if all(len(pools) == 1 for pools in self.pools):
            self.single_pools = [pool for (pool,) in self.pools]
        self.nests = tuple([one.nest for one in self.products if one.rank == 0])
        self.cancel_fees = tuple(
            [one.cancel_fee_minor if one.refundable else None for one in self.products]
        )
        self.last_closing_ms = max(self.closing_ms, default=0)
        return self

    @property
    def takes_go_shows(self) -> bool:
        """Whether anybody may come to a closing without a booking."""
        return any(one.go_shows_milli for one in self.products)

    @property
    def oversells(self) -> bool:
        """Whether more units of a pool are authorised than it has."""
        return self.authorised != self.capacity

    def named(self, seats: Mapping[int, int]) -> tuple[tuple[str, int], ...]:
        """Return the ids of products and units of each, as records have them."""
        return tuple((self.products[index].id, count) for index, count in seats.items())

    def _sharing(self) -> Iterator[tuple[int, ...]]:
        users = self.users
        for pools in self.pools:
            every = chain.from_iterable(users[pool] for pool in pools)
            one = len(pools) == 1
            yield tuple(users[pools[0]]) if one else tuple(dict.fromkeys(every))
