"""A2, A3r and A8, played: nested limits earn in the market what theory says.

Classes have buyers of their own, and the cheapest come first.  Then what a departure
earns follows from how many come and from the levels, seat for seat.
"""

from collections.abc import Callable, Sequence
from functools import partial

from test_time_gym.market.pricing import (
    emsr_b,
    limits_value,
    optimal_levels,
    poisson_pmf,
    rounded_normal_pmf,
    to_seats,
)
from test_time_gym.market.world import World

from ..departures import DepartureClass, departures, play
from ..simulation import Claim, Samples, Simulation

__all__ = ["CASES", "earned"]

_TWO = ((200, 100), (50, 80))
_FOUR = ((200, 175, 165, 130), (25, 30, 29, 30))
"""Fares and means of Poisson demand."""
_BOOK = (
    (1050, 567, 534, 520),
    (17.3, 45.1, 39.6, 34.0),
    (5.8, 15.0, 13.2, 11.3),
)
"""Fares, means and deviations of rounded normal demand."""
_BEYOND = "revenue beyond what those who came pay under the limits"
_REPLICATIONS = {80: 140, 100: 120, 120: 120, 136: 150, 150: 240}
"""By the seats; more where revenue varies more."""


def earned(
    fares: Sequence[float], wanted: Sequence[float], seats: int, levels: Sequence[int]
) -> float:
    """Return what certain buyers pay, when the cheapest come first.

    Args:
        fares: of the classes, the dearest first.
        wanted: buyers of each class.
        seats: of the departure.
        levels: seats kept for the dearest class, for the two dearest, …

    >>> earned([200, 100], [30, 80], seats=100, levels=[50])
    11000.0
    """
    left, revenue = seats, 0.0
    for fare, buyers, level in reversed(
        list(zip(fares, wanted, [0, *levels], strict=True))
    ):
        sold = min(buyers, max(0, left - level))
        left -= int(sold)
        revenue += fare * sold
    return revenue


def _played(
    case: str,
    name: str,
    *,
    classes: Sequence[DepartureClass],
    laws: Sequence[Sequence[float]],
    seats: int,
    levels: Sequence[int],
    replications: int,
) -> Simulation:
    """Declare a market of one departure, and what theory says of it."""
    fares = [one.fare for one in classes]
    value = limits_value(fares, laws, seats, levels)
    # The class that changes most: without limits it is not always the dearest.
    without = [
        limits_value(fares, [*laws[:k], [1.0], *laws[k + 1 :]], seats, levels)
        for k in range(len(laws))
    ]
    missing = max(without, key=lambda other: abs(other - value))
    more = limits_value(fares, laws, seats + 1, levels)
    return Simulation(
        case,
        f"{seats} seats, {name}, in the market",
        [
            Claim("revenue", value, "a class missing", missing, 0.01),
            # Whatever the luck: nothing is left to chance once it is known who came.
            Claim(
                _BEYOND,
                0.0,
                "a seat more",
                more - value,
            ),
        ],
        partial(
            _play,
            fares=fares,
            seats=seats,
            levels=tuple(levels),
            world=partial(departures, classes, seats=seats, levels=tuple(levels)),
        ),
        replications,
    )


def _play(
    seed: int,
    *,
    fares: Sequence[float],
    seats: int,
    levels: Sequence[int],
    world: Callable[[], World],
) -> Samples:
    """Play a departure; measure what it earns, and what its buyers would explain."""
    measured = play(seed, world=world)
    wanted = [measured[f"buyers of class-{k + 1}"] for k in range(len(fares))]
    due = earned(fares, wanted, seats, levels)
    return {"revenue": measured["revenue"], _BEYOND: measured["revenue"] - due}


def _two_classes(level: int) -> Simulation:
    """Return A2 with so many seats protected."""
    fares, means = _TWO
    return _played(
        f"A2/market/{level}",
        f"{level} protected",
        classes=[
            DepartureClass(fare, mean) for fare, mean in zip(fares, means, strict=True)
        ],
        laws=[poisson_pmf(mean) for mean in means],
        seats=100,
        levels=[level],
        replications=120,
    )


def _of_the_book(seats: int) -> list[Simulation]:
    """Return A3r with so many seats: three ways to set the limits."""
    fares, means, sds = _BOOK
    laws = [rounded_normal_pmf(mean, sd) for mean, sd in zip(means, sds, strict=True)]
    classes = [
        DepartureClass(
            fare,
            count={
                "kind": "rounded_normal",
                "mean_milli": round(mean * 1000),
                "sd_milli": round(sd * 1000),
            },
        )
        for fare, mean, sd in zip(fares, means, sds, strict=True)
    ]
    found = {
        "optimal": optimal_levels(fares, laws, seats).levels,
        "emsr-b": tuple(round(level) for level in emsr_b(fares, means, sds)),
        "none": (0, 0, 0),
    }
    return [
        _played(
            f"A3r/market/{seats}/{name}",
            f"{name} levels for four classes",
            classes=classes,
            laws=laws,
            seats=seats,
            levels=levels,
            replications=_REPLICATIONS[seats],
        )
        for name, levels in found.items()
    ]


def _homework() -> list[Simulation]:
    """Return A8: three ways to set the limits."""
    fares, means = _FOUR
    laws = [poisson_pmf(mean) for mean in means]
    sds = [mean**0.5 for mean in means]
    found = {
        "optimal": optimal_levels(fares, laws, 120).levels,
        "emsr-b": tuple(to_seats(level) for level in emsr_b(fares, means, sds)),
        "none": (0, 0, 0),
    }
    return [
        _played(
            f"A8/market/{name}",
            f"{name} levels for four classes, Poisson",
            classes=[
                DepartureClass(fare, mean)
                for fare, mean in zip(fares, means, strict=True)
            ],
            laws=laws,
            seats=120,
            levels=levels,
            replications=80,
        )
        for name, levels in found.items()
    ]


CASES = [
    *(_two_classes(level) for level in (50, 40, 60, 0)),
    *(case for seats in _REPLICATIONS for case in _of_the_book(seats)),
    *_homework(),
]
