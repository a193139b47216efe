"""Expected marginal seat revenue: protection levels of several nested classes."""

from collections.abc import Iterable
from math import fsum, inf
from operator import mul

from ...errors import Misuse
from .checks import dearest_first, numbers, same_length, verify_states
from .littlewood import protection

__all__ = ["emsr_a", "emsr_b"]


def emsr_a(
    fares: Iterable[float], means: Iterable[float], sds: Iterable[float]
) -> list[float]:
    """Return nested protection levels by EMSR-a: Littlewood's levels, summed.

    ``y_j = Σ_{i ≤ j} max(0, μ_i + σ_i · Φ⁻¹(1 − f_{j+1} / f_i))`` is kept for the
    classes 1 to j together.

    Source: P. P. Belobaba (1987), Air Travel Demand and Airline Seat Inventory
    Management; Talluri and van Ryzin (2004), section 2.2.4; normal demand.

    Args:
        fares: of the classes, the dearest first, in any unit.
        means: expected demand of each class, in seats.
        sds: standard deviation of each class's demand, in seats.

    Returns:
        Seats, never falling, one less than there are classes: none for one class,
        0 where all fares are equal, means where nothing varies, infinity where a
        class pays nothing.

    Raises:
        ValueError: fares rise or are negative, a mean or a deviation is negative or
            no number, the shapes differ, or there are more than 4,472 classes.

    >>> levels = emsr_a([1050, 567, 534, 520], [17.3, 45.1, 39.6, 34.0],
    ...                 [5.8, 15.0, 13.2, 11.3])
    >>> [round(level, 6) for level in levels]
    [16.717484, 38.724537, 55.679041]
    """
    known, mu, sigma = _checked(fares, means, sds)
    return [
        sum(
            protection(known[i] - known[j], known[j], mu[i], sigma[i]) for i in range(j)
        )
        for j in range(1, len(known))
    ]


def emsr_b(
    fares: Iterable[float], means: Iterable[float], sds: Iterable[float]
) -> list[float]:
    """Return nested protection levels by EMSR-b: Littlewood's, for an average class.

    ``y_j = S_j + √V_j · Φ⁻¹(1 − f_{j+1} / F_j)``, with ``S_j = Σ_{i ≤ j} μ_i``,
    ``V_j = Σ_{i ≤ j} σ_i²`` and ``F_j = Σ_{i ≤ j} f_i μ_i / S_j``; not below 0, and
    not below the level before.

    Source: P. P. Belobaba (1992), Optimal versus heuristic methods for nested seat
    allocation; Talluri and van Ryzin (2004), section 2.2.4; normal demand.

    Args:
        fares: of the classes, the dearest first, in any unit.
        means: expected demand of each class, in seats.
        sds: standard deviation of each class's demand, in seats.

    Returns:
        Seats, never falling, one less than there are classes: none for one class,
        0 where all fares are equal, means where nothing varies, infinity where a
        class pays nothing.

    Raises:
        ValueError: fares rise or are negative, a mean or a deviation is negative or
            no number, the shapes differ, products are too large for floats, or there
            are more than 4,472 classes.

    >>> levels = emsr_b([1050, 567, 534, 520], [17.3, 45.1, 39.6, 34.0],
    ...                 [5.8, 15.0, 13.2, 11.3])
    >>> [round(level, 6) for level in levels]
    [16.717484, 50.944186, 83.154839]
    """
    known, mu, sigma = _checked(fares, means, sds)
    try:
        return _nested(known, mu, sigma)
    except OverflowError:
        msg = "fares, means and sds are too large: products and squares of them that "
        raise Misuse(msg + "are floats, up to 1e308, are expected") from None


def _nested(known: list[float], mu: list[float], sigma: list[float]) -> list[float]:
    levels: list[float] = []
    for j in range(1, len(known)):
        # Where nobody is expected, all classes weigh alike.
        weights = mu[:j] if any(mu[:j]) else [1.0] * j
        # Summed as what is above the next fare, so that equal fares give exactly 0.
        above = [fare - known[j] for fare in known[:j]]
        more = fsum(map(mul, above, weights)) / fsum(weights)
        deviation = fsum(sd * sd for sd in sigma[:j]) ** 0.5
        if deviation == inf:
            raise OverflowError
        level = protection(more, known[j], fsum(mu[:j]), deviation)
        levels.append(max(level, *levels[-1:], 0.0))
    return levels


def _checked(
    fares: Iterable[float], means: Iterable[float], sds: Iterable[float]
) -> tuple[list[float], list[float], list[float]]:
    known = dearest_first("fares", fares)
    # Each class is held against all dearer ones.
    verify_states(f"fares has the length {len(known)}", len(known) ** 2)
    mu, sigma = numbers("means", means), numbers("sds", sds)
    same_length("means", mu, "fares", len(known))
    same_length("sds", sigma, "fares", len(known))
    return known, mu, sigma
