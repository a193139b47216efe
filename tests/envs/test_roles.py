"""Both roles behind the PettingZoo environments, `run`, replay, fork and audit."""

import json
import warnings

import numpy as np
import pytest
from pettingzoo.test import api_test, parallel_api_test, seed_test
from pettingzoo.test.seed_test import parallel_seed_test

import test_time_gym as ttg
from test_time_gym import market_v0
from test_time_gym.audit import audit
from test_time_gym.envs.seller_codec import HOLD
from test_time_gym.export.recording import Rerun
from test_time_gym.journal.reader import read_journal
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.verbs import ACTIONS, Verb

NAME = "flights/duopoly"
BOTH = ("buyer", "seller")
WAIT = next(k for k, (verb, _) in enumerate(ACTIONS) if verb is Verb.WAIT)
AGENTS = ["buyer_0", "buyer_1", "buyer_2", "seller_0", "seller_1"]


def env(**options):
    return market_v0.env(NAME, roles=BOTH, **options)


def parallel_env(**options):
    return market_v0.parallel_env(NAME, roles=BOTH, **options)


# -- PettingZoo's own tests ------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"flatten": True}, {"finish": "leave"}])
def test_the_aec_environment_passes_the_api_test(options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        api_test(env(**options), num_cycles=200)


@pytest.mark.parametrize("options", [{}, {"flatten": True}, {"finish": "leave"}])
def test_the_parallel_environment_passes_the_api_test(options):
    parallel_api_test(parallel_env(**options), num_cycles=200)


def test_both_environments_pass_the_seed_tests():
    seed_test(env, num_cycles=60)
    parallel_seed_test(parallel_env, num_cycles=60)


# -- spaces and masks ------------------------------------------------------------------


def test_sellers_come_only_with_their_role():
    assert market_v0.env(NAME).possible_agents == AGENTS[:3]
    assert env().possible_agents == AGENTS
    assert parallel_env().possible_agents == AGENTS


@pytest.mark.parametrize("make", [env, parallel_env])
@pytest.mark.parametrize("observation", ["vector", "json"])
def test_spaces_are_equal_within_a_role_and_differ_between_roles(make, observation):
    made = make(observation=observation)
    for space in (made.observation_space, made.action_space):
        assert space("buyer_0") == space("buyer_2")
        assert space("seller_0") == space("seller_1")
        assert space("seller_0") is not space("seller_1")
        assert space("buyer_0") != space("seller_0")


def test_a_scenario_without_sellers_to_play_refuses_the_role():
    with pytest.raises(Misuse, match="no seller of this scenario can be played"):
        market_v0.env("flights/rush", roles=BOTH)


def test_every_step_that_the_mask_allows_is_legal_and_no_other():
    made, seen = env(n_agents=1), {0: 0, 1: 0}
    dice = np.random.default_rng(5)
    made.reset(seed=3)
    for name in made.agent_iter():
        observation, _, terminated, truncated, _ = made.last()
        if terminated or truncated:
            made.step(None)
            continue
        mask = observation["action_mask"]
        if name.startswith("buyer"):
            made.step(int(dice.choice(mask.nonzero()[0])))
            continue
        action = int(dice.integers(len(mask)) if dice.random() < 0.3 else 0)
        made.step(action)
        assert made.infos[name]["accepted"] == bool(mask[action])
        seen[int(mask[action])] += 1

    assert min(seen.values()) > 0


def test_a_step_moves_all_prices_and_stays_within_the_bounds():
    made = parallel_env(n_agents=1)
    made.reset(seed=3)
    market, world = made.turns.market, made.turns.world
    before = list(market.prices)

    while made.turns.clock.now_ms < 7_200_000:
        observations, *_ = made.step({"buyer_0": WAIT, "seller_0": 0, "seller_1": HOLD})

    own = [p.index for p in made.turns.sellers[0].seller.products]
    assert [market.prices[j] for j in own] == [world.floors[j] for j in own]
    assert [p for j, p in enumerate(market.prices) if j not in own] == [
        p for j, p in enumerate(before) if j not in own
    ]
    assert observations["seller_0"]["observation"].shape == (104,)


def test_the_reward_of_a_seller_is_its_named_terms():
    made = env(n_agents=1)
    made.reset(seed=4)
    earned = {}
    for name in made.agent_iter():
        observation, reward, terminated, truncated, info = made.last()
        if name.startswith("seller"):
            terms = {key: info[key] for key in info if key.startswith("reward_")}
            assert reward == pytest.approx(sum(terms.values()))
            assert [*terms] == ["reward_revenue", "reward_penalty"]
            earned[name] = earned.get(name, 0) + reward
        done = terminated or truncated
        hold = HOLD if name.startswith("seller") else WAIT
        made.step(None if done else hold)
        assert done or observation["action_mask"][hold]

    totals = {one.name: one.total_milli / 1000 for one in made.turns.sellers}
    assert earned == pytest.approx(totals)
    assert min(totals.values()) > 0


# -- run, replay, fork and audit -------------------------------------------------------


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """Return the journal of a run with both sellers, and its result."""
    path = tmp_path_factory.mktemp("roles") / "duopoly.jsonl"
    sellers = {"seller_0": "undercut", "seller_1": "load-follower"}
    return path, ttg.run(NAME, sellers, seed=7, journal=path)


def test_a_run_has_the_sellers_that_are_named(recorded):
    agents = recorded[1].episodes[0].agents

    assert list(agents) == AGENTS
    assert [agents[name].policy for name in AGENTS[3:]] == ["undercut", "load-follower"]
    assert {agents[name].outcome for name in AGENTS[3:]} == {"closed"}
    assert min(agents[name].reward for name in AGENTS[3:]) > 0
    assert all(agents[name].regret is None for name in AGENTS[3:])


def test_a_seller_for_whom_nobody_is_named_is_played_by_a_rule():
    result = ttg.run(NAME, "cheapest", roles=BOTH, seed=7, regret=False)

    policies = [one.policy for one in result.episodes[0].agents.values()]
    assert policies == [*["cheapest"] * 3, *["load-follower"] * 2]


def test_a_seller_that_fails_ends_only_its_own_episode(tmp_path):
    def fails(_observation):
        raise RuntimeError

    path = tmp_path / "fails.jsonl"
    sellers = {"seller_0": fails, "seller_1": lambda _: {"verb": "wait"}}
    result = ttg.run(NAME, sellers, seed=7, regret=False, journal=path)

    agents = result.episodes[0].agents
    assert (agents["seller_0"].outcome, agents["seller_0"].steps) == ("error", 1)
    assert agents["seller_1"].outcome == "closed"
    assert audit(path).findings == ()
    assert ttg.replay.verify(path).status == "complete"


def test_its_journal_comes_out_the_same_and_has_no_finding(recorded):
    path, _ = recorded

    assert ttg.replay.verify(path, reexecute=True).replay == "equal"
    assert audit(path).findings == ()


def test_random_steps_of_both_roles_leave_a_sound_journal(tmp_path):
    path = tmp_path / "random.jsonl"
    made = env(journal=path, window_s=7)
    made.reset(seed=11)
    dice = np.random.default_rng(11)
    for _ in made.agent_iter():
        observation, _, terminated, truncated, _ = made.last()
        size = 0 if terminated or truncated else len(observation["action_mask"])
        made.step(int(dice.integers(size)) if size else None)

    assert made.turns.over
    assert ttg.replay.verify(path, reexecute=True).replay == "equal"
    assert audit(path).findings == ()


def test_a_seller_is_taken_over_in_a_fork(recorded, tmp_path):
    path, _ = recorded
    out = tmp_path / "fork.jsonl"

    forked = ttg.replay.fork(
        path, 60, {"seller_0": lambda _: {"verb": "wait"}}, journal=out
    )

    assert forked.seats["seller_0"] == "taken over"
    assert forked.seats["seller_1"] == "plays on"
    assert forked.differs == {}
    assert ttg.replay.verify(out, reexecute=True).replay == "equal"
    assert audit(out).findings == ()


def test_the_state_at_a_record_tells_of_sellers(recorded):
    path, _ = recorded
    last = len(path.read_bytes().splitlines()) - 1

    agents = ttg.replay.state_at(path, last)["agents"]

    told = {one["name"]: one for one in agents}
    assert told["seller_0"]["seller"] == "Atlantico"
    assert told["seller_0"]["outcome"] == "closed"


@pytest.mark.parametrize(
    "seats",
    [
        [{"name": "seller_0", "policy": "x", "role": "seller"}],
        [{"name": "buyer_0", "policy": "x"}, {"name": "s", "policy": "x", "role": "s"}],
    ],
)
def test_a_header_with_other_roles_describes_no_run(recorded, seats):
    header = json.loads(recorded[0].read_bytes().splitlines()[0])["d"]

    with pytest.raises(Misuse, match="seats is a list of"):
        ttg.replay.execute.start(header | {"seats": seats}, None)


def test_exports_refuse_runs_with_sellers_and_say_why(recorded):
    with pytest.raises(Misuse, match="exports hold runs of buyers alone"):
        Rerun(read_journal(recorded[0]), "vector")
