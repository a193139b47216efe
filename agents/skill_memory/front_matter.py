"""Front matter: the YAML between the first two lines ``---`` of a SKILL.md.

Every scalar is read as the text that stands there, tags mean nothing, and keys that
are not known are left alone: it is data that a person, or another tool, wrote.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from .errors import StoreError

__all__ = ["read_front_matter", "write_front_matter"]


class _Loader(yaml.BaseLoader):
    """The plainest loader: no objects, no dates, no ``yes`` that becomes true."""

    def construct_mapping(self, node: yaml.MappingNode, *args: Any, **more: Any) -> Any:
        """Return a mapping; a key that is given twice is an error."""
        seen: list[Any] = []
        for key, _ in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else key
            if name in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"{name!s:.60} is given twice", problem_mark=key.start_mark
                )
            seen.append(name)
        return super().construct_mapping(node, *args, **more)


def write_front_matter(
    name: str, description: str, metadata: Mapping[str, str]
) -> list[str]:
    """Return the lines of a front matter with the keys that the standard knows.

    Args:
        name: lower case letters, digits and hyphens.
        description: any text.
        metadata: everything else. All values are texts, as the standard has it.

    >>> write_front_matter("pay", "Pay: now", {"tries": "1"})[1:-1]
    ['name: pay', 'description: "Pay: now"', 'metadata:', '  tries: "1"']
    """
    lines = [f"name: {name}", f"description: {_scalar(description)}", "metadata:"]
    lines += [f"  {key}: {_scalar(value)}" for key, value in metadata.items()]
    return ["---", *lines, "---"]


def _scalar(text: str) -> str:
    """Return a text in double quotes, which any reader takes for the same text.

    Some readers end the front matter at the first ``---``, wherever it stands.
    """
    shown = json.dumps(text, ensure_ascii=False)  # which is YAML, too
    shown = "".join([one if one.isprintable() else _escaped(one) for one in shown])
    return shown.replace("--", "-\\x2d")


def _escaped(one: str) -> str:
    return f"\\U{ord(one):08x}"


def read_front_matter(
    lines: Sequence[str], needed: Sequence[str]
) -> tuple[dict[str, Any], int]:
    """Return the values of a front matter, and the number of the first line after it.

    Args:
        lines: of the file.
        needed: the keys that have to be there, with a text.

    Raises:
        StoreError: the line or the key that is wrong, and why.
    """
    if not lines or lines[0].rstrip() != "---":
        raise StoreError("line 1: a skill begins with a line ---")
    ends = [k for k, line in enumerate(lines) if k and line.rstrip() == "---"]
    if not ends:
        raise StoreError("the front matter has no end: a second line --- is missing")
    try:
        values = yaml.load("\n".join(lines[1 : ends[0]]), _Loader)  # noqa: S506 - plain
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        number = mark.line + 2 if mark else 2
        raise StoreError(f"line {number}: {error.problem or error.context}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise StoreError(f"the front matter is no YAML: {error!s:.200}") from error
    if not isinstance(values, dict):
        raise StoreError("line 2: write key: value, as in name: pay-by-card")
    for key in needed:
        if key not in values:
            raise StoreError(f"line {ends[0] + 1}: {key} is missing above")
        if not (isinstance(values[key], str) and values[key].strip()):
            raise StoreError(f"{key}: write a text after it")
    return values, ends[0] + 1
