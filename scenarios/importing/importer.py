"""From a table of fares to a scenario."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, Final

from test_time_gym.market.config import PPM
from test_time_gym.market.curve import Curve
from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.interface.memory_need import verify_memory
from test_time_gym.market.interface.task import draw_task
from test_time_gym.market.money import exponent_of, show
from test_time_gym.market.streams import Streams
from test_time_gym.market.world import MarketConfig, World

from ..flights.domain import FlightSegment
from ..loader import parse_scenario, scenario_of
from ..schema import Scenario
from . import declaration
from .days_curve import DaysCurve, fit_days_curve, median
from .elastic_demand import (
    TOLERATED_MILLI,
    elastic_segments,
    measured_elasticities,
)
from .forecast import buyers_to_fill, expected_load, segments
from .notes import Notes
from .options import ImportOptions
from .rehearsal import Rehearsal
from .route import route_of
from .schedule import TableFlight, table_flights
from .table import BadRow, Progress, read_table
from .toml import toml_text

__all__ = ["ImportResult", "import_fares"]

FLIGHTS_MAX: Final = 5000
"""A scenario may hold so many."""

_REHEARSALS_MIN, _REHEARSALS_MAX = 4, 32
_REHEARSED_FLIGHTS: Final = 4000
"""Of all rehearsed markets together: large ones differ less, and take longer."""

_FIRST_SEED: Final = 1_000_000
"""Of the rehearsals that set budgets: far from the seeds that people play."""

_CHECKED_SEEDS, _CHECKED_SEATS = 10, 8
"""The tasks of the first agents on the first seeds are those that are checked."""

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
    elasticities_milli: Mapping[str, int | None]
    """Segment → elasticity of its demand in all prices, in thousandths, measured in
    markets that nothing was fitted to; None where nobody would buy.  Empty if no
    elasticity was asked for."""

    currency_assumed: bool
    """Nothing tells it: it is rupees, as in the public table."""
    notes: tuple[str, ...]
    """What was mended, merged or understood in a way that can be chosen."""
    budgets_minor: tuple[int, ...]
    tasks_rehearsed: int
    """Tasks that were tried in markets of their own, after the budgets were set."""
    tasks_met: int
    """Of these, how many could be met."""

    @property
    def hopeless(self) -> bool:
        """Whether fewer than half of the tasks could be met."""
        return 2 * self.tasks_met < self.tasks_rehearsed

    @property
    def summary(self) -> str:
        """What was read, how well it fits and what is assumed, in a few lines."""
        currency = self.scenario.market.currency
        low, middle, high = (
            show(level, exponent_of(currency)) for level in self.levels_minor
        )
        rows = f"{self.rows_used} of {self.rows_read} rows used"
        if self.bad_rows:
            rows += f", {_counted(len(self.bad_rows), 'bad row')} left out"
        if self.rows_elsewhere:
            rows += f", {self.rows_elsewhere} of other routes or cabins"
        near, far = _percent(self.error_ppm), _percent(self.error_p90_ppm)
        full = _percent(self.load_ppm)
        money = f"{currency} (--currency), " if self.currency_assumed else ""
        least, most = (
            show(budget, exponent_of(currency))
            for budget in (min(self.budgets_minor), max(self.budgets_minor))
        )
        return (
            f"{rows}: {_counted(self.flights, 'flight')}\n"
            f"Fares long before departure: {low} to {high} {currency}, "
            f"median {middle}\n"
            f"Fit: half of the rows are within {near} of fare × days curve, "
            f"nine in ten within {far}\n"
            f"Not in the table, so assumed: {money}seats, the effect of load on "
            f"prices, and {self.buyers} background buyers, expected to fill {full} of "
            "the seats by departure\n"
            f"{self._elasticities}"
            f"Budgets of {least} to {most} {currency}: in a rehearsal "
            f"{self.tasks_met} of {self.tasks_rehearsed} tasks can be met"
        )

    @property
    def _elasticities(self) -> str:
        """A line of what elasticities were asked for and measured, if any were."""
        if not self.elasticities_milli:
            return ""
        told = ", ".join(
            f"{one.name} {_elasticity(self.elasticities_milli[one.name])}"
            + (
                ""
                if one.elasticity_milli is None
                else f" (asked for: {one.elasticity_milli / 1000:.2f})"
            )
            for one in self.scenario.market.demand
        )
        return f"Elasticity of demand, measured in markets of other seeds: {told}\n"


def _elasticity(milli: int | None) -> str:
    """Return an elasticity in words.

    >>> _elasticity(-1397), _elasticity(None)
    ('-1.40', 'none, since nobody would buy')
    """
    return "none, since nobody would buy" if milli is None else f"{milli / 1000:.2f}"


def _counted(count: int, what: str) -> str:
    """Return how many there are, in words.

    >>> _counted(1, "flight"), _counted(2, "flight")
    ('1 flight', '2 flights')
    """
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


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
    rehearsing: Progress | None = None,
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

    Budgets come from a rehearsal: the market is played with no agents over many
    seeds, and what its tasks would have cost at least tells which budgets are hard.
    Then tasks of other seeds are tried: `ImportResult.tasks_met` counts those that
    can be met.

    Args:
        path: a table with a header line, separated by ``,``, ``;``, ``|`` or tabs.
        options: choices that the table cannot make.
        progress: told about lines read, for a progress bar.
        rehearsing: told about markets played, likewise.

    Raises:
        ScenarioError: the file is no such table, has no usable row, or an option
            is impossible. A single row that cannot be used is no error: it is
            in `ImportResult.bad_rows`.
    """
    options = ImportOptions() if options is None else options
    file = Path(path)
    table = read_table(file, options, progress)
    route = route_of(table, options, file)
    flights = table_flights(route.offers, table.notes, options.ahead_minutes)
    if len(flights) > FLIGHTS_MAX:
        msg = f"{file}: {len(flights)} flights; a scenario holds {FLIGHTS_MAX} at most"
        raise ScenarioError(msg)
    for missing in _missing_breadth(flights):
        table.notes.tell(missing)
    fit = fit_days_curve([flight.seen for flight in flights])
    where = f"the scenario made from {file}"
    data = declaration.head(file.stem, route, len(flights), options)
    data["market"] = declaration.market(flights, fit, route, table.currency, options)
    world, demand = _with_demand(data, fit, options, where)
    measured = _measured(world, demand, table.notes) if options.elasticity else {}
    rehearsal, check = _rehearsals(world, options, where, rehearsing)
    form = declaration.form_of(route, options)
    data["task"] = declaration.task(world, form, options, rehearsal)
    data["turns"] = {"max_turns": 80}
    data["agents"] = {"count": options.agents, "most": max(options.agents, 64)}
    comment = (
        f"Made by `ttgym import` from {len(route.offers)} rows of a table of fares."
    )
    text = toml_text(data, comment)
    scenario = parse_scenario(text, where)
    met = _tasks_met(scenario, world, check)
    return ImportResult(
        toml=text,
        scenario=scenario,
        rows_read=table.rows_read,
        rows_used=len(route.offers),
        rows_elsewhere=route.rows_elsewhere,
        bad_rows=table.bad_rows,
        flights=len(flights),
        levels_minor=(
            min(fit.levels_minor),
            median(fit.levels_minor),
            max(fit.levels_minor),
        ),
        error_ppm=fit.error_ppm,
        error_p90_ppm=fit.error_p90_ppm,
        buyers=sum(segment.expected_micro() for segment in demand) // PPM,
        load_ppm=expected_load(world, demand),
        elasticities_milli=measured,
        currency_assumed=table.currency_assumed,
        notes=table.notes.texts(),
        budgets_minor=scenario.task.budgets_minor,
        tasks_rehearsed=len(met),
        tasks_met=sum(met),
    )


