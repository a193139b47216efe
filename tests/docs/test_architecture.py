"""docs/architecture.md: the map is that of the house."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/architecture.md").read_text("utf-8")
ANSWERS = re.findall(r"^\| [^|`]+ \| `([^`]+\.py)` \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_is_a_file(path):
    assert (ROOT / path).is_file()


def test_the_map_has_its_answers():
    assert len(ANSWERS) >= 20


def test_the_rooms_are_those_of_the_import_rules_in_their_order():
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (layers,) = [
        contract["layers"]
        for contract in rules["tool"]["importlinter"]["contracts"]
        if contract["id"] == "layers"
    ]
    ruled = [re.findall(r"test_time_gym\.(\w+)", layer) for layer in layers]
    table = PAGE.split("\n\n")[3]
    drawn = [
        re.findall(r"`(\w+)/?`", line.split("|")[1]) for line in table.splitlines()[2:]
    ]

    helpers = {"extras", "atomic_file", "tables"}
    kept = [sorted(set(rooms) - helpers) for rooms in ruled]
    assert [sorted(rooms) for rooms in drawn] == [rooms for rooms in kept if rooms]
