"""Forged journals with a right chain are found out, each by the rule meant for it."""

import pytest
from players import numbers_for
from tests.audit import forged_orders, forged_payments, forged_seats, forged_turns
from tests.audit.forgery import FORGERIES
from tests.audit.playing import played
from tests.audit.story import NotHere, Story
from tests.golden.record import REPLAYS
from worlds import busy_world

from test_time_gym.audit import audit
from test_time_gym.replay import structure_of

PARTS = (forged_seats, forged_payments, forged_orders, forged_turns)
"""To import them is to enter their forgeries."""


@pytest.fixture(scope="session")
def stories(tmp_path_factory):
    """Return the golden journals and some busy runs, to be forged."""
    folder = tmp_path_factory.mktemp("stories")
    paths = sorted(REPLAYS.glob("*.jsonl"))
    data = [path.read_bytes() for path in paths if path.stat().st_size < 200_000]
    for seed in range(16):
        path = played(busy_world(), seed, numbers_for(4, seed), folder, days=5)
        data.append(path.read_bytes())
    return [Story(found) for found in data]


def forged(stories, change):
    for story in stories:
        twin = story.copy()
        try:
            change(twin)
        except NotHere:
            continue
        return twin.seal()
    pytest.fail("no journal has a place for this forgery")


@pytest.mark.parametrize(
    ("rule", "change"),
    [(rule, change) for _, rule, change in FORGERIES],
    ids=[name for name, _, _ in FORGERIES],
)
def test_a_forged_journal_is_found_by_the_rule_meant_for_it(
    stories, tmp_path, rule, change
):
    path = tmp_path / "forged.jsonl"
    path.write_bytes(forged(stories, change))

    found = audit(path)

    assert structure_of(path).status == found.status == "complete"
    assert [finding.rule for finding in found.findings[:1]] == [rule], found.findings
    assert found.exit_code == 1


def test_every_part_of_the_corpus_is_there():
    parts = {change.__module__.rpartition(".")[2] for _, _, change in FORGERIES}

    assert parts == {part.__name__.rpartition(".")[2] for part in PARTS}


def test_sealing_a_story_that_nobody_changed_changes_nothing(stories, tmp_path):
    path = tmp_path / "same.jsonl"

    for story in stories:
        path.write_bytes(story.copy().seal())
        assert audit(path).findings == ()
