"""Text as an image, for recorders of videos: an array, and no window."""

from functools import lru_cache
from itertools import chain
from re import finditer
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

__all__ = ["HEIGHT", "WIDTH", "image_of"]

WIDTH: Final = 640
HEIGHT: Final = 480
_SIZE: Final = 13
_LINE: Final = 17
"""Pixels from one line of text to the next."""
_COLUMN: Final = 7
"""Pixels of a character where text stands in columns."""
_MARGIN: Final = 8
_RIGHT: Final = WIDTH - 2 * _MARGIN
_LINES: Final = (HEIGHT - 2 * _MARGIN) // _LINE
_LONGEST: Final = 600
"""Characters of a line; what others write can be longer."""
_PAPER: Final = (250, 250, 247)
_INK: Final = (32, 34, 40)
_HEAD: Final = (16, 78, 139)

_Piece = tuple[int, str]
"""Where a piece of text begins, in pixels, and the piece."""


@lru_cache(maxsize=1)
def _font() -> Any:
    return ImageFont.load_default(_SIZE)


def image_of(text: str) -> NDArray[np.uint8]:
    """Return an image of lines of text, 480 × 640 × 3.

    Long lines are wrapped; lines that do not fit on the image are counted in its last.
    """
    lines = [line[:_LONGEST] for line in text.splitlines()]
    rows = list(chain.from_iterable(_wrapped(line) for line in lines))
    if len(rows) > _LINES:
        left = len(rows) - _LINES + 1
        rows = [*rows[: _LINES - 1], [(2 * _COLUMN, f"and {left} more lines")]]
    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    draw = ImageDraw.Draw(image)
    for k, row in enumerate(rows):
        for x, piece in row:
            at = (_MARGIN + x, _MARGIN + k * _LINE)
            draw.text(at, piece, fill=_INK if k else _HEAD, font=_font())
    return np.array(image, np.uint8)


def _wrapped(line: str) -> list[list[_Piece]]:
    """Return the rows of a line: wrapped at words where it is too long."""
    rows: list[list[_Piece]] = [[]]
    end, indent = 0, 2 * _COLUMN
    for start, text in _columns(line):
        x = start if not rows[-1] else max(start, end + _COLUMN)
        indent = start + 2 * _COLUMN if rows == [[]] else indent
        first, *others = _fitting(text, x, indent)
        if first:
            rows[-1].append((x, first))
        rows += [[(indent, piece)] for piece in others]
        x, last = rows[-1][-1] if rows[-1] else (x, "")
        end = x + _width(last)
    return rows


def _fitting(text: str, x: int, indent: int) -> list[str]:
    """Return what of a text fits behind a place, and behind an indent, row by row."""
    if x + _width(text) <= _RIGHT:
        return [text]
    pieces, room = [""], _RIGHT - x
    for word in text.split(" "):
        longer = f"{pieces[-1]} {word}" if pieces[-1] else word
        if _width(longer) <= room:
            pieces[-1] = longer
        else:
            pieces.append(word)
            room = _RIGHT - indent
    return pieces


def _columns(line: str) -> list[_Piece]:
    """Return the columns of a line: what two spaces or more keep apart.

    The letters of the font differ in width, so that a column begins where its first
    character would stand if they did not.
    """
    return [
        (found.start() * _COLUMN, found[0]) for found in finditer(r"\S+(?: \S+)*", line)
    ]


def _width(text: str) -> int:
    width: float = _font().getlength(text)
    return round(width)
