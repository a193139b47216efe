"""The parts of an imported scenario, as plain data for its file."""

from collections.abc import Sequence
from datetime import date, timedelta
from re import sub
from typing import Any, Final

from test_time_gym.market.config import PPM
from test_time_gym.market.curve import Curve
from test_time_gym.market.money import exponent_of
from test_time_gym.market.world import World

from .days_curve import DaysCurve
from .forecast import come_ppm
from .options import ImportOptions
from .rehearsal import Rehearsal
from .route import Route
from .schedule import TableFlight
from .tasks import CONSTRAINED_PPM, constraints, task_budgets

__all__ = ["LOAD_CURVE", "deadline_s", "form_of", "head", "market", "task"]

LOAD_CURVE: Final = (
    (0, 750_000),
    (500_000, PPM),
    (800_000, 1_250_000),
    (PPM, 1_600_000),
)
"""Factor by load: assumed, since a table of fares does not show loads."""

_GRID: Final = (0, 1, 2, 3, 5, 7, 10, 14, 18, 21, 25, 30, 35, 42, 50, 60)
"""Days before departure at which the days curve is divided by the effect of load;
it has a point wherever the fitted curve bends as well."""

_FACTOR_MAX: Final = 100 * PPM
_REPRICE_S: Final = 7200
_STEPS_LEAST: Final = 50
"""So many steps of rounding make the cheapest fare, at least."""

_DAY_MINUTES: Final = 1440
_DAY_S: Final = 86_400
_WALLETS: Final = (("tok_ok",), ("tok_3ds", "tok_ok"))


def head(stem: str, route: Route, count: int, options: ImportOptions) -> dict[str, Any]:
    """Return name, description and source.

    Args:
        stem: the table's file name, without its suffix.
        route: where the flights go.
        count: how many flights there are.
        options: may give all three.
    """
    slug = sub("[^a-z0-9]+", "-", stem.lower()).strip("-")[:50] or "imported"
    shown = "".join(sign for sign in stem if sign.isprintable())[:100]
    buyers = (
        "One buyer wants" if options.agents == 1 else f"{options.agents} buyers want"
    )
    market = "1 flight" if count == 1 else f"{count} flights"
    made = (
        f"{buyers} a seat from {route.origin} to {route.destination} within "
        f"{options.deadline_days} days, in a market of {market} whose "
        "prices follow a table of real offers."
    )
    return {
        "name": f"flights/{slug}" if options.name is None else options.name,
        "description": made if options.description is None else options.description,
        "source": f"fares imported from {shown}"
        if options.source is None
        else options.source,
        "policies": ["cheapest", "patient", "first-offer", "random"],
    }


def market(
    flights: Sequence[TableFlight],
    fit: DaysCurve,
    route: Route,
    currency: str,
    options: ImportOptions,
) -> dict[str, Any]:
    """Return the market without its demand."""
    cabin = {"cabin": _slug(route.cabin)} if _slug(route.cabin) else {}
    return {
        "currency": currency,
        "opens": f"{options.day_before(options.opens_days)}T00:00",
        "flights": [
            {
                "id": flight.id,
                "airline": flight.airline,
                **cabin,
                "legs": [_leg(flight, route, options)],
                "fares": [{"code": "Y", "fare_minor": level}],
            }
            for flight, level in zip(flights, fit.levels_minor, strict=True)
        ],
        "pricing": {
            "kind": "load_days",
            "load_curve": [list(point) for point in LOAD_CURVE],
            "days_curve": _without_load(fit, options.fill_ppm),
            "reprice_every_s": _REPRICE_S,
            "round_to_minor": _rounding(fit, currency),
        },
    }


def _slug(cabin: str) -> str:
    """Return a cabin as a code; nothing when no letter of it can stand in one."""
    return sub("[^a-z0-9]+", "-", cabin.casefold())[:32].strip("-")


def _rounding(fit: DaysCurve, currency: str) -> int:
    """Return to what prices are rounded: whole units, but 2 % at most."""
    step: int = 10 ** exponent_of(currency)
    while step > 1 and step * _STEPS_LEAST > min(fit.levels_minor):
        step //= 10
    return step


def _leg(flight: TableFlight, route: Route, options: ImportOptions) -> dict[str, Any]:
    leg: dict[str, Any] = {
        "flight": flight.number,
        "from": route.origin,
        "to": route.destination,
        "depart": _moment(options.departure_date, flight.depart_minute),
        "arrive": _moment(options.departure_date, flight.arrive_minute),
        "seats": options.seats,
    }
    if flight.stops:
        leg["stops"] = flight.stops
    return leg


def _moment(day: str, minute: int) -> str:
    days, minute = divmod(minute, _DAY_MINUTES)
    when = date.fromisoformat(day) + timedelta(days=days)
    return f"{when.isoformat()}T{minute // 60:02d}:{minute % 60:02d}"


def _without_load(fit: DaysCurve, fill_ppm: int) -> list[list[int]]:
    """Return the fitted curve, divided by the expected load's effect on the price."""
    fitted, by_load = Curve(fit.points), Curve(LOAD_CURVE)
    days = sorted({*_GRID, *(day for day, _ in fit.points)})
    curve = []
    for day in days:
        load = fill_ppm * come_ppm(day) // PPM
        curve.append([day, min(fitted.at(day) * PPM // by_load.at(load), _FACTOR_MAX)])
    return curve


def deadline_s(options: ImportOptions) -> int:
    """Return how many seconds after opening tasks end."""
    return options.deadline_days * _DAY_S


def form_of(route: Route, options: ImportOptions) -> dict[str, str]:
    """Return the one form that all tasks have."""
    day = options.departure_date
    return {"from": route.origin, "to": route.destination, "date": day}


def task(
    world: World, form: dict[str, str], options: ImportOptions, played: Rehearsal
) -> dict[str, Any]:
    """Return the tasks: budgets by what rehearsed markets asked, some constraints."""
    asked = constraints(world, form, played)
    return {
        "trips": [form],
        "budgets_minor": task_budgets(world, form, asked, options.budget_rules, played),
        **asked,
        "constrained_ppm": CONSTRAINED_PPM,
        "wallets": [list(wallet) for wallet in _WALLETS],
        "deadline_s": deadline_s(options),
    }
