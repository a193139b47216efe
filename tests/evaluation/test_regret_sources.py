"""Regret comes from a journal alone, or from a run in memory, and is the same."""

import json
from dataclasses import replace

import pytest
from flight_verbs import decode
from tests.evaluation.shopping import (
    BUY,
    SEARCH,
    TWO,
    measured,
    parts,
    played,
    scenario,
    script,
)

import test_time_gym as ttg
from test_time_gym.evaluation import (
    Decisions,
    Regret,
    Regrets,
    clairvoyant,
    regret_in,
)
from test_time_gym.evaluation.recorded import regret_of
from test_time_gym.journal import read_journal
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.world import World
from test_time_gym.replay import fork


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["flights/rush", "flights/refunds", "flights/instalments", "flights/family"]
)
def test_journals_of_real_contests_split_what_the_run_measured(tmp_path, name):
    path = tmp_path / "j.jsonl"
    agents = ["patient", "first-offer", "rebooker", "cheapest"]
    result = ttg.run(name, agents, seed=11, journal=path)

    found = regret_of(path)

    for seat, agent in result.episodes[0].agents.items():
        regret = found[seat]
        assert measured(agent) == replace(regret, decided_ms=None)
        if agent.regret is not None:
            assert sum(parts(regret)) == agent.regret
            assert regret.search >= 0
            assert regret.lost_surplus is None
        else:
            assert parts(regret) == (None, None, None)


def test_a_fork_splits_the_regret_of_its_whole_run(tmp_path):
    ttg.run("flights/rush", ["patient", "first-offer"], seed=4, journal=tmp_path / "j")
    # The second agent has bought before the fork, in the past that is relived.
    forked = fork(
        tmp_path / "j",
        60,
        {"buyer_0": "cheapest"},
        journal=tmp_path / "f",
        measure=Regrets(),
    )

    found = regret_of(tmp_path / "f")

    agents = forked.episodes[0].agents
    assert {name: measured(one) for name, one in agents.items()} == {
        name: replace(one, decided_ms=None) for name, one in found.items()
    }
    assert parts(found["buyer_1"]) == (0, 0, 0)


def test_a_run_that_is_not_asked_for_regret_has_none_of_its_parts():
    result = ttg.run("flights/sfo-mad", "cheapest", seed=0, regret=False)

    agent = result.episodes[0].agents["buyer_0"]
    assert measured(agent) == Regret(outcome="success", paid=789_00, optimal=None)


def test_a_run_in_memory_is_split_alike(tmp_path):
    actions = [SEARCH, ("filter_results", {"airline": "High"})]
    actions += [("add_to_cart", "HIGH1"), *BUY]
    recorded = played(tmp_path, actions, flights=TWO)
    config, seats = scenario(flights=TWO), ["buyer_0"]
    world, decisions = World.of(config.market), Decisions()
    turns, act = Turns(config, world, 1, seats), script(*actions)

    while turns.ready:
        decisions.act(turns, turns.seats[0], decode(act({})))
        turns.advance()
    best = clairvoyant(config, world, 1, seats, focal=0, recorded_actions={})

    assert regret_in(turns, turns.seats[0], decisions, best.price_minor) == recorded


def test_one_agent_can_be_asked_for(tmp_path):
    ttg.run("flights/sfo-mad", ["cheapest", "random"], seed=3, journal=tmp_path / "j")

    assert list(regret_of(tmp_path / "j", "buyer_1")) == ["buyer_1"]
    with pytest.raises(
        Misuse, match=r"no seat of .* is called 'seller'; seats: buyer_0"
    ):
        regret_of(tmp_path / "j", "seller")


def test_a_journal_that_is_cut_short_or_missing_is_refused(tmp_path):
    path = tmp_path / "j.jsonl"
    ttg.run("flights/sfo-mad", "cheapest", journal=path, regret=False)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))

    with pytest.raises(Misuse, match="incomplete: the journal has no end record"):
        regret_of(path)
    with pytest.raises(Misuse):
        regret_of(tmp_path / "none.jsonl")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda act: act["d"]["args"].update(card_token="tok_no"),
            "comes out otherwise",
        ),
        (lambda act: act["d"].update(verb="fly"), "cannot be re-executed"),
        (lambda act: act.update(a="nobody"), "cannot be re-executed"),
    ],
    ids=["another action", "no verb", "nobody"],
)
def test_a_forged_journal_is_refused(tmp_path, monkeypatch, change, message):
    path = tmp_path / "j.jsonl"
    ttg.run("flights/sfo-mad", "cheapest", journal=path, regret=False)
    journal = read_journal(path)
    lines = list(journal.lines)
    place = next(k for k, line in enumerate(lines) if b'"enter_card"' in line)
    record = json.loads(lines[place])
    change(record)
    lines[place] = json.dumps(record, separators=(",", ":")).encode() + b"\n"
    forged = type(journal)(path=path, structure=journal.structure, lines=lines)
    monkeypatch.setattr(
        "test_time_gym.evaluation.recorded.read_journal", lambda _path: forged
    )

    with pytest.raises(Misuse, match=message):
        regret_of(path)
