"""Offer sets that are worth offering when buyers choose among what is open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, isnan
from numbers import Real
from typing import Any

from ...errors import Misuse, shown
from .checks import chances_of, number, numbers, same_length

__all__ = ["EfficientSets", "OfferSet", "efficient_sets"]


@dataclass(frozen=True, slots=True)
class OfferSet:
    """Products that are offered together, and what a buyer then does."""

    products: tuple[Any, ...]
    """In the order of the caller's key."""
    chance: float
    """Q: that a buyer buys anything."""
    revenue: float
    """R: expected revenue from a buyer, in the unit of the fares."""


@dataclass(frozen=True, slots=True)
class EfficientSets:
    """All offer sets, those of them that are efficient, and where one switches."""

    sets: tuple[OfferSet, ...]
    """All, in the caller's order."""
    efficient: tuple[OfferSet, ...]
    """From the least Q to the greatest."""
    switch_prices: tuple[float, ...]
    """Marginal values of a seat at which the next efficient set becomes as good: one
    less than there are efficient sets, falling."""

    def at(self, marginal_value: float) -> OfferSet | None:
        """Return the set to offer: that of the greatest R − Q · marginal value.

        Args:
            marginal_value: of a seat (ΔV, a bid price), in the unit of the fares;
                infinity where there is no seat.

        Returns:
            An efficient set; of two that are as good, the one that sells more.  None if
            it is best to offer nothing.

        Raises:
            ValueError: the marginal value is no number.

        >>> found = efficient_sets({"Y": 800}, {("Y",): [0.3]})
        >>> found.at(799).products, found.at(801)
        (('Y',), None)
        """
        if not isinstance(marginal_value, Real) or isnan(marginal_value):
            raise Misuse(
                f"marginal_value is {shown(marginal_value)}: a number is expected"
            )
        best: OfferSet | None = None
        most = 0.0
        for offer in self.efficient:
            gain = offer.revenue - offer.chance * marginal_value
            if gain >= most:
                best, most = offer, gain
        return best


def efficient_sets(
    fares: Mapping[Any, float] | Iterable[float],
    probabilities: Mapping[tuple[Any, ...], Iterable[float]],
) -> EfficientSets:
    """Return Q and R of every offer set, the efficient sets, and their switch prices.

    ``Q(S) = Σ_{j ∈ S} P_j(S)``, ``R(S) = Σ_{j ∈ S} f_j P_j(S)``.  A set is efficient if
    no mixture of others (and of offering nothing) earns more with the same Q or a
    smaller one: the efficient sets are the corners of the rising part of the upper hull
    of (Q, R), seen from (0, 0).  Between neighbours one switches at the marginal value
    ``(R_{k+1} − R_k) / (Q_{k+1} − Q_k)``.

    Source: K. T. Talluri and G. J. van Ryzin (2004), Revenue management under a
    general discrete choice model of consumer behavior; their book of that year,
    section 2.6.2.

    Args:
        fares: product → fare in any unit, 0 or more; a row of fares names its products
            0, 1, 2, ….
        probabilities: the products of a set, as a tuple → the chance that a buyer who
            is offered them buys each, in the same order; the rest buys nothing.

    Returns:
        All sets in the given order, and the efficient ones from the least Q on.  Of
        sets on one line the outer ones count, of sets with the same Q and R the first.
        Sets that earn nothing are not efficient.

    Raises:
        ValueError: a set names an unknown product or one twice, is no tuple, or has not
            one chance for each product; a chance is negative or above 1, or those of a
            set are above 1 together; a fare is negative or no number.

    >>> found = efficient_sets(
    ...     {"Y": 800, "M": 500, "K": 450},
    ...     {("Y",): [0.3], ("K",): [0.5], ("Y", "K"): [0.3, 0.5],
    ...      ("Y", "M", "K"): [0.1, 0.4, 0.5]},
    ... )
    >>> [one.products for one in found.efficient]
    [('Y',), ('Y', 'K'), ('Y', 'M', 'K')]
    >>> [round(price, 6) for price in found.switch_prices]
    [450.0, 200.0]
    """
    known = _fares(fares)
    if not isinstance(probabilities, Mapping):
        raise Misuse(
            f"probabilities is {shown(probabilities)}: a mapping from offer sets to "
            "chances is expected"
        )
    sets = tuple(
        _offer_set(known, products, row) for products, row in probabilities.items()
    )
    efficient = _hull(sets)
    switch_prices = tuple(_slope(one, other) for one, other in pairwise(efficient))
    return EfficientSets(sets, efficient, switch_prices)


def _fares(
    fares: Mapping[Any, float] | Iterable[float],
) -> dict[Any, float]:
    if isinstance(fares, Mapping):
        return {
            product: number(f"fares[{product!r:.40}]", fare, least=0)
            for product, fare in fares.items()
        }
    return dict(enumerate(numbers("fares", fares)))


def _offer_set(
    fares: Mapping[Any, float],
    products: tuple[Any, ...],
    row: Iterable[float],
) -> OfferSet:
    name = f"probabilities[{shown(products)}]"
    if not isinstance(products, tuple):
        raise Misuse(f"{name}: a tuple of products is expected as the offer set")
    for k, product in enumerate(products):
        if product not in fares:
            names = ", ".join(f"{one!r:.20}" for one in list(fares)[:10])
            raise Misuse(f"{name} names {shown(product)}: one of {names} is expected")
        if product in products[:k]:
            raise Misuse(f"{name} names {shown(product)} twice: once is expected")
    chances = chances_of(name, row)
    same_length(name, chances, "its offer set", len(products))
    return OfferSet(
        products=products,
        chance=fsum(chances),
        revenue=fsum(
            fares[product] * chance
            for product, chance in zip(products, chances, strict=True)
        ),
    )


def _hull(sets: Iterable[OfferSet]) -> tuple[OfferSet, ...]:
    """Return the corners of the rising upper hull from (0, 0) on."""
    corners: list[OfferSet] = []
    # Of one Q the dearest comes first, so that the others add no revenue to it.
    for offer in sorted(sets, key=lambda one: (one.chance, -one.revenue)):
        if offer.revenue <= (corners[-1].revenue if corners else 0.0):
            continue
        while corners and not _above(corners, offer):
            corners.pop()
        corners.append(offer)
    return tuple(corners)


def _above(corners: list[OfferSet], offer: OfferSet) -> bool:
    """Return whether the last corner is above the line from the one before it."""
    low = corners[-2] if len(corners) > 1 else OfferSet((), 0.0, 0.0)
    return _slope(low, corners[-1]) > _slope(corners[-1], offer)


def _slope(one: OfferSet, other: OfferSet) -> float:
    return (other.revenue - one.revenue) / (other.chance - one.chance)
