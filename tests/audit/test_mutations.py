"""Whatever is changed in a journal is found, but for what contradicts nothing."""

import pytest
from tests.audit.free import FREE, free
from tests.audit.library import busy, golden, team
from tests.audit.mutations import Subject, campaign, examined, shown
from tests.golden.record import REPLAYS

SMALL = 80_000
"""Bytes of the golden journals that are mutated here: `python -m tests.audit` takes
larger ones, too, and more time."""


@pytest.fixture(scope="module")
def subjects():
    small = [*golden(SMALL), team(), busy(1)]
    # Mutations are drawn: one more journal would make them all others.
    return [Subject(name, data) for name, data in small if name != "flights-scramble"]


def test_sound_journals_have_no_finding(subjects):
    found = {one.name: examined(one.story.copy().seal()) for one in subjects}

    assert found == {one.name: [] for one in subjects}


def test_a_mutation_that_contradicts_something_is_found(subjects):
    unseen = [
        f"{subject.name}: {shown(mutation)}"
        for subject, mutation, rules in campaign(subjects, 120, seed=1)
        if not rules and free(mutation.what) is None
    ]

    assert unseen == []


def test_the_documentation_tells_what_is_left_free():
    text = (REPLAYS.parent / "docs" / "journal.md").read_text(encoding="utf-8")
    told = " ".join(text.split("### What a journal leaves free")[1].split())

    for why in FREE.values():
        assert why in told
