"""The laws of a whole journal: silent on busy runs, and each one loud when broken."""

import json

import pytest
from fakes import Lines
from players import numbers_for, play
from worlds import WatchedTurns, busy_world

from test_time_gym.market.invariants import RECORD_LAWS, record_violations


@pytest.fixture(scope="module")
def journal():
    sink = Lines()
    turns = WatchedTurns(busy_world(), 5, agents=3, sink=sink)
    play(turns, numbers_for(3, 5))
    turns.seal()
    return [json.loads(line) for line in sink.lines]


def first(records, kind, **data):
    """Return the number of the first record of a kind whose data holds these."""
    return next(
        r["n"] for r in records if r["k"] == kind and data.items() <= r["d"].items()
    )


def changed(records, number, **changes):
    """Return the journal with one record changed."""
    return [r | changes if r["n"] == number else r for r in records]


def repeated(records, number):
    """Return the journal with a copy of one record at its end, well numbered."""
    copy = records[number] | {"n": len(records), "t": records[-1]["t"]}
    return [*records, copy]


def doubled(records, number):
    """Return the journal with one record standing there twice."""
    return [*records[:number], records[number], *records[number:]]


def refused(records):
    return first(records, "act", status="illegal")


def another(records, kind):
    """Return the number of an action of another agent than the first of a kind."""
    actor = records[first(records, kind)]["a"]
    return next(r["n"] for r in records if r["k"] == "act" and r["a"] != actor)


def in_a_team(records):
    """Return the journal of a scenario whose agents are one team."""
    header = json.loads(json.dumps(records[0]))
    header["d"]["scenario"]["task"]["team"] = True
    return [header, *records[1:]]


def crashed(records, **outcome):
    """Return the journal as if the first agent that ends had crashed before."""
    end = records[first(records, "outcome")]
    act = max(
        r["n"]
        for r in records
        if r["k"] == "act" and r["a"] == end["a"] and r["n"] < end["n"]
    )
    told = changed(records, end["n"], d=end["d"] | outcome)
    return changed(told, act, d=records[act]["d"] | {"status": "error"})


PLANTED = {
    "a_crash_is_an_error_and_nothing_else_is": [
        lambda r: crashed(r, outcome="success"),
        lambda r: crashed(r, outcome="error", terms={"success": 1000}),
        lambda r: changed(r, first(r, "outcome"), d={"outcome": "error", "terms": {}}),
    ],
    "records_are_numbered_in_the_order_of_time": [
        lambda r: r[:5] + r[6:],
        lambda r: changed(r, 7, t=r[-1]["t"] + 1),
        lambda r: changed(r, 7, c=7),
        lambda r: changed(r, 7, c=-1),
    ],
    "consequences_name_their_cause": [
        lambda r: changed(r, first(r, "hold_placed"), c=0),
        lambda r: changed(r, first(r, "payment_authorized"), c=0),
    ],
    "every_turn_is_one_action": [
        lambda r: repeated(r, first(r, "act")),
        lambda r: repeated(r, max(x["n"] for x in r if x["k"] == "act")),
    ],
    "illegal_actions_have_no_consequence": [
        lambda r: changed(r, first(r, "hold_placed"), c=refused(r)),
        lambda r: changed(r, first(r, "reward"), c=refused(r)),
    ],
    "outcomes_and_rewards_follow_from_own_records": [
        lambda r: changed(r, first(r, "reward"), c=another(r, "reward")),
        lambda r: changed(r, first(r, "outcome"), c=another(r, "outcome")),
        lambda r: changed(r, first(r, "outcome"), c=0),
        lambda r: changed(in_a_team(r), first(r, "reward"), c=another(r, "reward")),
        lambda r: changed(in_a_team(r), first(r, "outcome"), c=0),
    ],
    "every_request_gets_one_response": [
        lambda r: doubled(r, first(r, "payment_started")),
        lambda r: repeated(r, first(r, "payment_declined", reason="soft_decline")),
        lambda r: repeated(r, first(r, "payment_challenged")),
    ],
    "no_instant_goes_on_for_ever": [lambda r: [*r, *[r[-1]] * 100_001]],
}


def test_nothing_is_wrong_with_a_busy_journal(journal):
    assert record_violations(journal) == []


def test_an_outcome_may_follow_from_an_action_of_a_mate(journal):
    number = first(journal, "outcome")
    planted = changed(in_a_team(journal), number, c=another(journal, "outcome"))

    assert record_violations(planted) == []


def test_every_record_law_has_planted_violations():
    assert set(PLANTED) == {law.__name__ for law in RECORD_LAWS}


@pytest.mark.parametrize(
    ("law", "number"), [(law, k) for law in PLANTED for k in range(len(PLANTED[law]))]
)
def test_a_record_law_catches_what_breaks_it(journal, law, number):
    planted = PLANTED[law][number](journal)

    assert law in {violation.law for violation in record_violations(planted)}
