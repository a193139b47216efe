"""Advantages of decisions that take time (a semi-Markov decision process)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from test_time_gym.market.clock import DAY_MS

__all__ = ["decision_advantages"]


def decision_advantages(
    rewards: NDArray[Any],
    ended: NDArray[np.bool_],
    values: NDArray[Any],
    ready: NDArray[np.bool_],
    dt: NDArray[Any] | None = None,
    *,
    gamma: float = 0.99,
    gae_lambda: float = 0.95,
    unit_ms: int = DAY_MS,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the generalized advantages of the decisions in a rollout.

    A row is a decision only where it is ready.  Whatever it earns until it is ready
    again belongs to the decision before, and the value of what comes next is discounted
    by `gamma`; with `dt`, by ``gamma ** (dt / unit_ms)``.

    Discount by time only with a unit that is long beside the time to the deadline: else
    what an end costs is worth nothing once it is far enough away, and the best policy
    is to wait for it.

    Args:
        rewards: what each row earned in each step, of the shape ``(T, rows)``.
        ended: whether a row's episode ended in the step, ``(T, rows)``.
        values: what a critic expects at each decision, ``(T + 1, rows)``: the last of
            them after the last step.  Numbers where a row is not ready do not count.
        ready: whether a row is asked for an action, ``(T + 1, rows)``.
        dt: milliseconds from the row's last action to the decision, ``(T + 1, rows)``,
            as infos have it.  None: decisions take no time.
        gamma: discount for each decision; with `dt`, for each `unit_ms`.
        gae_lambda: λ of generalized advantage estimation, for each decision.
        unit_ms: milliseconds, at least one; by default a day.

    Returns:
        Advantages, and which of them are known; both ``(T, rows)``.  Unknown are rows
        that are not ready, and decisions of which nobody has seen yet what follows.
        The return that a critic should expect is the advantage plus the value.

    >>> import numpy as np
    >>> zeros = np.zeros((3, 1))
    >>> advantages, known = decision_advantages(
    ...     rewards=np.array([[0.25], [1.0]]),
    ...     ended=np.array([[False], [True]]),
    ...     values=zeros,
    ...     ready=np.array([[True], [False], [True]]),
    ... )
    >>> advantages[:, 0].tolist(), known[:, 0].tolist()
    ([1.25, 0.0], [True, False])
    """
    steps, rows = rewards.shape
    advantages = np.zeros((steps, rows))
    known = np.zeros((steps, rows), np.bool_)
    units = np.ones(ready.shape) if dt is None else np.asarray(dt, np.float64) / unit_ms
    scales = gamma**units
    # What follows a row's next decision, as seen while going backwards:
    follows = ready[steps].copy()
    value = np.where(follows, values[steps], 0.0)
    scale, earned, later = scales[steps], np.zeros(rows), np.zeros(rows)
    for t in reversed(range(steps)):
        end, now = ended[t], ready[t]
        follows |= end
        value, later, earned = (
            np.where(end, 0.0, one) for one in (value, later, earned)
        )
        earned = earned + rewards[t]
        estimate = earned + scale * (value + gae_lambda * later) - values[t]
        known[t] = now & follows
        advantages[t] = np.where(known[t], estimate, 0.0)
        later = np.where(now, advantages[t], later)
        value, scale = np.where(now, values[t], value), np.where(now, scales[t], scale)
        earned = np.where(now, 0.0, earned)
        follows |= now
    return advantages, known
