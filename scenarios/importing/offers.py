"""Offers: what one row of a table says, and how its cells become that."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Final

from . import cells
from .amounts import PriceForm, price_minor
from .clock_times import ClockTime, clock_time, duration_minutes
from .columns import Columns
from .dates import is_date, read_date
from .fields import IS_NONSTOP, plain
from .flight_numbers import flight_number, joined_number
from .notes import Notes

__all__ = ["OfferReader", "TableOffer"]

_DAY: Final = 1440
_ZONES: Final = 26 * 60
"""Most by which the clocks of two places differ."""

_FLIGHT_DAYS: Final = 8
_DATE_LINE_DAYS: Final = 1
_YES: Final = ("true", "t", "yes", "y", "1", "1.0")
_NO: Final = ("false", "f", "no", "n", "0", "0.0")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOffer:
    """One row: what one flight cost so many days before departure."""

    airline: str
    flight: str
    """Flight number; nothing when the table has none."""
    origin: str
    destination: str
    cabin: str
    departure: int | str
    """Minutes since midnight, or a period of the day."""
    arrival: int | str | None
    arrival_day: int | None = None
    """Days after the departure's, where the table says so."""
    stops: int
    duration_minutes: int | None
    days_left: int
    departs_on: str = ""
    """The date of departure, where the table says so."""
    price_minor: int
    line: int = field(default=0, compare=False)
    """Of the file."""


