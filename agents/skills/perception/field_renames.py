"""Field renames: what a site calls the fields of its lists, and what it called them."""

import re
from functools import lru_cache
from typing import Any, Final

from .roles import Roles

__all__ = ["FieldRenames"]

_SHAPES: Final = 8
"""Kinds of values that are kept of a field."""

_LETTERS: Final = re.compile(r"[^\W\d_]+")
_DIGITS: Final = re.compile(r"[0-9]+")

_NEW: Final = {"": ""}
"""Stands for the names in a row that was never seen."""

_Row = dict[str, Any]


class FieldRenames:
    """Follows the names of fields in the lists of a page, as offers and cards.

    Where a field that was always there is gone and one of a new name has the same
    kind of values, this is taken for that: the page is handed on with the old name,
    so that all that was learned of it still holds.

    >>> reading = FieldRenames()
    >>> reading.usual({"wallet": [{"token": "tok_a", "brand": "visa"}]})["wallet"]
    [{'token': 'tok_a', 'brand': 'visa'}]
    >>> reading.usual({"wallet": [{"card_ref": "tok_b", "brand": "visa"}]})["wallet"]
    [{'token': 'tok_b', 'brand': 'visa'}]
    """

    def __init__(self) -> None:
        """Know no list."""
        self._fields: dict[str, dict[str, tuple[str, ...]]] = {}
        self._names: dict[str, dict[tuple[str, ...], dict[str, str]]] = {}
        self._roles = Roles()
        self.begin()

    def begin(self, *, learning: bool = True) -> None:
        """Begin an episode: each list is looked at closely once in it.

        Args:
            learning: False: what the fields hold is not noted any more.
        """
        self._seen: dict[str, bool] = {}
        self._learning = learning
        self._roles.begin()

    def took(self, verb: str, args: dict[str, Any]) -> None:
        """Note what is done on the page."""
        self._roles.took(verb, args)

    def usual(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Return a page with the names by which its fields have been known."""
        changed = {}
        for name, found in observation.items():
            if type(found) is list and found and type(found[0]) is dict:
                rows = self._rows(name, found)
                roles = self._roles.names(name)
                if rows is not None or roles:
                    changed[name] = _renamed(found if rows is None else rows, roles)
        seen = {**observation, **changed} if changed else observation
        if self._learning:
            self._roles.look(seen)
        return seen

    def _rows(self, name: str, found: list[_Row]) -> list[_Row] | None:
        """Return the rows of a list with the usual names; None if they have them."""
        layouts = self._names.get(name)
        if layouts is None:
            layouts = self._names[name] = {}
        elif name in self._seen:
            for row in found:
                if layouts.get(tuple(row), _NEW):
                    break
            else:
                return None
        names = []
        for row in found:
            keys = tuple(row)
            known = layouts.get(keys)
            if known is None:
                known = self._matched(self._fields.get(name, {}), row)
                if self._learning:
                    layouts[keys] = known
            names.append(known)
        rows = None
        if any(names):
            rows = [
                {known.get(key, key): value for key, value in row.items()}
                for known, row in zip(names, found, strict=True)
            ]
        if self._learning and name not in self._seen:
            self._seen[name] = True
            self._look(name, found if rows is None else rows)
        return rows

    def _look(self, name: str, rows: list[_Row]) -> None:
        """Note what kinds of values the fields of a list have."""
        fields = self._fields.setdefault(name, {})
        for row in rows:
            for key, value in row.items():
                shapes, shape = fields.setdefault(key, ()), _shape(value)
                if shape not in shapes and len(shapes) < _SHAPES:
                    fields[key] = (*shapes, shape)

    @staticmethod
    def _matched(fields: dict[str, tuple[str, ...]], row: _Row) -> dict[str, str]:
        """Return which field each new one stands for, by its name on the page."""
        gone = [field for field in fields if field not in row]
        found = {}
        for key, value in row.items():
            if key not in fields:
                shape = _shape(value)
                like = [field for field in gone if shape in fields[field]]
                if like:
                    found[key] = like[0]
                    gone.remove(like[0])
        return found

    def dump(self) -> dict[str, Any]:
        """Return the fields with their kinds of values, and names, as plain data."""
        names = {name: list(known.items()) for name, known in self._names.items()}
        fields = {name: dict(of) for name, of in self._fields.items()}
        return {"fields": fields, "names": names, "roles": self._roles.dump()}

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self._fields = {
            name: {field: tuple(shapes) for field, shapes in of.items()}
            for name, of in data["fields"].items()
        }
        self._names = {
            name: {tuple(keys): dict(known) for keys, known in layouts}
            for name, layouts in data["names"].items()
        }
        self._roles.load(data.get("roles", {}))


def _renamed(rows: list[_Row], names: dict[str, str]) -> list[_Row]:
    """Return rows with other names, where no field is called so already."""
    return [
        {
            key if names.get(key, key) in row else names[key]: value
            for key, value in row.items()
        }
        for row in rows
    ]


def _shape(value: Any) -> str:
    """Return a value's kind: texts by their pattern, numbers by their digits.

    >>> _shape("KS87-22"), _shape("07:05"), _shape(294), _shape(False)
    ('a9-9', '9:9', 'number of 3', 'bool')
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return f"number of {len(str(abs(value)))}"
    return _pattern(value) if isinstance(value, str) else type(value).__name__


@lru_cache(maxsize=4096)
def _pattern(text: str) -> str:
    if text.replace(".", "", 1).isdecimal():
        return f"number of {len(text.partition('.')[0])}"
    return _LETTERS.sub("a", _DIGITS.sub("9", text))
