"""When flights arrive by the clocks of their destination, and on which day."""

from collections.abc import Iterable, Sequence
from typing import Final

from .days_curve import median
from .notes import Notes
from .offers import TableOffer

__all__ = ["ImportedArrivals"]

_DAY: Final = 1440
_HALF_DAY: Final = 720
_PLAUSIBLE: Final = 14 * 60
"""Two places whose clocks differ by more are rare."""

_OFF: Final = 4 * 60
"""A row whose times are further off the difference of clocks does not follow it."""


_TWO_DAYS: Final = (
    "the arrival may be meant a day earlier: say --ahead, by how much the "
    "destination's clocks are ahead"
)
_CONTRADICTS: Final = (
    "times and duration do not fit how far the destination's clocks are ahead"
)


class ImportedArrivals:
    """Finds the day on which flights of a route arrive.

    A table that gives hours alone leaves it open: 19:53 to 18:59 after 12.9 hours may
    go east over the date line, and arrive on the same day, or west, and arrive on the
    next. What the table says comes first (``+1``, a date); then the difference of
    clocks that is given, or that other rows of the route say; at last the smaller
    of the possible differences.

    Args:
        offers: of the route.
        ahead_minutes: by how much the destination's clocks are ahead, if it is given.
        notes: told which rows could be meant in two ways.
    """

    def __init__(
        self, offers: Iterable[TableOffer], ahead_minutes: int | None, notes: Notes
    ) -> None:
        """Find the difference of the clocks."""
        offers = tuple(offers)
        said = [ahead for offer in offers if (ahead := _said(offer)) is not None]
        if ahead_minutes is None and said:
            ahead_minutes = median(said)
        self._ahead = ahead_minutes or 0
        for offer in offers:
            apart = _apart(offer)
            if apart is None or offer.arrival_day is not None:
                continue
            if ahead_minutes is None:
                if apart <= _PLAUSIBLE and _DAY - apart <= _PLAUSIBLE:
                    notes.count(_TWO_DAYS, offer.line)
            elif not self._follows(apart):
                notes.count(_CONTRADICTS, offer.line)

    def _follows(self, apart: int) -> bool:
        """Return whether a row's times fit the difference of the clocks."""
        off = (apart - self._ahead) % _DAY
        return min(off, _DAY - off) <= _OFF

    def of(self, depart: int, offers: Sequence[TableOffer]) -> int:
        """Return the arrival of a flight, in minutes since its departure's midnight.

        It is the median over the rows.

        Args:
            depart: minutes since midnight, local.
            offers: the flight's rows.
        """
        return median([self._one(depart, offer) for offer in offers])

    def _one(self, depart: int, offer: TableOffer) -> int:
        duration, arrival = offer.duration_minutes, offer.arrival
        if isinstance(arrival, int):
            if offer.arrival_day is not None:
                return arrival + offer.arrival_day * _DAY
            if duration is None:
                # The next time that the clocks there show it.
                behind = depart + self._ahead - arrival
                return arrival + (behind // _DAY + 1) * _DAY
            fits = self._follows((arrival - depart - duration) % _DAY)
            after = depart + duration + (self._ahead if fits else 0)
            return arrival + (after - arrival + _HALF_DAY) // _DAY * _DAY
        return depart + (duration or 0) + self._ahead


def _said(offer: TableOffer) -> int | None:
    """Return by how much the destination's clocks are ahead, if the row says so."""
    apart = _apart(offer)
    if apart is None or offer.arrival_day is None or isinstance(offer.arrival, str):
        return None
    local = (offer.arrival or 0) + offer.arrival_day * _DAY
    return local - int(offer.departure) - (offer.duration_minutes or 0)


def _apart(offer: TableOffer) -> int | None:
    """Return by how much the clocks are apart but for whole days, from 0 to a day.

    None where times or the duration are not known to the minute.
    """
    arrival, departure = offer.arrival, offer.departure
    if (
        isinstance(arrival, int)
        and isinstance(departure, int)
        and offer.duration_minutes is not None
    ):
        return (arrival - departure - offer.duration_minutes) % _DAY
    return None
