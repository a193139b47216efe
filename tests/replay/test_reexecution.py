"""Re-execution: a flawless chain over a run that never was diverges."""

import json

import pytest

from test_time_gym.journal import read_journal
from test_time_gym.market.journal import canonical
from test_time_gym.replay import Divergence, verify

FORGERIES = {
    "another verb": lambda record: record["d"].update(verb="restart"),
    "another argument": lambda record: record["d"].update(args={"minutes": 3}),
    "an argument of the wrong type": lambda record: record["d"].update(args=[7]),
    "no arguments": lambda record: record["d"].pop("args"),
    "an unknown verb": lambda record: record["d"].update(verb="teleport"),
    "another reward": lambda record: record["d"].update(reward={"time": 10}),
    "another actor": lambda record: record.update(a="buyer_99"),
    "another time": lambda record: record.update(t=record["t"] + 1),
    "a crash": lambda record: record["d"].update(status="error", args={"why": "x"}),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_input_diverges_and_names_its_record(forge, small, written, forgery):
    n = forge.acts(small)[1]
    path = written(forge.altered(small, n, FORGERIES[forgery]))

    found = verify(path, reexecute=True)

    assert verify(path).status == "complete"
    assert (found.replay, found.exit_code) == ("diverged", 6)
    assert found.first_divergence.n in (n, n + 1)


def test_every_forged_fact_diverges_at_its_record(forge, small, written):
    found = {}
    for n, kind in [(r.n, r.kind) for r in read_journal(small).records()]:
        if kind not in ("header", "act", "end"):
            path = written(
                forge.altered(small, n, lambda record: record.update(c=0, a="x"))
            )
            found[n] = verify(path, reexecute=True).first_divergence.n

    assert found
    assert found == {n: n for n in found}


@pytest.mark.parametrize(
    "change",
    [
        {"seed": "8"},
        {"seed": "007"},
        {"seed": "x" * 5000},
        {"seed": 7},
        {"seats": []},
        {"seats": [7]},
        {"seats": "buyer_0"},
        {"scenario": {}},
        {"scenario": 7},
        {"finish": "never"},
        {"window_ms": "long"},
        {"max_turns": -1},
        {"tie_rule": 2},
    ],
    ids=str,
)
def test_a_forged_header_diverges(forge, small, written, change):
    path = written(forge.altered(small, 0, lambda record: record["d"].update(change)))

    assert verify(path, reexecute=True).replay == "diverged"


def test_a_forged_end_diverges(forge, small, written):
    last = len(forge.bodies(small)) - 1
    path = written(
        forge.altered(small, last, lambda record: record["d"].update(status="aborted"))
    )

    found = verify(path, reexecute=True)

    assert (found.replay, found.first_divergence.n) == ("diverged", last)


def test_inputs_left_out_diverge(forge, small, written):
    """A flawless chain over a run whose last act is missing."""
    records = [json.loads(body) for body in forge.bodies(small)]
    cut = forge.acts(small)[-1]
    end = {**records[-1], "n": cut, "c": 0}
    end["d"] = {**end["d"], "count": cut}
    path = written(forge.forged([canonical(r) for r in (*records[:cut], end)]))

    found = verify(path, reexecute=True)

    assert (found.status, found.replay) == ("complete", "diverged")


def test_facts_that_nothing_caused_diverge_in_an_incomplete_journal(
    forge, small, written
):
    records = forge.bodies(small)[:-1]
    more = json.loads(records[-1]) | {"n": len(records)}
    path = written(forge.forged([*records, canonical(more)]))

    found = verify(path, reexecute=True)

    assert (found.status, found.replay) == ("incomplete", "diverged")
    assert found.first_divergence.n == len(records)


def test_a_divergence_shows_what_differs(forge, small, written):
    n = forge.acts(small)[0]
    path = written(
        forge.altered(small, n, lambda record: record["d"].update(reward={"time": -11}))
    )

    found = verify(path, reexecute=True).first_divergence

    assert isinstance(found, Divergence)
    assert ('"time":-11' in found.expected, '"time":-10' in found.found) == (True, True)
