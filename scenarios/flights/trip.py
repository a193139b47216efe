"""What travellers ask for: a journey on a date, or on one of some dates."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Any

from pydantic import Field, model_validator

from test_time_gym.market.catalog import Group
from test_time_gym.market.config import Config, LocalDate, LocalTime, Name
from test_time_gym.market.interface.task import TaskConfig

from .itinerary import Airport

__all__ = ["FlightTask", "Trip", "dates_around"]


class Trip(Config):
    """A journey that a task may ask for."""

    origin: Airport = Field(alias="from")
    destination: Airport = Field(alias="to")
    date: LocalDate

    @model_validator(mode="after")
    def _date_exists(self) -> "Trip":
        date.fromisoformat(self.date)
        return self


@lru_cache(maxsize=1024)
def dates_around(day: str, flexible_days: int) -> tuple[str, ...]:
    """Return the dates within so many days of a date, in order.

    Raises:
        ValueError: the calendar has no such dates.

    >>> dates_around("2026-07-01", 1)
    ('2026-06-30', '2026-07-01', '2026-07-02')
    """
    if not flexible_days:
        return (day,)
    try:
        middle = date.fromisoformat(day)
        span = range(-flexible_days, flexible_days + 1)
        return tuple([(middle + timedelta(days=k)).isoformat() for k in span])
    except OverflowError as error:
        msg = f"the calendar ends within {flexible_days} days of {day}"
        raise ValueError(msg) from error


class FlightTask(TaskConfig):
    """From which tasks of travellers are drawn."""

    trips: Annotated[tuple[Trip, ...], Field(min_length=1, strict=False)]
    depart_after: Annotated[tuple[LocalTime, ...], Field(strict=False)] = ()
    depart_before: Annotated[tuple[LocalTime, ...], Field(strict=False)] = ()
    max_stops: Annotated[
        tuple[Annotated[int, Field(ge=0, le=9)], ...], Field(strict=False)
    ] = ()
    airlines: Annotated[tuple[Name, ...], Field(strict=False, max_length=50)] = ()
    flexible_days: Annotated[int, Field(ge=0, le=7)] = 0
    """So many days earlier or later than the trip's date will do as well."""

    @model_validator(mode="after")
    def _dates_exist(self) -> "FlightTask":
        for trip in self.trips:
            dates_around(trip.date, self.flexible_days)
        return self

    def forms(self) -> list[dict[str, str]]:
        """Return the search forms of the trips."""
        return [
            {"from": trip.origin, "to": trip.destination, "date": trip.date}
            for trip in self.trips
        ]

    def groups(self, form: dict[str, str]) -> tuple[Group, ...]:
        """Return what will do: the trip on every date that is asked for."""
        return tuple(
            (form["from"], form["to"], day)
            for day in dates_around(form["date"], self.flexible_days)
        )

    def told(self, form: dict[str, str]) -> dict[str, Any]:
        """Return the dates that will do, if there are several."""
        if not self.flexible_days:
            return {}
        return {"dates": list(dates_around(form["date"], self.flexible_days))}

    def request(self, form: dict[str, str]) -> str:
        """Return what to buy, in words."""
        seats = "a seat" if self.party == 1 else f"{self.party} seats"
        day = form["date"]
        if self.flexible_days:
            plural = "day" if self.flexible_days == 1 else "days"
            day += f" or up to {self.flexible_days} {plural} earlier or later"
        return f"{seats} from {form['from']} to {form['to']} on {day}"
