"""Many markets as one environment of batched arrays, in one process."""

import numpy as np
import pytest
from rows import ABORT, SEARCH, WAIT, RandomRows, every, trace

import test_time_gym as ttg
from test_time_gym import market_v0
from test_time_gym.envs.reset_needed import ResetNeeded
from test_time_gym.envs.vector import NO_ACTION
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.verbs import ACTIONS, Verb
from test_time_gym.market_v0 import OUTCOME_CODES
from test_time_gym.replay import verify

WAITS = [number for number, (verb, _) in enumerate(ACTIONS) if verb is Verb.WAIT]
SMALL = "flights/sfo-mad"


def make(n=2, scenario=SMALL, **options):
    return market_v0.vector_env(n, scenario, **options)


# -- what it shows --------------------------------------------------------------------


def test_rows_are_markets_times_agents():
    env = make(3, "flights/rush", n_agents=4)

    observations, infos = env.reset(seed=1)

    size = env.single_observation_space.shape[0]
    actions = env.single_action_space.n
    assert (env.num_markets, env.num_envs) == (3, 12)
    assert env.agents == ["buyer_0", "buyer_1", "buyer_2", "buyer_3"]
    assert (observations.shape, observations.dtype) == ((12, size), np.float32)
    assert infos["action_mask"].shape == (12, actions)
    assert infos["action_mask"].dtype == np.int8
    assert env.observation_space.contains(observations)
    assert list(infos)[:6] == [
        "action_mask",
        "ready",
        "accepted",
        "now",
        "dt",
        "outcome",
    ]
    assert list(infos)[6:] == [f"reward_{term}" for term in env.reward_terms]


def test_a_market_of_a_seed_is_what_the_aec_environment_of_that_seed_is():
    env = make(3, "flights/rush", n_agents=1, autoreset="disabled")
    observations, infos = env.reset(seed=10)
    choose, played = RandomRows(), [[] for _ in range(3)]
    rewards, live = np.zeros(3), np.ones(3, bool)
    first = observations.copy()
    while live.all():
        actions = choose(infos)
        for row in range(3):
            played[row].append(int(actions[row]))
        observations, earned, ends, cuts, infos = env.step(actions)
        rewards += earned
        live &= ~(ends | cuts)

    for row in range(3):
        aec = market_v0.env("flights/rush", n_agents=1, flatten=True)
        aec.reset(seed=10 + row)
        assert np.array_equal(aec.observe("buyer_0"), first[row])
        total = 0.0
        for action in played[row]:
            aec.step(action)
            total += aec.rewards["buyer_0"]
        assert np.array_equal(aec.observe("buyer_0"), observations[row])
        assert total == pytest.approx(rewards[row])
        assert aec.terminations["buyer_0"] or aec.truncations["buyer_0"] or live[row]


def test_a_row_acts_only_when_it_is_ready_and_is_told_how_long_that_took():
    env = make(2, "flights/rush", n_agents=3)
    _, infos = env.reset(seed=1)
    acted, choose = infos["now"].copy(), RandomRows()
    assert infos["ready"].all()

    for _ in range(200):
        actions = choose(infos)
        acted = np.where(actions >= 0, infos["now"], acted)
        _, rewards, ends, cuts, infos = env.step(actions)
        ready = infos["ready"]
        if "final_obs" in infos:
            acted = np.where(ends | cuts, 0, acted)
        assert np.array_equal(infos["dt"][ready], (infos["now"] - acted)[ready])
        assert infos["action_mask"].any(axis=1).all()
        asleep = np.delete(infos["action_mask"][~ready], WAITS, axis=1)
        assert not asleep.any()
        terms = sum(infos[f"reward_{term}"] for term in env.reward_terms)
        assert terms == pytest.approx(rewards)


def test_agents_who_are_ready_at_one_instant_decide_at_once():
    env = make(2, "flights/rush", n_agents=4)
    _, infos = env.reset(seed=1)

    _, _, _, _, infos = env.step(every(infos, SEARCH))

    assert infos["ready"].sum() == 8
    assert (infos["now"] == infos["dt"]).all()


def test_copies_stay_as_they_are_and_views_do_not():
    for copy in (True, False):
        env = make(2, copy=copy)
        first, infos = env.reset(seed=1)
        kept = first.copy()
        env.step(every(infos, SEARCH))

        assert np.array_equal(first, kept) is copy


def test_a_seed_alone_decides_and_markets_have_the_seeds_that_follow():
    one, _ = trace(make(2), 30, seed=7)
    again, _ = trace(make(2), 30, seed=7)
    listed, _ = trace(make(2), 30, seed=[7, 8])
    other, _ = trace(make(2), 30, seed=8)

    assert one == again == listed
    assert one != other


def test_a_market_draws_the_seed_of_its_next_episode_from_its_last():
    env = make(1)
    env.reset(seed=5)
    _, infos = env.reset()
    second = env.digests()
    env.reset(seed=5)
    env.step(every(infos, ABORT))

    assert env.digests() == second


# -- how episodes end -----------------------------------------------------------------


