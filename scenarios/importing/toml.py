"""TOML for people to read: short tables on one line, long lists one item a line."""

import json
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["toml_text"]

_WIDTH: Final = 88


def toml_text(data: Mapping[str, Any], comment: str) -> str:
    """Return a document.

    Args:
        data: tables, lists, texts, whole numbers and booleans. Keys are bare
            (letters, digits, ``_``). A table inside a table gets a heading of
            its own, everything deeper is written inline.
        comment: the first line, without its hash.
    """
    lines = [f"# {comment}"]
    lines += [f"{key} = {_value(item)}" for key, item in data.items() if _inline(item)]
    for key, table in data.items():
        if not _inline(table):
            lines += _table(key, table, depth=1)
    return "\n".join(lines) + "\n"


def _table(name: str, table: Mapping[str, Any], depth: int) -> list[str]:
    lines = ["", f"[{name}]"]
    nested = {}
    for key, item in table.items():
        if depth == 1 and not _inline(item):
            nested[key] = item
            continue
        line = f"{key} = {_value(item)}"
        if len(line) > _WIDTH and isinstance(item, list):
            lines += [f"{key} = [", *(f"  {_value(one)}," for one in item), "]"]
        else:
            lines.append(line)
    for key, item in nested.items():
        lines += _table(f"{name}.{key}", item, depth + 1)
    return lines


def _inline(item: object) -> bool:
    return not isinstance(item, Mapping)


def _value(item: object) -> str:
    if isinstance(item, Mapping):
        inner = ", ".join(f"{key} = {_value(one)}" for key, one in item.items())
        return f"{{ {inner} }}"
    if isinstance(item, list | tuple):
        return f"[{', '.join(_value(one) for one in item)}]"
    # JSON's texts, whole numbers and booleans are TOML's, but for this escape.
    return json.dumps(item, ensure_ascii=False).replace("\x7f", "\\u007f")
