"""The one route and cabin of a table that a scenario is made from."""

from dataclasses import dataclass
from pathlib import Path
from re import fullmatch
from typing import Final

from test_time_gym.market.errors import ScenarioError

from .offers import TableOffer
from .options import ImportOptions
from .schedule import commonest
from .table import FareTable

__all__ = ["Route", "route_of"]

_AIRPORTS: Final = {
    "bangalore": "BLR",
    "banglore": "BLR",
    "bengaluru": "BLR",
    "chennai": "MAA",
    "cochin": "COK",
    "delhi": "DEL",
    "hyderabad": "HYD",
    "kochi": "COK",
    "kolkata": "CCU",
    "mumbai": "BOM",
    "new delhi": "DEL",
}
"""Codes of the cities in the public tables that this reader was written for, as they
are spelled there."""

_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class Route:
    """Offers of one route in one cabin."""

    origin: str
    """Airport code."""
    destination: str
    cabin: str
    """As in the table; empty when it has no such column."""
    offers: tuple[TableOffer, ...]
    rows_elsewhere: int
    """Sound rows of routes and cabins that were not asked for."""


def route_of(table: FareTable, options: ImportOptions, path: Path) -> Route:
    """Choose the offers that the options ask for.

    Raises:
        ScenarioError: no row is left, or more than one route or cabin is.
    """
    if not table.offers:
        msg = f"{path}: no row can be used"
        if not table.rows_read:
            msg = f"{path}: there is no row below the header"
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
        spelled: dict[str, list[str]] = {}
        for offer in offers:
            name = getattr(offer, column)
            spelled.setdefault(name.casefold(), []).append(name)
        found = [commonest(names) for names in spelled.values()]
        if wanted is None and len(found) > 1:
            msg = f"{path}: {_some(found)}: a scenario has one; choose with {option}"
            raise ScenarioError(msg)
        if wanted is not None:
            low = " ".join(wanted.replace("_", " ").split()).casefold()
            offers = tuple(o for o in offers if getattr(o, column).casefold() == low)
            if not offers:
                msg = (
                    f"{path}: {option}: no row has {wanted!r:.60}, only {_some(found)}"
                )
                raise ScenarioError(msg)
    origin, destination, cabin = (
        commonest([getattr(offer, column) for offer in offers])
        for column in ("origin", "destination", "cabin")
    )
    codes = _codes(path, (origin, options.origin), (destination, options.destination))
    return Route(
        origin=codes[0],
        destination=codes[1],
        cabin=cabin,
        offers=offers,
        rows_elsewhere=len(table.offers) - len(offers),
    )


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(name or "(none)" for name in names[:_SHOWN]) + more


def _codes(path: Path, *places: tuple[str, str | None]) -> list[str]:
    """Return the airport codes of both ends.

    Args:
        path: for messages.
        places: of each end the city and the code that is given, if any.

    Raises:
        ScenarioError: what is given is no code, or none is known for the city.
    """
    codes, unknown = [], []
    for option, (city, given) in zip(
        ("--origin", "--destination"), places, strict=True
    ):
        code = _AIRPORTS.get(city.casefold(), city) if given is None else given
        if given is not None and not fullmatch("[A-Z]{3}", code):
            raise ScenarioError(f"{option}: {given!r:.40} is no code of three capitals")
        if not fullmatch("[A-Z]{3}", code):
            unknown.append(f"no airport code is known for {city!r:.60}: give {option}")
        codes.append(code)
    if unknown:
        raise ScenarioError(f"{path}: {'; '.join(unknown)}")
    if codes[0] == codes[1]:
        raise ScenarioError(f"{path}: the flights go from {codes[0]} to itself")
    return codes
