"""Limits of what is read: they hold before a byte is parsed or kept."""

import re
from typing import Final

__all__ = [
    "DEPTH_MAX",
    "DIGITS_MAX",
    "FILE_MAX",
    "LINE_MAX",
    "RECORDS_MAX",
    "STRING_MAX",
    "TooMuch",
    "verify_tokens",
]

FILE_MAX: Final = 2 * 1024**3
"""Bytes of a journal."""
LINE_MAX: Final = 4 * 1024**2
"""Bytes of one record, with its newline."""
RECORDS_MAX: Final = 10_000_000
DEPTH_MAX: Final = 32
"""Objects and lists inside one another."""
DIGITS_MAX: Final = 16
"""Digits of a number; 2**53 has as many."""
STRING_MAX: Final = 64 * 1024
"""Bytes of one string, as it is spelled, without its quotes."""

_ALL_ZERO: Final = bytes.maketrans(b"123456789", b"0" * 9)
_LONG_NUMBER: Final = b"0" * DIGITS_MAX
# A string without an end reaches to the end of the line: were it no match, every
# quote in it would start another search, and time grow quadratically.
_TOKEN: Final = re.compile(rb'"(?:[^"\\]+|\\.)*+"?|[\[{]|[\]}]|[0-9]+')


class TooMuch(Exception):
    """A limit is exceeded; the text says which."""


def verify_tokens(body: bytes) -> bool:
    """Raise when a record is nested too deeply, or a token of it is too long.

    Nothing is parsed and nothing recurses.  Records that cannot exceed a limit,
    which are nearly all, are told by three counts.

    Returns:
        Whether a number may lie beyond 2**53: it has as many digits.

    Raises:
        TooMuch: a limit is exceeded.
    """
    large = _LONG_NUMBER in body.translate(_ALL_ZERO)
    if (
        large
        or len(body) > STRING_MAX
        or body.count(b"[") + body.count(b"{") > DEPTH_MAX
    ):
        _verify_each(body)
    return large


def _verify_each(body: bytes) -> None:
    depth = 0
    for token in _TOKEN.finditer(body):
        mark = body[token.start() : token.start() + 1]
        length = token.end() - token.start()
        if mark in (b"[", b"{"):
            depth += 1
            if depth > DEPTH_MAX:
                raise TooMuch("it is nested too deeply")
        elif mark in (b"]", b"}"):
            depth -= 1
        elif mark == b'"':
            if length > STRING_MAX + 2:
                raise TooMuch("a string in it is too long")
        elif length > DIGITS_MAX:
            raise TooMuch("a number in it has too many digits")
