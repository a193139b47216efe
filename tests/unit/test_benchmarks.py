"""The benchmark command measures every case and says what it saw."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_benchmark_command_measures_every_case():
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--rounds", "1", "--json"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )

    assert done.returncode == 0, done.stderr
    cases = {case["name"]: case for case in json.loads(done.stdout)["cases"]}
    assert list(cases) == [
        "aec-raw",
        "aec-checked",
        "aec-stock-wrappers",
        "parallel",
        "gymnasium",
        "journal",
        "events",
        "reset",
        "verify-structure",
        "verify-reexecute",
    ]
    assert all(case["rate_per_s"] > 0 for case in cases.values())
    assert 3 < cases["aec-raw"]["events_per_step"] < 7
