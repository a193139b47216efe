"""Cases that have found something once: they keep every law, and still find it."""

import json
from pathlib import Path

import pytest
from plants import PLANTS, by_laws_alone

from test_time_gym.dst import DrawnCase, play_case, watch

FILE = Path(__file__).with_name("regressions.jsonl")
KNOWN = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
BY_NAME = {f"planted: {plant.__name__}": plant for plant in PLANTS}


@pytest.fixture(autouse=True)
def thorough(monkeypatch):
    """Make every comparison of runs, and tell a livelock after fewer events."""
    monkeypatch.setattr("test_time_gym.dst.case_run.CONFLUENT_PPM", 10**6)
    monkeypatch.setattr("test_time_gym.dst.case_run.REPLAYED_PPM", 10**6)
    monkeypatch.setattr(watch, "INSTANT_MAX", 200)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known["why"])
def test_a_case_that_failed_once_keeps_every_law(known):
    played = play_case(DrawnCase.from_dict(known["case"]))

    assert (played.law, played.values) == ("", "")


@pytest.mark.pure("a method of the market is replaced")
@pytest.mark.parametrize(
    "known",
    [known for known in KNOWN if known["why"] in BY_NAME],
    ids=lambda known: known["why"],
)
def test_the_smallest_case_of_a_planted_bug_finds_it(known, monkeypatch):
    by_laws_alone(monkeypatch)
    BY_NAME[known["why"]](monkeypatch)

    assert play_case(DrawnCase.from_dict(known["case"])).law == known["law"]


def test_every_planted_bug_has_its_smallest_case():
    told = {known["why"]: known["law"] for known in KNOWN}

    assert {name: told[name] for name in BY_NAME} == {
        name: PLANTS[plant][0] for name, plant in BY_NAME.items()
    }
