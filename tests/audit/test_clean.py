"""What the market writes audits clean, whichever agents play, and however badly."""

import pytest
from given_up import fickle_world
from hypothesis import given, settings
from hypothesis import strategies as st
from players import numbers_for
from strategies import scripts, worlds
from tests.audit.playing import played
from tests.golden.record import golden_path
from worlds import busy_world

from test_time_gym.audit import RULES, audit
from test_time_gym.scenarios import scenario_names


@pytest.mark.golden
@pytest.mark.parametrize("name", scenario_names())
def test_a_golden_journal_has_no_finding(name):
    found = audit(golden_path(name))

    assert (found.status, found.findings, found.exit_code) == ("complete", (), 0)


def test_busy_runs_have_no_finding_and_every_rule_is_checked(tmp_path):
    checked = dict.fromkeys(RULES, 0)

    for seed in range(16):
        numbers, window_ms = numbers_for(4, seed), 5000 * (seed % 4 == 3)
        path = played(
            busy_world(), seed, numbers, tmp_path, window_ms=window_ms, days=5
        )
        found = audit(path)
        assert (seed, found.status, found.findings) == (seed, "complete", ())
        for rule, count in found.checked.items():
            checked[rule] += count
    # In these nobody cancels in the background.
    path = played(fickle_world(), 1, numbers_for(4, 1), tmp_path, days=5)
    found = audit(path)
    assert (found.status, found.findings) == ("complete", ())
    checked["afterwards"] += found.checked["afterwards"]
    # In the others nobody sells.
    checked["revenue"] += audit(golden_path("flights/duopoly")).checked["revenue"]

    assert [rule for rule, count in checked.items() if not count] == []


@pytest.mark.property
@settings(max_examples=max(60, settings().max_examples))
@given(worlds(), st.integers(0, 2**32), scripts(2), st.sampled_from([0, 5000]))
def test_a_drawn_run_has_no_finding(tmp_path_factory, config, seed, numbers, window_ms):
    folder = tmp_path_factory.getbasetemp()

    path = played(config, seed, numbers, folder, window_ms=window_ms, days=3)

    found = audit(path)
    assert (found.status, found.findings) == ("complete", ())
