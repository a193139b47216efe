"""Journals of markets whose bookings are given up: replayed, audited, forked, read."""

import small_markets
from given_up import FLEXIBLE
from tests.replay.forked import bodies
from worlds import flight, leg, segment

from test_time_gym import run
from test_time_gym.audit import audit
from test_time_gym.journal import read_journal
from test_time_gym.replay import fork, state_at, verify


def scenario():
    """Return a market of one oversold flight."""
    plane = leg("AA1", seats=9) | {"authorised": 14}
    return small_markets.scenario(
        flights=[flight("AA1", plane, fares=[FLEXIBLE])],
        demand=[
            segment(
                "leisure", 60, days=3, cancel_ppm_per_day=600_000, no_show_ppm=100_000
            )
        ],
        denied_minor=150_00,
    )


def test_a_journal_with_cancelled_bookings_is_replayed_audited_and_forked(tmp_path):
    path, child = tmp_path / "parent.jsonl", tmp_path / "child.jsonl"
    run(scenario(), ["cheapest", "patient"], seed=3, journal=path, regret=False)
    records = list(read_journal(path).records())
    cancelled = [one.n for one in records if one.kind == "background_cancelled"]
    act = next(one.n for one in records if one.kind == "act")

    assert len(cancelled) > 3
    assert verify(path, reexecute=True).exit_code == 0
    assert audit(path).findings == ()
    assert fork(path, act, journal=child).differs == {}
    assert bodies(child)[1:] == bodies(path)[1:]


def test_a_state_tells_of_seats_that_came_back(tmp_path):
    path = tmp_path / "parent.jsonl"
    run(scenario(), ["cheapest"], seed=3, journal=path, regret=False)
    at = next(
        one.n
        for one in read_journal(path).records()
        if one.kind == "background_cancelled"
    )
    before, there = (state_at(path, n)["flights"][0] for n in (at - 1, at))

    assert there["sold"] == before["sold"] - 1
    assert there["available"] == before["available"] + 1
