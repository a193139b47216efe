"""E3, played: two airlines with little capacity, whose prices theory says by chance.

Of N buyers the share 1 − p would pay a price p.  They buy from the cheaper airline, and
those who value it most come first, as theory has it (efficient rationing): first who
would pay 1 − k or more, of whom there are as many as the cheaper one has seats.
"""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from math import log, pi, sqrt

from test_time_gym.market.pricing import edgeworth
from test_time_gym.market.world import World

from ..rivals import SALE_DAYS, Rival, rivals, watch
from ..simulation import Claim, Samples, Simulation

__all__ = ["CASES", "kolmogorov_smirnov"]

_UNIT = 1_000_000
"""Minor units that stand for the price at which nobody buys."""
_BUYERS = 60
_DAYS = 40
"""Departures of a replication, each with a price of each airline."""
_DISTANCE = "Kolmogorov-Smirnov distance of prices"
_PROFIT = "profit of each"
_MEAN = sqrt(pi / 2) * log(2)
"""Of Kolmogorov's law, to which the distance comes."""


def kolmogorov_smirnov(prices: Sequence[float], capacity: float) -> float:
    """Return how far prices are from the law of theory, in Kolmogorov's units.

    ``(√n + 0.12 + 0.11 / √n) · sup |F_n - F|`` (Stephens 1970) has Kolmogorov's law
    with any n, if the prices have the law F: mean 0.8687, deviation 0.2603.

    Args:
        prices: that were asked, in units of the price at which nobody buys.
        capacity: k, of each seller.

    >>> law = edgeworth(0.5)
    >>> evenly = [law.quantile((i + 0.5) / 100) for i in range(100)]
    >>> round(kolmogorov_smirnov(evenly, 0.5), 4)
    0.0507
    >>> round(kolmogorov_smirnov(evenly, 0.55), 1)
    6.5
    """
    law, n = edgeworth(capacity), len(prices)
    far = 0.0
    for i, price in enumerate(sorted(prices)):
        chance = law.cdf(price)
        far = max(far, chance - i / n, (i + 1) / n - chance)
    return (sqrt(n) + 0.12 + 0.11 / sqrt(n)) * far


def _demand(seats: int) -> list[dict[str, object]]:
    """Return who comes: bands of buyers, those who would pay most first."""
    # The last band is cut where a price would sell all seats of both.
    cuts = sorted({0, max(0, _BUYERS - 2 * seats), _BUYERS - seats, _BUYERS})
    return [
        {
            "name": f"band-{low}",
            "count": {
                "kind": "rounded_normal",
                "mean_milli": (high - low) * 1000,
                "sd_milli": 0,
            },
            "willingness": {
                "kind": "uniform",
                "least_minor": _UNIT * low // _BUYERS,
                "most_minor": _UNIT * high // _BUYERS,
            },
            "choice": "cheapest_fence",
            "booking_curve": [
                [0, 0],
                *([[2 * k, 0]] if k else []),
                [2 * k + 2, 1_000_000],
            ],
        }
        for k, (low, high) in enumerate(pairwise(cuts))
    ]


def _world(seats: int) -> World:
    pricing = {
        "kind": "edgeworth",
        "buyers": _BUYERS,
        "choke_minor": _UNIT,
        "reprice_every_s": SALE_DAYS * 86_400,
    }
    sellers = [Rival(pricing, _UNIT), Rival(pricing, _UNIT)]
    return rivals(sellers, seats=seats, demand=_demand(seats), days=_DAYS)


def _play(seed: int, *, seats: int, world: partial[World]) -> Samples:
    """Play departures; look at the prices asked, and at what both airlines take."""
    seen = watch(seed, world)
    prices = [price / _UNIT for price in seen.opening]
    taken = sum(price for _, _, price in seen.sales) / _UNIT
    return {
        "price": sum(prices) / len(prices),
        _DISTANCE: kolmogorov_smirnov(prices, seats / _BUYERS),
        _PROFIT: taken / _BUYERS / _DAYS / 2,
    }


def _case(seats: int, replications: int) -> Simulation:
    """Declare a capacity; the mistake is a unit more or, of all, less."""
    found = edgeworth(seats / _BUYERS)
    other = edgeworth((seats + 5 if seats < _BUYERS else seats - 15) / _BUYERS)
    slip = "five seats more" if seats < _BUYERS else "a quarter of the seats less"
    claims = [Claim(_PROFIT, found.profit, slip, other.profit, 0.01, "profit")]
    if found.mixed:
        n = 2 * _DAYS
        points = [found.low + (found.high - found.low) * i / 500 for i in range(501)]
        far = max(abs(found.cdf(one) - other.cdf(one)) for one in points)
        # A distance is no price: its error is that of Kolmogorov's law.
        claims.append(
            Claim(_DISTANCE, _MEAN, slip, far * sqrt(n), 0.1, "law"),
        )
    else:
        # A price is a whole minor unit, and one at least.
        claims[0] = Claim(
            _PROFIT, found.profit, slip, other.profit, 0.01, "profit", 1 / _UNIT
        )
        claims.append(
            Claim("price", found.low, slip, other.high, within=1 / _UNIT),
        )
    return Simulation(
        f"E3/market/{seats / _BUYERS:g}",
        f"two airlines of {seats} seats each for {_BUYERS} buyers, in the market",
        claims,
        partial(_play, seats=seats, world=partial(_world, seats)),
        replications,
    )


CASES = [_case(*row) for row in ((15, 4), (24, 30), (30, 30), (45, 30), (60, 4))]
