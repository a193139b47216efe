"""The one route and cabin of a table that a scenario is made from."""

from dataclasses import dataclass
from pathlib import Path
from re import fullmatch
from typing import Final

from test_time_gym.market.errors import ScenarioError

from .options import ImportOptions
from .table import FareTable, Offer

__all__ = ["Route", "route_of"]

_AIRPORTS: Final = {
    "bangalore": "BLR",
    "chennai": "MAA",
    "delhi": "DEL",
    "hyderabad": "HYD",
    "kolkata": "CCU",
    "mumbai": "BOM",
}
"""Codes of the cities in the public table that this reader was written for."""

_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class Route:
    """Offers of one route in one cabin."""

    origin: str
    """Airport code."""
    destination: str
    cabin: str
    """As in the table; empty when it has no such column."""
    offers: tuple[Offer, ...]
    rows_elsewhere: int
    """Sound rows of routes and cabins that were not asked for."""


def route_of(table: FareTable, options: ImportOptions, path: Path) -> Route:
    """Choose the offers that the options ask for.

    Raises:
        ScenarioError: no row is left, or more than one route or cabin is.
    """
    if not table.offers:
        msg = f"{path}: no row can be used"
        if table.bad_rows:
            first = table.bad_rows[0]
            msg += f" of {table.rows_read}; the first is line {first.line}: "
            msg += first.reason
        raise ScenarioError(msg)
    offers = table.offers
    for option, column, wanted in (
        ("--from-city", "origin", options.from_city),
        ("--to-city", "destination", options.to_city),
        ("--class", "cabin", options.cabin),
    ):
        found = list(dict.fromkeys(getattr(offer, column) for offer in offers))
        if wanted is None and len(found) > 1:
            msg = f"{path}: {_some(found)}: a scenario has one; choose with {option}"
            raise ScenarioError(msg)
        if wanted is not None:
            low = " ".join(wanted.replace("_", " ").split()).lower()
            offers = tuple(o for o in offers if getattr(o, column).lower() == low)
            if not offers:
                msg = (
                    f"{path}: {option}: no row has {wanted!r:.60}, only {_some(found)}"
                )
                raise ScenarioError(msg)
    return Route(
        origin=_code(offers[0].origin, options.origin, "--origin"),
        destination=_code(offers[0].destination, options.destination, "--destination"),
        cabin=offers[0].cabin,
        offers=offers,
        rows_elsewhere=len(table.offers) - len(offers),
    )


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(name or "(none)" for name in names[:_SHOWN]) + more


def _code(city: str, given: str | None, option: str) -> str:
    code = _AIRPORTS.get(city.lower(), city) if given is None else given
    if fullmatch("[A-Z]{3}", code):
        return code
    if given is not None:
        raise ScenarioError(f"{option}: {given!r:.40} is no code of three capitals")
    raise ScenarioError(f"no airport code is known for {city!r:.60}: give {option}")
