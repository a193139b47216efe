"""Forks, copies and saved runs go on from where an environment was."""

import copy
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import forks
import gymnasium
import numpy as np
import pytest
from forks import CASES
from hypothesis import given, settings
from hypothesis import strategies as st
from pettingzoo.utils.wrappers import AssertOutOfBoundsWrapper, OrderEnforcingWrapper

from test_time_gym import market_v0, replay
from test_time_gym.envs import FlightBookingEnv, HotelBookingEnv
from test_time_gym.envs.reset_needed import ResetNeeded
from test_time_gym.market.errors import Misuse

TESTS = Path(__file__).parents[1]
every_case = pytest.mark.parametrize("case", CASES)


def every_third(first):
    """Parametrize by all cases, two of three of them in `make test-long` only."""
    return pytest.mark.parametrize(
        "case",
        [
            pytest.param(case, marks=() if k % 3 == first else pytest.mark.long)
            for k, case in enumerate(CASES)
        ],
    )


def by_pickle(env):
    return pickle.loads(pickle.dumps(env))


COPIES = [lambda env: env.fork(), copy.copy, copy.deepcopy, by_pickle]


def begun(case, steps, seed=5, numbers_seed=7):
    env = CASES[case]()
    forks.start(env, seed)
    forks.play(env, numbers_seed, steps)
    return env


@every_case
@settings(max_examples=6)
@given(data=st.data())
def test_a_fork_goes_on_as_its_original_does(case, data):
    steps, seed = data.draw(st.integers(0, 60)), data.draw(st.integers(0, 2**32))
    duplicate = data.draw(st.sampled_from(COPIES))
    env = begun(case, steps, seed, seed % 97)

    other = duplicate(env)

    assert other.digest() == env.digest()
    assert other.turns.full_digest() == env.turns.full_digest()
    assert forks.play(other, 11, 25) == forks.play(env, 11, 25)
    starts = [forks.fingerprint(forks.start(one, None)) for one in (other, env)]
    assert starts[0] == starts[1]


@every_third(0)
@settings(max_examples=4)
@given(data=st.data())
def test_a_fork_that_goes_another_way_leaves_its_original_alone(case, data):
    steps, further = data.draw(st.integers(0, 40)), data.draw(st.integers(1, 40))
    env, undisturbed = begun(case, steps), begun(case, steps)

    other = env.fork()
    forks.play(other, 13, further)
    if over_soon := forks.over(other):
        forks.start(other, 1)
    other.close()

    assert forks.play(env, 17, 30) == forks.play(undisturbed, 17, 30)
    assert over_soon or other.turns is not env.turns


@every_third(1)
@settings(max_examples=4)
@given(data=st.data())
def test_a_saved_run_is_restored_as_often_as_one_likes(case, data):
    env = begun(case, data.draw(st.integers(0, 40)))
    saved = data.draw(st.sampled_from([lambda e: e.save(), lambda e: e.fork()]))(env)
    expected = forks.play(env.fork(), 3, 20)

    for _ in range(2):
        forks.play(env, data.draw(st.integers(0, 9)), data.draw(st.integers(0, 30)))
        shown = env.restore(saved)
        before = env.digest()
        assert forks.play(env, 3, 20) == expected

    fresh = CASES[case]()
    assert forks.fingerprint(fresh.restore(saved)) == forks.fingerprint(shown)
    assert fresh.digest() == before
    assert forks.play(fresh, 3, 20) == expected


@pytest.mark.parametrize("case", ["parallel", "one traveller"])
def test_restore_returns_what_was_seen_there(case):
    env = begun(case, 3)
    last = forks.advance(env, np.random.RandomState(0))
    saved = env.save()
    forks.play(env, 1, 5)

    observations, infos = env.restore(saved)

    assert forks.fingerprint(observations) == forks.fingerprint(last[0][0])
    assert forks.fingerprint(infos) == forks.fingerprint(last[0][-1])


GO_ON = """
import pickle, sys
import forks
env = pickle.load(open(sys.argv[1], "rb"))
print(*forks.play(env, 11, 25))
"""


