"""States: a recorded run can be looked at after each of its records."""

import json

import pytest

from test_time_gym import replay, run
from test_time_gym.journal import read_journal
from test_time_gym.market.errors import Misuse
from test_time_gym.market.journal import canonical
from test_time_gym.replay import state_at
from test_time_gym.scenarios import load_scenario


def test_the_state_at_every_record_agrees_with_the_digests_on_record(busy):
    journal = read_journal(busy)
    digests = {
        record.n: record.data["state"]
        for record in journal.records()
        if record.kind in ("digest", "end")
    }

    found = {n: state_at(busy, n)["digest"] for n in digests}

    assert len(digests) >= 3
    assert found == digests


def test_the_state_can_be_seen_at_every_record(small):
    records = list(read_journal(small).records())

    states = [state_at(small, record.n) for record in records]

    assert [(state["record"], state["kind"]) for state in states] == [
        (record.n, record.kind) for record in records
    ]
    assert [state["now_ms"] for state in states[1:]] == [r.t for r in records[1:]]
    assert [agent["turn"] for state in states for agent in state["agents"]] == [
        sum(record.kind == "act" for record in records[: n + 1])
        for n in range(len(records))
    ]


def test_the_state_before_the_first_decision_can_be_seen(tmp_path):
    market = load_scenario("flights/sfo-mad").market
    simulated = market.model_copy(update={"warm_up": "simulate"})
    scenario = load_scenario("flights/sfo-mad").model_copy(update={"market": simulated})
    path = tmp_path / "j.jsonl"
    run(scenario, "cheapest", journal=path, regret=False)
    first = list(read_journal(path).records())[:6]

    state = state_at(path, 5)

    assert first[5].t < 0
    assert state["now_ms"] == first[5].t
    assert sum(flight["sold"] for flight in state["flights"]) == sum(
        record.kind == "seat_sold" for record in first
    )


def test_a_forged_journal_has_no_states_after_its_forgery(forge, small, written):
    n = forge.acts(small)[3]
    path = written(
        forge.altered(small, n, lambda record: record["d"].update(reward={"time": 10}))
    )

    before = state_at(path, n - 1)

    assert before["record"] == n - 1
    with pytest.raises(replay.Diverged, match=f"record {n} came out differently"):
        state_at(path, n)


def test_a_fact_that_never_comes_has_no_state(forge, small, written):
    """It stands at the end of a journal that was cut short."""
    records = forge.bodies(small)[:-1]
    last = len(records)
    more = json.loads(records[-1]) | {"n": last}
    path = written(forge.forged([*records, canonical(more)]))

    assert state_at(path, last - 1)["record"] == last - 1
    with pytest.raises(replay.Diverged, match=f"record {last} came out differently"):
        state_at(path, last)


@pytest.mark.parametrize("n", [-1, 10**6, True, "1", 1.0, None])
def test_a_record_that_does_not_exist_is_refused(small, n):
    with pytest.raises(Misuse, match="has records 0 to"):
        state_at(small, n)
