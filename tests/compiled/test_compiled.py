"""Compiled modules do what their sources do, and are never older than they."""

import json
import os
import shutil
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest
from tests.compiled.played import everything

from test_time_gym.compilation import FOLDER, PURE, compilation, record_of

ROOT = Path(__file__).parents[2]
SUFFIX = EXTENSION_SUFFIXES[0]
WHAT_RUNS = (
    "import json; from test_time_gym.compilation import compilation as c;"
    "print(json.dumps([c().used, list(c().modules), list(c().changed)]))"
)

compiled = pytest.mark.skipif(
    not compilation().used, reason="no compiled modules run here: see make fast"
)


def python(*arguments, path=ROOT / "src", **variables):
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTHON") and name != PURE
    }
    given = {"PYTHONPATH": os.pathsep.join([str(path), str(ROOT)]), **variables}
    return subprocess.run(
        [sys.executable, *arguments],
        env=inherited | given,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


@compiled
@pytest.mark.slow
def test_compiled_modules_write_the_bytes_of_their_sources():
    pure = python("-m", "tests.compiled.played", TTGYM_PURE="1")

    assert json.loads(pure.stdout) == {"compiled": False, "runs": everything()}


@compiled
def test_what_is_compiled_is_what_runs():
    from test_time_gym.market.interface.turns import Turns

    source = Path(sys.modules[Turns.__module__].__file__)

    assert source.name == f"turns{SUFFIX}"
    assert source.is_relative_to(ROOT / "src" / "test_time_gym" / FOLDER)


@compiled
def test_sources_run_where_they_are_asked_for():
    done = python("-c", WHAT_RUNS, TTGYM_PURE="1")

    used, modules, changed = json.loads(done.stdout)
    assert (used, changed) == (False, [])
    assert modules == list(compilation().modules)


def change(package, name):
    """Add a line to a source of the market."""
    source = package / "market" / f"{name}.py"
    text = source.read_text("utf-8")
    source.write_text(f"{text}# new\n", encoding="utf-8")


@pytest.fixture
def copy(tmp_path):
    """A copy of the package, whose modules say that they were compiled."""
    package = tmp_path / "test_time_gym"
    without = shutil.ignore_patterns("__pycache__", FOLDER)
    shutil.copytree(ROOT / "src" / "test_time_gym", package, ignore=without)
    for room in ("agents", "market", "scenarios"):
        if not (package / room).is_dir():
            (package / room).unlink(missing_ok=True)
            shutil.copytree(ROOT / room, package / room, ignore=without)
    (package / FOLDER).mkdir()
    record = record_of(["market.money"], suffix=SUFFIX, mypy="2.4.1")
    (package / FOLDER / "sources.json").write_bytes(record)
    return package


def test_modules_that_are_older_than_a_source_do_not_run(copy):
    change(copy, "events")

    done = python("-c", WHAT_RUNS, path=copy.parent)

    assert json.loads(done.stdout) == [False, ["market.money"], ["market/events.py"]]
    (warning,) = [line for line in done.stderr.splitlines() if "Warning" in line]
    assert "RuntimeWarning: market/events.py has changed since modules" in warning
    assert "make fast" in warning


def test_nobody_is_warned_who_asked_for_sources(copy):
    change(copy, "money")

    done = python("-c", WHAT_RUNS, path=copy.parent, TTGYM_PURE="1")

    assert json.loads(done.stdout) == [False, ["market.money"], ["market/money.py"]]
    assert done.stderr == ""


def test_a_source_that_is_new_is_a_change(copy):
    (copy / "market" / "invoice.py").write_text("", encoding="utf-8")

    done = python("-c", WHAT_RUNS, path=copy.parent, TTGYM_PURE="1")

    assert json.loads(done.stdout) == [False, ["market.money"], ["market/invoice.py"]]


def test_modules_of_another_interpreter_are_no_modules(copy):
    record = copy / FOLDER / "sources.json"
    told = record.read_text("utf-8").replace(SUFFIX, ".cpython-39-other.so")
    record.write_text(told, encoding="utf-8")

    done = python("-c", WHAT_RUNS, path=copy.parent)

    assert (json.loads(done.stdout), done.stderr) == ([False, [], []], "")


@pytest.mark.slow
def test_the_doctor_finds_modules_that_are_older_than_a_source(copy):
    change(copy, "events")

    done = python(
        "-W", "ignore", "-m", "test_time_gym.cli", "doctor", "--json", path=copy.parent
    )

    found = json.loads(done.stdout)
    assert done.returncode == 1
    (finding,) = found["findings"]
    assert finding.startswith("compiled modules are older than market/events.py: ")
    assert found["compiled"]["used"] is False
