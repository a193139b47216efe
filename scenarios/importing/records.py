"""The records of a table: cells between separators, quotes and line breaks in them."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from test_time_gym.market.errors import ScenarioError

from .cells import BadCell
from .text import SourceText

__all__ = ["LINE_MAX", "Records"]

LINE_MAX: Final = 65_536
"""Characters; a longer line is a bad row."""

_LINES_MAX: Final = 50
"""Most lines of one record."""

_DELIMITERS: Final = ",;\t|"
_SEPARATOR = re.compile(r'"?sep=(.)"?[,;\t| ]*', re.IGNORECASE)


class Records:
    """The header of a table, and one record after another.

    A spreadsheet may say ``sep=;`` in front of the header. A quote that nobody
    closes spoils its own line only: a record goes on over line breaks only when
    that gives as many cells as there are headers.

    Raises:
        ScenarioError: the file is empty, or its first line is no header.
    """

    def __init__(self, path: Path, text: SourceText) -> None:
        """Read the header."""
        self._text = text
        lines = text.lines
        self._at = _next_filled(lines, 0)
        said = _SEPARATOR.fullmatch(lines[self._at]) if self._at < len(lines) else None
        if said:
            self._at = _next_filled(lines, self._at + 1)
        if self._at >= len(lines):
            raise ScenarioError(f"{path}: the file is empty")
        self._delimiter = said[1] if said else ""
        first = self._whole_header()
        try:
            if text.spoiled(first) or len(first) > LINE_MAX:
                raise BadCell  # noqa: TRY301 - one message for all
            choices = [
                (next(csv.reader([first], delimiter=sign)), sign)
                for sign in self._delimiter or _DELIMITERS
            ]
        except (BadCell, csv.Error) as error:
            msg = f"{path}: the first line is no table header in {text.encoding} text"
            raise ScenarioError(msg) from error
        header, self._delimiter = max(choices, key=lambda choice: len(choice[0]))
        self.header = [" ".join(name.split()) for name in header]
        self.total = len(lines)

    def _whole_header(self) -> str:
        """Return the header with the line breaks in its quotes; move on behind it."""
        lines, start = self._text.lines, self._at
        text = lines[start]
        self._at = start + 1
        end = start + 1
        while text.count('"') % 2 and end < min(len(lines), start + _LINES_MAX):
            text += "\n" + lines[end]
            end += 1
        if text.count('"') % 2:
            return lines[start]
        self._at = end
        return text

    def __iter__(self) -> Iterator[tuple[int, list[str] | BadCell]]:
        """Yield the first line's number and the cells, or why there are none."""
        lines, width = self._text.lines, len(self.header)
        at = self._at
        while at < len(lines):
            number, line = at + 1, lines[at]
            if not line.strip():
                at += 1
                continue
            cells, taken = self._record(at)
            at += taken
            if isinstance(cells, BadCell):
                yield number, cells
                continue
            while len(cells) > width and not cells[-1].strip():
                del cells[-1]
            if len(cells) != width:
                what = f"{len(cells)} cells where the header has {width}"
                yield number, BadCell(what)
            elif any(cell.strip() for cell in cells):
                yield number, cells

    def _record(self, at: int) -> tuple[list[str] | BadCell, int]:
        """Return the cells of a record and how many lines it takes."""
        line = self._text.lines[at]
        if len(line) > LINE_MAX:
            return BadCell(f"the line is longer than {LINE_MAX} characters"), 1
        spoiled = self._text.spoiled(line)
        if spoiled:
            return BadCell(spoiled), 1
        if '"' not in line:
            return line.split(self._delimiter), 1
        try:
            return self._split(line), 1
        except csv.Error as error:
            longer = self._over_lines(at)
            text = f"the line's quotes do not match: {error}"
            return longer or (BadCell(text), 1)

    def _over_lines(self, at: int) -> tuple[list[str], int] | None:
        """Return a record whose quotes hold line breaks, if there is one here."""
        lines = self._text.lines
        text, end = lines[at], at + 1
        # A record ends where its quotes are even for the first time.
        while text.count('"') % 2:
            if end >= min(len(lines), at + _LINES_MAX):
                return None
            text += "\n" + lines[end]
            if len(text) > LINE_MAX or self._text.spoiled(lines[end]):
                return None
            end += 1
        try:
            cells = self._split(text)
        except csv.Error:
            return None
        return (cells, end - at) if len(cells) == len(self.header) else None

    def _split(self, text: str) -> list[str]:
        return next(csv.reader([text], delimiter=self._delimiter, strict=True))


def _next_filled(lines: list[str], start: int) -> int:
    """Return the place of the next line that is not blank."""
    at = start
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at
