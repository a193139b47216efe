"""The doors: one run behind them all, its seeds, its journals, its errors."""

import numpy as np
import pytest
from tests.support.doors import (
    ABORT,
    SEARCH,
    WAIT,
    Buffers,
    numbers,
    play_aec,
    play_parallel,
)
from worlds import busy_world, episode

from test_time_gym.envs.adapter import EnvAdapter
from test_time_gym.envs.aec import MarketAEC
from test_time_gym.envs.parallel import MarketParallel
from test_time_gym.envs.single import MarketSingle
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.vector_actions import ACTIONS
from test_time_gym.market.interface.verbs import Verb

# -- one run behind all doors -----------------------------------------------------


@pytest.mark.parametrize("finish", ["idle", "leave"])
@pytest.mark.parametrize("agents", [1, 2, 8])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_same_actions_make_the_same_run_in_turn_and_in_parallel(
    agents, seed, finish
):
    options = {"n_agents": agents, "window_ms": 5000, "finish": finish}
    one, two = Buffers(), Buffers()
    aec = MarketAEC(EnvAdapter(busy_world(), journal=one, **options))
    parallel = MarketParallel(EnvAdapter(busy_world(), journal=two, **options))

    returns = [play_aec(aec, seed), play_parallel(parallel, seed)]

    assert one.all_bytes() == two.all_bytes()
    assert one.all_bytes()[0].count(b'"k":"act"') > 20
    assert aec.digest() == parallel.digest()
    assert returns[0] == pytest.approx(returns[1])


def shopper(seed, name):
    """Return a policy over JSON observations: a function of (seed, name)."""
    choices = numbers(seed, name)

    def act(observation):
        legal = observation["legal_verbs"]
        n = next(choices)
        payload = {}
        for verb in (
            "answer_challenge",
            "confirm_payment",
            "enter_card",
            "proceed_to_payment",
            "add_to_cart",
            "wait",
        ):
            if verb in legal and n % 4:
                break
        else:
            verb = "search_flights" if "search_flights" in legal else "wait"
        if verb == "enter_card":
            wallet = observation["wallet"]
            payload = {"card_token": wallet[n % len(wallet)]["token"]}
        elif verb == "add_to_cart":
            flights = observation["flights"]
            payload = {"flight_id": flights[n % len(flights)]["id"]} if flights else {}
        elif verb == "answer_challenge":
            payload = {"code": "000000"}
        elif verb == "wait":
            payload = {"minutes": n % 3}
        return {"verb": verb, "payload": payload}

    return act


@pytest.mark.parametrize("seed", range(4))
def test_one_agents_door_makes_the_same_run_when_the_others_play_alike(seed):
    one, two = Buffers(), Buffers()
    options = {"n_agents": 3, "observation": "json"}
    names = ["buyer_1", "buyer_2"]
    single = MarketSingle(
        EnvAdapter(busy_world(), journal=one, **options),
        lambda run_seed: {name: shopper(run_seed, name) for name in names},
    )
    aec = MarketAEC(EnvAdapter(busy_world(), journal=two, **options))

    focal = shopper(seed, "buyer_0")
    observation, _ = single.reset(seed=seed)
    done = False
    while not done:
        observation, _, terminated, truncated, _ = single.step(focal(observation))
        done = terminated or truncated
    players = {name: shopper(seed, name) for name in aec.possible_agents}
    aec.reset(seed=seed)
    while aec.turns.by_name["buyer_0"].outcome is None:
        name = aec.agent_selection
        aec.step(players[name](aec.observe(name)))

    # The single door ends with its agent; the others' journal goes on.
    alone = one.all_bytes()[0].splitlines()
    together = two.all_bytes()[0].splitlines()
    assert alone[:-1] == together[: len(alone) - 1]
    assert len(alone) > 20


# -- the parallel door ------------------------------------------------------------


def test_a_busy_agents_action_is_refused_without_effect():
    states = []
    for meddling in (WAIT, SEARCH, ABORT):
        env = MarketParallel(EnvAdapter(episode(), n_agents=2, window_ms=1000))
        env.reset(seed=1)
        env.step({"buyer_0": SEARCH, "buyer_1": WAIT})

        observations, _, _, _, infos = env.step({"buyer_0": meddling, "buyer_1": WAIT})

        mask = observations["buyer_0"]["action_mask"]
        states.append((infos["buyer_0"]["accepted"], env.digest(), mask.tolist()))
        assert infos["buyer_0"]["action_mask"].tolist() == mask.tolist()
    accepted, digests, masks = zip(*states, strict=True)
    assert accepted == (True, False, False)
    assert len(set(digests)) == 1
    assert {ACTIONS[k][0] for k in np.flatnonzero(masks[0])} == {Verb.WAIT}


def test_a_busy_agent_of_the_json_door_may_only_wait():
    door = EnvAdapter(episode(), n_agents=2, window_ms=1000, observation="json")
    env = MarketParallel(door)
    env.reset(seed=1)

    look = {"verb": "wait", "payload": ""}
    search = {"verb": "search_flights", "payload": ""}
    observations, _, _, _, infos = env.step({"buyer_0": search, "buyer_1": look})

    assert observations["buyer_0"]["legal_verbs"] == ["wait"]
    assert [infos[name]["ready"] for name in env.agents] == [False, True]


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ({"buyer_0": WAIT}, "missing: buyer_1; step takes an action of each"),
        ([WAIT, WAIT], "actions are a dictionary, one for each of env.agents"),
        (WAIT, "actions are a dictionary, one for each of env.agents"),
        (None, "actions are a dictionary, one for each of env.agents"),
        ({}, "missing: buyer_0, buyer_1"),
        (
            {"buyer_0": WAIT, "buyer_1": WAIT, "x": 0},
            "there is no agent 'x'; possible_agents: buyer_0 … buyer_1",
        ),
        ({"buyer_0": WAIT, "buyer_1": 48}, "an action is an integer"),
        ({"buyer_0": WAIT, "buyer_1": None}, "an action is an integer"),
    ],
)
def test_wrong_joint_actions_are_misuse_and_change_nothing(actions, message):
    env = MarketParallel(EnvAdapter(episode(), n_agents=2, window_ms=1000))
    env.reset(seed=1)
    before = env.turns.full_digest()

    with pytest.raises(Misuse, match=message):
        env.step(actions)

    assert env.turns.full_digest() == before


def test_the_parallel_door_needs_windows():
    with pytest.raises(Misuse, match="needs decision windows"):
        MarketParallel(EnvAdapter(episode()))
