"""Forged journals with a right chain are found out, each by the rule meant for it."""

import io

import pytest
from tests.audit import forged_orders, forged_payments, forged_seats, forged_turns
from tests.audit.forgery import FORGERIES
from tests.audit.library import library
from tests.audit.story import NotHere, Story

from test_time_gym.audit import audit
from test_time_gym.replay import structure_of

PARTS = (forged_seats, forged_payments, forged_orders, forged_turns)
"""To import them is to enter their forgeries."""
TRIED = 4
"""So many journals are forged at most until one shows the rule first."""


@pytest.fixture(scope="session")
def stories():
    """Return the golden journals and some busy runs, to be forged."""
    return [Story(data) for _, data in library()]


def forged(stories, change):
    """Yield every journal that has a place for a forgery, with it."""
    for story in stories:
        twin = story.copy()
        try:
            change(twin)
        except NotHere:
            continue
        yield twin.seal()


@pytest.mark.parametrize(
    ("rule", "change"),
    [(rule, change) for _, rule, change in FORGERIES],
    ids=[name for name, _, _ in FORGERIES],
)
def test_a_forged_journal_is_found_by_the_rule_meant_for_it(
    stories, tmp_path, rule, change
):
    path, first = tmp_path / "forged.jsonl", []

    for data in forged(stories, change):
        path.write_bytes(data)
        found = audit(path)
        assert structure_of(path).status == found.status == "complete"
        assert found.exit_code == 1
        first.append(found.findings[0].rule)
        if rule in first or len(first) == TRIED:
            break

    assert rule in first, found.findings


def test_every_part_of_the_corpus_is_there():
    parts = {change.__module__.rpartition(".")[2] for _, _, change in FORGERIES}

    assert parts == {part.__name__.rpartition(".")[2] for part in PARTS}


def test_sealing_a_story_that_nobody_changed_changes_nothing(stories):
    for story in stories:
        data = story.copy().seal()
        assert audit("same.jsonl", stream=io.BytesIO(data)).findings == ()
