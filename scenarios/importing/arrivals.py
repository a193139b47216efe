"""When flights arrive by the clocks of their destination, and on which day."""

from collections.abc import Iterable, Sequence
from typing import Final

from .days_curve import median
from .notes import Notes
from .offers import Offer

__all__ = ["Arrivals"]

_DAY: Final = 1440
_HALF_DAY: Final = 720
_PLAUSIBLE: Final = 14 * 60
"""Two places whose clocks differ by more are rare."""


class Arrivals:
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
        self, offers: Iterable[Offer], ahead_minutes: int | None, notes: Notes
    ) -> None:
        """Find the difference of the clocks."""
        offers = tuple(offers)
        said = [ahead for offer in offers if (ahead := _said(offer)) is not None]
        if ahead_minutes is None and said:
            ahead_minutes = median(said)
        self._known = ahead_minutes is not None
        self._ahead = ahead_minutes or 0
        if not self._known:
            for offer in offers:
                if _two_days(offer):
                    notes.count(
                        "the arrival may be meant a day earlier: say --ahead, by how "
                        "much the destination's clocks are ahead",
                        offer.line,
                    )

    def of(self, depart: int, offers: Sequence[Offer]) -> int:
        """Return the arrival of a flight, in minutes since its departure's midnight.

        It is the median over the rows.

        Args:
            depart: minutes since midnight, local.
            offers: the flight's rows.
        """
        return median([self._one(depart, offer) for offer in offers])

    def _one(self, depart: int, offer: Offer) -> int:
        duration, arrival = offer.duration_minutes, offer.arrival
        if isinstance(arrival, int):
            if offer.arrival_day is not None:
                return arrival + offer.arrival_day * _DAY
            if duration is None:
                # The next time that the clocks there show it.
                behind = depart + self._ahead - arrival
                return arrival + (behind // _DAY + 1) * _DAY
            after = depart + duration + self._ahead
            return arrival + (after - arrival + _HALF_DAY) // _DAY * _DAY
        return depart + (duration or 0) + self._ahead


def _said(offer: Offer) -> int | None:
    """Return by how much the destination's clocks are ahead, if the row says so."""
    if (
        isinstance(offer.arrival, int)
        and isinstance(offer.departure, int)
        and offer.arrival_day is not None
        and offer.duration_minutes is not None
    ):
        local = offer.arrival + offer.arrival_day * _DAY - offer.departure
        return local - offer.duration_minutes
    return None


def _two_days(offer: Offer) -> bool:
    """Return whether two days of arrival are plausible."""
    if (
        not isinstance(offer.arrival, int)
        or not isinstance(offer.departure, int)
        or offer.arrival_day is not None
        or offer.duration_minutes is None
    ):
        return False
    ahead = (offer.arrival - offer.departure - offer.duration_minutes) % _DAY
    return ahead <= _PLAUSIBLE and _DAY - ahead <= _PLAUSIBLE
