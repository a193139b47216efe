"""``python -m compiler``: compile the hot modules, here or into another folder."""

import argparse
from pathlib import Path

from .build import IN_PLACE, build

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m compiler", allow_abbrev=False)
    parser.add_argument(
        "--into", type=Path, default=IN_PLACE, help="a folder, which is emptied"
    )
    build(parser.parse_args().into.resolve())