@pytest.mark.parametrize("case", ["parallel, team", "one among others"])
def test_a_pickle_goes_on_in_another_process(case, tmp_path):
    env = begun(case, 12)
    file = tmp_path / "env.pickle"
    file.write_bytes(pickle.dumps(env))

    answer = subprocess.run(
        [sys.executable, "-c", GO_ON, file],
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join([str(TESTS / "support"), *sys.path])},
        capture_output=True,
        text=True,
        check=True,
    )

    assert answer.stdout.split() == forks.play(env, 11, 25)


@every_case
def test_what_was_read_of_an_environment_is_the_same_in_its_fork(case):
    env = begun(case, 9)
    again = env.fork()

    spaces = [one.action_space for one in (env, again)]
    if callable(spaces[0]):
        spaces = [space("buyer_0") for space in spaces]

    assert spaces[0] is not spaces[1]
    assert spaces[0] == spaces[1]
    assert [spaces[0].sample() for _ in range(9)] != []
    if not forks.over(env):
        dice = [np.random.RandomState(2) for _ in range(2)]
        one, two = forks.advance(env, dice[0]), forks.advance(again, dice[1])
        assert forks.fingerprint(one) == forks.fingerprint(two)


def test_samples_of_a_fork_s_spaces_are_its_original_s():
    env = market_v0.env()
    env.reset(seed=1)
    space = env.action_space("buyer_0")
    space.seed(4)
    other = env.fork().action_space("buyer_0")

    assert [space.sample() for _ in range(9)] == [other.sample() for _ in range(9)]


# -- agents in the other seats --------------------------------------------------------


class Counting:
    """An agent that knows how often it was asked."""

    def __init__(self):
        self.asked = 0

    def act(self, seen):
        self.asked += 1
        if self.asked == 5:
            raise RuntimeError("tired")
        return {"verb": "wait", "payload": {"minutes": 1 + self.asked % 2}}


def test_agents_in_the_other_seats_are_copied_where_they_are():
    agent = Counting()
    env = FlightBookingEnv("flights/rush", others={"buyer_1": agent}, n_agents=2)
    env.reset(seed=1)
    wait = {"verb": "wait", "payload": {"minutes": 2}}
    env.step(wait)
    asked = agent.asked
    other = env.fork()

    with pytest.warns(RuntimeWarning, match="tired"):
        assert all(other.step(wait) for _ in range(9))

    assert agent.asked == asked < 5
    assert other.crashes.keys() == {"buyer_1"}
    assert env.crashes == {}
    kept = other.fork()
    assert kept.crashes == other.crashes
    assert kept.digest() == other.digest()


def test_an_agent_that_cannot_be_copied_is_told():
    class Open:
        def __init__(self):
            self.pages = (page for page in [])

        def act(self, seen):
            return {"verb": "wait"}

    env = FlightBookingEnv("flights/rush", others={"buyer_1": Open()}, n_agents=2)
    env.reset(seed=1)

    for call in (env.fork, env.save):
        with pytest.raises(Misuse, match=r"another seat cannot be copied .*generator"):
            call()
    assert env.step({"verb": "wait"})


# -- journals ----------------------------------------------------------------------


