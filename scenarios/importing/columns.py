"""Which columns of a table hold which fields, and what to do when some are missing."""

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from test_time_gym.market.currencies import EXPONENTS
from test_time_gym.market.errors import ScenarioError

from .dates import is_date
from .fields import ALIASES, COLUMNS, IS_NONSTOP, plain
from .options import ImportOptions

__all__ = ["Columns", "columns_of"]

_OPTIONAL: Final = (
    *("flight", "arrival_time", "class", "duration", "duration_minutes"),
    *("days_left", "departure_date", "search_date"),
)
_NEAR: Final = 0.7
"""How alike two headers must be for one to be suggested for the other."""

_SHOWN: Final = 20


@dataclass(slots=True)
class Columns:
    """Where each field stands."""

    places: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Field → its columns; several are joined."""
    aliased: dict[str, str] = field(default_factory=dict)
    """Field → header, where the header is known but not the usual one."""
    currency: str = ""
    """What the header of the prices says."""
    unused: list[str] = field(default_factory=list)
    """Headers of columns that hold no field."""


def columns_of(
    path: Path, header: list[str], first_row: list[str], options: ImportOptions
) -> Columns:
    """Find the columns: as mapped, by their usual header, or by a known one.

    Args:
        path: for messages.
        header: the headers.
        first_row: the first row that has as many cells; empty when none has.
        options: mappings, and fields that are given otherwise.

    Raises:
        ScenarioError: fields are missing, or a header could be taken for two; the
            text names all that is missing at once, and what comes near.
    """
    finder = _Finder(path, header, options)
    columns = finder.found
    _find_dates(columns, first_row)
    columns.unused = finder.spare()
    missing = _missing(columns, options)
    if missing:
        raise ScenarioError(finder.advice(missing))
    return columns


class _Finder:
    """Looks headers up."""

    def __init__(self, path: Path, header: list[str], options: ImportOptions) -> None:
        self._path = path
        self._header = header
        self._options = options
        self._plain = [plain(name) for name in header]
        self.found = Columns()
        places = self.found.places
        # What is mapped comes first: nothing else may take those columns.
        for name in COLUMNS:
            at = self._place(options.columns[name]) if name in options.columns else ()
            if at:
                places[name] = at
        for name in COLUMNS:
            at = () if name in options.columns else self._place(name)
            if at and not self._taken(at):
                places[name] = at
        for name in COLUMNS:
            if name not in places and name not in options.columns:
                self._find_alias(name)
        for name, at in places.items():
            if name == "price" and not self.found.currency:
                self.found.currency = _currency(self._plain[at[0]])

    def _taken(self, at: tuple[int, ...]) -> bool:
        taken = [k for places in self.found.places.values() for k in places]
        return any(k in taken for k in at)

    def _place(self, wanted: str) -> tuple[int, ...]:
        """Return the columns of a header, or of several that ``+`` joins."""
        name = plain(wanted)
        if self._plain.count(name) > 1:
            raise ScenarioError(f"{self._path}: two columns are called {wanted!r:.60}")
        if name in self._plain:
            return (self._plain.index(name),)
        parts = [self._place(part) for part in wanted.split("+")] if "+" in name else []
        return tuple(at for part in parts for at in part) if all(parts) else ()

    def _find_alias(self, name: str) -> None:
        """Take the column of a header that is known to mean this field."""
        found = {
            alias: at
            for alias in ALIASES.get(name, ())
            if (at := self._place(alias)) and not self._taken(at)
        }
        told = {alias: at for alias, at in found.items() if alias not in IS_NONSTOP}
        # That a flight has stops is less than how many.
        found = told or found
        if name == "price" and not found:
            names = ("price", *ALIASES["price"])
            for k, header in enumerate(self._plain):
                if _currency(header) and _without_currency(header) in names:
                    found[header] = (k,)
        if len(found) > 1:
            which = " and ".join(f"{self._joined(at)!r:.60}" for at in found.values())
            raise ScenarioError(
                f"{self._path}: the columns {which} could both be {name}: say which "
                f"with --column {name}=HEADER"
            )
        for at in found.values():
            self.found.places[name] = at
            self.found.aliased[name] = self._joined(at)

    def _joined(self, at: tuple[int, ...]) -> str:
        return "+".join(self._header[k] for k in at)

    def spare(self) -> list[str]:
        """Return the headers that are left, in their order."""
        return [
            name
            for k, name in enumerate(self._header)
            if name and not self._taken((k,))
        ]

    def advice(self, missing: dict[str, str]) -> str:
        """Say what is missing, and which headers that are left come near."""
        spare = self.spare()
        lines, hinted = [], True
        for name, why in missing.items():
            near = self._nearest(name, spare)
            wanted = self._options.columns.get(name, name)
            text = f"no column {wanted!r:.60} ({why})"
            hinted = hinted and bool(near)
            if near:
                text += (
                    f"; the nearest header that is left is {near!r:.60}: "
                    f"map it with --column {name}={near!r:.60}"
                )
            lines.append(text)
        text = f"{self._path}: " + "\n  ".join(lines)
        if len(lines) > 1:
            text = f"{self._path}: {len(lines)} columns are missing\n  "
            text += "\n  ".join(lines)
        if not hinted:
            shown = ", ".join(f"{name!r:.40}" for name in spare[:_SHOWN]) or "none"
            more = f" and {len(spare) - _SHOWN} more" if len(spare) > _SHOWN else ""
            text += "\n  If another one holds it, use --column FIELD=HEADER; "
            text += f"headers that are left: {shown}{more}"
        return text

    def _nearest(self, name: str, spare: list[str]) -> str:
        wanted = self._options.columns.get(name, name)
        by_plain = {plain(header): header for header in spare}
        for text in (wanted, name, *ALIASES.get(name, ())):
            near = get_close_matches(plain(text), list(by_plain), n=1, cutoff=_NEAR)
            if near:
                return by_plain[near[0]]
        return ""


def _find_dates(columns: Columns, first_row: list[str]) -> None:
    """Take the date of departure from the departure's time, if it stands there."""
    places = columns.places
    if "departure_date" in places or "departure_time" not in places or not first_row:
        return
    (at, *more) = places["departure_time"]
    if not more and is_date(first_row[at].split("||")[0]):
        places["departure_date"] = (at,)


