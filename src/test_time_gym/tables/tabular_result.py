"""A result that is also a table: a frame of pandas or polars, and HTML in notebooks."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from test_time_gym.extras import MissingExtra

from .titled_table import TitledTable, html_of

__all__ = ["Columns", "TabularResult"]

Columns = Mapping[str, type]
"""Name of a column → the type of its cells, each of which may also be None."""

_INT64: Final = 2**63
_PANDAS: Final = {
    int: "Int64",
    float: "float64",
    bool: "boolean",
    str: "object",
}
_POLARS: Final = {int: "Int64", float: "Float64", bool: "Boolean", str: "String"}


class TabularResult(ABC):
    """A result with rows, all of the same columns, and tables for people."""

    __slots__ = ()

    COLUMNS: ClassVar[Columns]
    """Columns of `as_rows`, in order; units are in their names."""

    @abstractmethod
    def as_rows(self) -> list[dict[str, Any]]:
        """Return plain rows with `COLUMNS`; money is in minor units."""

    @abstractmethod
    def as_tables(self) -> list[TitledTable]:
        """Return what people are shown of it, money in major units."""

    def to_pandas(self) -> Any:
        """Return `as_rows` as a ``pandas.DataFrame``.

        Whole numbers are ``Int64`` and truths ``boolean``, which may be missing; a
        column with a number beyond 64 bits, such as a large seed, is of text.

        Raises:
            MissingExtra: pandas is not installed.
        """
        try:
            import pandas as pd  # noqa: PLC0415 - an extra: needed only here
        except ImportError as error:
            raise MissingExtra("to_pandas()", "pandas") from error
        rows = self.as_rows()
        return pd.DataFrame(
            {
                name: pd.Series(cells, dtype=_PANDAS[kind])
                for name, kind, cells in self._filled(rows)
            }
        )

    def to_polars(self) -> Any:
        """Return `as_rows` as a ``polars.DataFrame``.

        A column with a number beyond 64 bits, such as a large seed, is of text.

        Raises:
            MissingExtra: polars is not installed.
        """
        try:
            import polars as pl  # noqa: PLC0415 - an extra: needed only here
        except ImportError as error:
            raise MissingExtra("to_polars()", "polars") from error
        rows = self.as_rows()
        return pl.DataFrame(
            [
                pl.Series(name, cells, dtype=getattr(pl, _POLARS[kind]))
                for name, kind, cells in self._filled(rows)
            ]
        )

    def _repr_html_(self) -> str:
        """Return what notebooks show."""
        return html_of(self.as_tables())

    def _filled(
        self, rows: Sequence[Mapping[str, Any]]
    ) -> list[tuple[str, type, list[Any]]]:
        """Return each column with its type and its cells."""
        found: list[tuple[str, type, list[Any]]] = []
        for name, kind in self.COLUMNS.items():
            cells = [row[name] for row in rows]
            if kind is int and any(abs(cell or 0) >= _INT64 for cell in cells):
                texts = [None if cell is None else str(cell) for cell in cells]
                found.append((name, str, texts))
            else:
                found.append((name, kind, cells))
        return found
