"""What a person may choose when importing a table of fares."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from test_time_gym.market.errors import ScenarioError

__all__ = ["COLUMNS", "ImportOptions"]

COLUMNS: Final[dict[str, str]] = {
    "airline": "name of the airline",
    "flight": "flight number",
    "source_city": "origin: a city or an airport code",
    "departure_time": "clock time, or a period of the day such as Early_Morning",
    "stops": "a number, or zero, one, two_or_more",
    "arrival_time": "clock time, or a period of the day",
    "destination_city": "destination: a city or an airport code",
    "class": "cabin",
    "duration": "hours, with decimals",
    "days_left": "days before departure at which the price was seen",
    "price": "in major units",
}
"""Every column that is read, by the header it has when nothing is mapped."""

DAYS_MAX: Final = 366
"""Most days before departure, in a table and for a market's opening."""

_LONGEST_FLIGHT_DAYS: Final = 8
"""Arrivals must be dates as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """Choices that a table of fares cannot make.

    The command-line option of each field is named in its text; messages name
    the same options.

    Raises:
        ScenarioError: a choice is impossible; the text names its option.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    """``--column FIELD=HEADER``: headers of columns named otherwise; the fields
    are the keys of `COLUMNS`."""
    name: str | None = None
    """``--name``: of the scenario; None: ``flights/`` and the file's name."""
    description: str | None = None
    """``--description``: one sentence; None: made from the table."""
    source: str | None = None
    """``--source``: where the figures come from; None: the file's name."""
    currency: str = "INR"
    """``--currency``: of the prices."""
    from_city: str | None = None
    """``--from-city``: use only rows with this origin."""
    to_city: str | None = None
    """``--to-city``: use only rows with this destination."""
    cabin: str | None = None
    """``--class``: use only rows of this cabin."""
    origin: str | None = None
    """``--origin``: airport code; None: by the city's name."""
    destination: str | None = None
    """``--destination``: airport code; None: by the city's name."""
    departure_date: str = "2026-09-15"
    """``--date``: the day on which every flight departs."""
    opens_days: int = 30
    """``--opens-days``: the market opens so many days before that date."""
    deadline_days: int = 16
    """``--deadline-days``: tasks end so many days after the opening."""
    seats: int = 9
    """``--seats``: on sale on every flight; a table of fares does not tell."""
    fill_ppm: int = 800_000
    """``--fill``: load factor at departure that the demand is sized for."""
    buyers: int | None = None
    """``--buyers``: expected background buyers; None: as `fill_ppm` needs."""
    agents: int = 4
    """``--agents``: how many play by default."""

    def __post_init__(self) -> None:
        """Check every choice on its own and the days together."""
        for column in self.columns:
            if column not in COLUMNS:
                msg = f"--column {column}=…: known fields are {', '.join(COLUMNS)}"
                raise ScenarioError(msg)
        for option, value, least, most in (
            ("--opens-days", self.opens_days, 1, DAYS_MAX),
            ("--deadline-days", self.deadline_days, 1, self.opens_days),
            ("--seats", self.seats, 1, 1000),
            ("--fill", self.fill_ppm, 0, 1_000_000),
            ("--buyers", self.buyers or 0, 0, 10_000_000),
            ("--agents", self.agents, 1, 256),
        ):
            if type(value) is not int or not least <= value <= most:
                msg = f"{option}: {value!r:.40} is not from {least} to {most}"
                raise ScenarioError(msg)
        if self.day_before(0) != self.departure_date:
            raise ScenarioError(self._no_date())
        self.day_before(-_LONGEST_FLIGHT_DAYS)

    def day_before(self, days: int) -> str:
        """Return the date so many days before the departure.

        Raises:
            ScenarioError: ``--date`` is no date, or too early in history.
        """
        try:
            day = date.fromisoformat(self.departure_date) - timedelta(days=days)
        except (TypeError, ValueError, OverflowError) as error:
            raise ScenarioError(self._no_date()) from error
        return day.isoformat()

    def _no_date(self) -> str:
        return f"--date: {self.departure_date!r:.40} is no date like 2026-09-15"
