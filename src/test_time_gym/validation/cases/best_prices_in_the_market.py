"""C, played: the best price of a stock, by `gallego_van_ryzin`, at every wake.

A share e^(−p) of the buyers would pay a price p, in all the time alike.  The policy
wakes every two hours of ten days, and not at a sale; `value_at_wakes` says what that
costs.
"""

from functools import partial
from math import e, exp, log

from test_time_gym.market.pricing import gallego_van_ryzin

from ..departures import UNIT_MINOR, DepartureClass, departures, play
from ..simulation import Claim, Simulation

__all__ = ["CASES", "WAKES", "value_at_wakes"]

_DAYS = 20
"""Departures of a replication."""
_SALE_DAYS = 10
WAKES = 120
"""Of the policy while a departure is on sale."""
_EVENLY = [[0, 0], [_SALE_DAYS, 1_000_000]]


def value_at_wakes(rate: int, stock: int, wakes: int) -> float:
    """Return what is earned if the best price is set at wakes alone.

    Between two of them the price stays, and sales are Poisson until the stock is gone.

    Args:
        rate: buyers who would pay a price of 1, over all the time.
        stock: in units.
        wakes: evenly over the time, the first at its beginning.

    >>> round(value_at_wakes(20, 10, 30), 4), round(value_at_wakes(20, 10, 240), 4)
    (15.431, 15.4679)
    """
    values = [0.0] * (stock + 1)
    for ahead in range(1, wakes + 1):
        best = gallego_van_ryzin(rate * ahead / wakes, stock)
        after = values
        values = [0.0] * (stock + 1)
        for n in range(1, stock + 1):
            price = float(best.prices[n])
            mean = rate * e * exp(-price) / wakes
            chance, rest = exp(-mean), 1.0
            for sold in range(n):
                values[n] += chance * (sold * price + after[n - sold])
                rest -= chance
                chance *= mean / (sold + 1)
            values[n] += rest * n * price
    return values[stock]


def _best(rate: int, stock: int, replications: int) -> Simulation:
    """Declare a row of C under its best prices."""
    found = gallego_van_ryzin(rate, stock)
    buyers = int(rate * e)
    # Buyers are counted whole: fewer, of whom all would pay a little more.
    more = log(rate * e / buyers)
    willingness = {
        "kind": "exponential",
        "mean_minor": UNIT_MINOR,
        "least_minor": round(more * UNIT_MINOR),
    }
    pricing = {
        "kind": "gallego_van_ryzin",
        "scale_minor": UNIT_MINOR,
        "buyers_milli": rate * 1000,
        "booking_curve": _EVENLY,
        "floor_ppm": 0,
        "ceiling_ppm": 100_000_000,
        "reprice_every_s": _SALE_DAYS * 86_400 // WAKES,
    }
    return Simulation(
        f"C/market-best/{rate}-{stock}",
        f"{rate} buyers, {stock} units at the best prices, in the market",
        [
            Claim(
                "revenue",
                found.value,
                "a unit more",
                gallego_van_ryzin(rate, stock + 1).value,
                0.01,
            ),
        ],
        partial(
            play,
            days=_DAYS,
            world=partial(
                departures,
                [DepartureClass(1, buyers, willingness=willingness)],
                seats=stock,
                curves=[_EVENLY],
                days=_DAYS,
                pricing=pricing,
            ),
        ),
        replications,
    )


CASES = [_best(20, 10, 32)]
