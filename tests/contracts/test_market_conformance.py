"""Our own environments pass our own conformance kit, whole."""

from functools import partial
from pathlib import Path

import pytest

from test_time_gym import market_v0, testing
from test_time_gym.envs.vector_codec import ACTIONS
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.scenarios import load_scenario

HERE = str(Path(__file__).parent)

LOOK_AGAIN = ACTIONS.index((Verb.WAIT, 0))
PRIVATE = [
    number
    for number, (verb, _) in enumerate(ACTIONS)
    if verb in (Verb.SEARCH, Verb.FILTER_RESULTS, Verb.SELECT, Verb.ADD_TO_CART)
]


def small(scenario="flights/rush", *, even_pace=False):
    """Return a scenario in which an episode is short, or every click as long."""
    declared = load_scenario(scenario)
    turns = {"max_turns": 12}
    if even_pace:
        turns |= {"click_ms": 1000, "page_ms": 1000}
    return declared.model_copy(
        update={"turns": declared.turns.model_copy(update=turns)}
    )


def make(maker, **options):
    return partial(maker, small(), n_agents=3, **options)


def look_again(_env, _agent):
    return LOOK_AGAIN


def aec():
    """For the check in other processes."""
    return market_v0.env(small(), n_agents=3)


LONG = [pytest.mark.long]
DOORS = {
    "raw": make(market_v0.raw_env),
    "checked": make(market_v0.env),
    "checked, leaving": make(market_v0.env, finish="leave"),
    "checked, flat": make(market_v0.env, flatten=True),
    "parallel": make(market_v0.parallel_env),
    "parallel, leaving": make(market_v0.parallel_env, finish="leave"),
}


def sampled():
    """Return one door of each interface for every run of the tests, all for long."""
    return [
        pytest.param(
            made, id=name, marks=[] if name in ("checked", "parallel") else LONG
        )
        for name, made in DOORS.items()
    ]


@pytest.mark.parametrize("make_env", sampled())
def test_every_door_passes_the_general_checks(make_env):
    report = testing.check_environment(make_env, masks={"noop": look_again})

    skipped = [name for name, _ in report.skipped]
    assert skipped == ["check_privacy", "check_hash_seed"]


def test_another_hash_seed_gives_the_same_run():
    testing.check_hash_seed("test_market_conformance:aec", path=[HERE])


@pytest.mark.parametrize("maker", [market_v0.env, market_v0.parallel_env])
def test_a_rivals_search_and_cart_do_not_show(maker):
    make_env = partial(maker, small(even_pace=True), n_agents=2)

    def private(env, agent):
        turns = env.unwrapped.turns
        seat = turns.by_name[agent]
        mask = env.unwrapped._adapter.codec.mask(seat)
        legal = [number for number in PRIVATE if mask[number]]
        return legal[-1] if legal and seat in turns.ready else None

    testing.check_privacy(make_env, private, "buyer_0", "buyer_1", idle=look_again)
