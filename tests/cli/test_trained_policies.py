"""Trained policies on the command line: ``ppo:`` and a path, wherever agents are."""

import json

import pytest
from tests.support.policies import flat_policy

from test_time_gym import replay

RUN = ("run", "flights/rush", "--seed", 3)


@pytest.fixture
def policy(folder):
    return flat_policy(folder / "p.npz")


def test_it_is_run_journalled_and_verified(ttgym, folder, policy):
    told = []
    (folder / "elsewhere").mkdir()
    flat_policy(folder / "elsewhere" / "q.npz")
    for name, file in (("a.jsonl", "p.npz"), ("b.jsonl", "elsewhere/q.npz")):
        answer = ttgym(*RUN, "--agents", f"ppo:{file},cheapest", "--journal", name)
        assert (answer.code, answer.err) == (0, "")
        told.append((folder / name).read_bytes())
        assert ttgym("verify", name).code == 0
        assert replay.verify(folder / name, reexecute=True).replay == "equal"
    # What it does counts, not where it is.
    assert told[0] == told[1]
    header = json.loads(told[0].splitlines()[0])["d"]
    seats = [one["policy"] for one in header["seats"]]
    assert seats == [f"ppo@{policy.digest[:16]}", "cheapest"]
    assert b"npz" not in told[0]


def test_it_is_measured_beside_others(ttgym, policy):
    del policy
    agents = ("--agents", "ppo:p.npz,cheapest", "--scenarios", "flights/sfo-mad")
    answer = ttgym("bench", *agents, "--seeds", 2, "--workers", 2, "--json")
    assert answer.code == 0, answer.err
    rows = json.loads(answer.out)["rows"]
    assert {row["agent"] for row in rows} == {"ppo:p.npz", "cheapest"}
    assert {row["errors"] for row in rows} == {0}


def test_it_takes_over_in_a_fork(ttgym, policy):
    del policy
    ttgym(*RUN, "--agents", "cheapest", "--journal", "a.jsonl")
    command = ("fork", "a.jsonl", "--at", 20, "--agent", "buyer_0=ppo:p.npz")
    assert ttgym(*command, "--out", "f.jsonl").code == 0
    assert ttgym("verify", "f.jsonl").code == 0


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("run", "hotels/city-break", "--agents", "ppo:p.npz"), "a buyer of flights"),
        ((*RUN, "--agents", "ppo:no.npz"), "no policy can be read from no.npz"),
        ((*RUN, "--agents", "ppo:text.npz"), "text.npz is no policy"),
        (("bench", "--agents", "ppo:no.npz"), "no policy can be read from no.npz"),
    ],
)
def test_what_it_cannot_do_is_said_in_a_sentence(
    ttgym, folder, policy, command, message
):
    del policy
    (folder / "text.npz").write_text("no weights")
    answer = ttgym(*command)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert "Traceback" not in answer.err
    assert not list(folder.rglob("*.jsonl"))
