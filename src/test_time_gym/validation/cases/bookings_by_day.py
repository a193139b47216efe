"""F1, played: bookings come by PassengerSim's curves, day by day.

Everybody finds a seat and buys: the sales of each bin are Poisson, and independent of
those of the others.
"""

from functools import partial
from itertools import pairwise

from test_time_gym.market.world import World

from ..departures import DepartureClass, departures, sales
from ..simulation import Claim, Samples, Simulation

__all__ = ["CASES"]

_BUYERS = 70
"""Expected at each departure: those of business from BOS to ORD."""
_SEATS = 200
"""Never sold out."""
_DAYS = 10
"""Departures of a replication."""
_LABELS = (63, 56, 49, 42, 35, 31, 28, 24, 21, 17, 14, 10, 7, 5, 3, 1)
"""Days before departure by which the shares below have come."""
_FIRST = 70
"""Nobody comes before."""
_COME = {
    "business": (6, 11, 15, 20, 23, 25, 28, 31, 35, 40, 50, 62, 70, 78, 95, 100),
    "leisure": (17, 25, 34, 43, 49, 53, 61, 69, 75, 80, 85, 88, 90, 95, 98, 100),
}
"""Percent of all buyers, as printed."""
_LEAD = {"business": 19.68, "leisure": 34.49}
"""Mean days before departure, each bin's buyers at its label."""
_UNEVEN = 0.2
"""Coefficient of variation of good and bad days: a mistake, here."""

_DISPERSION = "variance of a bin to its mean"
_MEAN_LEAD = "days before departure of a buyer, by labels"


def _bin(first: int, last: int) -> str:
    return f"booked from day {first} to {last}"


_BINS = tuple(pairwise((_FIRST, *_LABELS)))


def _means(segment: str) -> list[float]:
    return [_BUYERS * (b - a) / 100 for a, b in pairwise((0, *_COME[segment]))]


def _play(seed: int, *, segment: str, world: partial[World]) -> Samples:
    """Play departures; count their sales by bin."""
    means = _means(segment)
    booked = [0] * len(_BINS)
    spread = 0.0
    for days in sales(seed, world=world).values():
        counts = [sum(last <= d < first for d in days) for first, last in _BINS]
        booked = [all_ + own for all_, own in zip(booked, counts, strict=True)]
        spread += sum(
            (own - mean) ** 2 / mean for own, mean in zip(counts, means, strict=True)
        )
    measured = {
        _bin(*one): number / _DAYS for one, number in zip(_BINS, booked, strict=True)
    }
    lead = sum(last * number for (_, last), number in zip(_BINS, booked, strict=True))
    return measured | {
        _DISPERSION: spread / len(_BINS) / _DAYS,
        _MEAN_LEAD: lead / _BUYERS / _DAYS,
    }


def _segment(segment: str) -> Simulation:
    """Declare one of the two curves."""
    means = _means(segment)
    point = _BUYERS / 100
    bins = [
        Claim(
            _bin(first, last),
            mean,
            "a point of the curve more",
            mean + point,
            0.01,
            f"from-{first}-to-{last}",
        )
        for (first, last), mean in zip(_BINS, means, strict=True)
    ]
    uneven = 1 + _UNEVEN**2 * sum(means) / len(means)
    lead = _LEAD[segment]
    return Simulation(
        f"F1/{segment}",
        f"{_BUYERS} buyers by the curve of {segment}, in the market",
        [
            *bins,
            Claim(_DISPERSION, 1, "good and bad days", uneven, 0.01),
            Claim(_MEAN_LEAD, lead, "a day more", lead + 1, 0.01, "lead"),
        ],
        partial(
            _play,
            segment=segment,
            world=partial(
                departures,
                [DepartureClass(100, _BUYERS)],
                seats=_SEATS,
                curves=[f"passengersim-{segment}"],
                days=_DAYS,
            ),
        ),
        780,
    )


CASES = [_segment(segment) for segment in _COME]
