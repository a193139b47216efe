"""Every example runs as it stands and prints what its ``.out`` file says."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SCRIPTS = sorted(EXAMPLES.glob("*.py"))


def run_script(script: Path, where: Path, hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=where,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


every_script = pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)


@every_script
def test_an_example_prints_what_it_printed_when_it_was_written(
    script, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(script)])
    monkeypatch.setattr(sys, "path", [str(EXAMPLES), *sys.path])

    runpy.run_path(str(script), run_name="__main__")

    assert capsys.readouterr() == (script.with_suffix(".out").read_text("utf-8"), "")


@pytest.mark.long
@every_script
def test_so_does_a_process_that_has_imported_nothing_before(script, tmp_path):
    expected = script.with_suffix(".out").read_text(encoding="utf-8")

    assert run_script(script, tmp_path, hash_seed="random") == expected


def test_every_output_belongs_to_an_example():
    outputs = sorted(path.stem for path in EXAMPLES.glob("*.out"))

    assert outputs == [path.stem for path in SCRIPTS]
