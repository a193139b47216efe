"""Twins: the same case in two processes that differ gives the same bytes."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from tests.twins.drawn import KINDS, draw
from tests.twins.environments import AXES, Environment, environments
from tests.twins.pairs import Twin, compare, first_difference
from tests.twins.plants import PLANTS

ROOT = Path(__file__).parents[2]
LONG = bool(os.environ.get("TTGYM_LONG"))
PLANTED = tuple(PLANTS) if LONG else ("offers_in_the_order_of_a_set",)


def twins(*options):
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }
    return subprocess.run(
        [sys.executable, "-m", "tests.twins", *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


@pytest.mark.slow
def test_twins_write_the_same_bytes():
    done = twins("--pairs", "5", "--workers", "2", "--fresh", "5")

    assert (done.returncode, done.stderr) == (0, "")
    told = r"5 pairs in .*, 1 of them in new processes: .* compared, 0 differ"
    assert re.fullmatch(told, done.stdout.splitlines()[-1])


@pytest.mark.slow
@pytest.mark.parametrize("plant", PLANTED)
def test_chance_from_outside_is_found_within_twenty_pairs(plant):
    workers = "8" if LONG else "2"
    options = ("--pairs", "20", "--workers", workers, "--fresh", "0")

    done = twins("--plant", plant, *options)

    assert (done.returncode, done.stderr) == (1, "")
    assert re.search(r"^pair \d+: record \d+ differs:\n", done.stdout, re.MULTILINE)
    assert done.stdout.endswith(", 1 differ\n")


@pytest.mark.slow
def test_a_case_that_cannot_be_played_is_told(tmp_path):
    usual = Environment({axis: next(iter(ways)) for axis, ways in AXES.items()})
    pair = [Twin(usual, "", tmp_path)] * 2

    told = compare(0, {"kind": "unheard of"}, pair, jobs=1)
    pair[0].close()

    assert told.failed
    assert "KeyError: 'unheard of'" in told.differs
    assert told.differs.endswith('{"kind": "unheard of"}\n' + USUAL)


USUAL = "\n".join(["  a twin with nothing unusual"] * 2)


def test_the_first_record_that_differs_is_told_without_its_hash():
    def line(n, what):
        return f'{{"h":"{n:032}","k":"{what}"}}\n'

    one = [line(1, "header"), line(2, "act"), line(3, "end")]
    other = [line(1, "header"), line(4, "message"), line(5, "end")]

    told = [
        first_difference([one, one, other]),
        first_difference([one, one[:2]]),
        first_difference([one, one]),
    ]

    assert told == [
        'record 1 differs:\n  "k":"act"}\n  "k":"message"}',
        'record 2 differs:\n  "k":"end"}\n  (nothing: the journal ends)',
        "the journals are the same, but what was seen is not",
    ]


def test_eight_environments_have_everything_that_is_varied():
    chosen = [environment.chosen for environment in environments(8, Random(1))]

    assert {axis: {one[axis] for one in chosen} for axis in AXES} == {
        axis: set(ways) for axis, ways in AXES.items()
    }


def test_cases_are_data_and_of_every_kind():
    cases = [draw(number, 1) for number in range(50)]

    assert json.loads(json.dumps(cases)) == cases == [draw(n, 1) for n in range(50)]
    assert {case["kind"] for case in cases} == set(KINDS)
