"""Notebooks of the examples: each runs from its first cell to its last, and shows."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUNNER = ROOT / "tests/support/notebook.py"
ENDS = {
    "study-pricing": "html",
    "test-an-llm-agent": "html",
    "train-policies": "png",
}
"""What the last cell of each shows."""
NOTEBOOKS = sorted((ROOT / "examples/notebooks").glob("*.ipynb"))


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_ends_with_something_to_see(path, tmp_path):
    done = subprocess.run(
        [sys.executable, str(RUNNER), str(path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert (done.returncode, done.stderr) == (0, "")
    kind, size = json.loads(done.stdout)[-1]
    assert kind == ENDS[path.stem]
    assert size > 1000


def test_there_are_no_others():
    assert [path.stem for path in NOTEBOOKS] == sorted(ENDS)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_what_it_showed(path):
    book = json.loads(path.read_text("utf-8"))

    assert book["nbformat"] == 4
    cells = book["cells"]
    assert cells[0]["cell_type"] == "markdown"
    assert len({cell["id"] for cell in cells}) == len(cells)
    for cell in cells:
        assert cell["cell_type"] in ("code", "markdown")
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None


def test_a_cell_that_fails_fails_the_notebook(tmp_path):
    path = tmp_path / "broken.ipynb"
    cell = {"cell_type": "code", "source": ["1 / 0"]}
    path.write_text(json.dumps({"cells": [cell]}))

    done = subprocess.run(
        [sys.executable, str(RUNNER), str(path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
