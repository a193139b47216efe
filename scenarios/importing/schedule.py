"""The flights of a table: offers of one flight, gathered and given a clock time."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from .cells import PERIOD_MINUTES, PERIODS
from .days_curve import median
from .table import Offer

__all__ = ["TableFlight", "table_flights"]

_DAY = 1440
_HALF_DAY = 720


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFlight:
    """What a table says of one flight, with the clock times it is sold under."""

    id: str
    number: str
    airline: str
    stops: int
    depart_minute: int
    """Minutes since midnight, local."""
    arrive_minute: int
    """Minutes since the departure day's midnight, local at the destination."""
    seen: tuple[tuple[int, int], ...]
    """(days left, price in minor units) of every offer."""


def table_flights(offers: Iterable[Offer]) -> list[TableFlight]:
    """Gather offers by (flight number, departure, stops), in that order.

    Days before departure differ inside a group, so do, with a connection, the
    second flight and the hour of arrival. Splitting by these too would double
    the flights without telling prices apart: offers of one group seen on one
    day mostly cost the same. The number alone is not enough, since some numbers
    are flown at two times of the day.
    """
    groups: dict[tuple[str, int, str, int], list[Offer]] = {}
    for offer in offers:
        # Periods and clock times side by side, in the order of the day.
        start = offer.departure
        minute = PERIODS[start] if isinstance(start, str) else start
        period = start if isinstance(start, str) else ""
        key = (offer.flight, minute, period, offer.stops)
        groups.setdefault(key, []).append(offer)
    times = _clock_times(list(groups))
    flights: list[TableFlight] = []
    used: dict[str, int] = {}
    for key in sorted(groups):
        number, members = key[0], groups[key]
        # Codes that differ in case only would be hard to tell apart: count them.
        repeat = used[number.lower()] = used.get(number.lower(), 0) + 1
        flights.append(
            TableFlight(
                id=number if repeat == 1 else f"{number}.{repeat}",
                number=number,
                airline=_commonest([offer.airline for offer in members]),
                stops=key[3],
                depart_minute=times[key],
                arrive_minute=_arrival(times[key], members),
                seen=tuple((offer.days_left, offer.price_minor) for offer in members),
            )
        )
    return flights


def _clock_times(
    keys: list[tuple[str, int, str, int]],
) -> dict[tuple[str, int, str, int], int]:
    """Return a departure minute for every group.

    A clock time is kept. The flights of a period are spread evenly over it, in
    the order of a hash of their number: in the order of the numbers themselves
    one airline would have all the early departures.
    """
    times = {key: key[1] for key in keys if not key[2]}
    for period, start in PERIODS.items():
        members = sorted(
            (key for key in keys if key[2] == period),
            key=lambda key: (blake2b(f"{key[0]}/{key[3]}".encode()).digest(), key),
        )
        for k, key in enumerate(members):
            times[key] = start + (2 * k + 1) * PERIOD_MINUTES // (2 * len(members))
    return times


def _arrival(depart: int, members: list[Offer]) -> int:
    """Return the arrival: departure plus the median duration.

    Where the table has clock times, the median of those that fit best, which
    takes care of time zones: the day is chosen so that the local difference is
    within half a day of the duration.
    """
    clocks = []
    for offer in members:
        after = depart + offer.duration_minutes
        if isinstance(offer.arrival, int):
            days = (after - offer.arrival + _HALF_DAY) // _DAY
            after = offer.arrival + days * _DAY
        clocks.append(after)
    return median(clocks)


def _commonest(names: list[str]) -> str:
    return max(sorted(set(names)), key=names.count)
