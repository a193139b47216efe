"""Forks leave the past and all chance as they were."""

import pytest
from tests.replay.forked import EVERYBODY, GOLDEN, SMALL, bodies, last_act

from test_time_gym import replay, run
from test_time_gym.audit import audit
from test_time_gym.journal import read_journal
from test_time_gym.replay import fork, verify


def successor(parent, at):
    """Return a seat that still decides after a record, and another agent for it."""
    journal = read_journal(parent)
    act = next(r for r in journal.records() if r.kind == "act" and r.n > at)
    policies = {seat["name"]: seat["policy"] for seat in journal.header["seats"]}
    others = [name for name in EVERYBODY if name != policies[act.actor]]
    return {act.actor: others[at % len(others)]}


@pytest.mark.property
@pytest.mark.parametrize("parent", GOLDEN, ids=lambda path: path.stem)
def test_another_agent_leaves_the_past_and_all_chance_as_they_were(tmp_path, parent):
    last, common, moved = last_act(parent) - 1, 0, 0
    cuts = [0, last // 4, last // 2, last]

    for at in cuts if parent in SMALL else cuts[2:3]:
        out = tmp_path / f"{at}.jsonl"
        done = fork(parent, at, successor(parent, at), journal=out)
        before = replay.exogenous(parent, after=done.n)
        after = replay.exogenous(out, after=done.n)
        both = [thing for thing in after if thing in before]

        assert done.n >= at
        assert bodies(out)[1 : done.n + 1] == bodies(parent)[1 : done.n + 1]
        assert replay.moved(before, after) == []
        assert verify(out, reexecute=True).exit_code == 0
        assert audit(out).findings == ()
        common += len(both)
        moved += bodies(out) != bodies(parent)

    assert common > 0
    assert moved > 0


def arrivals(path):
    """Execute a journal; return what every background buyer drew, and what opened."""
    journal, seen, held = read_journal(path), {}, []

    def look():
        for process in held[0].market.population.arrivals if held else ():
            key = (process.demand.segment.name, process.demand.group, process.count)
            drawn = (process.next_at_ms, process.willingness_minor, process.choice_word)
            assert seen.setdefault(key, drawn) == drawn

    turns = replay.execute.start(journal.header, None, look)
    held.append(turns)
    for record in journal.records():
        if record.kind == "act":
            replay.execute.take(turns, record, journal.lines)
    return seen, turns.market.opening_sold


@pytest.mark.parametrize("name", ["rush", "refunds", "instalments"])
def test_every_background_buyer_draws_the_same_in_parent_and_fork(tmp_path, name):
    parent, out = tmp_path / "p.jsonl", tmp_path / "f.jsonl"
    run(f"flights/{name}", seed=21, journal=parent, regret=False)
    fork(parent, 3, successor(parent, 3), journal=out)

    (before, opened), (after, opened_too) = arrivals(parent), arrivals(out)
    both = [key for key in after if key in before]

    assert opened_too == opened
    assert {key: after[key] for key in both} == {key: before[key] for key in both}
    assert len(both) == min(len(before), len(after)) > 3


def test_who_touches_no_seat_moves_no_sale_and_no_price(tmp_path):
    parent, out = tmp_path / "p.jsonl", tmp_path / "f.jsonl"
    agents = ["dummy", "cheapest", "patient"]
    run("flights/rush", agents, seed=5, journal=parent, regret=False)

    def onlooker(_page):
        return {"verb": "wait", "payload": {"minutes": 3}}

    fork(parent, 10, {"buyer_0": onlooker}, journal=out)

    def facts(path):
        """Return all that concerns others, but for record numbers."""
        return [
            (r.t, r.kind, r.actor, r.data)
            for r in read_journal(path).records()
            if r.actor != "buyer_0" and r.kind not in ("header", "digest", "end")
        ]

    shorter = min(facts(parent), facts(out), key=len)
    assert sum(kind == "seat_sold" for _, kind, _, _ in shorter) > 10
    assert facts(out)[: len(shorter)] == facts(parent)[: len(shorter)]
