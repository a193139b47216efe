"""The golden journals are the same in a new process, and a difference is told."""

import re
import sys

import pytest
from tests.golden import matrix

pytestmark = pytest.mark.golden


@pytest.mark.slow
def test_the_running_python_records_the_golden_journals(capsys):
    code = matrix.main(["--python", sys.executable])

    version = re.escape(sys.version.split()[0])
    told = f"Python {version}: all {len(matrix.golden())} equal\n"
    assert re.fullmatch(told, capsys.readouterr().out)
    assert code == 0


@pytest.mark.slow
def test_a_journal_that_differs_is_told(capsys, monkeypatch):
    expected = matrix.golden() | {"flights/rush": "0" * 64}
    monkeypatch.setattr(matrix, "golden", lambda: expected)

    code = matrix.main(["--python", sys.executable])

    assert capsys.readouterr().out.endswith(": flights/rush differs\n")
    assert code == 1


def test_a_python_that_cannot_be_run_is_told(capsys):
    code = matrix.main(["--python", "/no/such/python"])

    assert capsys.readouterr().out.startswith("/no/such/python: failed: ")
    assert code == 1
