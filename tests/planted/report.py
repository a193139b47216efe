"""The table of planted bugs: ``python -m tests.planted.report``.

With ``scratch`` and a seed, every bug is hunted again, and the table says how
many examples each way of hunting needed.  That takes long.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import pytest
from planted.corpus import BY_CHECK, BY_HUNT, every_bug
from planted.hunt import HUNTS, hunt

HEAD = (
    "| planted bug | what is wrong | found by, after examples | laws broken |",
    "| --- | --- | --- | --- |",
)
MOST = {
    "seats": 300,
    "payments": 300,
    "ledger": 100,
    "play": 30,
    "policy": 30,
    "after": 30,
}
"""Examples after which a hunt from scratch is given up."""


def row(bug, found, laws=()):
    name = bug.__name__.replace("_", " ")
    return f"| {name} | {bug.__doc__} | {', '.join(found)} | {', '.join(laws)} |"


def recorded(bug):
    """Return the row of a bug as the corpus has it."""
    name = bug.__name__
    rows = [found for found in BY_HUNT if found.bug == name]
    found = [f"{one.hunt} {one.examples}" for one in rows]
    if name in BY_CHECK:
        found.append(f"check: {BY_CHECK[name].replace('_', ' ')}")
    laws = dict.fromkeys(law.replace("_", " ") for one in rows for law in one.laws)
    return row(bug, found, laws)


def hunted(bug, start):
    """Return the row of a bug after hunting it in every way."""
    found, laws = [], {}
    for way in HUNTS:
        with pytest.MonkeyPatch.context() as patch:
            bug(patch)
            find = hunt(way, start, MOST[way])
        if find is not None:
            found.append(f"{way} {find.examples}")
            laws |= dict.fromkeys(law.replace("_", " ") for law in find.laws)
    return row(bug, found or ["nothing"], laws)


def table():
    """Return the table as the corpus has it."""
    return "\n".join([*HEAD, *map(recorded, every_bug())]) + "\n"


def main(how="", start="1"):
    """Print the table."""
    if how != "scratch":
        print(table(), end="")
        return
    print(*HEAD, sep="\n")
    for bug in every_bug():
        print(hunted(bug, int(start)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
