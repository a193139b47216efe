"""The planted bugs and the regressions, by plain import and as data."""

import json
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))


@pytest.fixture(scope="session")
def regressions():
    """Return the cases that have failed once."""
    lines = (HERE / "regressions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
