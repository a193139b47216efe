"""Golden journals: every scenario comes out the same, byte for byte."""

import shutil

import pytest
from tests.golden.record import REPLAYS, golden_path, record

from test_time_gym.journal import read_journal
from test_time_gym.replay import verify
from test_time_gym.scenarios import scenario_names

pytestmark = pytest.mark.golden

NAMES = scenario_names()


def test_every_scenario_has_a_golden_journal_and_every_journal_a_scenario():
    expected = sorted(golden_path(name).name for name in NAMES)

    assert sorted(path.name for path in REPLAYS.glob("*.jsonl")) == expected


@pytest.mark.parametrize("name", NAMES)
def test_re_execution_gives_the_same_bytes(name):
    verdict = verify(golden_path(name), reexecute=True)

    assert (verdict.status, verdict.replay, verdict.first_divergence) == (
        "complete",
        "equal",
        None,
    )


@pytest.mark.parametrize("name", NAMES)
def test_playing_the_same_agents_again_gives_the_same_bytes(name, tmp_path):
    again = tmp_path / "again.jsonl"

    record(name, again)

    assert again.read_bytes() == golden_path(name).read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_the_header_holds_the_scenario_as_it_is_now(name):
    header = read_journal(golden_path(name)).header

    assert header["scenario"]["name"] == name


def test_a_golden_test_can_fail(tmp_path):
    copy = tmp_path / "copy.jsonl"
    shutil.copyfile(golden_path("flights/sfo-mad"), copy)
    whole = copy.read_bytes()
    at = whole.index(b'"verb":"search_flights"') + len(b'"verb":"')

    copy.write_bytes(whole[:at] + b"S" + whole[at + 1 :])

    assert verify(copy, reexecute=True).status == "corrupt"
