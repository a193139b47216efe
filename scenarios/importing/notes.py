"""Notes: what was mended or merged while reading, told once for many rows."""

from typing import Final

__all__ = ["Notes"]

_KINDS_MAX: Final = 1000
"""Different notes that are kept."""


class Notes:
    """Counts what happened to rows, in the order in which it first did."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._rows: dict[str, tuple[int, int]] = {}
        self._general: list[str] = []

    def tell(self, text: str) -> None:
        """Note something about the whole table."""
        self._general.append(text)

    def count(self, text: str, line: int) -> None:
        """Note something about the row of a line."""
        found = self._rows.get(text)
        if found is None and len(self._rows) >= _KINDS_MAX:
            text, found = (
                "other cells were mended too",
                self._rows.get("other cells were mended too"),
            )
        count, first = found or (0, line)
        self._rows[text] = count + 1, first

    def texts(self) -> tuple[str, ...]:
        """Return the notes as sentences."""
        counted = [
            f"{text}: line {first}"
            if count == 1
            else f"{text}: {count} rows, from line {first}"
            for text, (count, first) in self._rows.items()
        ]
        return (*self._general, *counted)