def test_all_agents_of_a_market_end_together_and_it_begins_again():
    env = make(2, "flights/rush", n_agents=2)
    _, infos = env.reset(seed=1)

    _, _, ends, _, infos = env.step(np.array([ABORT, SEARCH, SEARCH, SEARCH]))
    assert not ends.any()
    while not ends.any():
        actions = every(infos, WAIT)
        actions[1] = ABORT if infos["ready"][1] else NO_ACTION
        _, _, ends, _, infos = env.step(actions)

    assert ends.tolist() == [True, True, False, False]
    assert infos["_final_obs"].tolist() == ends.tolist()
    codes = [OUTCOME_CODES[one] for one in ("aborted", "infeasible_aborted")]
    assert set(infos["final_info"]["outcome"][:2].tolist()) <= set(codes)
    assert infos["final_info"]["action_mask"][:2].any(axis=1).all()
    assert infos["ready"][:2].all()
    assert infos["outcome"].tolist() == [0] * 4
    assert infos["now"][:2].tolist() == [0, 0]


def test_the_next_step_may_begin_the_next_episode():
    env = make(1, autoreset="next_step")
    _, infos = env.reset(seed=1)

    last, _, ends, _, infos = env.step(every(infos, ABORT))
    assert (ends.tolist(), infos["ready"].tolist()) == ([True], [False])
    assert "final_obs" not in infos
    first, rewards, ends, _, infos = env.step(every(infos, ABORT))

    assert (ends.tolist(), infos["ready"].tolist()) == ([False], [True])
    assert (rewards.tolist(), infos["outcome"].tolist()) == ([0.0], [0])
    assert not np.array_equal(first, last)


def test_markets_may_be_reset_by_the_caller_alone():
    env = make(2, autoreset="disabled")
    _, infos = env.reset(seed=1)
    _, _, ends, _, infos = env.step(np.array([ABORT, SEARCH]))
    assert ends.tolist() == [True, False]

    with pytest.raises(Misuse, match="episode of market 0 has ended"):
        env.step(every(infos, SEARCH))
    before = infos["now"][1]
    _, infos = env.reset(options={"reset_mask": ends})

    assert infos["ready"].tolist() == [True, True]
    assert infos["now"].tolist() == [0, before]


def test_with_leave_an_agent_ends_at_once_and_the_market_goes_on():
    env = make(1, "flights/rush", n_agents=3, finish="leave")
    _, infos = env.reset(seed=1)

    _, _, ends, _, infos = env.step(np.array([ABORT, SEARCH, SEARCH]))
    assert ends.tolist() == [True, False, False]
    assert infos["_final_obs"].tolist() == ends.tolist()
    ended = np.zeros(3, int)
    choose = RandomRows()
    while not infos["ready"][0]:
        _, _, ends, cuts, infos = env.step(choose(infos))
        ended += ends | cuts

    assert ended.tolist() == [0, 1, 1]


def test_truncated_rows_are_told_so():
    env = make(1, max_cycles=2)
    _, infos = env.reset(seed=1)
    env.step(every(infos, SEARCH))

    _, _, ends, cuts, infos = env.step(np.array([SEARCH]))

    assert (ends.tolist(), cuts.tolist()) == ([False], [True])
    assert infos["final_info"]["outcome"].tolist() == [OUTCOME_CODES["truncated"]]


# -- others ---------------------------------------------------------------------------


def test_agents_that_policies_play_have_no_row():
    others = {"buyer_1": "cheapest", "buyer_2": lambda _page: {"verb": "wait"}}
    env = make(2, "flights/rush", n_agents=4, others=others)

    assert env.agents == ["buyer_0", "buyer_3"]
    one, _ = trace(env, 60)
    assert len(one) == 61


def test_sellers_learn_where_policies_buy():
    others = {f"buyer_{k}": "cheapest" for k in range(3)}
    roles = ("buyer", "seller")
    env = make(2, "flights/duopoly", roles=roles, others=others)

    observations, infos = env.reset(seed=1)
    assert env.agents == ["seller_0", "seller_1"]
    assert env.observation_space.contains(observations)
    assert "reward_revenue" in infos
    with pytest.raises(Misuse, match="rows are of one role"):
        make(2, "flights/duopoly", roles=roles)


def test_a_policy_that_fails_ends_its_own_episode_alone():
    def fails(_page):
        raise RuntimeError("no idea")

    env = make(1, "flights/rush", n_agents=2, others={"buyer_1": fails})
    _, infos = env.reset(seed=1)
    with pytest.warns(RuntimeWarning, match="the agent of buyer_1 failed"):
        _, _, _, _, infos = env.step(every(infos, SEARCH))
    assert infos["ready"].tolist() == [True]


