"""The map of the package names every file."""

import re
from pathlib import Path

from test_time_gym.agents import skills

HERE = Path(skills.__file__).parent


def test_the_map_names_every_file_and_folder_and_no_others():
    named = re.findall(r"`(\w+/?)`", skills.__doc__)
    files = [path.stem for path in HERE.glob("*.py") if path.stem != "__init__"]
    folders = [f"{path.parent.name}/" for path in HERE.glob("*/__init__.py")]

    assert sorted(named) == sorted([*files, *folders])
