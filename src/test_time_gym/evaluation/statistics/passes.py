"""pass^k: the chance that an agent succeeds in all of k tries at a task."""

from collections.abc import Sequence
from math import comb

from test_time_gym.market.errors import Misuse

__all__ = ["pass_hat_k"]


def pass_hat_k(successes: Sequence[int], n: int, k: int) -> float | None:
    """Return the mean over tasks of C(c, k) / C(n, k).

    For one task this is the share of the sets of k of its n tries in which all
    succeeded: an estimate without bias of its chance of success to the power k.
    Yao et al., "τ-bench" (arXiv 2406.12045), section 3.

    Args:
        successes: how many of its tries succeeded (c), for every task.
        n: tries at each task.
        k: tries that have all to succeed, 1 to n.

    Returns:
        None without any task.

    Raises:
        Misuse: k is not 1 to n, or a task has more successes than tries.

    >>> pass_hat_k([4, 2], n=4, k=1), round(pass_hat_k([4, 2], n=4, k=2), 4)
    (0.75, 0.5833)
    """
    if not 1 <= k <= n:
        msg = f"pass^{k} needs {k} or more tries at each task, and k at least 1; n: {n}"
        raise Misuse(msg)
    wrong = [c for c in successes if not 0 <= c <= n]
    if wrong:
        msg = f"{wrong[0]} of {n} tries cannot have succeeded"
        raise Misuse(msg)
    if not successes:
        return None
    return sum(comb(c, k) for c in successes) / comb(n, k) / len(successes)
