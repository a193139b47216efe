"""Limits of what is read: they hold before a byte is parsed or kept."""

import re
from typing import Final

__all__ = [
    "DEPTH_MAX",
    "DIGITS_MAX",
    "FILE_MAX",
    "GROWTH_FREE",
    "GROWTH_MAX",
    "LINE_MAX",
    "RECORDS_MAX",
    "STRING_MAX",
    "WINDOW_MAX",
    "TooMuch",
    "verify_tokens",
]

FILE_MAX: Final = 2 * 1024**3
"""Bytes of a journal; of a compressed one, also before it is decompressed."""
GROWTH_MAX: Final = 100
"""How many times as long a compressed journal may become, measured as it is read."""
GROWTH_FREE: Final = 1024**2
"""Bytes up to which it may grow as it likes."""
WINDOW_MAX: Final = 8 * 1024**2
"""Bytes that decompressing may look back on, and so keep."""
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
_STRING: Final = rb'"(?:[^"\\]+|\\.)*+"?'
_BRACKET: Final = re.compile(_STRING + rb"|([\[\]{}])")
_LENGTHY: Final = re.compile(_STRING + rb"|[0-9]{%d,}" % (DIGITS_MAX + 1))
_ALL_SQUARE: Final = bytes.maketrans(b"{}", b"[]")


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
    if large or len(body) > STRING_MAX:
        _verify_lengths(body)
    if body.count(b"[") + body.count(b"{") > DEPTH_MAX:
        _verify_depth(body)
    return large


def _verify_lengths(body: bytes) -> None:
    for token in _LENGTHY.finditer(body):
        if body[token.start()] != ord('"'):
            raise TooMuch("a number in it has too many digits")
        if token.end() - token.start() > STRING_MAX + 2:
            raise TooMuch("a string in it is too long")


def _verify_depth(body: bytes) -> None:
    outside = b"".join(_BRACKET.findall(body)).translate(_ALL_SQUARE)
    # Each round takes the innermost pairs away, so that there are as many rounds
    # as levels.  What has no partner stays, and is a level each.
    levels = 0
    while (rest := outside.replace(b"[]", b"")) != outside:
        outside = rest
        levels += 1
        if levels > DEPTH_MAX:
            break
    if levels + outside.count(b"[") > DEPTH_MAX:
        raise TooMuch("it is nested too deeply")
