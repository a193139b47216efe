"""Advantages of decisions, against a recursion that looks at one row alone."""

import numpy as np
import pytest

from test_time_gym.training import decision_advantages

GAMMA, LAMBDA, UNIT = 0.9, 0.8, 1000


def decisions_of(row):
    """Return a row's decisions: ``(t, earned until the next, next t or None)``."""
    rewards, ended, ready = row["rewards"], row["ended"], row["ready"]
    found = []
    for t in np.flatnonzero(ready[:-1]):
        earned, then = 0.0, t
        while True:
            earned += rewards[then]
            if ended[then]:
                found.append((t, earned, None))
                break
            then += 1
            if ready[then]:
                found.append((t, earned, then))
                break
            if then == len(rewards):
                break  # nobody has seen yet what follows
    return found


def expected(row):
    """Return the advantages of one row, by its decisions."""
    told, values, steps = {}, row["values"], len(row["rewards"])
    for t, earned, then in reversed(decisions_of(row)):
        ahead = later = 0.0
        if then is not None:
            scale = GAMMA ** (row["dt"][then] / UNIT)
            ahead = scale * values[then]
            # The decision at the end of the rollout has not been taken yet.
            later = scale * LAMBDA * told.get(then, 0.0) if then < steps else 0.0
        told[t] = earned + ahead + later - values[t]
    return told


@pytest.mark.parametrize("seed", range(20))
def test_each_row_is_a_process_of_its_own(seed):
    dice = np.random.default_rng(seed)
    steps, rows = 30, 6
    whole = {
        "rewards": dice.normal(size=(steps, rows)),
        "ended": dice.random((steps, rows)) < 0.1,
        "values": dice.normal(size=(steps + 1, rows)),
        "ready": dice.random((steps + 1, rows)) < 0.4,
        "dt": dice.integers(0, 5000, (steps + 1, rows)),
    }

    advantages, known = decision_advantages(
        **whole, gamma=GAMMA, gae_lambda=LAMBDA, unit_ms=UNIT
    )

    for k in range(rows):
        row = {name: one[:, k] for name, one in whole.items()}
        told = expected(row)
        assert np.flatnonzero(known[:, k]).tolist() == sorted(told)
        for t in range(steps):
            assert advantages[t, k] == pytest.approx(told.get(t, 0.0))


def test_where_all_rows_decide_it_is_generalized_advantage_estimation():
    dice = np.random.default_rng(1)
    steps, rows = 20, 3
    rewards = dice.normal(size=(steps, rows))
    values = dice.normal(size=(steps + 1, rows))
    ended = dice.random((steps, rows)) < 0.2
    ready = np.ones((steps + 1, rows), np.bool_)

    told, known = decision_advantages(rewards, ended, values, ready)
    timed, _ = decision_advantages(
        rewards, ended, values, ready, np.full(ready.shape, UNIT), unit_ms=UNIT
    )

    last = np.zeros(rows)
    for t in reversed(range(steps)):
        live = 1.0 - ended[t]
        delta = rewards[t] + 0.99 * live * values[t + 1] - values[t]
        last = delta + 0.99 * 0.95 * live * last
        assert told[t] == pytest.approx(last)
    assert known.all()
    assert np.array_equal(timed, told)


def test_an_action_that_takes_an_hour_is_followed_by_less():
    def first(dt_ms):
        told, _ = decision_advantages(
            np.zeros((1, 1)),
            np.zeros((1, 1), np.bool_),
            np.array([[0.0], [1.0]]),
            np.ones((2, 1), np.bool_),
            np.array([[0], [dt_ms]]),
            unit_ms=60_000,
        )
        return told[0, 0]

    assert first(0) == 1.0
    assert first(60_000) == pytest.approx(0.99)
    assert first(3_600_000) == pytest.approx(0.99**60)
