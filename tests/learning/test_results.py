"""The tables of learning: they are what studies came to, and it comes out again."""

import json
from pathlib import Path

import pytest
from tests.learning import results, tables
from tests.learning.results import FIRST, SAMPLE, SITES, outcomes, pages, read

import test_time_gym as ttg
from test_time_gym.evaluation.learning.arms import ARMS as KNOWN

ROOT = Path(__file__).parents[2]


def test_the_pages_show_what_was_kept():
    assert {path.name: text for path, text in pages(read()).items()} == {
        path.name: path.read_text("utf-8") for path in (results.README, results.PAGE)
    }


def test_every_arm_stands_in_the_tables():
    assert sorted(read()[FIRST]["arms"]) == sorted(KNOWN) == sorted(tables.SAYS)


@pytest.mark.parametrize("name", list(SITES))
def test_the_lives_that_were_kept_come_out_again(tmp_path, name):
    study = ttg.learn(name, out=tmp_path / "s", arms=SITES[name], **SAMPLE)

    assert outcomes(study) == read()[name]["sample"]


@pytest.mark.parametrize("name", list(SITES))
def test_what_the_gain_is_said_to_be_is_in_the_outcomes(name):
    """Counted by hand: an episode is infeasible here if no arm ever met its task."""
    found = read()[name]
    lives = found["outcomes"]
    sites = range(found["seeds"])
    feasible = [
        [any(some) for some in zip(*met(lives, site), strict=True)] for site in sites
    ]

    def rate(arm):
        won = sum(life.count("s") for life in lives[arm])
        return won / sum(map(sum, feasible))

    for arm in ("mined", "clerk-skills"):
        for rival in ("cheapest", "clerk"):
            gain = found["arms"][arm][f"gain_over_{rival}"]["estimate"]
            assert gain == pytest.approx(rate(arm) - rate(rival), abs=0.02)


def met(lives, site):
    """Return of each arm whether it met each task of a site."""
    return [[letter == "s" for letter in lives[arm][site]] for arm in lives]


def test_no_loop_and_no_test_plays_the_sites_of_the_test_range():
    """Only the command of a release does, and only when it is told to."""
    texts = {
        path: path.read_text("utf-8")
        for folder, pattern in ((".ci", "**/*"), (".", "Makefile"))
        for path in sorted((ROOT / folder).glob(pattern))
        if path.is_file()
    }

    assert [path for path, text in texts.items() if "--test" in text] == []
    assert [
        path for path, text in texts.items() if "tests.learning.results" in text
    ] == []
    assert SAMPLE["sites"] == "validation"


def test_the_release_plays_the_test_range_and_all_else_that_for_validation(monkeypatch):
    asked = []

    def played(_plan, sites, _sizes):
        asked.append(sites)
        raise KeyboardInterrupt

    monkeypatch.setattr(results, "played", played)
    for argv in (["--small"], [], ["--test"]):
        with pytest.raises(KeyboardInterrupt):
            results.main(argv)

    assert asked == ["validation", "validation", "test"]


def test_what_is_kept_is_plain_json():
    for path in sorted(Path(results.KEPT).glob("*.json")):
        assert json.loads(path.read_text("utf-8"))
