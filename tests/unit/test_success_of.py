"""What a policy meets, counted."""

import numpy as np

from test_time_gym.market.interface.verbs import ACTIONS, Verb
from test_time_gym.training import Success, success_of

ABORT, WAIT = (ACTIONS.index((verb, 0)) for verb in (Verb.ABORT, Verb.WAIT))


def test_who_always_aborts_meets_nothing_and_aborts_all_that_is_infeasible():
    told = success_of(lambda *_: ABORT, "flights/rush", range(8))

    assert told.feasible + told.infeasible == 8 * 8
    assert told.infeasible > 0
    assert (told.met, told.success_rate) == (0, 0.0)
    assert (told.aborted, told.abort_rate) == (told.infeasible, 1.0)
    assert told.outcomes == {
        "aborted": told.feasible,
        "infeasible_aborted": told.infeasible,
    }
    assert told.decisions == 8 * 8


def test_a_policy_sees_an_observation_and_its_mask():
    seen = []

    def policy(observation, mask):
        seen.append((observation.dtype, mask.dtype, mask[WAIT]))
        return WAIT

    told = success_of(policy, "flights/rush", [3], n_agents=2, max_cycles=3)

    assert told.outcomes == {"truncated": 2}
    assert set(seen) == {(np.dtype(np.float32), np.dtype(np.int8), 1)}
    assert told.decisions == len(seen) == 6


def test_nothing_to_meet_is_met():
    assert (Success().success_rate, Success().abort_rate) == (1.0, 1.0)
    assert "0 of 0" in str(Success())
