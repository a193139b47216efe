"""A step that can lead nowhere is refused: after the end, and after `close`."""

import copy

import pytest

import test_time_gym as ttg
from test_time_gym import market_v0
from test_time_gym.envs import FlightBookingEnv
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.verbs import ACTIONS, Verb

ABORT, WAIT = ([verb for verb, _ in ACTIONS].index(v) for v in (Verb.ABORT, Verb.WAIT))


def one_step(env):
    """Step an environment of any kind once."""
    joint = hasattr(env, "possible_agents") and not hasattr(env, "agent_iter")
    env.step(dict.fromkeys(env.agents, WAIT) if joint else WAIT)


DOORS = {
    "aec": lambda **more: market_v0.env("flights/rush", n_agents=2, **more),
    "parallel": lambda **more: market_v0.parallel_env(
        "flights/rush", n_agents=2, **more
    ),
    "gymnasium": lambda **more: FlightBookingEnv(observation="vector", **more),
}


def over(**options):
    """Return a Parallel environment whose episode has ended."""
    env = market_v0.parallel_env("flights/rush", n_agents=2, max_cycles=1, **options)
    env.reset(seed=1)
    while env.agents:
        env.step(dict.fromkeys(env.agents, WAIT))
    return env


@pytest.mark.parametrize("finish", ["idle", "leave"])
def test_joint_actions_after_the_end_are_refused(finish):
    env = over(finish=finish)
    before = env.turns.full_digest()

    with pytest.raises(Misuse, match=r"after the end: env\.agents is empty, call rese"):
        env.step(dict.fromkeys(env.possible_agents, WAIT))

    assert env.turns.full_digest() == before


def test_no_actions_of_no_agents_are_what_pettingzoo_has_after_the_end():
    assert over().step({}) == ({}, {}, {}, {}, {})


def test_an_action_of_an_agent_that_left_names_it():
    env = market_v0.parallel_env("flights/rush", n_agents=2, finish="leave")
    _, infos = env.reset(seed=1)
    assert infos["buyer_0"]["action_mask"][ABORT]
    env.step({"buyer_0": ABORT, "buyer_1": WAIT})
    assert env.agents == ["buyer_1"]

    with pytest.raises(Misuse, match=r"agents that are done: buyer_0; see env\.agents"):
        env.step({"buyer_0": WAIT, "buyer_1": WAIT})


@pytest.mark.parametrize("door", DOORS)
def test_a_step_after_close_is_refused_because_no_journal_would_have_it(door, tmp_path):
    path = tmp_path / "run.jsonl"
    env = DOORS[door](journal=path)
    env.reset(seed=1)
    one_step(env)
    env.close()
    sealed, digest = path.read_bytes(), env.digest()

    with pytest.raises(Misuse, match="step after close: call reset first"):
        one_step(env)

    env.close()
    assert (path.read_bytes(), env.digest()) == (sealed, digest)
    assert ttg.replay.verify(path, reexecute=True).ok
    env.reset(seed=2)
    one_step(env)


@pytest.mark.parametrize("door", DOORS)
def test_a_copy_of_a_closed_environment_goes_on(door):
    env = DOORS[door]()
    env.reset(seed=1)
    env.close()

    copied = copy.deepcopy(env)
    one_step(copied)
    env.restore(copied)
    one_step(env)
    one_step(copied)

    assert env.digest() == copied.digest()


@pytest.mark.parametrize("make", [market_v0.env, market_v0.parallel_env])
@pytest.mark.parametrize("name", ["agent_0", 0, None, ["buyer_0"]])
def test_spaces_of_an_unknown_agent_name_those_that_there_are(make, name):
    env = make("flights/rush", n_agents=3)

    for space in (env.observation_space, env.action_space):
        with pytest.raises(Misuse, match="possible_agents: buyer_0 … buyer_2"):
            space(name)
