"""Infos of the vector door are numbers with constant keys; words come when asked."""

import numpy as np
import pytest
from tests.support.doors import WAIT

from test_time_gym import market_v0
from test_time_gym.envs import FlightBookingEnv
from test_time_gym.envs.infos import OUTCOME_CODES
from test_time_gym.envs.seller_codec import HOLD
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.participant import OUTCOMES
from test_time_gym.market.interface.reward import SELLER_TERMS, TERMS

BOTH = ("buyer", "seller")
SELLERS = {"seller_0", "seller_1"}
SHARED = ["accepted", "ready", "now", "dt", "outcome"]


def keys(terms, *, mask=True):
    """Return the keys of an info of a role, sorted."""
    rewards = [f"reward_{term}" for term in terms]
    return sorted([*SHARED, *rewards, *(["action_mask"] if mask else [])])


def infos_of_aec(finish="idle", **options):
    """Play masked random actions; yield each agent's info whenever it can be read."""
    env = market_v0.env("flights/duopoly", roles=BOTH, finish=finish, **options)
    env.reset(seed=2)
    dice = np.random.default_rng(1)
    for name in env.agent_iter():
        _, _, terminated, truncated, info = env.last()
        yield name, info, True
        yield from ((one, known, False) for one, known in env.infos.items())
        done = terminated or truncated
        env.step(None if done else pick(dice, info["action_mask"]))


def infos_of_parallel(finish="idle", **options):
    env = market_v0.parallel_env(
        "flights/duopoly", roles=BOTH, finish=finish, **options
    )
    _, infos = env.reset(seed=2)
    dice = np.random.default_rng(1)
    while env.agents:
        yield from ((name, info, True) for name, info in infos.items())
        picked = {name: pick(dice, infos[name]["action_mask"]) for name in env.agents}
        *_, infos = env.step(picked)
    yield from ((name, info, True) for name, info in infos.items())


def infos_of_single(**options):
    env = FlightBookingEnv("flights/rush", observation="vector", **options)
    _, info = env.reset(seed=2)
    dice, over = np.random.default_rng(1), False
    yield "buyer_0", info, True
    while not over:
        _, _, terminated, truncated, info = env.step(pick(dice, info["action_mask"]))
        over = terminated or truncated
        yield "buyer_0", info, True


def pick(dice, mask):
    return int(dice.choice(np.flatnonzero(mask)))


PLAYS = {
    "aec": infos_of_aec,
    "aec, leaving": lambda: infos_of_aec("leave"),
    "aec, sharing": lambda: infos_of_aec(cooperation=0.5),
    "parallel": infos_of_parallel,
    "parallel, leaving": lambda: infos_of_parallel("leave"),
    "single": infos_of_single,
}


@pytest.mark.parametrize("play", PLAYS.values(), ids=PLAYS.keys())
def test_infos_are_numbers_with_the_same_keys_at_every_step(play):
    kinds, outcomes = {}, set()
    for name, info, _ in play():
        terms = SELLER_TERMS if name.startswith("seller") else TERMS
        assert sorted(info) == keys(terms)
        for key, value in info.items():
            array = np.asarray(value)
            assert array.dtype.kind in "bif", (key, value)
            kind = (array.dtype, array.shape)
            assert kinds.setdefault((name[:5], key), kind) == kind, key
        outcomes.add(info["outcome"])

    assert outcomes > {0}


@pytest.mark.parametrize("play", [infos_of_aec, infos_of_parallel])
def test_who_may_act_now_is_told_and_who_is_done_may_not(play):
    told = [(info["ready"], info["outcome"]) for _, info, mine in play() if mine]

    assert all(not ready for ready, outcome in told if outcome)
    assert any(ready for ready, _ in told)


def test_outcomes_have_codes():
    assert market_v0.OUTCOME_CODES is OUTCOME_CODES
    assert [*OUTCOME_CODES] == ["running", *OUTCOMES]
    assert [*OUTCOME_CODES.values()] == list(range(len(OUTCOMES) + 1))


@pytest.mark.parametrize("play", [infos_of_aec, infos_of_parallel])
def test_words_come_when_they_are_asked_for(play):
    words = {"reward_terms", *keys(TERMS)}
    for name, info, _ in play(info="full"):
        if name.startswith("buyer"):
            assert {*info} == words
            assert all(info["reward_terms"].values())
            for term in TERMS:
                told = info["reward_terms"].get(term, 0.0)
                assert info[f"reward_{term}"] == told
        assert info["outcome"] in (None, *OUTCOMES)


def test_the_json_door_has_words():
    env = FlightBookingEnv(seed=1)
    _, info = env.reset()

    assert sorted(info) == sorted([*SHARED, "reward_terms"])
    assert (info["outcome"], info["reward_terms"]) == (None, {})


def has_mask(seen):
    return isinstance(seen, dict) and "action_mask" in seen


@pytest.mark.parametrize(
    ("mask_in", "observed", "told"),
    [("obs", True, False), ("info", False, True), ("both", True, True)],
)
@pytest.mark.parametrize("roles", [("buyer",), BOTH])
def test_the_mask_is_where_it_is_asked_for(mask_in, observed, told, roles):
    options = {"mask_in": mask_in, "roles": roles}
    aec = market_v0.env("flights/duopoly", **options)
    aec.reset(seed=1)
    parallel = market_v0.parallel_env("flights/duopoly", **options)
    pages, infos = parallel.reset(seed=1)
    single = FlightBookingEnv(observation="vector", mask_in=mask_in)
    page, info = single.reset(seed=1)
    pages |= {"single": page}
    infos |= {"single": info}
    for name in aec.agents:
        pages[f"aec {name}"], infos[f"aec {name}"] = aec.observe(name), aec.infos[name]
        assert aec.observation_space(name).contains(aec.observe(name))
    pages["last"], _, _, _, infos["last"] = aec.last()

    assert {has_mask(page) for page in pages.values()} == {observed}
    assert {has_mask(info) for info in infos.values()} == {told}
    for name in parallel.agents:
        assert parallel.observation_space(name).contains(pages[name])
    idle = {name: HOLD if name in SELLERS else WAIT for name in parallel.agents}
    steps = parallel.step(idle)
    assert {has_mask(page) for page in steps[0].values()} == {observed}
    assert {has_mask(info) for info in steps[4].values()} == {told}


def test_a_flat_observation_has_no_place_for_a_mask():
    env = market_v0.env(flatten=True, mask_in="info")
    env.reset(seed=1)
    observation, *_, info = env.last()

    assert isinstance(observation, np.ndarray)
    assert info["action_mask"].any()
    with pytest.raises(Misuse, match="flatten leaves no place for the mask"):
        market_v0.env(flatten=True, mask_in="obs")


@pytest.mark.parametrize("option", ["mask_in", "info"])
def test_a_place_or_a_kind_that_there_is_none_of_is_misuse(option):
    with pytest.raises(Misuse, match=f"{option} is "):
        market_v0.env(**{option: "none"})
