"""Forks of journals that are not whole, and forks that cannot be."""

import pytest
from tests.replay.forked import RUSH, bodies, waits

from test_time_gym import replay, run
from test_time_gym.journal import read_journal
from test_time_gym.market.errors import Misuse
from test_time_gym.replay import fork, verify

# -- journals that are not whole ---------------------------------------------------


def test_a_run_that_was_killed_is_forked_wherever_it_is_sound(tmp_path):
    lines = read_journal(RUSH).lines
    for count, torn in ((30, b""), (47, b'{"h":"'), (90, b"")):
        cut = tmp_path / f"{count}.jsonl"
        cut.write_bytes(b"".join(lines[:count]) + torn)
        out = tmp_path / f"{count}-fork.jsonl"

        done = fork(cut, count - 1, journal=out)

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

    fork(cut, last - 1, {"buyer_1": waits}, journal=whole)

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
        (20, {"buyer_1": dict}, "pass an instance"),
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
    fork(parent, 20, journal=out, overwrite=True)
    assert verify(out, reexecute=True).exit_code == 0


def test_a_past_that_never_was_cannot_be_forked(forge, small, written, tmp_path):
    n = forge.acts(small)[3]
    path = written(forge.altered(small, n, lambda r: r["d"].update(reward={"time": 1})))

    with pytest.raises(replay.Diverged, match="came out differently"):
        fork(path, n, journal=tmp_path / "f.jsonl")

    assert not (tmp_path / "f.jsonl").exists()
    # The opening stock is drawn with the header.
    assert fork(path, 0).n == 1


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
        fork(path, 5)
