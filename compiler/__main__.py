"""``python -m compiler``: compile the hot modules, here or into another folder."""

import argparse
from pathlib import Path

from mypy.version import __version__ as mypy_version

from test_time_gym.compilation import compilation

from .build import IN_PLACE, build
from .modules import MODULES


def main() -> None:
    """Compile, unless what lies there is as new as its sources."""
    parser = argparse.ArgumentParser(prog="python -m compiler", allow_abbrev=False)
    parser.add_argument(
        "--into", type=Path, default=IN_PLACE, help="a folder, which is emptied"
    )
    into = parser.parse_args().into.resolve()
    found = compilation()
    known = (found.modules, found.mypy) == (MODULES, mypy_version)
    if into == IN_PLACE and known and not found.changed:
        print(f"{len(MODULES)} compiled modules are as new as their sources")
        return
    build(into)
    print(f"{len(MODULES)} modules compiled into {into}")


if __name__ == "__main__":
    main()
