"""Change detection: what fails more often than by chance has changed."""

import json

import pytest

from test_time_gym.agents.skills.drift.change_detector import ChangeDetector


def changed(story):
    """Return after which looks a thing was found to have changed."""
    doubt = ChangeDetector()
    looks = [doubt.note("pay", held=held == "+") for held in story]
    return [k + 1 for k, found in enumerate(looks) if found]


@pytest.mark.parametrize(
    ("story", "when"),
    [
        ("+" * 50 + "--", [52]),
        ("+" * 8 + "--", [10]),
        ("+" * 4 + "---", [7]),
        ("+++" + "-" * 9, []),
        ("-" * 20, []),
        ("+" * 20 + "-+" * 8, []),
        ("+-" * 20 + "-" * 6, [46]),
        ("+" * 9 + "--" + "-" * 9, [11]),
    ],
)
def test_a_run_of_failures_that_is_no_chance_is_a_change(story, when):
    assert changed(story) == when


def test_what_is_expected_goes_on_from_a_dump():
    one, two = ChangeDetector(), ChangeDetector()
    for _ in range(9):
        one.note("pay", held=True)
    one.note("pay", held=False)
    two.load(json.loads(json.dumps(one.dump())))

    assert two.note("pay", held=False)
