"""The flights of a table: offers of one flight, gathered and given a clock time."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from .arrivals import ImportedArrivals
from .clock_times import PERIOD_MINUTES, PERIODS
from .flight_numbers import NUMBER_MAX, name_of_flight
from .notes import Notes
from .offers import TableOffer

__all__ = ["TableFlight", "commonest", "table_flights"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFlight:
    """What a table says of one flight, with the clock times it is sold under."""

    id: str
    number: str
    """Under which the seats are counted: one airline's and departure's share them."""
    airline: str
    stops: int
    depart_minute: int
    """Minutes since midnight, local."""
    arrive_minute: int
    """Minutes since the departure day's midnight, local at the destination."""
    seen: tuple[tuple[int, int], ...]
    """(days left, price in minor units) of every offer."""


@dataclass(frozen=True, slots=True, order=True)
class _Key:
    """What makes offers one flight's; the order is that of the scenario."""

    flight: str
    """Its number, in small letters; nothing when the table has none."""
    minute: int
    period: str
    stops: int
    airline: str
    """In small letters."""


def table_flights(
    offers: Iterable[TableOffer],
    notes: Notes | None = None,
    ahead_minutes: int | None = None,
) -> list[TableFlight]:
    """Gather offers by flight number, departure, stops and airline, in that order.

    Upper and lower case are the same. Days before departure differ inside a group, so
    do, with a connection, the second flight and the hour of arrival. Splitting by
    these too would double the flights without telling prices apart: offers of one
    group seen on one day mostly cost the same. The number alone is not enough, since
    some are flown at two times of the day, and two airlines may have the same. What is
    merged that way is noted.

    Args:
        offers: of one route.
        notes: told what was merged.
        ahead_minutes: see `ImportedArrivals`.
    """
    offers, notes = tuple(offers), notes or Notes()
    groups: dict[_Key, list[TableOffer]] = {}
    for offer in offers:
        groups.setdefault(_key(offer), []).append(offer)
    _tell_merged(groups, notes)
    times = _clock_times(list(groups))
    arrivals = ImportedArrivals(offers, ahead_minutes, notes)
    shared = _shared_numbers(groups)
    flights: list[TableFlight] = []
    codes: dict[str, None] = {}
    for key in sorted(groups):
        members = groups[key]
        airline = commonest([offer.airline for offer in members])
        number = _number(key, members, airline, times[key], shared)
        # Codes that differ in case only would be hard to tell apart: count them.
        code, repeat = number, 1
        while code.lower() in codes:
            repeat += 1
            code = f"{number}.{repeat}"
        codes[code.lower()] = None
        flights.append(
            TableFlight(
                id=code,
                # Without a number nothing says that two of them share a plane.
                number=number if key.flight else code,
                airline=airline,
                stops=key.stops,
                depart_minute=times[key],
                arrive_minute=arrivals.of(times[key], members),
                seen=tuple((offer.days_left, offer.price_minor) for offer in members),
            )
        )
    return flights


def commonest(names: list[str]) -> str:
    """Return the commonest spelling; of equals the first in order."""
    counts: dict[str, int] = {}
    for name in sorted(names):
        counts[name] = counts.get(name, 0) + 1
    return max(counts, key=counts.__getitem__)


def _key(offer: TableOffer) -> _Key:
    # Periods and clock times side by side, in the order of the day.
    start = offer.departure
    period = start if isinstance(start, str) else ""
    minute = PERIODS[period] if isinstance(start, str) else start
    airline = offer.airline.casefold()
    return _Key(offer.flight.casefold(), minute, period, offer.stops, airline)


def _shared_numbers(groups: dict[_Key, list[TableOffer]]) -> dict[str, bool]:
    """Return of every flight number whether several airlines have it."""
    airlines: dict[str, dict[str, None]] = {}
    for key in groups:
        airlines.setdefault(key.flight, {})[key.airline] = None
    return {number: len(names) > 1 for number, names in airlines.items()}


def _number(
    key: _Key,
    members: list[TableOffer],
    airline: str,
    minute: int,
    shared: dict[str, bool],
) -> str:
    """Return a flight's number; a name of airline and time where there is none."""
    if not key.flight:
        return name_of_flight(airline, f"{minute // 60:02d}{minute % 60:02d}")
    number = commonest([offer.flight for offer in members])
    if shared[key.flight]:
        return name_of_flight(airline, number[: NUMBER_MAX - 6])
    return number


def _tell_merged(groups: dict[_Key, list[TableOffer]], notes: Notes) -> None:
    """Note what differs inside groups that become one flight each."""
    spelled: dict[str, dict[str, None]] = {}
    merged = 0
    for members in groups.values():
        for offer in members:
            for name in (offer.airline, offer.flight):
                spelled.setdefault(name.casefold(), {})[name] = None
        kinds = {
            (one.arrival, one.arrival_day, one.duration_minutes) for one in members
        }
        merged += len(kinds) > 1
    for names in spelled.values():
        if len(names) > 1:
            notes.tell(f"taken as one: {', '.join(f'{name!r:.40}' for name in names)}")
    if merged:
        notes.tell(
            f"{merged} of {len(groups)} flights gather rows that arrive at other times "
            "or take longer: one airline, number, departure and number of stops each"
        )


def _clock_times(keys: list[_Key]) -> dict[_Key, int]:
    """Return a departure minute for every group.

    A clock time is kept. The flights of a period are spread evenly over it, in
    the order of a hash of their number: in the order of the numbers themselves
    one airline would have all the early departures.
    """
    times = {key: key.minute for key in keys if not key.period}
    for period, start in PERIODS.items():
        members = sorted(
            (key for key in keys if key.period == period),
            key=lambda key: (_scattered(key), key),
        )
        for k, key in enumerate(members):
            times[key] = start + (2 * k + 1) * PERIOD_MINUTES // (2 * len(members))
    return times


def _scattered(key: _Key) -> bytes:
    name = key.flight.upper() or key.airline
    return blake2b(f"{name}/{key.stops}".encode()).digest()
