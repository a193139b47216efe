"""Learning curves: figures of one value per episode, in the order of playing."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from test_time_gym.market.errors import Misuse

__all__ = [
    "RegretSlopes",
    "area_under",
    "episodes_to",
    "recovery_time",
    "regret_slopes",
]

_QUARTER = 4


class RegretSlopes(NamedTuple):
    """How steeply cumulative regret grows, in regret per episode."""

    first: float
    """In the first quarter of the episodes."""
    last: float
    """In the last quarter."""
    ratio: float | None
    """last / first: below 1 the agent learns; None when first is 0."""


def area_under(values: Sequence[float]) -> float | None:
    """Return the area under a learning curve, per episode: its mean height.

    Per episode, so that curves of different lengths can be compared.  None
    without any episode.

    >>> area_under([0, 0, 1, 1]), area_under([])
    (0.5, None)
    """
    return sum(values) / len(values) if values else None


def episodes_to(
    values: Sequence[float], reference: float, share: float = 0.9, window: int = 10
) -> int | None:
    """Return after how many episodes the curve has come near a reference.

    Args:
        values: of the episodes; more is better.
        reference: what the oracle reaches, above 0.
        share: of the reference that is near enough.
        window: episodes over which the curve is smoothed: their mean counts, and
            stands at the last of them.

    Returns:
        The number of episodes played at the end of the first window whose mean is
        at least share × reference, so at least ``window``; None if never.

    Raises:
        Misuse: reference or window is not above 0.

    >>> episodes_to([0, 0, 1, 1, 1], reference=1, window=2)
    4
    """
    if not reference > 0:
        msg = f"a reference is above 0, not {reference!r:.40}"
        raise Misuse(msg)
    return next(
        (end for end, mean in _means(values, window) if mean >= share * reference), None
    )


def recovery_time(
    values: Sequence[float], drift: int, share: float = 0.9, window: int = 10
) -> int | None:
    """Return how many episodes a drift has cost until the agent was back.

    Args:
        values: of the episodes; more is better.
        drift: number of episodes that were played before the world changed.
        share: of the level before that counts as being back.
        window: episodes of which a level is the mean.

    Returns:
        How many episodes were played between the drift and the beginning of the
        first window, wholly after it, whose mean is at least share × the mean of
        the window before the drift: 0 for an agent that the drift did not hurt.
        None if it never came back, or if fewer than ``window`` episodes were
        played before the drift, or the level before was not above 0.

    Raises:
        Misuse: window is not above 0, or no such drift can be.

    >>> recovery_time([1, 1, 0, 0, 1, 1], drift=2, window=2)
    2
    """
    if not 0 <= drift <= len(values):
        msg = f"{len(values)} episodes have no drift after {drift}"
        raise Misuse(msg)
    before = [mean for end, mean in _means(values[:drift], window) if end == drift]
    if not before or before[0] <= 0:
        return None
    return next(
        (
            end - window
            for end, mean in _means(values[drift:], window)
            if mean >= share * before[0]
        ),
        None,
    )


def regret_slopes(regrets: Sequence[float]) -> RegretSlopes | None:
    """Return the slopes of cumulative regret in the first and the last quarter.

    A quarter is a fourth of the episodes, rounded down; the slope over it is the
    mean regret of its episodes.  Sublinear regret, as learning gives it, has a
    ratio below 1.  None for fewer than four episodes.

    >>> regret_slopes([8, 8, 6, 4, 4, 2, 2, 2])
    RegretSlopes(first=8.0, last=2.0, ratio=0.25)
    """
    quarter = len(regrets) // _QUARTER
    if not quarter:
        return None
    first = sum(regrets[:quarter]) / quarter
    last = sum(regrets[-quarter:]) / quarter
    return RegretSlopes(first, last, last / first if first else None)


def _means(values: Sequence[float], window: int) -> Iterator[tuple[int, float]]:
    """Yield (episodes played, mean of the last ``window``) where there are so many."""
    if window < 1:
        msg = f"a window is one episode or more, not {window!r:.40}"
        raise Misuse(msg)
    # Summed again each time: a running sum of floats drifts.
    for end in range(window, len(values) + 1):
        yield end, sum(values[end - window : end]) / window
