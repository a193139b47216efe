"""The picture of a frame, in as many columns and rows as there are."""

from collections.abc import Sequence
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from test_time_gym.cli.terminal import clean

from .frame import Event, Frame
from .watch_speed import WatchSpeed

__all__ = ["picture_of"]

_NARROW: Final = 70
"""Columns below which less is told of everything."""
_WIDE: Final = 100
_LINES: Final = 4
"""Rows that are always there: the head, the pace, names of columns, and the keys."""
_NAME: Final = 8
"""Columns that the first cell of a row has at least."""
_KEYS: Final = "space pause  n step  + faster  - slower  f to the end  q stop"
_FEW_KEYS: Final = "space n + - f q"
_MARKS: Final = {"success": "green", "": "", "infeasible_aborted": "green"}


def picture_of(
    frame: Frame, pace: WatchSpeed, *, width: int, height: int, typed: bool
) -> RenderableType:
    """Return the picture of a frame: agents first, then stock, then what happened.

    Args:
        frame: what is to be seen.
        pace: how fast, or whether it waits.
        width: columns of the terminal.
        height: its rows.
        typed: whether there is a keyboard.
    """
    agents = _agents(frame, width)
    room = max(0, height - _LINES - len(frame.agents))
    offers = min(len(frame.offers), max(1, room // 3)) if room > 1 else 0
    events = room - offers - (1 if offers else 0)
    parts: list[RenderableType] = [_head(frame, width), _pace(frame, pace), agents]
    if offers:
        parts.append(_offers(frame, width, offers))
    told = frame.events[max(0, len(frame.events) - events) :]
    parts += [_event(one, width) for one in told]
    # The keys stand where they are, however much there is to tell.
    parts += [_line("")] * (events - len(told))
    if typed:
        keys = _KEYS if width >= _NARROW else _FEW_KEYS
        parts.append(_line(keys, "dim"))
    return Group(*parts)


def _head(frame: Frame, width: int) -> Text:
    hours, minutes = divmod(frame.minutes_left, 60)
    left = f"{hours} h {minutes:02} min left"
    title = frame.title if width >= _NARROW else frame.title.split(",")[0]
    return _line(f"{title}  {frame.now}  {left}", "bold")


def _pace(frame: Frame, pace: WatchSpeed) -> Text:
    how = "PAUSED" if pace.paused else f"{pace.speed:g} actions a second"
    asked = f"{frame.next} is asked" if frame.next else "the run is over"
    return _line(f"action {frame.step}, {asked}; {how}")


def _agents(frame: Frame, width: int) -> Table:
    columns = ["agent", "turn", "page", "cart", "did", "outcome"]
    if width < _NARROW:
        columns = ["agent", "page", "did", "outcome"]
    elif width >= _WIDE:
        columns.append("money")
    named = {"did": "last action", "money": frame.currency}
    rows = [
        [_line(_cell(row[name]), _style(name, row)) for name in columns]
        for row in frame.agents
    ]
    return _grid([named.get(name, name) for name in columns], rows, right=("turn",))


def _style(name: str, row: dict[str, Any]) -> str:
    return _MARKS.get(row["outcome"], "red") if name == "outcome" else ""


def _offers(frame: Frame, width: int, count: int) -> Table:
    columns = ["id", "facts", "price", "sold", "held", "free"]
    if width < _NARROW:
        columns.remove("facts")
    more = len(frame.offers) - count
    named = {"id": "offer", "facts": "", "price": f"price {frame.currency}"}
    if more > 0:
        named["id"] = f"offer (of {len(frame.offers)})"
    rows = [
        [
            _line(_cell(row[name]), "bold" if name == "held" and row[name] else "")
            for name in columns
        ]
        for row in frame.offers[:count]
    ]
    right = ("price", "sold", "held", "free")
    heads = [named.get(name, name) for name in columns]
    return _grid(heads, rows, right=(*right, named["price"]))


def _grid(
    heads: Sequence[str], rows: Sequence[Sequence[Text]], right: Sequence[str]
) -> Table:
    grid = Table(box=None, pad_edge=False, header_style="bold", expand=False)
    for place, head in enumerate(heads):
        grid.add_column(
            _line(head),
            justify="right" if head in right else "left",
            no_wrap=True,
            overflow="ellipsis",
            min_width=None if place else _NAME,
        )
    for row in rows:
        grid.add_row(*row)
    return grid


def _event(event: Event, width: int) -> Text:
    if width < _NARROW:
        return _line(f"{event.at[-8:]} {event.actor} {event.kind} {event.text}")
    because = f"  ← {event.because}" if event.because else ""
    start = f"{event.n:>5} {event.at[-8:]} {event.actor:<9} {event.kind:<16} "
    room = max(20, width - len(start) - min(len(because), width // 3))
    text = event.text if len(event.text) <= room else f"{event.text[: room - 1]}…"
    line = _line(start + text)
    line.append(clean(because), "dim")
    return line


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


def _line(text: str, style: str = "") -> Text:
    return Text(clean(text), style, no_wrap=True, overflow="ellipsis")
