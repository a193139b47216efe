"""Front matter: the first lines of a SKILL.md, a strict small part of YAML.

Between two lines ``---`` stand lines ``key: value``; a value is plain text or a JSON
text in double quotes.  There are no lists, no nesting, no other quotes.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

from .errors import StoreError

__all__ = ["read_front_matter", "write_front_matter"]

_LINE: Final = re.compile(r"([a-z][a-z-]{0,30}):(?: +(.*))?")
_STARTS: Final = tuple("|>&*!%@`'[]{}#?,-:")
"""With these YAML begins something else than plain text."""
_PLAIN: Final = re.compile(r"[a-z0-9][a-z0-9-]*")


def write_front_matter(values: Mapping[str, str | int]) -> list[str]:
    """Return the lines of a front matter.

    >>> write_front_matter({"name": "pay", "description": "Pay: now", "schema": 1})
    ['---', 'name: pay', 'description: "Pay: now"', 'schema: 1', '---']
    """
    lines = []
    for key, value in values.items():
        text = str(value)
        if not _PLAIN.fullmatch(text):
            text = json.dumps(text, ensure_ascii=False)
        lines.append(f"{key}: {text}")
    return ["---", *lines, "---"]


def read_front_matter(
    lines: Sequence[str], known: Sequence[str]
) -> tuple[dict[str, str], int]:
    """Return the values of a front matter, and the number of the first line after it.

    Args:
        lines: of the file.
        known: the keys that have to be there, each once.

    Raises:
        StoreError: the line and the key that are wrong, and why.
    """
    if not lines or lines[0].rstrip() != "---":
        raise StoreError("line 1: a skill begins with a line ---")
    values: dict[str, str] = {}
    for number, line in enumerate(lines[1:], start=2):
        if line.rstrip() == "---":
            for key in known:
                if key not in values:
                    raise StoreError(f"line {number}: {key} is missing above")
            return values, number
        if not line.strip() or line.startswith("#"):
            continue
        key, value = _entry(number, line)
        if key not in known:
            why = f"unknown key {key}; known: {', '.join(known)}"
            raise StoreError(f"line {number}: {why}")
        if key in values:
            raise StoreError(f"line {number}: {key} is given twice")
        values[key] = value
    raise StoreError("the front matter has no end: a second line --- is missing")


def _entry(number: int, line: str) -> tuple[str, str]:
    found = _LINE.fullmatch(line.rstrip())
    if found is None:
        why = "write key: value; lists and nesting are not understood"
        raise StoreError(f"line {number}: {why}")
    key, text = found[1], (found[2] or "").strip()
    where = f"line {number}: {key}"
    if text.startswith('"'):
        try:
            value = json.loads(text)
        except ValueError as error:
            raise StoreError(f"{where}: no text in double quotes: {error}") from error
        return key, value
    if not text or text.startswith(_STARTS) or ": " in text or " #" in text:
        raise StoreError(f"{where}: write plain text, or a text in double quotes")
    return key, text
