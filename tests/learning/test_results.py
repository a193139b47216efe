"""The table of README.md: it is what a study came to, and it comes out again."""

import json

from tests.learning.results import ARMS, KEPT, PAGE, SAYS, outcomes, table, written

import test_time_gym as ttg

EPISODES = 25
PREFIX = [arm for arm in ARMS if arm not in ("placebo", "transfer")]
"""Arms whose first episodes do not depend on how many follow."""


def kept():
    return json.loads(KEPT.read_text("utf-8"))


def test_the_table_shows_what_was_kept():
    page = PAGE.read_text("utf-8")

    assert table(kept()) in page
    assert written(page, kept()) == page
    assert list(kept()["arms"]) == list(ARMS) == list(SAYS)


def test_the_lives_that_were_kept_come_out_again(tmp_path):
    study = ttg.learn(arms=PREFIX, episodes=EPISODES, seeds=2, out=tmp_path / "s")

    assert outcomes(study) == {
        arm: [life[:EPISODES] for life in kept()["outcomes"][arm][:2]] for arm in PREFIX
    }
    shown = table(study.as_dict())
    assert shown.splitlines()[:2] == table(kept()).splitlines()[:2]


def test_what_the_gain_is_said_to_be_is_in_the_outcomes():
    """Counted by hand: an episode is infeasible here as no arm ever met its task."""
    found = kept()
    lives, frozen = (found["outcomes"][arm] for arm in ("mined", "frozen"))
    met = sum(life.count("s") for life in lives) - sum(one.count("s") for one in frozen)
    played = found["seeds"] * found["episodes"]
    gain = found["arms"]["mined"]["gain"]["estimate"]

    assert met / played <= gain <= 1.05 * met / played
