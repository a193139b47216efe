"""A small share of what ``python -m tests.intervals --long`` measures."""

import pytest
from tests.intervals import __main__ as command
from tests.intervals.coverage import measure
from tests.intervals.laws import LAWS

pytestmark = pytest.mark.slow

CLAIMED = [law for law in LAWS if law.claimed]


@pytest.mark.parametrize("law", CLAIMED, ids=lambda law: law.name)
def test_twenty_clusters_hold_the_truth_93_times_in_100(law):
    found = measure(law, 20, "studentised", 300, draws=999)

    assert found.share + 2 * found.error >= 0.93
    # As wide as anything would also hold the truth: it must miss some.
    assert found.share < 0.99


def test_the_percentile_interval_is_seen_to_be_too_narrow():
    law = LAWS[0]
    naive, ours = (
        measure(law, 10, name, 300, draws=999) for name in ("percentile", "studentised")
    )

    assert naive.share + 2 * naive.error < 0.95
    assert ours.share > naive.share


def test_the_command_prints_all_laws_and_says_when_a_claim_is_missed(
    monkeypatch, capsys
):
    monkeypatch.setattr(command, "SAMPLES", 20)
    monkeypatch.setattr(command, "COUNTS", (20,))
    monkeypatch.setattr(command, "LAWS", LAWS[:1])
    good = command.main([])
    shown = capsys.readouterr().out
    monkeypatch.setattr(command, "LAWS", [LAWS[-1]._replace(claimed=True, mean=0.5)])
    bad = command.main([])

    assert (good, bad) == (0, 1)
    assert "normal" in shown
