"""A writer that is killed leaves a prefix of its journal, and never a false end."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.crash.kills import _left_behind
from tests.crash.mutations import victim

ROOT = Path(__file__).parents[2]


def crash(*options: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }
    return subprocess.run(
        [sys.executable, "-m", "tests.crash", *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


@pytest.mark.slow
def test_killed_writers_leave_prefixes_and_no_false_end():
    done = crash("--kills", "30", "--mutations", "100")

    assert (done.returncode, done.stderr) == (0, "")
    mutations, kills = done.stdout.splitlines()
    assert re.fullmatch(r"100 mutations in .* 0 wrong", mutations)
    assert re.fullmatch(r"30 kills in .* 0 wrong", kills)
    assert "complete" in kills


def test_a_false_end_and_a_lost_record_would_be_told(tmp_path):
    whole = victim(tmp_path, max_turns=3)
    lines = whole.splitlines(keepends=True)

    told = [
        _left_behind(data, whole)
        for data in (
            whole,
            b"".join(lines[:-1]),
            whole[:-1],
            b"".join([*lines[:1], *lines[2:]]),
            whole + whole,
        )
    ]

    assert told == [
        ("complete", ""),
        ("incomplete", ""),
        ("torn", ""),
        ("corrupt", "it is no prefix of its journal"),
        ("corrupt", "it is no prefix of its journal"),
    ]
    assert _left_behind(whole, whole + b"more") == (
        "complete",
        "it passes for complete",
    )
