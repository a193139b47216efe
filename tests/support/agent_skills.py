"""The rules of the Agent Skills standard for a folder with a SKILL.md."""

import re

import yaml

KEYS = (
    *("name", "description", "license", "compatibility", "metadata"),
    "allowed-tools",
)
"""What may stand at the top of the front matter."""


def faults(folder):
    """Return what the standard forbids in a skill's folder."""
    text = (folder / "SKILL.md").read_text("utf-8")
    opening, head, body = text.split("---", 2)  # as the standard's own reader does
    values = yaml.safe_load(head)
    name, description = values.get("name"), values.get("description")
    metadata = values.get("metadata", {})
    rules = {
        "it begins with front matter": opening == "" and body.startswith("\n"),
        "only known keys": set(values) <= set(KEYS),
        "a name": isinstance(name, str)
        and re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", name)
        and len(name) <= 64,
        "the folder's name": name == folder.name,
        "a description": isinstance(description, str)
        and 0 < len(description.strip()) <= 1024
        and "\n" not in description,
        "metadata of texts": all(
            isinstance(one, str) for pair in metadata.items() for one in pair
        ),
    }
    return [rule for rule, kept in rules.items() if not kept]
