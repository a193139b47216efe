"""Every planted bug is found again, and every law has a bug that it catches."""

import os
from pathlib import Path

import pytest
from planted.checks import CHECKS
from planted.corpus import BY_CHECK, BY_HUNT, UNBROKEN, bug_named, every_bug
from planted.hunt import HUNTS, hunt
from planted.report import MOST, table

from test_time_gym.market.invariants import ALL_LAWS, STEP_LAWS

pytestmark = pytest.mark.property

PAGE = Path(__file__).parents[2] / "docs" / "planted-bugs.md"
LONG = bool(os.environ.get("TTGYM_LONG"))
KNOWN = 60
"""Most examples of a hunt from a seed that is known to find the bug soon."""

FURTHER = (7, 11, 13)
"""Other seeds, since each version of Hypothesis draws other examples."""


def found_again(row):
    """Hunt as it was recorded; if that finds nothing any more, from other seeds."""
    most = MOST[row.hunt]
    for start, budget in ((row.seed, min(KNOWN, most)), *[(n, most) for n in FURTHER]):
        find = hunt(row.hunt, start, budget)
        if find is not None and set(row.laws) <= set(find.laws):
            return True
    return False


@pytest.mark.pure("a method of the market is replaced")
@pytest.mark.parametrize("row", BY_HUNT, ids=lambda row: f"{row.bug}-{row.hunt}")
def test_a_planted_bug_is_found_again(row, monkeypatch):
    bug_named(row.bug)(monkeypatch)

    assert found_again(row)


@pytest.mark.pure("a method of the market is replaced")
@pytest.mark.parametrize("name", BY_CHECK)
def test_a_planted_bug_fails_its_check(name, monkeypatch):
    check = CHECKS[BY_CHECK[name]]
    check()
    bug_named(name)(monkeypatch)

    with pytest.raises(AssertionError):
        check()


@pytest.mark.pure("a method of the market is replaced")
@pytest.mark.parametrize("name", [b.__name__ for b in every_bug()] if LONG else [])
def test_a_planted_bug_is_found_from_scratch(name, monkeypatch):
    bug_named(name)(monkeypatch)

    finds = (hunt(way, 1_000_003, MOST[way]) for way in HUNTS)
    assert name in BY_CHECK or any(find is not None for find in finds)


def test_every_planted_bug_is_told_and_found():
    names = [bug.__name__ for bug in every_bug()]

    assert len(set(names)) == len(names) >= 30
    assert {row.bug for row in BY_HUNT} | set(BY_CHECK) == set(names)
    assert all(bug.__doc__ and "\n" not in bug.__doc__ for bug in every_bug())


def test_every_law_catches_a_planted_bug():
    caught = {law for row in BY_HUNT for law in row.laws}

    assert caught | set(UNBROKEN) == {law.__name__ for law in (*ALL_LAWS, *STEP_LAWS)}
    assert not caught & set(UNBROKEN)


def test_the_page_has_the_table_of_the_corpus():
    assert table() in PAGE.read_text("utf-8")
