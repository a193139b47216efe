"""What a person may choose when importing a table of fares."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from test_time_gym.market.currencies import currency_mistake
from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.interface.episode import AGENTS_MAX

from .cells import DAYS_MAX, BadCell
from .dates import ORDERS, read_date
from .elasticity import elasticities
from .fields import COLUMNS
from .forecast import NAMES
from .shares import DEFAULT_BUDGETS, BudgetRule, budget_rules

__all__ = ["ImportOptions"]

DECIMALS: Final = {"point": ".", "comma": ","}
"""Decimal marks by their names."""

_AHEAD = re.compile(r"([+-]?)([0-9]{1,2})(?::([0-5][0-9]))?")
_AHEAD_MAX: Final = 26 * 60
"""Most by which the clocks of two places differ."""

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
    are the keys of `COLUMNS`, and ``A+B`` joins columns."""
    name: str | None = None
    """``--name``: of the scenario; None: ``flights/`` and the file's name."""
    description: str | None = None
    """``--description``: one sentence; None: made from the table."""
    source: str | None = None
    """``--source``: where the figures come from; None: the file's name."""
    currency: str | None = None
    """``--currency``: of the prices; None: as their signs say, else INR."""
    search_date: str | None = None
    """``--search-date``: the day on which all prices were seen, for a table of
    departure dates without one of search dates."""
    date_order: str | None = None
    """``--date-order``: ``day-first`` or ``month-first``, for dates such as
    ``01-03-2022`` in a table that does not tell."""
    decimal: str | None = None
    """``--decimal``: ``point`` or ``comma``; None: as the prices tell."""
    encoding: str | None = None
    """``--encoding``: of the text; None: as the file tells."""
    ahead: str | None = None
    """``--ahead``: by how much the destination's clocks are ahead of the origin's,
    such as ``+5:30`` or ``-13``; None: told from the rows."""
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
    elasticity: str | None = None
    """``--elasticity``: of the demand of ``leisure`` and ``business``, such as
    ``leisure=-1.4,business=-0.7``; None: as their willingness to pay has it."""
    agents: int = 4
    """``--agents``: how many play by default."""
    budgets: str = DEFAULT_BUDGETS
    """``--budgets``: of the tasks; see `shares.BudgetRule`."""
    rehearsals: int | None = None
    """``--rehearsals``: markets that are played to find budgets; None: as many as
    the number of flights makes reasonable."""

    memory: int | None = None
    """``--memory``: bytes that the market may take as it is rehearsed; None: what the
    machine has."""

    def __post_init__(self) -> None:
        """Check every choice on its own and the days together."""
        for column in self.columns:
            if column not in COLUMNS:
                msg = f"--column {column}=…: known fields are {', '.join(COLUMNS)}"
                raise ScenarioError(msg)
        rehearsals = 1 if self.rehearsals is None else self.rehearsals
        for option, value, least, most in (
            ("--opens-days", self.opens_days, 1, DAYS_MAX),
            ("--deadline-days", self.deadline_days, 1, self.opens_days),
            ("--seats", self.seats, 1, 1000),
            ("--fill", self.fill_ppm, 0, 1_000_000),
            ("--buyers", self.buyers or 0, 0, 10_000_000),
            ("--agents", self.agents, 1, AGENTS_MAX),
            ("--rehearsals", rehearsals, 1, 10_000),
            ("--memory", 1 if self.memory is None else self.memory, 1, 10**18),
        ):
            if type(value) is not int or not least <= value <= most:
                msg = f"{option}: {value!r:.40} is not from {least} to {most}"
                raise ScenarioError(msg)
        if self.day_before(0) != self.departure_date:
            raise ScenarioError(self._no_date())
        self.day_before(-_LONGEST_FLIGHT_DAYS)
        for option, text, known in (
            ("--date-order", self.date_order, ORDERS),
            ("--decimal", self.decimal, tuple(DECIMALS)),
        ):
            if text is not None and text not in known:
                msg = f"{option}: {text!r:.40} is neither {known[0]} nor {known[1]}"
                raise ScenarioError(msg)
        mistake = None if self.currency is None else currency_mistake(self.currency)
        if mistake:
            raise ScenarioError(f"--currency: {mistake}")
        # Reading them is checking them.
        _ = self.searched_on, self.ahead_minutes, self.budget_rules, self.elasticities

    @property
    def searched_on(self) -> date | None:
        """The day on which all prices were seen, if one is given."""
        if self.search_date is None:
            return None
        try:
            return read_date(self.search_date, "--search-date:", order=self.day_first)
        except BadCell as error:
            raise ScenarioError(str(error)) from error

    @property
    def day_first(self) -> bool | None:
        """Whether days come before months in dates; None: as the table tells."""
        return None if self.date_order is None else self.date_order == ORDERS[0]

    @property
    def ahead_minutes(self) -> int | None:
        """Minutes by which the destination's clocks are ahead, if that is given."""
        if self.ahead is None:
            return None
        found = _AHEAD.fullmatch(str(self.ahead).replace("\u2212", "-"))
        minutes = int(found[2]) * 60 + int(found[3] or 0) if found else _AHEAD_MAX + 1
        if found is None or minutes > _AHEAD_MAX:
            msg = f"--ahead: {self.ahead!r:.40} is not hours such as +5:30 or -13"
            raise ScenarioError(f"{msg}, at most 26")
        return -minutes if found[1] == "-" else minutes

    @property
    def budget_rules(self) -> tuple[BudgetRule, ...]:
        """What the budgets of the tasks are made of."""
        return budget_rules(self.budgets)

    @property
    def elasticities(self) -> dict[str, int]:
        """The elasticities asked for, in thousandths, by segment."""
        return {} if self.elasticity is None else elasticities(self.elasticity, NAMES)

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
