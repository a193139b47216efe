"""Parts: what a page of figures is made of, as plain data.

A page is a few sentences at its head, and sections; a section is a row of parts.
What is shown stands in them as text, so that a page shows what Python says, and not
what a browser makes of a number; numbers stand beside it where something is drawn.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from test_time_gym.market.money import exponent_of

__all__ = [
    "Number",
    "Part",
    "amount",
    "axis",
    "bounded",
    "cell",
    "chart",
    "choice",
    "column",
    "counted",
    "option",
    "points",
    "rounded",
    "section",
    "series",
    "share",
    "side_by_side",
    "table",
    "text",
]

Part = dict[str, Any]
Number = float | int | None
Bounded = Mapping[str, Number]
"""``estimate``, ``low``, ``high``."""

_DIGITS: Final = 4
NOTHING: Final = "–"
"""Where there is no figure."""


def section(name: str, title: str, *parts: Part | None) -> Part:
    """Return a section, which can be led to by its name; what is None is left out.

    >>> section("success", "Success", None)
    {'id': 'success', 'title': 'Success', 'parts': []}
    """
    return {
        "id": name,
        "title": title,
        "parts": [one for one in parts if one is not None],
    }


def text(*lines: str) -> Part:
    """Return paragraphs."""
    return {"type": "text", "lines": list(lines)}


def column(name: str, *, number: bool = True, help: str = "") -> Part:  # noqa: A002
    """Return a column of a table.

    Args:
        name: shown above it.
        number: aligned to the right, and ordered as numbers.
        help: what is in it, in a sentence.
    """
    return {"name": name, "number": number, "help": help}


def table(
    columns: Sequence[Part],
    rows: Iterable[Sequence[str | Part | None]],
    *,
    caption: str = "",
) -> Part:
    """Return a table; a cell is a text, a `cell`, or None where there is nothing."""
    shown = [[NOTHING if one is None else one for one in row] for row in rows]
    return {
        "type": "table",
        "caption": caption,
        "columns": list(columns),
        "rows": shown,
    }


def cell(shown: str | None, found: Bounded) -> Part | None:
    """Return a cell with an interval, which is drawn beside its text.

    >>> cell("50 %", {"estimate": 0.5, "low": None, "high": None})
    {'text': '50 %', 'interval': [0.5, None, None]}
    """
    if shown is None:
        return None
    ends = [rounded(found[key]) for key in ("estimate", "low", "high")]
    return {"text": shown, "interval": ends}


def chart(
    name: str,
    title: str,
    x: Part,
    y: Part,
    drawn: Sequence[Part],
    *,
    marks: Iterable[tuple[Number, str]] = (),
    note: str = "",
) -> Part:
    """Return curves over one axis.

    Args:
        name: by which the page and its links know it.
        title: above it.
        x: its ``label`` and ``values``, which ascend.
        y: an `axis`.
        drawn: of `series`, in the order of the legend.
        marks: upright lines, each a place on the axis and what it is called.
        note: below it, what it shows.
    """
    return {
        "type": "chart",
        "id": name,
        "title": title,
        "x": x,
        "y": y,
        "series": list(drawn),
        "marks": [{"x": at, "label": said} for at, said in marks],
        "note": note,
    }


def axis(
    label: str,
    unit: str = "number",
    *,
    least: Number = None,
    most: Number = None,
    exponent: int = 0,
) -> Part:
    """Return an upright axis.

    Args:
        label: what is drawn.
        unit: how its numbers are shown: ``share`` (in per cent), ``points`` (the
            same, with a sign), ``money`` (minor units) or ``number``.
        least: where it begins; None: where the values do.
        most: where it ends.
        exponent: decimal digits of the currency.
    """
    return {
        "label": label,
        "unit": unit,
        "min": least,
        "max": most,
        "exponent": exponent,
    }


def series(
    name: str,
    values: Iterable[Number],
    low: Iterable[Number] = (),
    high: Iterable[Number] = (),
    *,
    shown: bool = True,
    style: int | None = None,
) -> Part:
    """Return one curve, with a band where bounds are given; None leaves a gap.

    Args:
        name: of the curve.
        values: at each place of the axis.
        low: the band's lower bounds.
        high: its upper bounds.
        shown: whether it is drawn before somebody asks for it.
        style: number of its colour and dash; None: its place among the curves.

    >>> series("mined", [0.5, None], [0.2, None], [0.8, None])["high"]
    [0.8, None]
    """
    return {
        "name": name,
        "values": [rounded(one) for one in values],
        "low": [rounded(one) for one in low],
        "high": [rounded(one) for one in high],
        "shown": shown,
        "style": style,
    }


def choice(name: str, label: str, options: Iterable[Part]) -> Part:
    """Return a list to choose from, of which one is shown.

    Args:
        name: in links.
        label: before it.
        options: of `option`.
    """
    return {"type": "choice", "id": name, "label": label, "options": list(options)}


def option(key: str, label: str, *parts: Part | None, block: str | None = None) -> Part:
    """Return what can be chosen.

    Args:
        key: in links.
        label: in the list.
        parts: what is shown when it is chosen; None is left out.
        block: name of the page's block that holds the parts instead, which is only
            unpacked when it is chosen.
    """
    shown = [one for one in parts if one is not None]
    return {"key": key, "label": label, "parts": shown, "block": block}


def side_by_side(*columns: Part) -> Part:
    """Return columns, each with its ``title`` and ``parts``."""
    return {"type": "columns", "columns": list(columns)}


def share(value: Number) -> str | None:
    """Return a share in per cent; None: there is none.

    >>> share(0.9833), share(None)
    ('98.3 %', None)
    """
    return None if value is None else f"{100 * value:.1f} %"


def points(value: Number) -> str | None:
    """Return a difference of shares in points.

    >>> points(-0.041)
    '-4.1'
    """
    return None if value is None else f"{100 * value:+.1f}"


def amount(minor: Number, currency: str) -> str | None:
    """Return money as people write it.

    >>> amount(124964.6, "EUR"), amount(-1249.6, "JPY"), amount(-5, "EUR")
    ('1,249.65', '-1,250', '-0.05')
    """
    if minor is None:
        return None
    digits = exponent_of(currency)
    whole, rest = divmod(abs(round(minor)), 10**digits)
    sign = "-" if round(minor) < 0 else ""
    return f"{sign}{whole:,}.{rest:0{digits}d}" if digits else f"{sign}{whole:,}"


def counted(number: int, what: str) -> str:
    """Return a number of things.

    >>> counted(1, "site"), counted(1200, "run")
    ('1 site', '1,200 runs')
    """
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def bounded(shown: Sequence[str | None], unit: str = "") -> str | None:
    """Return an estimate and its bounds in one text; None without an estimate.

    >>> bounded(["98.3 %", "90.0 %", "100.0 %"]), bounded(["7", None, None], " EUR")
    ('98.3 % (90.0 to 100.0)', '7 EUR')
    """
    estimate, low, high = shown
    if estimate is None:
        return None
    if low is None or high is None:
        return f"{estimate}{unit}"
    return f"{estimate}{unit} ({low.removesuffix(' %')} to {high.removesuffix(' %')})"


def rounded(value: Number) -> Number:
    """Return a number with as many digits as a picture can show."""
    return round(value, _DIGITS) if isinstance(value, float) else value
