"""The table of fares: lines of a file become offers, or bad rows with a reason."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from test_time_gym.market.errors import ScenarioError

from .amounts import PriceForm, currencies_in, decimal_mark, meanings, usual_currency
from .cells import BadCell
from .columns import Columns, columns_of
from .dates import day_first
from .days_curve import median
from .fields import plain
from .notes import Notes
from .offers import OfferReader, TableOffer
from .options import DECIMALS, ImportOptions
from .records import Records
from .text import read_text

__all__ = ["BadRow", "FareTable", "Progress", "read_table"]

Progress = Callable[[int, int], None]
"""Called with the lines read so far and the lines of the file."""

_REPORT_EVERY: Final = 2000
_CURRENCY: Final = "INR"
"""Of prices that do not tell: the public table is in it."""

_NUMBERS: Final = ("id", "index", "row", "unnamed: 0")
"""Headers of columns that only count the rows: nobody misses them."""

_TOLD: Final = 12
"""Headers that a note lists."""

_HOURS_MAX: Final = 48
"""Whole numbers of hours, all of them, are not that long in the middle."""

Row = tuple[int, list[str] | BadCell]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out."""

    line: int
    """Physical line of the file, the first of the row; the header's is 1 when it
    comes first."""
    reason: str


@dataclass(frozen=True, slots=True)
class FareTable:
    """What a file holds."""

    offers: tuple[TableOffer, ...]
    bad_rows: tuple[BadRow, ...]
    rows_read: int
    """Rows below the header that are not blank."""
    currency: str
    currency_assumed: bool
    """Neither the table nor an option tells it."""
    notes: Notes
    """What was mended, and how the file was understood."""


def read_table(
    path: Path, options: ImportOptions, progress: Progress | None = None
) -> FareTable:
    """Read every row of a table.

    Raises:
        ScenarioError: the file cannot be read, is no table, or lacks a column.
    """
    notes = Notes()
    text = read_text(path, options.encoding)
    if text.guessed:
        notes.tell(f"the file is no UTF-8: read as {text.encoding} (--encoding)")
    records = Records(path, text)
    rows: list[Row] = list(records)
    whole = [row for _, row in rows if isinstance(row, list)]
    columns = columns_of(path, records.header, whole[0] if whole else [], options)
    _tell_columns(columns, notes)
    prices = _distinct(whole, columns, "price")
    form = _price_form(path, prices, columns, options)
    told = options.currency or columns.currency or currencies_in(prices)
    if form.currency != _CURRENCY and options.currency is None:
        notes.tell(f"the prices are in {form.currency}, by their signs (--currency)")
    _verify_durations(path, whole, columns)
    reader = OfferReader(
        columns,
        records.header,
        form=form,
        day_first=_day_first(whole, columns, options),
        searched_on=options.searched_on,
        notes=notes,
    )
    offers: list[TableOffer] = []
    bad: list[BadRow] = []
    seen: dict[TableOffer, int] = {}
    for k, (line, row) in enumerate(rows):
        if progress is not None and k % _REPORT_EVERY == 0:
            progress(line, records.total)
        try:
            if isinstance(row, BadCell):
                raise row
            offer = reader.read(row, line)
        except BadCell as error:
            bad.append(BadRow(line, str(error)))
            continue
        earlier = seen.setdefault(offer, line)
        if earlier == line:
            offers.append(offer)
        else:
            bad.append(BadRow(line, f"repeats line {earlier}"))
    if progress is not None:
        progress(records.total, records.total)
    return FareTable(
        offers=tuple(offers),
        bad_rows=tuple(bad),
        rows_read=len(offers) + len(bad),
        currency=form.currency,
        currency_assumed=not told,
        notes=notes,
    )


def _tell_columns(columns: Columns, notes: Notes) -> None:
    if columns.aliased:
        read = ", ".join(f"{name} = {head!r}" for name, head in columns.aliased.items())
        notes.tell(f"columns that are called otherwise: {read} (--column)")
    unused = [head for head in columns.unused if plain(head) not in _NUMBERS]
    if unused:
        first = ", ".join(f"{head!r:.40}" for head in unused[:_TOLD])
        more = len(unused) - _TOLD
        rest = f" and {more} more" if more > 0 else ""
        notes.tell(f"columns that hold no field: {first}{rest} (--column FIELD=HEADER)")
    if "flight" not in columns.places:
        notes.tell(
            "no column holds flight numbers: airline and departure time name the "
            "flights (--column flight=HEADER)"
        )


def _distinct(rows: list[list[str]], columns: Columns, name: str) -> list[str]:
    """Return the different cells of a field, in the order of their rows."""
    at = columns.places.get(name, ())
    return list(dict.fromkeys(" ".join(row[k] for k in at) for row in rows))


def _price_form(
    path: Path, prices: list[str], columns: Columns, options: ImportOptions
) -> PriceForm:
    """Return how the prices are to be read.

    Raises:
        ScenarioError: their signs tell of several currencies, or of one of many.
    """
    mark, many = decimal_mark(prices)
    if options.decimal is not None:
        mark, many = DECIMALS[options.decimal], True
    currency = options.currency or columns.currency
    if not currency:
        signs = currencies_in(prices)
        usual = dict.fromkeys(map(usual_currency, signs)) or {_CURRENCY: None}
        if len(usual) > 1 or None in usual:
            listed = ", ".join(f"{sign!r}" for sign in signs)
            meant = [one for sign in signs for one in meanings(sign)] or ["EUR"]
            raise ScenarioError(
                f"{path}: the prices have the signs {listed}: say with --currency "
                f"which prices to take, as in --currency {meant[0]}"
            )
        currency = str(next(iter(usual)))
    return PriceForm(currency, mark, many)


def _day_first(
    rows: list[list[str]], columns: Columns, options: ImportOptions
) -> bool | None:
    if options.day_first is not None:
        return options.day_first
    texts: Iterable[str] = (
        text
        for name in ("departure_date", "search_date", "arrival_time")
        for text in _distinct(rows, columns, name)
    )
    return day_first(texts)


def _verify_durations(path: Path, rows: list[list[str]], columns: Columns) -> None:
    """Refuse hours that are minutes.

    Raises:
        ScenarioError: the column holds whole numbers that no hours can be.
    """
    texts = [text.strip() for text in _distinct(rows, columns, "duration")]
    if not texts or not all(text.isascii() and text.isdigit() for text in texts):
        return
    if median([int(text[:9]) for text in texts]) > _HOURS_MAX:
        raise ScenarioError(
            f"{path}: durations such as {texts[0]!r:.40} are minutes, not hours: "
            "say --column duration_minutes=HEADER"
        )
