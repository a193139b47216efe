"""A table's bytes as lines of text, whatever encoding they are in."""

import re
from codecs import lookup
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from test_time_gym.market.errors import ScenarioError

__all__ = ["BYTES_MAX", "SourceText", "read_text"]

BYTES_MAX: Final = 256 * 1024 * 1024
"""A larger file is refused unread."""

_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
"""Byte order marks; the longer of two that begin alike comes first."""

_NO_TABLES: Final = (
    (b"PK\x03\x04", "a workbook of a spreadsheet, or another zipped file"),
    (b"\xd0\xcf\x11\xe0", "a workbook of an old spreadsheet"),
    (b"\x1f\x8b", "a gzipped file"),
    (b"PAR1", "a Parquet file"),
    (b"%PDF", "a PDF"),
)
"""How files begin that people take for tables, and what they are."""

_LOOK: Final = 4096
"""Bytes from which UTF-16 without a mark is told."""

_NAMES: Final = {"utf-8": "UTF-8", "cp1252": "Windows-1252"}
_BREAK = re.compile(r"\r\n|\n|\r")
_SPOILED = re.compile("[\ud800-\udfff\ufffd]")


@dataclass(frozen=True, slots=True)
class SourceText:
    """The lines of a file."""

    lines: list[str]
    encoding: str
    """Its name, for people."""
    guessed: bool
    """Whether the encoding was told from the bytes alone, and is not UTF-8."""

    def spoiled(self, line: str) -> str:
        """Return why a line is no text; nothing when it is."""
        if "\0" in line:
            return "the line holds a NUL byte"
        if not line.isascii() and _SPOILED.search(line):
            return f"the line is not {self.encoding} text"
        return ""


def read_text(path: Path, encoding: str | None) -> SourceText:
    """Read a file.

    Args:
        path: the file.
        encoding: the name of one; None: told from a byte order mark or from the
            bytes: UTF-8, UTF-16, or else Windows-1252.

    Raises:
        ScenarioError: it cannot be read, is no text, or there is no such encoding.
    """
    data = _bytes(path)
    for start, kind in _NO_TABLES:
        if data.startswith(start):
            msg = f"{path}: {kind}, no text: save the table as CSV, and import that"
            raise ScenarioError(msg)
    mark, by_mark = next(((m, e) for m, e in _MARKS if data.startswith(m)), (b"", ""))
    name = _known(encoding) if encoding else by_mark or _told(data)
    # What no text can hold becomes a mark in its line, which is then left out.
    single = name in ("utf-8", "cp1252", "ascii")
    text = data.removeprefix(mark).decode(
        name, "surrogateescape" if single else "replace"
    )
    lines = _BREAK.split(text)
    if lines and not lines[-1]:
        del lines[-1]
    guessed = not (encoding or by_mark or name == "utf-8")
    return SourceText(lines, _NAMES.get(name, name.upper()), guessed)


def _bytes(path: Path) -> bytes:
    try:
        reason = _unreadable(path)
        data = b"" if reason else path.read_bytes()
    except (OSError, ValueError) as error:
        raise ScenarioError(f"{path}: cannot be read: {error}") from error
    if reason:
        raise ScenarioError(f"{path}: {reason}")
    return data


def _unreadable(path: Path) -> str:
    if path.is_dir():
        return "a folder, not a table"
    if not path.is_file():
        return "no such file" if not path.exists() else "not an ordinary file"
    size = path.stat().st_size
    return f"larger than {BYTES_MAX} bytes" if size > BYTES_MAX else ""


def _known(encoding: str) -> str:
    try:
        name = lookup(encoding).name
        "a,b".encode(name)
    except (LookupError, ValueError, TypeError) as error:
        msg = f"--encoding: {encoding!r:.40} is no encoding of text, such as utf-8"
        raise ScenarioError(f"{msg}, utf-16 or cp1252") from error
    return name


def _told(data: bytes) -> str:
    """Return the encoding that bytes without a mark are in."""
    start = data[:_LOOK]
    if b"\0" in start and len(start) > 3:  # noqa: PLR2004 - two characters
        even, odd = start[::2].count(0), start[1::2].count(0)
        # In UTF-16 every other byte of plain text is zero.
        if odd > len(start) // 4 and not even:
            return "utf-16-le"
        if even > len(start) // 4 and not odd:
            return "utf-16-be"
    try:
        data.decode()
    except UnicodeDecodeError:
        text = data.decode("utf-8", "surrogateescape")
        # Letters that are sound UTF-8 hardly come about by chance: then a few lines
        # are broken. Without any the whole file is something else.
        sound = any(not sign.isascii() and not _SPOILED.match(sign) for sign in text)
        return "utf-8" if sound else "cp1252"
    return "utf-8"
