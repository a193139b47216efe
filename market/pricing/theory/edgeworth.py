"""Competition in prices among sellers with little capacity: Edgeworth's duopoly."""

from dataclasses import dataclass
from math import sqrt

from .checks import number

__all__ = ["Edgeworth", "edgeworth"]

_BINDING = 1 / 3
"""Up to this capacity both sell all that they have."""


@dataclass(frozen=True, slots=True)
class Edgeworth:
    """The symmetric equilibrium: a price, or a law from which each draws its own."""

    capacity: float
    low: float
    """The least price that is asked."""
    high: float
    """The greatest; the same as the least where the price is certain."""
    profit: float
    """Expected, of each seller."""

    @property
    def mixed(self) -> bool:
        """Whether prices are drawn."""
        return self.low < self.high

    def cdf(self, price: float) -> float:
        """Return the chance that a seller asks this price or less.

        ``F(p) = (k p − π) / (p (2 k + p − 1))`` between the least and the greatest.

        Raises:
            ValueError: the price is no number.

        >>> [round(edgeworth(0.5).cdf(price), 6) for price in (0.1, 0.2, 0.3)]
        [0.0, 0.9375, 1.0]
        """
        asked, k = number("price", price), self.capacity
        if asked < self.low:
            return 0.0
        if asked >= self.high:
            return 1.0
        return min(1.0, (k * asked - self.profit) / (asked * (2 * k + asked - 1)))

    def quantile(self, chance: float) -> float:
        """Return the price at which the cdf reaches a chance: draws a price.

        Raises:
            ValueError: the chance is not between 0 and 1.

        >>> round(edgeworth(0.5).quantile(0.9375), 6)
        0.2
        """
        u = number("chance", chance, least=0, most=1)
        if not self.mixed:
            return self.low
        # The smaller root of u p² + (u (2 k − 1) − k) p + π, without cancellation.
        b = self.capacity - u * (2 * self.capacity - 1)
        root = sqrt(max(0.0, b * b - 4 * u * self.profit))
        return min(self.high, max(self.low, 2 * self.profit / (b + root)))


def edgeworth(capacity: float) -> Edgeworth:
    """Return the equilibrium of two sellers with k units each, demand 1 − p, no cost.

    The cheaper one is bought from first, by those who value it most (efficient
    rationing).  For k ≤ 1/3 both ask ``1 − 2 k`` and sell all; for k ≥ 1 both ask 0.
    Between them no price is certain: ``π = ((1 − k) / 2)²``, and prices are drawn
    between ``π / k`` and ``(1 − k) / 2``.

    Source: R. Levitan and M. Shubik (1972), Price duopoly and capacity constraints;
    D. M. Kreps and J. A. Scheinkman (1983), Quantity precommitment and Bertrand
    competition yield Cournot outcomes.

    Args:
        capacity: k, of each seller, above 0; the whole demand at price 0 is 1.

    Returns:
        The law of prices, between 0 and 1, and the profit of each.

    Raises:
        ValueError: the capacity is not above 0, or no number.

    >>> edgeworth(0.25)
    Edgeworth(capacity=0.25, low=0.5, high=0.5, profit=0.125)
    >>> edgeworth(0.5)
    Edgeworth(capacity=0.5, low=0.125, high=0.25, profit=0.0625)
    >>> edgeworth(1)
    Edgeworth(capacity=1.0, low=0.0, high=0.0, profit=0.0)
    """
    k = number("capacity", capacity, above=0)
    if k >= 1:
        return Edgeworth(k, 0.0, 0.0, 0.0)
    if k <= _BINDING:
        price = 1 - 2 * k
        return Edgeworth(k, price, price, k * price)
    profit = ((1 - k) / 2) ** 2
    return Edgeworth(k, profit / k, (1 - k) / 2, profit)
