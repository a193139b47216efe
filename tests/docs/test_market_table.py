"""README.md: the table of a compared market is what its command prints."""

import re
import shlex
from pathlib import Path

import pytest

from test_time_gym.cli import main

README = Path(__file__).parents[2] / "README.md"
SHOWN = re.compile(r"```bash\n(ttgym market .*)\n```\n\n```text\n(.*?)```", re.DOTALL)


@pytest.mark.slow
def test_the_table_of_a_compared_market_is_that_of_its_command(capsys):
    command, table = SHOWN.search(README.read_text("utf-8")).groups()

    code = main([*shlex.split(command)[1:], "--workers", "1"])

    assert (code, capsys.readouterr().out) == (0, table)