def _with_demand(
    data: dict[str, Any], fit: DaysCurve, options: ImportOptions, where: str
) -> tuple[World, tuple[FlightSegment, ...]]:
    """Put the demand into the market's data; return the whole market."""
    level, late_ppm = median(fit.levels_minor), Curve(fit.points).at(_LATE_DAYS)
    world = World.of(_checked_market(data, where))

    def plain(count: int) -> tuple[FlightSegment, ...]:
        return segments(level, late_ppm, count)

    def number(made: Callable[[int], tuple[FlightSegment, ...]]) -> int:
        if options.buyers is not None:
            return options.buyers
        return buyers_to_fill(world, made, options.fill_ppm)

    wanted = options.elasticities
    demand = (
        elastic_segments(world, plain, number, wanted)
        if wanted
        else plain(number(plain))
    )
    data["market"]["demand"] = [
        segment.model_dump(mode="json", by_alias=True) for segment in demand
    ]
    return World.of(_checked_market(data, where)), demand


def _missing_breadth(flights: Sequence[TableFlight]) -> Iterator[str]:
    """Yield what a table is too narrow to tell, in words."""
    days = dict.fromkeys(day for flight in flights for day, _ in flight.seen)
    if len(days) == 1:
        yield (
            f"all prices were seen {next(iter(days))} days before departure: nothing "
            "tells how they change with the days, so they are taken as alike on all"
        )
    if len(flights) == 1:
        yield "there is one flight alone: nothing competes with it"


def _measured(
    world: World, demand: Sequence[FlightSegment], notes: Notes
) -> dict[str, int | None]:
    """Measure elasticities; tell which are not those that were asked for."""
    found = measured_elasticities(world, demand)
    for segment in demand:
        wanted, is_now = segment.elasticity_milli, found[segment.name]
        if wanted is not None and (
            is_now is None or abs(is_now - wanted) > TOLERATED_MILLI
        ):
            notes.tell(
                f"--elasticity: {segment.name}={wanted / 1000:g} is not reached: in "
                f"markets that were played it is {_elasticity(is_now)}; more --seats "
                "or less --fill leave more to choose from"
            )
    return found


def _rehearsals(
    world: World, options: ImportOptions, where: str, told: Progress | None
) -> tuple[Rehearsal, Rehearsal]:
    """Play the markets that set the budgets, and others that check them."""
    verify_memory(where, [world.config], memory=options.memory)
    most = options.rehearsals
    if most is None:
        work = _REHEARSED_FLIGHTS // len(world.catalog.products)
        most = min(_REHEARSALS_MAX, max(_REHEARSALS_MIN, work))
    checks = min(_CHECKED_SEEDS, most)
    whole, deadline_s = most + checks, declaration.deadline_s(options)

    def tell(before: int) -> Callable[[int], None] | None:
        return None if told is None else lambda done: told(before + done, whole)

    first = range(_FIRST_SEED, _FIRST_SEED + most)
    return (
        Rehearsal(world, deadline_s, first, tell(0)),
        Rehearsal(world, deadline_s, range(checks), tell(most)),
    )


def _tasks_met(scenario: Scenario, world: World, played: Rehearsal) -> list[bool]:
    """Return of tasks of every rehearsed market whether they could be met."""
    met = []
    for k, seed in enumerate(played.seeds):
        for seat in range(_CHECKED_SEATS):
            task = draw_task(scenario.task, world, Streams(seed), seat)
            total = played.least_total(task, k)
            met.append(total is not None and total <= task.budget_minor)
    return met
