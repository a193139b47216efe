"""Verbs: what agents can do, and with which arguments, as a trade declares them."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from test_time_gym.market.domain import Kind, Trade
from test_time_gym.market.interface.verbs import verb_table

__all__ = ["DeclaredVerbs"]

_TEXT_MAX: Final = 200
_COUNT_MAX: Final = 525_600
_MONEY_MAX: Final = 10**18
_DATE: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")

_Fits = Callable[[object], bool]


def _text(value: object) -> bool:
    return type(value) is str and 1 <= len(value) <= _TEXT_MAX


def _day(value: object) -> bool:
    if type(value) is not str or not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _time(value: object) -> bool:
    return type(value) is str and _TIME.fullmatch(value) is not None


def _count(value: object) -> bool:
    return type(value) is int and 0 <= value <= _COUNT_MAX


def _money(value: object) -> bool:
    return type(value) is int and 0 <= value <= _MONEY_MAX


_SHAPES: Final[dict[str, _Fits]] = {
    "text": _text,
    "date": _day,
    "time": _time,
    "count": _count,
    "money": _money,
}


def _shape(kind: Kind) -> _Fits:
    """Return what tells whether a recorded value is of a kind."""
    return _SHAPES.get(kind.name, lambda value: _text(value) and kind.fits(str(value)))


class DeclaredVerbs:
    """The verbs of a trade.

    Args:
        trade: whose words they are in.
    """

    def __init__(self, trade: Trade) -> None:
        """Read their arguments."""
        table = verb_table(trade)
        self._shapes = {
            name: {one.name: _shape(one.kind) for one in arguments.values()}
            for name, arguments in zip(table.names, table.arguments, strict=True)
        }
        self._needed = {
            name: [one.name for one in arguments.values() if one.required]
            for name, arguments in zip(table.names, table.arguments, strict=True)
        }

    def means(self, verb: str, args: dict[str, Any]) -> bool:
        """Return whether these are a verb and arguments of it."""
        shapes = self._shapes.get(verb)
        return (
            shapes is not None
            and all(
                name in shapes and shapes[name](value) for name, value in args.items()
            )
            and all(name in args for name in self._needed[verb])
        )
