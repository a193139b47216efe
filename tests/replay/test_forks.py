"""Forks: the same past and the same chance, with other agents from there on."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.golden.record import REPLAYS

from test_time_gym import replay, run
from test_time_gym.audit import audit
from test_time_gym.envs.flight_booking_env import FlightBookingEnv
from test_time_gym.market.errors import Misuse
from test_time_gym.market.journal import PREFIX
from test_time_gym.replay import fork, read_journal, verify

RUSH = REPLAYS / "flights-rush.jsonl"
GOLDEN = sorted(REPLAYS.glob("*.jsonl"))
SMALL = [path for path in GOLDEN if path.stat().st_size < 200_000]
EVERYBODY = ["cheapest", "dummy", "first-offer", "patient", "random", "rebooker"]


def waits(_page):
    return {"verb": "wait", "payload": {"minutes": 7}}


def bodies(path):
    return [line[PREFIX:] for line in path.read_bytes().splitlines()]


def last_act(path):
    return [r.n for r in read_journal(path).records() if r.kind == "act"][-1]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """Four buyers, one of them from outside, who sees nobody twice alike."""
    path = tmp_path_factory.mktemp("mixed") / "j.jsonl"
    state = {"verbs": iter(["search_flights", "wait", "search_flights", "fly", "wait"])}

    def outsider(_page):
        return {"verb": next(state["verbs"], "abort")}

    agents = ["cheapest", outsider, "patient", "random"]
    run("flights/rush", agents, seed=11, journal=path, regret=False)
    return path


# -- what changes nothing ----------------------------------------------------------


@pytest.mark.property
@pytest.mark.parametrize("parent", GOLDEN, ids=lambda path: path.stem)
def test_a_fork_that_changes_nothing_changes_nothing(tmp_path, parent):
    last = last_act(parent) - 1
    cuts = [0, 1, last // 3, last // 2, last]

    for at in cuts if parent in SMALL else cuts[2:3]:
        out = tmp_path / f"{at}.jsonl"
        done = fork(parent, at, journal=out, regret=False)

        assert done.differs == {}
        assert set(done.seats.values()) == {"plays on"}
        assert bodies(out)[1:] == bodies(parent)[1:]
        assert verify(out, reexecute=True).exit_code == 0


@pytest.mark.property
@settings(max_examples=25)
@given(st.data())
def test_wherever_a_run_of_any_seed_is_forked_it_goes_on_as_it_did(
    tmp_path_factory, data
):
    folder = tmp_path_factory.mktemp("any")
    name = data.draw(st.sampled_from(["sfo-mad", "rush", "3ds-storm", "refunds"]))
    who = data.draw(st.lists(st.sampled_from(EVERYBODY), min_size=2, max_size=3))
    seed = data.draw(st.integers(0, 2**64))
    others = data.draw(st.sampled_from(["play", "repeat"]))
    parent, out = folder / "parent.jsonl", folder / "fork.jsonl"
    run(f"flights/{name}", who, seed=seed, journal=parent, regret=False)
    at = data.draw(st.integers(0, last_act(parent) - 1))

    done = fork(parent, at, journal=out, others=others, regret=False)

    assert done.differs == {}
    assert bodies(out)[1:] == bodies(parent)[1:]


def test_a_fork_in_which_all_repeat_needs_none_of_the_agents(tmp_path, mixed):
    done = fork(mixed, 20, journal=tmp_path / "f.jsonl", others="repeat", regret=False)

    assert set(done.seats.values()) == {"repeats"}
    assert bodies(tmp_path / "f.jsonl")[1:] == bodies(mixed)[1:]


def test_an_agent_from_outside_repeats_and_the_built_in_ones_play_on(tmp_path, mixed):
    out = tmp_path / "f.jsonl"

    done = fork(mixed, 20, journal=out, regret=False)

    assert done.seats == {
        "buyer_0": "plays on",
        "buyer_1": "repeats",
        "buyer_2": "plays on",
        "buyer_3": "plays on",
    }
    assert bodies(out)[1:] == bodies(mixed)[1:]


def test_an_oracle_plays_on_with_the_advice_it_had(tmp_path):
    parent, out = tmp_path / "p.jsonl", tmp_path / "f.jsonl"
    agents = ["oracle", "cheapest"]
    run("flights/rush", agents, seed=3, journal=parent, regret=False)

    done = fork(parent, 12, journal=out, regret=False)

    assert (done.differs, bodies(out)[1:]) == ({}, bodies(parent)[1:])


# -- what is shared ----------------------------------------------------------------


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
        done = fork(parent, at, successor(parent, at), journal=out, regret=False)
        before = replay.exogenous(parent, after=done.n)
        after = replay.exogenous(out, after=done.n)
        both = [thing for thing in after if thing in before]

        assert done.n >= at
        assert bodies(out)[1 : done.n + 1] == bodies(parent)[1 : done.n + 1]
        assert {t: after[t] for t in both} == {t: before[t] for t in both}
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
        for process in held[0].market._arrivals if held else ():
            key = (process.segment.name, process.pair, process.count)
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
    parent, out = REPLAYS / f"flights-{name}.jsonl", tmp_path / "f.jsonl"
    fork(parent, 3, successor(parent, 3), journal=out, regret=False)

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

    fork(parent, 10, {"buyer_0": onlooker}, journal=out, regret=False)

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


def test_what_chance_alone_decides_is_when_buyers_come_and_who_is_first():
    records = list(read_journal(RUSH).records())

    found = replay.exogenous(RUSH)

    assert len(found) == sum(r.kind in replay.EXOGENOUS for r in records)
    act = next(r for r in records if r.kind == "act")
    sold = next(r for r in records if r.kind == "seat_sold")
    pair = "MAD PMI 2026-08-01"
    thing = replay.Exogenous("act", act.actor, act.data["turn"])
    assert found[thing] == act.data["ticket"]
    buyer = (f"{sold.data['segment']} {pair}", sold.data["arrival"])
    assert found[replay.Exogenous("seat_sold", *buyer)] == sold.t
    assert len(replay.exogenous(RUSH, after=records[-1].n)) == 0


# -- the parent --------------------------------------------------------------------


def test_the_header_names_the_parent_and_nothing_else_of_it_changes(tmp_path):
    out = tmp_path / "f.jsonl"

    done = fork(RUSH, 40, {"buyer_1": waits}, journal=out, regret=False)

    mother, child = read_journal(RUSH), read_journal(out)
    line = mother.lines[done.n]
    assert (done.n, done.h.encode()) == (child.header["parent"]["n"], line[6:38])
    assert child.header == mother.header | {
        "parent": {"h": done.h, "n": done.n, "seats": ["buyer_1"]},
        "seats": [
            {**seat, "policy": "external"} if seat["name"] == "buyer_1" else seat
            for seat in mother.header["seats"]
        ],
    }


def test_a_fork_is_at_the_first_decision_after_its_record():
    acts = [r.n for r in read_journal(RUSH).records() if r.kind == "act"]
    found = {}

    for at in range(acts[0], acts[8]):
        found[at] = fork(RUSH, at, regret=False).n + 1

    assert found == {at: min(n for n in acts if n > at) for at in found}


def test_a_fork_can_be_forked(tmp_path):
    first, second = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    same = tmp_path / "same.jsonl"
    fork(RUSH, 20, {"buyer_1": "first-offer"}, journal=first, regret=False)

    done = fork(first, 45, {"buyer_3": "cheapest"}, journal=second, regret=False)
    fork(first, 45, journal=same, regret=False)

    assert bodies(second)[1 : done.n + 1] == bodies(first)[1 : done.n + 1]
    assert bodies(same)[1:] == bodies(first)[1:]
    assert verify(second, reexecute=True).exit_code == 0
    assert read_journal(second).header["parent"]["h"] == done.h


PARENTS = {
    "no object": 7,
    "a list": [],
    "empty": {},
    "no hash": {"n": 3, "seats": []},
    "a short hash": {"h": "0" * 31, "n": 3, "seats": []},
    "another hash": {"h": "G" * 32, "n": 3, "seats": []},
    "a number for a hash": {"h": 0, "n": 3, "seats": []},
    "a negative record": {"h": "0" * 32, "n": -1, "seats": []},
    "a text for a number": {"h": "0" * 32, "n": "3", "seats": []},
    "true for a number": {"h": "0" * 32, "n": True, "seats": []},
    "a text for seats": {"h": "0" * 32, "n": 3, "seats": "buyer_0"},
    "a strange seat": {"h": "0" * 32, "n": 3, "seats": ["buyer_9"]},
    "a seat twice": {"h": "0" * 32, "n": 3, "seats": ["buyer_0", "buyer_0"]},
    "more": {"h": "0" * 32, "n": 3, "seats": [], "x": 1},
}


@pytest.mark.parametrize("parent", PARENTS.values(), ids=PARENTS)
def test_a_parent_that_no_fork_would_name_is_found(forge, small, written, parent):
    path = written(forge.altered(small, 0, lambda r: r["d"].update(parent=parent)))

    assert verify(path).status == "complete"
    assert verify(path, reexecute=True).replay == "diverged"
    assert [(f.rule, f.record) for f in audit(path).findings] == [("header", 0)]


# -- who goes on -------------------------------------------------------------------


class Newcomer:
    """Remembers what it is told, and looks on."""

    def __init__(self):
        self.told = []

    def begin(self, page):
        self.told.append(("begin", page["now"], page["turns_left"]))

    def act(self, page):
        self.told.append(("act", page["now"], page["turns_left"]))
        return waits(page)

    def end(self, result):
        self.told.append(("end", result["outcome"], result["steps"]))


def test_who_takes_over_begins_at_the_fork_with_the_page_it_finds(tmp_path):
    newcomer, out = Newcomer(), tmp_path / "f.jsonl"

    done = fork(RUSH, 40, {"buyer_1": newcomer}, journal=out, regret=False)

    own = [
        r
        for r in read_journal(out).records()
        if r.actor == "buyer_1" and r.kind == "act"
    ]
    before = sum(r.n <= done.n for r in own)
    result = done.episodes[0].agents["buyer_1"]
    (first, _, left), *acts, last = newcomer.told
    assert (first, left) == ("begin", 80 - before)
    assert [what for what, *_ in acts] == ["act"] * (len(own) - before)
    assert last == ("end", result.outcome, len(own))
    assert (result.policy, done.seats["buyer_1"]) == ("external", "taken over")


def test_the_same_policy_anew_is_not_the_one_that_goes_on(tmp_path):
    """Patient has watched prices; a new Patient starts watching only now."""
    again = fork(RUSH, 130, {"buyer_1": "patient"}, journal=tmp_path / "f.jsonl")

    kept = read_journal(RUSH).header["seats"][1]["policy"]
    assert kept == "patient"
    assert bodies(tmp_path / "f.jsonl")[1:] != bodies(RUSH)[1:]
    assert again.episodes[0].agents["buyer_1"].optimal is not None


def test_a_built_in_agent_that_would_have_acted_otherwise_repeats(tmp_path):
    """The environment seeds the agents of other seats otherwise than `run` does."""
    parent, out = tmp_path / "p.jsonl", tmp_path / "f.jsonl"
    others = {"buyer_1": "random", "buyer_2": "cheapest"}
    env = FlightBookingEnv(
        "flights/rush", n_agents=3, others=others, journal=parent, seed=4
    )
    env.reset()
    over = False
    while not over:
        _, _, ended, cut, _ = env.step(waits(None))
        over = ended or cut
    env.close()
    records = list(read_journal(parent).records())
    at = [r.n for r in records if r.actor == "buyer_1" and r.kind == "act"][8]

    done = fork(parent, at, journal=out, regret=False)

    assert list(done.differs) == ["buyer_1"]
    assert done.differs["buyer_1"] <= done.n
    assert done.seats == {
        "buyer_0": "repeats",
        "buyer_1": "repeats",
        "buyer_2": "plays on",
    }
    assert bodies(out)[1:] == bodies(parent)[1:]


def test_who_has_nothing_left_to_repeat_waits_for_the_end(tmp_path, mixed):
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(b"".join(read_journal(mixed).lines[:30]))

    done = fork(cut, 29, journal=tmp_path / "f.jsonl", others="repeat", regret=False)

    outcomes = {name: a.outcome for name, a in done.episodes[0].agents.items()}
    assert verify(tmp_path / "f.jsonl", reexecute=True).exit_code == 0
    assert outcomes["buyer_2"] == "failed"


def test_the_results_of_a_fork_that_changes_nothing_are_those_of_the_run(tmp_path):
    agents = ["cheapest", "patient", "random"]
    journal = tmp_path / "p.jsonl"
    played = run("flights/rush", agents, seed=2, journal=journal)

    done = fork(journal, 25)

    one, other = played.episodes[0], done.episodes[0]
    assert (other.agents, other.market) == (one.agents, one.market)
    assert (done.scenario, done.seed, done.currency) == ("flights/rush", 2, "EUR")
    assert (done.parent, done.status) == (str(journal), "complete")


# -- journals that are not whole ---------------------------------------------------


def test_a_run_that_was_killed_is_forked_wherever_it_is_sound(tmp_path):
    lines = read_journal(RUSH).lines
    for count, torn in ((30, b""), (47, b'{"h":"'), (90, b"")):
        cut = tmp_path / f"{count}.jsonl"
        cut.write_bytes(b"".join(lines[:count]) + torn)
        out = tmp_path / f"{count}-fork.jsonl"

        done = fork(cut, count - 1, journal=out, regret=False)

        assert done.status == ("torn" if torn else "incomplete")
        assert done.n == count - 1
        assert bodies(out)[1:] == bodies(RUSH)[1:]


def test_a_run_that_was_cut_short_goes_on_where_it_was_left(tmp_path):
    """An agent that stops the program seals the journal as aborted."""
    cut, whole = tmp_path / "cut.jsonl", tmp_path / "whole.jsonl"
    left = iter(range(9))

    def impatient(page):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return waits(page)

    with pytest.raises(KeyboardInterrupt):
        run("flights/rush", ["cheapest", impatient], seed=3, journal=cut)
    last = len(read_journal(cut).lines) - 1

    fork(cut, last - 1, {"buyer_1": waits}, journal=whole, regret=False)

    assert verify(cut).aborted
    assert not verify(whole, reexecute=True).aborted
    assert bodies(whole)[1:last] == bodies(cut)[1:last]
    with pytest.raises(Misuse, match="is the end of"):
        fork(cut, last)


# -- what cannot be ----------------------------------------------------------------


END = read_journal(RUSH).structure.records - 1


@pytest.mark.parametrize(
    ("at", "agents", "why"),
    [
        (-1, {}, f"has records 0 to {END}; -1 is none of them"),
        (END + 1, {}, f"has records 0 to {END}; {END + 1} is none of them"),
        (True, {}, "True is none of them"),
        ("5", {}, "'5' is none of them"),
        (END, {}, f"record {END} is the end of"),
        (END - 1, {}, "nobody decides any more after record"),
        (20, {"byer_1": "patient"}, "has no seat 'byer_1'; did you mean buyer_1?"),
        (20, {"buyer_1": "patent"}, "unknown agent 'patent'; did you mean patient?"),
        (20, {"buyer_1": 7}, "an agent is a name"),
        (20, {"buyer_1": Newcomer}, "pass an instance"),
    ],
    ids=str,
)
def test_a_fork_that_cannot_be_is_refused_and_writes_nothing(tmp_path, at, agents, why):
    with pytest.raises(Misuse) as refused:
        fork(RUSH, at, agents, journal=tmp_path / "f.jsonl")

    assert why in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_an_agent_cannot_take_over_an_episode_that_is_over():
    over = next(r for r in read_journal(RUSH).records() if r.kind == "outcome")

    with pytest.raises(Misuse, match=f"the episode of {over.actor} is over"):
        fork(RUSH, over.n, {over.actor: "patient"})


def test_neither_a_strangers_file_nor_the_parent_is_replaced(tmp_path):
    parent, out = tmp_path / "p.jsonl", tmp_path / "f.jsonl"
    parent.write_bytes(RUSH.read_bytes())
    out.write_bytes(b"precious")

    with pytest.raises(Misuse, match="exists"):
        fork(parent, 20, journal=out)
    with pytest.raises(Misuse, match="is the journal that is forked"):
        fork(parent, 20, journal=parent, overwrite=True)
    with pytest.raises(Misuse, match="others is play or repeat"):
        fork(parent, 20, others="rest")

    assert (out.read_bytes(), parent.read_bytes()) == (b"precious", RUSH.read_bytes())
    fork(parent, 20, journal=out, overwrite=True, regret=False)
    assert verify(out, reexecute=True).exit_code == 0


def test_a_past_that_never_was_cannot_be_forked(forge, small, written, tmp_path):
    n = forge.acts(small)[3]
    path = written(forge.altered(small, n, lambda r: r["d"].update(reward={"time": 1})))

    with pytest.raises(replay.Diverged, match="came out differently"):
        fork(path, n, journal=tmp_path / "f.jsonl")

    assert not (tmp_path / "f.jsonl").exists()
    assert fork(path, 0, regret=False).n == 0


@pytest.mark.parametrize(
    "change",
    [
        {"seed": "x"},
        {"seed": None},
        {"seats": 7},
        {"seats": [7]},
        {"seats": [{"name": 1, "policy": "cheapest"}]},
        {"seats": [{"name": "buyer_0", "policy": []}]},
        {"scenario": {}},
        {"window_ms": "long"},
        {"max_turns": -1},
        {"parent": 7},
    ],
    ids=str,
)
def test_a_header_that_describes_no_run_is_refused(forge, small, written, change):
    path = written(forge.altered(small, 0, lambda r: r["d"].update(change)))

    with pytest.raises((Misuse, replay.Diverged)):
        fork(path, 5, regret=False)
