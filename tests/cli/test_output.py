"""One printer for the results of all commands: JSON for programs, tables for people."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

import test_time_gym.cli
from test_time_gym.cli.output import emit, fields, table

COMMANDS = Path(test_time_gym.cli.__file__).parent
PRINTS = {
    "output.py",
    "grep.py",  # prints while it searches
    "progress.py",  # lays out a bar
    "verify.py",  # prints each of several files when it is done
}


@dataclass
class Data:
    a: int


class Named(NamedTuple):
    a: int


class Struct(msgspec.Struct):
    a: int


class Own:
    def as_dict(self):
        return {"a": 1}


@pytest.mark.parametrize("result", [Data(1), Named(1), Struct(1), Own(), {"a": 1}])
def test_a_result_of_any_kind_is_printed_once(result, capsys):
    emit(result, lambda _result: print("shown"), as_json=True)
    printed = capsys.readouterr().out
    emit(result, lambda _result: print("shown"), as_json=False)

    assert json.loads(printed) == {"a": 1}
    assert capsys.readouterr().out == "shown\n"


def test_figures_stand_to_the_right_and_everything_else_to_the_left(capsys):
    table(
        [
            {"agent": "cheapest", "steps": 7, "regret": "1,250 (0 to 2,000)"},
            {"agent": "x", "steps": 112, "regret": None},
        ]
    )

    assert capsys.readouterr().out.splitlines() == [
        "agent     steps              regret",
        "cheapest      7  1,250 (0 to 2,000)",
        "x           112                   -",
    ]


def test_a_table_without_rows_is_not_printed(capsys):
    table([])

    assert capsys.readouterr().out == ""


def test_fields_stand_below_one_another_and_unknown_ones_are_left_out(capsys):
    fields({"copy": "a.jsonl", "reason": None, "cut off": 3}, width=8, margin="  ")

    assert capsys.readouterr().out == "  copy     a.jsonl\n  cut off  3\n"


def test_no_command_prints_json_or_lays_out_tables_of_its_own():
    own = {
        path.name
        for path in COMMANDS.glob("*.py")
        if re.search(r"say_json\(|json\.dumps\(.*indent|rich\.table", path.read_text())
    }

    assert own == PRINTS