def test_policies_begin_as_in_a_run():
    begun = []

    class Beginner:
        def begin(self, task):
            begun.append((task["view"], task["now"]))

        def act(self, _page):
            return {"verb": "abort"}

    class Broken(Beginner):
        def begin(self, task):
            raise RuntimeError("not ready")

    others = {"buyer_1": Beginner(), "buyer_2": Broken(), "buyer_3": "skills"}
    env = make(1, "flights/rush", n_agents=4, others=others)
    with pytest.warns(RuntimeWarning, match="the agent of buyer_2 failed") as warned:
        _, infos = env.reset(seed=1)
    assert len(warned) == 1
    for _ in range(12):
        _, _, _, _, infos = env.step(every(infos, SEARCH))
    run = ttg.run("flights/rush", Beginner(), seed=1, n_agents=1, regret=False)
    assert run.episodes[0].agents["buyer_0"].outcome == "aborted"
    assert begun[0] == begun[1]


# -- journals -------------------------------------------------------------------------


def test_every_market_writes_journals_of_its_own(tmp_path):
    with make(2, journal=tmp_path / "a.jsonl") as env:
        env.reset(seed=1)
        env.step(np.array([ABORT, SEARCH]))

    written = sorted(path.name for path in tmp_path.glob("*.jsonl"))
    assert written == ["market-0-a-2.jsonl", "market-0-a.jsonl", "market-1-a.jsonl"]
    verdict = verify(tmp_path / "market-0-a.jsonl", reexecute=True)
    assert verdict.status == "complete"
    with pytest.raises(Misuse, match="exists"):
        make(2, journal=tmp_path / "a.jsonl").reset(seed=1)


# -- mistakes -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"n": 0}, "n is a positive integer, not 0"),
        ({"n": 2.5}, "n is a positive integer"),
        ({"n": 2, "processes": 3}, "processes is an integer from 1 to 2"),
        ({"autoreset": "soon"}, "autoreset is 'same_step' or 'next_step' or"),
        ({"start_method": "thread"}, "start_method is 'spawn' or"),
        ({"observation": "json"}, "no option 'observation'"),
        ({"others": {"buyer_0": "cheapest"}}, "no row is left"),
        ({"others": {"buyer_9": "cheapest"}}, "others names 'buyer_9'"),
    ],
)
def test_a_wrong_argument_is_told(options, said):
    with pytest.raises(Misuse, match=said):
        make(**options)


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        ([0, 0], r"of the shape \(3,\)"),
        ([[0, 0, 0]], r"of the shape \(3,\)"),
        ([0.0, 0.0, 0.0], "these are float64"),
        ([True, True, True], "these are bool"),
        ([0, 1000, 0], r"row 1 \(buyer_1 of market 0\) is ready: its action is an"),
        ([0, 0, NO_ACTION], r"row 2 \(buyer_2 of market 0\) is ready"),
        ([0, 0, -2], "not -2"),
    ],
)
def test_wrong_actions_are_told_and_nothing_has_changed(actions, said):
    env = make(1, "flights/rush", n_agents=3)
    env.reset(seed=1)
    before = env.digests()

    with pytest.raises(Misuse, match=said):
        env.step(actions)

    assert env.digests() == before


def test_a_row_that_is_not_ready_takes_no_action_but_to_wait():
    env = make(1, "flights/rush", n_agents=2)
    _, infos = env.reset(seed=1)
    *_, infos = env.step(np.array([SEARCH, WAIT]))
    assert infos["ready"].tolist() == [False, True]

    with pytest.raises(Misuse, match=r"row 0 \(buyer_0 of market 0\) is not ready"):
        env.step(np.array([SEARCH, SEARCH]))
    with pytest.raises(Misuse, match="is not ready"):
        env.step(np.array([10_000, SEARCH]))
    env.step(np.array([WAIT, SEARCH]))


def test_an_illegal_action_costs_the_penalty_and_changes_nothing_else():
    env = make(1)
    _, infos = env.reset(seed=1)
    illegal = int(np.flatnonzero(infos["action_mask"][0] == 0)[0])

    _, rewards, _, _, infos = env.step(np.array([illegal]))

    assert infos["accepted"].tolist() == [False]
    assert infos["reward_penalty"][0] < 0
    terms = infos["reward_penalty"][0] + infos["reward_time"][0]
    assert rewards[0] == pytest.approx(terms)


def test_calls_out_of_order_are_told():
    env = make(2)
    for call in (lambda: env.step(np.zeros(2, int)), env.digests):
        with pytest.raises(ResetNeeded):
            call()
    with pytest.raises(ResetNeeded):
        env.reset(options={"reset_mask": np.ones(2, bool)})
    with pytest.raises(Misuse, match="no step is pending"):
        env.step_wait()
    env.reset(seed=1)
    for seed, said in [([1], "one for each of 2 markets"), (-1, "seed")]:
        with pytest.raises(Misuse, match=said):
            env.reset(seed=seed)
    with pytest.raises(Misuse, match="reset_mask has a boolean for each of 2 rows"):
        env.reset(options={"reset_mask": [True]})
    env.step_async(np.zeros(2, int))
    with pytest.raises(Misuse, match="a step is pending"):
        env.step_async(np.zeros(2, int))
    env.reset(seed=1)
    env.close()
    env.close()
    for call in (env.reset, lambda: env.step(np.zeros(2, int)), env.digests):
        with pytest.raises(Misuse, match="the environment is closed"):
            call()
