"""What whoever trains on many markets at once may rely on, by arrays alone."""

import numpy as np
import pytest

from test_time_gym import market_v0

MARKETS, STEPS = 3, 30
CASES = {
    "rush": ("flights/rush", {}),
    "lean": ("flights/rush", {"actions": "lean"}),
    "hotels": ("hotels/city-break", {"n_agents": 2}),
    "one learner": ("flights/rush", {"n_agents": 3, "others": "others"}),
    "leave": ("flights/rush", {"finish": "leave", "max_cycles": 7}),
    "next step": ("flights/rush", {"autoreset": "next_step", "max_cycles": 7}),
}
every_case = pytest.mark.parametrize("case", CASES)


def made(case, **more):
    scenario, options = CASES[case]
    options = dict(options)
    if options.get("others"):
        options["others"] = {"buyer_1": "cheapest", "buyer_2": "patient"}
    return market_v0.vector_env(MARKETS, scenario, **options, **more)


def chosen(k, infos):
    """Return a legal action of each ready row, another one for every step."""
    actions = np.full(len(infos["ready"]), -1)
    for row in np.flatnonzero(infos["ready"]):
        legal = np.flatnonzero(infos["action_mask"][row])
        actions[row] = legal[(7 * k + row) % len(legal)]
    return actions


def played(env, seed=7, steps=STEPS):
    """Yield what `reset` and each step return, as five."""
    observations, infos = env.reset(seed=seed)
    flags = np.zeros(env.num_envs, bool)
    yield observations, np.zeros(env.num_envs), flags, flags, infos
    for k in range(steps):
        told = env.step(chosen(k, infos))
        infos = told[-1]
        yield told


@every_case
def test_arrays_keep_their_keys_types_and_shapes(case):
    env = made(case)
    known = None
    for observations, rewards, terminations, truncations, infos in played(env):
        arrays = {
            "observations": observations,
            "rewards": rewards,
            "terminations": terminations,
            "truncations": truncations,
            **{name: one for name, one in infos.items() if "final" not in name},
        }
        shape = {name: (one.dtype, one.shape) for name, one in arrays.items()}
        known = known or shape
        assert shape == known
        assert all(one[0] == env.num_envs for _, one in shape.values())
        assert env.observation_space.contains(observations)
    assert {"ready", "action_mask", "now", "dt", "outcome", "accepted"} <= set(known)
    env.close()


@every_case
def test_every_row_may_do_something_and_some_row_must(case):
    env = made(case)
    for *_, infos in played(env):
        mask, ready = infos["action_mask"], infos["ready"]
        assert mask.dtype == np.int8
        assert set(np.unique(mask)) <= {0, 1}
        assert mask.any(axis=1).all()
        # A row that waits for its turn may only wait.
        assert (mask[~ready] == mask[~ready][:1]).all()
        if CASES[case][1].get("autoreset") != "next_step":
            assert ready.any()
    env.close()


@every_case
def test_arrays_are_fresh_and_may_be_written_into(case):
    clean, spoilt = made(case), made(case)
    before = []
    pairs = zip(played(clean), played(spoilt), strict=True)
    for (one, *_, first), (two, *_, second) in pairs:
        assert np.array_equal(one, two)
        assert np.array_equal(first["action_mask"], second["action_mask"])
        assert not any(np.shares_memory(one, old) for old in before)
        before = [one]
        two.fill(0)
    clean.close()
    spoilt.close()


@every_case
def test_terms_of_rewards_sum_to_them(case):
    env = made(case)
    for _, rewards, *_, infos in played(env):
        terms = sum(infos[f"reward_{name}"] for name in env.reward_terms)
        assert rewards == pytest.approx(terms, abs=1e-9)
    env.close()


@every_case
def test_an_end_comes_with_its_last_observation_and_outcome(case):
    env = made(case)
    ends = 0
    for observations, _, terminations, truncations, infos in played(env, steps=300):
        ended = terminations | truncations
        assert not (terminations & truncations).any()
        final = infos.get("_final_obs", np.zeros_like(ended))
        if env.autoreset == "same_step" and final.any():
            assert np.array_equal(final, ended)
            assert infos["final_obs"].shape == observations.shape
            assert (infos["final_info"]["outcome"][ended] != 0).all()
        elif env.autoreset == "next_step":
            assert (infos["outcome"][ended] != 0).all()
        ends += int(ended.sum())
        if ends >= env.num_envs:
            break
    assert ends >= env.num_envs
    env.close()


@pytest.mark.parametrize("case", ["one learner", "leave"])
def test_a_seed_gives_the_same_rows_in_any_number_of_processes(case):
    told = []
    for processes in (1, 2):
        env = made(case, processes=processes)
        told.append(
            [
                np.concatenate([o.ravel(), r, t, u, i["ready"]]).tobytes()
                for o, r, t, u, i in played(env, steps=20)
            ]
        )
        env.close()
    assert told[0] == told[1]
