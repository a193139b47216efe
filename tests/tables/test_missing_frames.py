"""Frames where their library is not installed: an error says what to install."""

import subprocess
import sys

import pytest

CODE = """
import sys
sys.modules[{name!r}] = None  # as if it were not installed
import test_time_gym as ttg
from test_time_gym.market.errors import Misuse
try:
    ttg.run("flights/sfo-mad", "cheapest", regret=False).to_{name}()
except Misuse as error:
    print(error)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_it_says_what_to_install(name):
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(name=name)],
        capture_output=True,
        text=True,
        check=True,
    )

    needed = f"to_{name}() needs more: pip install 'test-time-gym[{name}]'\n"
    assert (done.stdout, done.stderr) == (needed, "")
