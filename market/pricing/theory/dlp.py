"""The deterministic linear programme of a network: allocation and bid prices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ...errors import Misuse, shown
from ..bounded_simplex import BoundedSimplex
from .checks import number

__all__ = ["Dlp", "dlp"]

_PARTS = 3


@dataclass(frozen=True, slots=True)
class Dlp:
    """What a network would earn if demand came exactly as expected."""

    value: float
    """No policy is expected to earn more; in the unit of the fares."""
    allocation: tuple[float, ...]
    """Seats of each product, in the caller's order."""
    bid_prices: dict[Any, float]
    """Leg → value of one seat more, in the unit of the fares."""


def dlp(
    capacity: Mapping[Any, float],
    products: Iterable[tuple[float, float, Iterable[Any]]],
) -> Dlp:
    """Return value, allocation and bid prices of the deterministic linear programme.

    ``max Σ_j f_j y_j`` with ``Σ_{j uses leg i} y_j ≤ c_i`` and ``0 ≤ y_j ≤ d_j``; bid
    prices are the dual values of the legs.  Computed in fractions, so that every
    machine gets the same.  Where several bid prices are dual, the least are taken: of
    the least sum, then the least of the first leg, and so on; they are what seats
    *more* are worth, not seats less.

    Source: R. W. Simpson (1989), Using network flow techniques to find shadow prices
    for market demands and seat inventory control; E. L. Williamson (1992), Airline
    network seat inventory control; Talluri and van Ryzin (2004), section 3.3.1.

    Args:
        capacity: leg → seats that are left, 0 or more.
        products: of each the fare, the expected demand still to come, in seats, and the
            legs that it uses.

    Returns:
        The figures, each the float nearest to the fraction.  Without demand or seats
        they are 0.

    Raises:
        ValueError: a capacity, fare or demand is negative or no number, a product uses
            no leg, an unknown one or one twice.

    >>> found = dlp({"A": 100}, [(400, 60, ["A"]), (150, 70, ["A"])])
    >>> found
    Dlp(value=30000.0, allocation=(60.0, 40.0), bid_prices={'A': 150.0})
    >>> dlp({"A": 60}, [(400, 60, ["A"]), (150, 70, ["A"])]).bid_prices
    {'A': 150.0}
    """
    if not isinstance(capacity, Mapping):
        raise Misuse(
            f"capacity is {shown(capacity)}: a mapping from legs to seats is expected"
        )
    seats = [_exact(f"capacity[{leg!r:.40}]", units) for leg, units in capacity.items()]
    rows = {leg: k for k, leg in enumerate(capacity)}
    known = [_product(rows, k, product) for k, product in enumerate(list(products))]
    programme = BoundedSimplex(
        capacity=seats,
        gains=[fare for fare, _, _ in known],
        bounds=[demand for _, demand, _ in known],
        uses=[legs for _, _, legs in known],
    )
    programme.solve()
    allocation = programme.allocation()
    value = sum(
        (fare * y for (fare, _, _), y in zip(known, allocation, strict=True)),
        Fraction(0),
    )
    return Dlp(
        value=float(value),
        allocation=tuple(map(float, allocation)),
        bid_prices=dict(zip(capacity, map(float, programme.duals()), strict=True)),
    )


def _product(
    rows: Mapping[Any, int], k: int, product: Any
) -> tuple[Fraction, Fraction, tuple[int, ...]]:
    name = f"products[{k}]"
    try:
        parts = tuple(product)
    except TypeError:
        parts = ()
    if len(parts) != _PARTS or isinstance(product, str):
        raise Misuse(
            f"{name} is {shown(product)}: a fare, a demand and legs are expected"
        )
    fare, demand, legs = parts
    if isinstance(legs, str) or not isinstance(legs, Iterable):
        raise Misuse(f"{name} uses {shown(legs)}: a row of legs is expected")
    used: list[int] = []
    for leg in legs:
        if leg not in rows:
            names = ", ".join(f"{one!r:.20}" for one in list(rows)[:10])
            raise Misuse(
                f"{name} uses the leg {shown(leg)}: one of {names} is expected"
            )
        if rows[leg] in used:
            raise Misuse(f"{name} uses the leg {shown(leg)} twice: once is expected")
        used.append(rows[leg])
    if not used:
        raise Misuse(f"{name} uses no leg: one or more is expected")
    return _exact(f"{name} fare", fare), _exact(f"{name} demand", demand), tuple(used)


def _exact(name: str, value: Any) -> Fraction:
    number(name, value, least=0)
    # numpy's numbers have no ratio of their own in older releases, but become one of
    # Python's without loss.
    return Fraction(value.item() if hasattr(value, "item") else value)
