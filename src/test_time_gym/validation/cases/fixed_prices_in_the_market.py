"""C and A10, played: one price until the stock is gone.

In C a share e^(−p) of the buyers would pay a price p, in all the time alike.  In A10
there is a buyer in each of 30 periods with chance 1/2; who comes first is served first,
so that what he would pay is as good as the mean of the four fares.
"""

from functools import partial
from math import comb, e, log

from test_time_gym.market.pricing import gallego_van_ryzin, lee_hersh, poisson_pmf

from ..departures import UNIT_MINOR, DepartureClass, departures, play
from ..simulation import Claim, Simulation

__all__ = ["CASES", "expected_sales"]

_ROWS = {
    (10, 1): 300,
    (10, 5): 70,
    (10, 10): 60,
    (20, 5): 50,
    (20, 10): 75,
    (20, 20): 50,
}
"""Buyers who would pay 1, and stock → replications."""
_DAYS = 20
"""Departures of a replication: few buyers come to each."""
_EVENLY = [[[0, 0], [10, 1_000_000]]]


def expected_sales(chances: list[float], stock: int) -> float:
    """Return E[min(N, stock)].

    Args:
        chances: of N = 0, 1, 2, …
        stock: in units.

    >>> expected_sales([0.5, 0, 0.5], 1)
    0.5
    """
    return sum(min(n, stock) * chance for n, chance in enumerate(chances))


def _exponential(rate: int, stock: int, replications: int) -> Simulation:
    """Declare a row of C under its fixed price."""
    found = gallego_van_ryzin(rate, stock)
    price = round(found.fixed_price * UNIT_MINOR) / UNIT_MINOR
    buyers = int(rate * e)
    # Buyers are counted whole: fewer, of whom all would pay a little more.
    more = log(rate * e / buyers)
    willingness = {
        "kind": "exponential",
        "mean_minor": UNIT_MINOR,
        "least_minor": round(more * UNIT_MINOR),
    }
    chances = poisson_pmf(min(rate, stock))
    more_sold = expected_sales(chances, stock + 1)
    return Simulation(
        f"C/market/{rate}-{stock}",
        f"{rate} buyers, {stock} units at {found.fixed_price:.6f}, in the market",
        [
            Claim(
                "revenue",
                found.fixed_revenue,
                "a unit more",
                found.fixed_price * more_sold,
                0.01,
            ),
            # Revenue is flat around the best price; sales are not.
            Claim(
                "units sold",
                expected_sales(chances, stock),
                "a unit more",
                more_sold,
                0.01,
            ),
        ],
        partial(
            play,
            days=_DAYS,
            world=partial(
                departures,
                [DepartureClass(price, buyers, willingness=willingness)],
                seats=stock,
                curves=_EVENLY,
                days=_DAYS,
            ),
        ),
        replications,
    )


def _first_come() -> Simulation:
    """Declare A10, where who comes first is served first."""
    seats, periods = 10, 30
    fares, chances = (200, 150, 120, 80), (0.15, 0.15, 0.10, 0.10)
    some = sum(chances)
    mean = sum(f * c for f, c in zip(fares, chances, strict=True)) / some
    buyers = [
        comb(periods, n) * some**n * (1 - some) ** (periods - n)
        for n in range(periods + 1)
    ]
    high = 1000 * UNIT_MINOR
    half = [[0, 1_000_000], [1, round(some * 1_000_000)]]
    willingness = {
        "kind": "table",
        "survival_curve": [*half, [high, half[-1][1]], [high + 1, 0]],
    }
    one_each = {"kind": "rounded_normal", "mean_milli": periods * 1000, "sd_milli": 0}
    return Simulation(
        "A10/market",
        f"{seats} seats, first come, first served, in the market",
        [
            Claim(
                "revenue",
                lee_hersh(fares, chances, seats, periods).first_come,
                "a seat more",
                mean * expected_sales(buyers, seats + 1),
                0.01,
            ),
            Claim("buyers", periods, "a period more", periods + 1),
        ],
        partial(
            play,
            days=_DAYS,
            world=partial(
                departures,
                [DepartureClass(mean, count=one_each, willingness=willingness)],
                seats=seats,
                curves=_EVENLY,
                days=_DAYS,
            ),
        ),
        30,
    )


CASES = [
    *(_exponential(*row, replications) for row, replications in _ROWS.items()),
    _first_come(),
]