def _missing(columns: Columns, options: ImportOptions) -> dict[str, str]:
    """Return the fields that are missing, each with what it should hold."""
    places = columns.places
    given = {"source_city": options.origin, "destination_city": options.destination}
    missing = {
        name: COLUMNS[name]
        for name in COLUMNS
        if name not in places
        and (name in options.columns or name not in _OPTIONAL)
        and given.get(name) is None
    }
    if not any(
        name in places for name in ("duration", "duration_minutes", "arrival_time")
    ):
        missing.setdefault("duration", COLUMNS["duration"])
    if "days_left" not in places:
        searched = "search_date" in places or options.search_date is not None
        if "departure_date" in places and not searched:
            missing.setdefault(
                "search_date",
                "when prices were seen; if all on one day, say --search-date DATE",
            )
        elif searched and "departure_date" not in places:
            missing.setdefault("departure_date", "when the flight departs")
        elif not searched:
            missing.setdefault(
                "days_left",
                f"{COLUMNS['days_left']}; or two columns: departure_date, and "
                "search_date or --search-date DATE",
            )
    return {name: missing[name] for name in COLUMNS if name in missing}


def _currency(header: str) -> str:
    """Return the currency that a header ends with, as in ``price (eur)``."""
    code = header.rpartition(" ")[2].upper()
    return code if code in EXPONENTS and " " in header else ""


def _without_currency(header: str) -> str:
    return header.rpartition(" ")[0].removesuffix(" in")
