"""Forks: a recorded run is played on, by those who played it or by others."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.replay.forked import EVERYBODY, GOLDEN, RUSH, SMALL, bodies, last_act, waits

from test_time_gym import run
from test_time_gym.audit import audit
from test_time_gym.envs.flight_booking_env import FlightBookingEnv
from test_time_gym.evaluation import Regrets
from test_time_gym.journal import read_journal
from test_time_gym.replay import fork, verify


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
        done = fork(parent, at, journal=out)

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

    done = fork(parent, at, journal=out, others=others)

    assert done.differs == {}
    assert bodies(out)[1:] == bodies(parent)[1:]


def test_a_fork_in_which_all_repeat_needs_none_of_the_agents(tmp_path, mixed):
    done = fork(mixed, 20, journal=tmp_path / "f.jsonl", others="repeat")

    assert set(done.seats.values()) == {"repeats"}
    assert bodies(tmp_path / "f.jsonl")[1:] == bodies(mixed)[1:]


def test_an_agent_from_outside_repeats_and_the_built_in_ones_play_on(tmp_path, mixed):
    out = tmp_path / "f.jsonl"

    done = fork(mixed, 20, journal=out)

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

    done = fork(parent, 12, journal=out)

    assert (done.differs, bodies(out)[1:]) == ({}, bodies(parent)[1:])


# -- the parent --------------------------------------------------------------------


def test_the_header_names_the_parent_and_nothing_else_of_it_changes(tmp_path):
    out = tmp_path / "f.jsonl"

    done = fork(RUSH, 40, {"buyer_1": waits}, journal=out)

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
        found[at] = fork(RUSH, at).n + 1

    assert found == {at: min(n for n in acts if n > at) for at in found}


def test_a_fork_can_be_forked(tmp_path):
    first, second = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    same = tmp_path / "same.jsonl"
    fork(RUSH, 20, {"buyer_1": "first-offer"}, journal=first)

    done = fork(first, 45, {"buyer_3": "cheapest"}, journal=second)
    fork(first, 45, journal=same)

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

    done = fork(RUSH, 40, {"buyer_1": newcomer}, journal=out)

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
    out = tmp_path / "f.jsonl"
    again = fork(RUSH, 130, {"buyer_1": "patient"}, journal=out, measure=Regrets())

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

    done = fork(parent, at, journal=out)

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

    done = fork(cut, 29, journal=tmp_path / "f.jsonl", others="repeat")

    outcomes = {name: a.outcome for name, a in done.episodes[0].agents.items()}
    assert verify(tmp_path / "f.jsonl", reexecute=True).exit_code == 0
    assert outcomes["buyer_2"] == "failed"


def test_the_results_of_a_fork_that_changes_nothing_are_those_of_the_run(tmp_path):
    agents = ["cheapest", "patient", "random"]
    journal = tmp_path / "p.jsonl"
    played = run("flights/rush", agents, seed=2, journal=journal)

    done = fork(journal, 25, measure=Regrets())

    one, other = played.episodes[0], done.episodes[0]
    assert (other.agents, other.market) == (one.agents, one.market)
    assert (done.scenario, done.seed, done.currency) == ("flights/rush", 2, "EUR")
    assert (done.parent, done.status) == (str(journal), "complete")