def records(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_fork_has_no_journal_unless_it_is_given_one(tmp_path):
    paths = [tmp_path / f"{name}.jsonl" for name in ("first", "plain", "other")]
    first, plain, given = paths
    envs = [
        market_v0.env("flights/rush", n_agents=3, journal=p) for p in (first, plain)
    ]
    for env in envs:
        env.reset(seed=3)
        forks.play(env, 1, 12)

    other, silent = envs[0].fork(journal=given), copy.deepcopy(envs[0])
    forks.play(silent, 2, 5)
    silent.reset(seed=1)
    forks.play(other, 2, 10**6)
    for env in envs:
        forks.play(env, 5, 10**6)
    other.reset(seed=4)
    for env in (*envs, other, silent):
        env.close()

    assert sorted(path.name for path in tmp_path.glob("*.jsonl")) == [
        "first.jsonl",
        "other-2.jsonl",
        "other.jsonl",
        "plain.jsonl",
    ]
    assert first.read_bytes() == plain.read_bytes()
    assert replay.verify(first, reexecute=True).status == "complete"
    assert replay.verify(given, reexecute=True).status == "complete"
    acts = [[r for r in records(path) if r["k"] == "act"] for path in (first, given)]
    assert acts[0] != acts[1]
    for one, two in zip(acts[0][:12], acts[1][:12], strict=True):
        assert one | {"h": two["h"]} == two


def test_a_restored_environment_begins_its_next_journal(tmp_path):
    path = tmp_path / "j.jsonl"
    env = FlightBookingEnv("flights/sfo-mad", seed=1, journal=path)
    env.reset()
    forks.play(env, 1, 4)
    saved = env.save()
    forks.play(env, 2, 4)
    env.restore(saved)
    forks.play(env, 3, 10**6)
    env.close()

    statuses = [
        records(tmp_path / name)[-1]["d"]["status"] for name in ("j.jsonl", "j-2.jsonl")
    ]
    assert statuses == ["aborted", "complete"]
    assert replay.verify(tmp_path / "j-2.jsonl", reexecute=True).status == "complete"


def test_journals_make_no_difference_to_where_a_fork_is(tmp_path):
    env = market_v0.env("flights/outage", n_agents=3, journal=tmp_path / "j.jsonl")
    env.reset(seed=3)
    forks.play(env, 1, 60)

    other = env.fork()

    assert other.turns.full_digest() == env.turns.full_digest()


# -- wrappers, and mistakes -----------------------------------------------------------


def test_a_copy_of_a_wrapped_environment_goes_on():
    env = gymnasium.make("TestTimeGym/FlightBooking-v0")
    env.reset(seed=3)
    env.step({"verb": "search_flights"})

    other = copy.deepcopy(env)

    wait = {"verb": "wait"}
    one, two = env.step(wait), other.step(wait)
    assert forks.fingerprint(one) == forks.fingerprint(two)
    assert env.unwrapped.digest() == other.unwrapped.digest()


@pytest.mark.parametrize("duplicate", [copy.deepcopy, by_pickle])
def test_a_copy_of_pettingzoo_s_wrappers_goes_on(duplicate):
    env = AssertOutOfBoundsWrapper(market_v0.env("flights/rush", n_agents=3))
    env = OrderEnforcingWrapper(env)
    env.reset(seed=3)
    for _ in range(5):
        env.step(0)

    other = duplicate(env)

    for _ in range(5):
        assert env.agent_selection == other.agent_selection
        assert forks.fingerprint(env.last()) == forks.fingerprint(other.last())
        env.step(0)
        other.step(0)
    assert env.unwrapped.digest() == other.unwrapped.digest()


@pytest.mark.parametrize("case", ["aec", "parallel", "one traveller"])
def test_there_is_nothing_to_fork_before_reset(case):
    env = CASES[case]()

    for what in ("fork", "save"):
        with pytest.raises(ResetNeeded, match=f"{what} before reset"):
            getattr(env, what)()
    for duplicate in (copy.copy, copy.deepcopy, by_pickle):
        with pytest.raises(ResetNeeded):
            duplicate(env).digest()


@pytest.mark.parametrize(
    ("saved", "message"),
    [
        (lambda: begun("parallel", 1).save(), "another environment.*'Parallel'"),
        (lambda: begun("aec, flat, leave", 1), "another flatten.*: True, here False"),
        (lambda: begun("aec, json", 1), "another observation"),
        (lambda: begun("aec, sellers", 1), "another agents"),
        (lambda: market_v0.env("flights/rush", n_agents=4), "save before reset"),
        (lambda: 7, "restore takes what save"),
    ],
)
def test_only_a_run_of_an_environment_like_it_is_restored(saved, message):
    env = begun("aec", 2)
    digest = env.turns.full_digest()

    with pytest.raises(Misuse, match=message):
        env.restore(saved())

    assert env.turns.full_digest() == digest


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"actions": "lean"}, "actions"),
        ({"mask_in": "obs"}, "mask_in_info"),
        ({"info": "full"}, "info"),
        ({"reward": "standard"}, "scenario"),
    ],
)
def test_a_run_that_was_shown_otherwise_is_not_restored(options, what):
    env = CASES["aec"]()
    other = market_v0.env("flights/rush", n_agents=4, max_cycles=15, **options)
    other.reset(seed=1)

    with pytest.raises(Misuse, match=f"another {what} than"):
        env.restore(other)

    assert other.fork().digest() == other.digest()


def test_another_scenario_is_not_restored():
    guest = HotelBookingEnv(observation="vector")
    guest.reset(seed=1)

    with pytest.raises(Misuse, match=r"another (scenario|agents)"):
        begun("one traveller", 1).restore(guest.save())
