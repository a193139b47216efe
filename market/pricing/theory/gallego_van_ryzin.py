"""Dynamic pricing of a stock when demand falls exponentially with the price."""

from dataclasses import dataclass
from math import exp, fsum, inf, lgamma, log, log1p

from .checks import number, whole

__all__ = ["GallegoVanRyzin", "gallego_van_ryzin"]

_MOST = 10**6
"""Units: each has a value, computed one by one."""


@dataclass(frozen=True, slots=True)
class GallegoVanRyzin:
    """Values and prices of every stock, the best fixed price, and bounds."""

    value: float
    """J*: expected revenue of the whole stock under the best policy."""
    price: float
    """p*: the best price now, with the whole stock."""
    values: tuple[float, ...]
    """J* of 0, 1, …, capacity units."""
    prices: tuple[float, ...]
    """p* with 0, 1, …, capacity units left; infinity for none."""
    bound: float
    """J_D: revenue if demand were certain; J* is never above."""
    fixed_price: float
    """p_D: the best price if demand were certain."""
    fixed_revenue: float
    """Expected revenue of p_D, kept to the end."""
    ratio: float
    """fixed_revenue / value; 1 without demand, which is its limit."""
    guarantee: float
    """1 − 1 / (2 √min(capacity, rate)), not below 0: the ratio is never below."""


def gallego_van_ryzin(rate: float, capacity: int) -> GallegoVanRyzin:
    """Return the best prices of a stock under ``λ(p) = a · e^(−p)``, in closed form.

    ``J*(n) = ln Σ_{i ≤ n} r^i / i!`` and ``p*(n) = 1 + J*(n) − J*(n − 1)``, with ``r =
    λ(1) · T = a T / e``.  If demand were certain: ``p_D = max(1, ln(a T / n))`` and
    ``J_D = p_D · min(n, r)``.

    Source: G. Gallego and G. van Ryzin (1994), Optimal dynamic pricing of inventories
    with stochastic demand over finite horizons, Management Science 40(8),
    section 2: exponential demand.

    Args:
        rate: r, expected buyers in all the time that is left if the price is 1, which
            is the best price where stock does not bind.  With a share of the time left
            it is that share of r.
        capacity: whole units, 1 or more.

    Returns:
        Prices and revenues in the unit of money in which demand falls to a share of
        1 / e with every unit: multiply by s for ``λ(p) = a · e^(−p / s)``.

    Raises:
        ValueError: the rate is negative or no number, or the capacity is not whole or
            less than 1, or above a million.

    >>> found = gallego_van_ryzin(20, 10)
    >>> round(found.value, 6), round(found.price, 6), round(found.bound, 6)
    (15.472875, 1.772111, 16.931472)
    >>> round(found.fixed_price, 6), round(found.fixed_revenue, 6)
    (1.693147, 14.813175)
    """
    r = number("rate", rate, least=0)
    stock = whole("capacity", capacity, least=1, most=_MOST)
    values, prices = [0.0], [inf]
    for n in range(1, stock + 1):
        # The n-th term beside the sum of those before it, all of them as logarithms.
        term = n * log(r) - lgamma(n + 1) - values[-1] if r else -inf
        more = log1p(exp(term)) if term < 0 else term + log1p(exp(-term))
        values.append(values[-1] + more)
        prices.append(1 + more)
    sold = min(float(stock), r)
    fixed_price = max(1.0, 1 + log(r / stock)) if r else 1.0
    fixed_revenue = fixed_price * _expected_sales(sold, stock)
    return GallegoVanRyzin(
        value=values[-1],
        price=prices[-1],
        values=tuple(values),
        prices=tuple(prices),
        bound=fixed_price * sold,
        fixed_price=fixed_price,
        fixed_revenue=fixed_revenue,
        ratio=fixed_revenue / values[-1] if values[-1] else 1.0,
        guarantee=max(0.0, 1 - 0.5 / sold**0.5) if sold else 0.0,
    )


def _expected_sales(mean: float, stock: int) -> float:
    """Return E[min(N, stock)] for Poisson N."""
    if not mean:
        return 0.0
    chances = [exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(stock)]
    few = fsum(k * chance for k, chance in enumerate(chances))
    return few + stock * (1 - fsum(chances))
