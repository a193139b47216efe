"""Power: how many seeds a claimed gain needs, and what so many seeds can show.

All of it is of the two-sided paired t-test on the differences between a run and
its twin: the same question as whether a `paired_bootstrap` interval holds 0.
"""

from collections.abc import Callable, Sequence
from math import ceil, inf, sqrt
from statistics import NormalDist, stdev

from test_time_gym.market.errors import Misuse

from . import student
from .interval import verify_level

__all__ = ["minimum_detectable", "power_of", "seeds_needed", "spread_of"]

_NORMAL = NormalDist()
SEEDS_MAX = 10**7
"""More seeds than anybody will play."""


def power_of(n: int, gain: float, sd: float, level: float = 0.95) -> float:
    """Return the chance that so many pairs show a gain that is there.

    The noncentral t, exactly: see `student.power`; and Cohen, "Statistical Power
    Analysis for the Behavioral Sciences" (1988), chapter 2.

    Args:
        n: pairs, one for each seed; with fewer than 2 nothing shows.
        gain: the true mean difference.
        sd: standard deviation of the differences, in the unit of the gain.
        level: of confidence of the interval that is to leave out 0.

    Raises:
        Misuse: an argument is out of its range.

    >>> round(power_of(52, 0.1, 0.25), 3)
    0.808
    """
    _verify(gain, sd, level)
    if n < 2:  # noqa: PLR2004 - one pair has no spread
        return 0.0
    critical = student.quantile(level, n - 1)
    return student.power(abs(gain) / sd * sqrt(n), critical, n - 1)


def seeds_needed(
    gain: float, sd: float, power: float = 0.8, level: float = 0.95
) -> int:
    """Return the least number of pairs that show a gain with this chance.

    The search starts from the normal law's answer ((z₁ + z₂)·sd/gain)² with the
    correction z₁²/2 of Guenther, "Sample size formulas for normal theory t tests"
    (The American Statistician, 1981), and ends at the exact one.

    Args:
        gain: the true mean difference, not 0.
        sd: standard deviation of the differences, in the unit of the gain.
        power: the chance.
        level: of confidence.

    Raises:
        Misuse: an argument is out of its range, or the gain is too small for
            `SEEDS_MAX` seeds.

    >>> seeds_needed(0.1, 0.25), seeds_needed(0.2, 0.25)
    (52, 15)
    """
    _verify(gain, sd, level)
    verify_level(power)
    z1, z2 = _NORMAL.inv_cdf((1 + level) / 2), _NORMAL.inv_cdf(power)
    first = inf if gain == 0 else ((z1 + z2) * sd / gain) ** 2 + z1 * z1 / 2
    if first > SEEDS_MAX:
        msg = f"a gain of {gain:g} with a spread of {sd:g} needs more than {SEEDS_MAX}"
        raise Misuse(f"{msg} seeds: ask for a larger gain")
    n = max(2, ceil(first))
    while n > 2 and power_of(n - 1, gain, sd, level) >= power:  # noqa: PLR2004
        n -= 1
    while power_of(n, gain, sd, level) < power:
        n += 1
    return n


def minimum_detectable(
    n: int, sd: float, power: float = 0.8, level: float = 0.95
) -> float | None:
    """Return the least gain that so many pairs show with this chance.

    Args:
        n: pairs; with fewer than 2 nothing shows: None.
        sd: standard deviation of the differences.
        power: the chance.
        level: of confidence.

    Raises:
        Misuse: an argument is out of its range.

    >>> round(minimum_detectable(20, 0.25), 3)
    0.165
    """
    _verify(0, sd, level)
    verify_level(power)
    if n < 2:  # noqa: PLR2004 - as above
        return None

    def short(gain: float) -> bool:
        return power_of(n, gain, sd, level) < power

    return _least(short, sd / sqrt(n))


def _least(short: Callable[[float], bool], high: float) -> float:
    """Return where a growing quantity stops being too short, by bisection."""
    low = 0.0
    while short(high):
        low, high = high, 2 * high
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if short(middle) else (low, middle)
    return high


def spread_of(
    differences: Sequence[float], clusters: Sequence[object] | None = None
) -> float | None:
    """Return the standard deviation that measured differences have, for the others.

    Args:
        differences: paired ones.
        clusters: the seed of each; then the spread is that of the seeds' means,
            and the other functions count seeds. None: each is its own.

    Returns:
        None for fewer than two seeds.

    >>> round(spread_of([1, 0, 1, 0]), 3), spread_of([1, 0, 1, 0], [1, 1, 2, 2])
    (0.577, 0.0)
    """
    members: dict[object, list[float]] = {}
    labels = range(len(differences)) if clusters is None else clusters
    for label, value in zip(labels, differences, strict=True):
        members.setdefault(label, []).append(value)
    means = [sum(values) / len(values) for values in members.values()]
    return stdev(means) if len(means) > 1 else None


def _verify(gain: float, sd: float, level: float) -> None:
    verify_level(level)
    if not (sd > 0 and sd < inf and abs(gain) < inf):
        msg = f"sd is a positive number and gain a number, not {sd!r} and {gain!r}"
        raise Misuse(msg)
