"""Copies, spaces, mistakes and order behind the doors."""

import copy
import pickle
from itertools import pairwise

import pytest
from tests.support.doors import (
    ABORT,
    SEARCH,
    WAIT,
    Buffers,
    choice,
    make_aec,
    make_parallel,
    make_single,
    no_others,
    numbers,
    play_aec,
)
from worlds import busy_world, episode

from test_time_gym.envs.adapter import EnvAdapter
from test_time_gym.envs.aec import MarketAEC
from test_time_gym.envs.parallel import MarketParallel
from test_time_gym.envs.single import MarketSingle
from test_time_gym.market.errors import Misuse

# -- copies -----------------------------------------------------------------------


MAKERS = [make_aec, make_parallel, make_single]


def by_pickle(env):
    return pickle.loads(pickle.dumps(env))


@pytest.mark.parametrize("duplicate", [copy.deepcopy, by_pickle])
@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("running", [False, True])
def test_a_copied_environment_plays_the_same_runs_once_it_is_reset(
    make, duplicate, running
):
    env = make()
    if running:
        env.reset(seed=1)

    other = duplicate(env)

    digests = []
    for each in (env, other):
        each.reset(seed=2)
        if isinstance(each, MarketParallel):
            each.step({"buyer_0": SEARCH, "buyer_1": WAIT})
        else:
            each.step(SEARCH)
        digests.append(each.turns.full_digest())
    assert digests[0] == digests[1]


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, by_pickle])
@pytest.mark.parametrize("make", MAKERS)
def test_a_copy_of_a_running_environment_goes_on(make, duplicate):
    env = make()
    env.reset(seed=1)

    other = duplicate(env)

    assert other.turns.full_digest() == env.turns.full_digest()
    with_all = {"buyer_0": SEARCH, "buyer_1": WAIT}
    for each in (env, other):
        each.step(with_all if isinstance(each, MarketParallel) else SEARCH)
    assert other.turns.full_digest() == env.turns.full_digest()


def test_a_copy_leaves_the_original_running():
    buffers = Buffers()
    env = MarketAEC(EnvAdapter(episode(), journal=buffers))
    env.reset(seed=1)

    copy.deepcopy(env).reset(seed=5)
    env.step(WAIT)

    assert not buffers[0].ended


# -- spaces -----------------------------------------------------------------------


@pytest.mark.parametrize("make", [make_aec, make_parallel])
def test_agents_have_equal_spaces_and_chances_of_their_own(make):
    env = make()
    one, two = (env.action_space(name) for name in env.possible_agents)

    one.seed(1)
    two.seed(2)
    apart = [one.sample() for _ in range(20)], [two.sample() for _ in range(20)]
    one.seed(1)

    assert one == two
    assert one is not two
    assert env.action_space("buyer_0") is one
    assert [one.sample() for _ in range(20)] == apart[0] != apart[1]
    first, second = (env.observation_space(name) for name in env.possible_agents)
    assert first == second
    assert first is not second


# -- mistakes ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_agents": 0}, "n_agents is 1 to 64 here, not 0"),
        ({"n_agents": 65}, "n_agents is 1 to 64 here, not 65"),
        ({"n_agents": 2.0}, "n_agents is 1 to 64 here, not 2.0"),
        ({"observation": "pixels"}, "observation is 'vector' or 'json'"),
        ({"finish": "explode"}, "finish is 'idle' or 'leave'"),
        ({"cooperation": 1.5}, "cooperation is 0 to 1"),
        ({"cooperation": float("nan")}, "cooperation is 0 to 1"),
        ({"cooperation": "much"}, "cooperation is 0 to 1"),
        ({"max_turns": 0}, "max_turns is a positive integer"),
        ({"max_turns": True}, "max_turns is a positive integer"),
        ({"window_ms": -1}, "window_ms is an integer from 0"),
        ({"window_ms": 0.5}, "window_ms is an integer from 0"),
    ],
)
def test_a_wrong_option_of_a_door_is_misuse(options, message):
    with pytest.raises(Misuse, match=message):
        EnvAdapter(episode(), **options)


@pytest.mark.parametrize(
    "make",
    [
        lambda mode: MarketAEC(EnvAdapter(episode()), mode),
        lambda mode: MarketParallel(EnvAdapter(episode(), window_ms=1000), mode),
        lambda mode: MarketSingle(EnvAdapter(episode()), no_others, render_mode=mode),
    ],
)
def test_doors_render_text(make):
    env = make("ansi")
    with pytest.raises(Misuse, match="render before reset"):
        env.render()
    env.reset(seed=1)

    text = env.render()

    assert text.splitlines()[0] == "2026-06-01 09:00:00  USD"
    modes = "render_mode is None, 'human', 'ansi' or 'rgb_array', not 'depth_array'"
    with pytest.raises(Misuse, match=modes):
        make("depth_array")


def test_the_checked_door_says_what_was_called_out_of_order():
    env = make_aec()
    calls = [
        lambda: env.step(WAIT),
        env.last,
        env.agent_iter,
        lambda: env.observe("buyer_0"),
        env.render,
    ]

    messages = []
    for call in calls:
        with pytest.raises(Misuse) as caught:
            call()
        messages.append(str(caught.value))

    assert messages == [
        f"{what} before reset: call reset first"
        for what in ("step", "last", "agent_iter", "observe", "render")
    ]


def test_the_checked_door_knows_its_end_and_its_agents():
    env = make_aec()
    play_aec(env, 1)

    for call in (lambda: env.step(None), env.last):
        with pytest.raises(Misuse, match="after the end of the run"):
            call()
    with pytest.raises(Misuse, match="there is no agent 'buyer_9'"):
        env.observe("buyer_9")


@pytest.mark.parametrize("action", [48, "search", None])
def test_a_wrong_action_is_misuse_and_the_same_agent_may_try_again(action):
    env = make_aec()
    env.reset(seed=1)
    name, before = env.agent_selection, env.turns.full_digest()

    with pytest.raises(Misuse, match="an action is an integer"):
        env.step(action)

    assert (env.agent_selection, env.turns.full_digest()) == (name, before)
    env.step(WAIT)


def test_only_none_is_an_action_of_an_agent_that_is_done():
    env = MarketAEC(EnvAdapter(episode(), n_agents=1, finish="leave"))
    env.reset(seed=1)
    env.step(ABORT)

    with pytest.raises(Misuse, match="buyer_0 is done: its only action is None"):
        env.step(WAIT)

    env.step(None)
    assert env.agents == []


def test_the_single_door_says_what_was_called_out_of_order():
    env = make_single()
    with pytest.raises(Misuse, match="step before reset"):
        env.step(WAIT)
    env.reset(seed=1)
    env.step(ABORT)

    with pytest.raises(Misuse, match="step after the end of the episode"):
        env.step(WAIT)


# -- order ------------------------------------------------------------------------


def test_turns_come_in_the_order_of_time_whatever_the_agents_names():
    env = MarketAEC(EnvAdapter(busy_world(), n_agents=8))
    env.reset(seed=3)
    choices = numbers(3, "buyer_0")

    times, selections = [], []
    while not env.turns.over:
        _, _, _, _, info = env.last()
        times.append(info["now"])
        selections.append(env.agent_selection)
        env.step(choice(info["action_mask"], next(choices)))

    assert all(before <= after for before, after in pairwise(times))
    assert selections[:8] != sorted(selections[:8])
