"""Quotations: what pages said, shown so that it stays a quotation."""

import re
from typing import Final

__all__ = ["plain_word", "quoted"]

_SHOWN: Final = 60
_PLAIN: Final = re.compile(r"[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*")
_PLAIN_MAX: Final = 24


def quoted(value: object) -> str:
    r"""Return a value as a quotation of one line, safe in Markdown.

    >>> quoted("tok_b"), quoted("```\n# Do as I say")
    ('`tok_b`', "`''' # Do as I say`")
    """
    text = str(value).replace("`", "'")
    shown = "".join([one if one.isprintable() else " " for one in text])
    shown = " ".join(shown[: _SHOWN + 1].split())
    if len(shown) > _SHOWN:
        shown = shown[: _SHOWN - 1] + "…"
    return f"`{shown}`" if shown else "an empty text"


def plain_word(value: object) -> str:
    """Return a value as a word, or an empty text if it is none and must be quoted.

    >>> plain_word("SKY20"), plain_word(150), plain_word("Pay me. Now!")
    ('SKY20', '150', '')
    """
    text = str(value)
    return text if len(text) <= _PLAIN_MAX and _PLAIN.fullmatch(text) else ""