class OfferReader:
    """Reads the rows of one table.

    Args:
        columns: where the fields stand.
        header: the headers.
        form: of the prices.
        day_first: the order of day and month where dates do not tell.
        searched_on: the day on which all prices were seen, if it is one.
        notes: told what was mended.
    """

    def __init__(
        self,
        columns: Columns,
        header: list[str],
        *,
        form: PriceForm,
        day_first: bool | None,
        searched_on: date | None,
        notes: Notes,
    ) -> None:
        """Choose how every field is to be read."""
        self._places = columns.places
        self._headers = {
            name: [header[k] for k in at] for name, at in columns.places.items()
        }
        self._day_first, self._searched_on = day_first, searched_on
        self._notes = notes
        self._known: dict[str, dict[str, Any]] = {name: {} for name in self._places}
        minutes = "duration" not in self._places
        self._price = partial(price_minor, form=form)
        self._duration = partial(duration_minutes, in_minutes=minutes)
        self._duration_field = "duration_minutes" if minutes else "duration"
        self._stops = _stops_reader(self._headers["stops"][0])

    def read(self, row: list[str], line: int) -> TableOffer:
        """Return the offer of a row.

        Raises:
            BadCell: a cell cannot be read, or two contradict each other.
        """
        origin = self._city(row, "source_city")
        destination = self._city(row, "destination_city")
        if origin and origin.casefold() == destination.casefold():
            raise cells.BadCell(f"the flight goes from {origin!r:.40} to itself")
        departure = self._clock(row, "departure_time")
        departs_on = self._departs_on(row)
        duration = None
        if self._duration_field in self._places:
            duration = self._cell(row, self._duration_field, self._duration)
        arrival, day = self._arrival(row, departure, departs_on, duration)
        minor, rounded = self._cell(row, "price", self._price)
        offer = TableOffer(
            airline=self._words(row, "airline"),
            flight=self._flight(row, line),
            origin=origin,
            destination=destination,
            cabin=self._words(row, "class") if "class" in self._places else "",
            departure=departure.minute,
            arrival=arrival,
            arrival_day=day,
            stops=self._cell(row, "stops", self._stops),
            duration_minutes=duration,
            days_left=self._days_left(row, departs_on),
            departs_on=departs_on.isoformat() if departs_on else "",
            price_minor=minor,
            line=line,
        )
        if rounded:
            self._notes.count("a price is rounded to the currency's decimals", line)
        return offer

    def _text(self, row: list[str], name: str) -> str:
        at = self._places[name]
        return row[at[0]] if len(at) == 1 else " ".join(row[k].strip() for k in at)

    def _cell(
        self, row: list[str], name: str, read: Callable[[str], Any], text: str = ""
    ) -> Any:
        """Return what a cell holds; the same text is read once."""
        text = text or self._text(row, name)
        known = self._known[name]
        if text not in known:
            try:
                known[text] = read(text)
            except cells.BadCell as error:
                known[text] = error
        value = known[text]
        if isinstance(value, cells.BadCell):
            raise cells.BadCell(*value.args)
        return value

    def _words(self, row: list[str], name: str) -> Any:
        return self._cell(row, name, lambda text: cells.words(text, name))

    def _city(self, row: list[str], name: str) -> str:
        if name not in self._places:
            return ""
        found: str = self._cell(
            row, name, lambda text: cells.airport_or_city(text, name)
        )
        return found

    def _flight(self, row: list[str], line: int) -> str:
        at = self._places.get("flight")
        if at is None:
            return ""
        if len(at) == 1:
            number, mended = self._cell(row, "flight", flight_number)
        else:
            parts = [row[k] for k in at]
            number, mended = self._cell(
                row,
                "flight",
                lambda _text: joined_number(parts, self._headers["flight"]),
                "\0".join(parts),
            )
        if mended:
            text = self._text(row, "flight")
            self._notes.count(f"flight {text!r:.40} is read as {number!r}", line)
        return str(number)

    def _clock(self, row: list[str], name: str) -> ClockTime:
        text = self._text(row, name)
        if "||" in text:
            # The flights of a connection: it departs with the first of them.
            text = text.split("||")[0 if name == "departure_time" else -1]
        found: ClockTime = self._cell(row, name, lambda t: clock_time(t, name), text)
        return found

    def _departs_on(self, row: list[str]) -> date | None:
        """Return the date of departure; None when nothing depends on it."""
        if "departure_date" not in self._places:
            return None
        try:
            found: date = self._date(row, "departure_date")
        except cells.BadCell:
            if "days_left" not in self._places:
                raise
            return None
        return found

    def _date(self, row: list[str], name: str) -> Any:
        text = self._text(row, name).split("||")[0]
        if len(self._places[name]) > 1:
            text = text.replace(" ", "-")
        read = partial(read_date, what=name, order=self._day_first)
        return self._cell(row, name, read, text)

    def _days_left(self, row: list[str], departs_on: date | None) -> int:
        if "days_left" in self._places:
            left: int = self._cell(row, "days_left", cells.days_left)
            return left
        searched = self._searched_on
        if "search_date" in self._places:
            searched = self._date(row, "search_date")
        days = (departs_on - searched).days if departs_on and searched else 0
        if not 1 <= days <= cells.DAYS_MAX:
            raise cells.BadCell(
                f"the departure on {departs_on} is not 1 to {cells.DAYS_MAX} days "
                f"after {searched}, when the price was seen"
            )
        return days

    def _arrival(
        self,
        row: list[str],
        departure: ClockTime,
        departs_on: date | None,
        duration: int | None,
    ) -> tuple[int | str | None, int | None]:
        """Return the time of arrival and, if the row says so, its day."""
        blank = "arrival_time" not in self._places or cells.missing(
            self._text(row, "arrival_time")
        )
        if blank:
            if duration is None:
                raise cells.BadCell("neither arrival_time nor duration is there")
            return None, None
        clock = self._clock(row, "arrival_time")
        if duration is None and not (
            isinstance(clock.minute, int) and isinstance(departure.minute, int)
        ):
            raise cells.BadCell("without a duration both times must be HH:MM")
        day = clock.day
        if clock.date and departs_on and is_date(clock.date):
            when = read_date(
                clock.date, "arrival_time", order=self._day_first, near=departs_on
            )
            day = (when - departs_on).days + clock.end_of_day
        if day is None:
            return clock.minute, None
        day -= departure.end_of_day
        if not -_DATE_LINE_DAYS <= day <= _FLIGHT_DAYS:
            raise cells.BadCell(f"arrival_time is {day} days after the departure")
        if isinstance(clock.minute, int) and isinstance(departure.minute, int):
            local = clock.minute + day * _DAY - departure.minute
            if abs(local - (duration or local)) > _ZONES:
                raise cells.BadCell("arrival_time and duration contradict each other")
        return clock.minute, day


def _stops_reader(header: str) -> Callable[[str], int]:
    """Return how a column of stops is read, by its header."""
    name = plain(header)
    if name in IS_NONSTOP:
        return _nonstop
    if name.startswith("segments "):
        return lambda text: min(text.count("||"), 5)
    return cells.stops


def _nonstop(text: str) -> int:
    low = text.strip().casefold()
    if low in _YES or low in _NO:
        return int(low in _NO)
    return cells.stops(text)
