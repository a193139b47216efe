"""From a table of fares to a scenario."""

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, Final

from test_time_gym.market.curve import Curve
from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.money import exponent_of, show
from test_time_gym.market.world import MarketConfig, World

from ..loader import parse_scenario, scenario_of
from ..schema import Scenario
from . import declaration
from .days_curve import fit_days_curve, median
from .forecast import buyers_to_fill, expected_load, segments
from .options import ImportOptions
from .route import route_of
from .schedule import table_flights
from .table import BadRow, Progress, read_table
from .toml import toml_text

__all__ = ["ImportResult", "import_fares"]

FLIGHTS_MAX: Final = 5000
"""A scenario may hold so many."""

_LATE_DAYS: Final = 3
"""The late buyers' means are tied to prices so many days before departure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """A scenario made from a table, and how it was made."""

    toml: str
    """The scenario's text; the same table and options give the same text."""
    scenario: Scenario
    rows_read: int
    rows_used: int
    rows_elsewhere: int
    """Sound rows of routes and cabins that were not asked for."""
    bad_rows: tuple[BadRow, ...]
    """Rows that could not be used, each with its line and the reason."""
    flights: int
    levels_minor: tuple[int, int, int]
    """Cheapest, median and dearest flight long before departure."""
    error_ppm: int
    """Median distance between fitted and seen prices, as a share of the seen."""
    error_p90_ppm: int
    """Nine rows in ten are nearer than this."""
    buyers: int
    """Expected background buyers."""
    load_ppm: int
    """Load factor at departure that the forecast expects."""

    @property
    def summary(self) -> str:
        """What was read, how well it fits and what is assumed, in a few lines."""
        currency = self.scenario.market.currency
        low, middle, high = (
            show(level, exponent_of(currency)) for level in self.levels_minor
        )
        rows = f"{self.rows_used} of {self.rows_read} rows used"
        if self.bad_rows:
            rows += f", {len(self.bad_rows)} bad rows left out"
        if self.rows_elsewhere:
            rows += f", {self.rows_elsewhere} of other routes or cabins"
        near, far = _percent(self.error_ppm), _percent(self.error_p90_ppm)
        full = _percent(self.load_ppm)
        return (
            f"{rows}: {self.flights} flights\n"
            f"Fares long before departure: {low} to {high} {currency}, "
            f"median {middle}\n"
            f"Fit: half of the rows are within {near} of fare × days curve, "
            f"nine in ten within {far}\n"
            "Not in the table, so assumed: seats, the effect of load on prices, and "
            f"{self.buyers} background buyers, expected to fill {full} of the seats "
            "by departure"
        )


def _percent(ppm: int) -> str:
    return f"{ppm // 10_000}.{ppm // 1000 % 10} %"


def _checked_market(data: Mapping[str, Any], where: str) -> MarketConfig:
    """Return the market so far, or say which choice made it impossible."""
    form = {"from": "AAA", "to": "BBB", "date": "2026-01-01"}
    task = {"trips": [form], "budgets_minor": [1]}
    return scenario_of({**data, "task": task}, where).market


def import_fares(
    path: str | PathLike[str],
    options: ImportOptions | None = None,
    *,
    progress: Progress | None = None,
) -> ImportResult:
    """Make a scenario whose flights and prices come from a table of fares.

    A flight's base fare is its robust level in the table; the price follows from
    there a curve over days before departure that is fitted to the table, and a
    modest curve over load that is assumed. The table's prices have the effect
    of load in them already. So the days curve of the scenario is the fitted one
    divided by that effect at the load expected on the day: a flight that sells
    as expected costs what the table says, one that sells better costs more.

    Buyers are assumed: two segments whose willingness to pay is tied to the
    price level, in such a number that the flights fill as
    `ImportOptions.fill_ppm` asks.

    Args:
        path: a table with a header line, separated by ``,``, ``;`` or tabs.
        options: choices that the table cannot make.
        progress: told about lines read, for a progress bar.

    Raises:
        ScenarioError: the file is no such table, has no usable row, or an option
            is impossible. A single row that cannot be used is no error: it is
            in `ImportResult.bad_rows`.
    """
    options = ImportOptions() if options is None else options
    file = Path(path)
    table = read_table(file, options, progress)
    route = route_of(table, options, file)
    flights = table_flights(route.offers)
    if len(flights) > FLIGHTS_MAX:
        msg = f"{file}: {len(flights)} flights; a scenario holds {FLIGHTS_MAX} at most"
        raise ScenarioError(msg)
    fit = fit_days_curve([flight.seen for flight in flights])
    level, late_ppm = median(fit.levels_minor), Curve(fit.points).at(_LATE_DAYS)
    where = f"the scenario made from {file}"
    data = declaration.head(file.stem, route, len(flights), options)
    data["market"] = declaration.market(flights, fit, route, options)
    world = World.of(_checked_market(data, where))
    buyers = options.buyers
    if buyers is None:
        buyers = buyers_to_fill(
            world, lambda count: segments(level, late_ppm, count), options.fill_ppm
        )
    demand = segments(level, late_ppm, buyers)
    data["market"]["demand"] = [segment.model_dump(mode="json") for segment in demand]
    world = World.of(_checked_market(data, where))
    data["task"] = declaration.task(world, route, options)
    data["turns"] = {"max_turns": 80}
    data["agents"] = {"count": options.agents, "most": max(options.agents, 64)}
    comment = (
        f"Made by `ttgym import` from {len(route.offers)} rows of a table of fares."
    )
    text = toml_text(data, comment)
    return ImportResult(
        toml=text,
        scenario=parse_scenario(text, where),
        rows_read=table.rows_read,
        rows_used=len(route.offers),
        rows_elsewhere=route.rows_elsewhere,
        bad_rows=table.bad_rows,
        flights=len(flights),
        levels_minor=(min(fit.levels_minor), level, max(fit.levels_minor)),
        error_ppm=fit.error_ppm,
        error_p90_ppm=fit.error_p90_ppm,
        buyers=buyers,
        load_ppm=expected_load(world, demand),
    )
