"""The table of fares: lines of a file become offers, or bad rows with a reason."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.money import exponent_of

from . import cells
from .options import COLUMNS, ImportOptions

__all__ = ["BadRow", "FareTable", "Offer", "Progress", "read_table"]

Progress = Callable[[int, int], None]
"""Called with the lines read so far and the lines of the file."""

BYTES_MAX: Final = 256 * 1024 * 1024
"""A larger file is refused unread."""

LINE_MAX: Final = 65_536
"""Bytes; a longer line is a bad row."""

_DELIMITERS: Final = ",;\t"
_REPORT_EVERY: Final = 2000
_OPTIONAL: Final = ("arrival_time", "class")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out."""

    line: int
    """Physical line of the file; the header's is 1 when it comes first."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One row: what one flight cost so many days before departure."""

    airline: str
    flight: str
    origin: str
    destination: str
    cabin: str
    departure: int | str
    """Minutes since midnight, or a period of the day."""
    arrival: int | str | None
    stops: int
    duration_minutes: int
    days_left: int
    price_minor: int


@dataclass(frozen=True, slots=True)
class FareTable:
    """What a file holds."""

    offers: tuple[Offer, ...]
    bad_rows: tuple[BadRow, ...]
    rows_read: int
    """Lines below the header that are not blank."""


def read_table(
    path: Path, options: ImportOptions, progress: Progress | None = None
) -> FareTable:
    """Read every row of a table.

    A row is one physical line, so that a quote that nobody closes spoils its
    own line only.

    Raises:
        ScenarioError: the file cannot be read, is no table, or lacks a column.
    """
    lines = _lines(path)
    first = next((k for k, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise ScenarioError(f"{path}: the file is empty")
    header, delimiter = _header(path, lines[first])
    places = _places(path, header, options)
    exponent = exponent_of(options.currency)
    offers: list[Offer] = []
    bad: list[BadRow] = []
    seen: dict[Offer, int] = {}
    for number, line in enumerate(lines[first + 1 :], first + 2):
        if progress is not None and number % _REPORT_EVERY == 0:
            progress(number, len(lines))
        if not line.strip():
            continue
        try:
            row = _split(line, delimiter, len(header))
            offer = _offer({name: row[k] for name, k in places.items()}, exponent)
        except cells.BadCell as error:
            bad.append(BadRow(number, str(error)))
            continue
        earlier = seen.setdefault(offer, number)
        if earlier == number:
            offers.append(offer)
        else:
            bad.append(BadRow(number, f"repeats line {earlier}"))
    if progress is not None:
        progress(len(lines), len(lines))
    return FareTable(tuple(offers), tuple(bad), len(offers) + len(bad))


def _lines(path: Path) -> list[bytes]:
    try:
        reason = _unreadable(path)
        data = b"" if reason else path.read_bytes()
    except (OSError, ValueError) as error:
        raise ScenarioError(f"{path}: cannot be read: {error}") from error
    if reason:
        raise ScenarioError(f"{path}: {reason}")
    return data.removeprefix(b"\xef\xbb\xbf").splitlines()


def _unreadable(path: Path) -> str:
    if path.is_dir():
        return "a folder, not a table"
    if not path.is_file():
        return "no such file" if not path.exists() else "not an ordinary file"
    size = path.stat().st_size
    return f"larger than {BYTES_MAX} bytes" if size > BYTES_MAX else ""


def _header(path: Path, line: bytes) -> tuple[list[str], str]:
    """Return the headers and the delimiter: the one that makes most of them."""
    try:
        if b"\0" in line or len(line) > LINE_MAX:
            raise UnicodeError  # noqa: TRY301 - one message for all three
        text = line.decode()
        choices = [(next(csv.reader([text], delimiter=d)), d) for d in _DELIMITERS]
    except (UnicodeError, csv.Error) as error:
        msg = f"{path}: the first line is no table header in UTF-8 text"
        raise ScenarioError(msg) from error
    header, delimiter = max(choices, key=lambda choice: len(choice[0]))
    return [" ".join(name.split()) for name in header], delimiter


def _places(path: Path, header: list[str], options: ImportOptions) -> dict[str, int]:
    """Return where each column stands; optional ones may be missing."""
    low = [name.lower() for name in header]
    given = {"source_city": options.origin, "destination_city": options.destination}
    places, missing = {}, []
    for column in COLUMNS:
        wanted = options.columns.get(column, column)
        name = " ".join(wanted.split()).lower()
        if low.count(name) > 1:
            raise ScenarioError(f"{path}: two columns are called {wanted!r:.60}")
        if name in low:
            places[column] = low.index(name)
        elif column in options.columns or (
            column not in _OPTIONAL and given.get(column) is None
        ):
            missing.append(column)
    if missing:
        taken = places.values()
        spare = [name for k, name in enumerate(header) if name and k not in taken]
        raise ScenarioError(f"{path}: {_missing(missing[0], spare, options)}")
    return places


def _missing(column: str, spare: list[str], options: ImportOptions) -> str:
    """Say which header that nothing else needs is nearest to a missing one."""
    wanted = options.columns.get(column, column)
    text = f"no column {wanted!r:.60} ({COLUMNS[column]})"
    by_low = {name.lower(): name for name in spare}
    near = get_close_matches(wanted.lower(), list(by_low), n=1, cutoff=0.0)
    if not near:
        return f"{text}; if another one holds it, use --column {column}=HEADER"
    nearest = by_low[near[0]]
    return (
        f"{text}; the nearest header that is left is {nearest!r:.60}: "
        f"map it with --column {column}={nearest!r:.60}"
    )


def _split(line: bytes, delimiter: str, width: int) -> list[str]:
    if len(line) > LINE_MAX:
        raise cells.BadCell(f"the line is longer than {LINE_MAX} bytes")
    if b"\0" in line:
        raise cells.BadCell("the line holds a NUL byte")
    try:
        row = next(csv.reader([line.decode()], delimiter=delimiter, strict=True))
    except UnicodeError as error:
        raise cells.BadCell("the line is not UTF-8 text") from error
    except (csv.Error, StopIteration) as error:
        raise cells.BadCell(f"the line's quotes do not match: {error}") from error
    if len(row) != width:
        raise cells.BadCell(f"{len(row)} cells where the header has {width}")
    return row


def _offer(row: dict[str, str], exponent: int) -> Offer:
    arrival = row.get("arrival_time", "")
    origin, destination = _city(row, "source_city"), _city(row, "destination_city")
    if origin and origin.lower() == destination.lower():
        raise cells.BadCell(f"the flight goes from {origin!r:.40} to itself")
    return Offer(
        airline=cells.words(row["airline"], "airline"),
        flight=cells.flight_number(row["flight"]),
        origin=origin,
        destination=destination,
        cabin=cells.words(row["class"], "class") if "class" in row else "",
        departure=cells.clock_or_period(row["departure_time"], "departure_time"),
        arrival=cells.clock_or_period(arrival, "arrival_time") if arrival else None,
        stops=cells.stops(row["stops"]),
        duration_minutes=cells.duration_minutes(row["duration"]),
        days_left=cells.days_left(row["days_left"]),
        price_minor=cells.price_minor(row["price"], exponent),
    )


def _city(row: dict[str, str], column: str) -> str:
    return cells.words(row[column], column) if column in row else ""
