"""A logit choice and the arrivals behind it, from sales of known offer sets.

G. Vulcano, G. van Ryzin and R. Ratliff, Estimating primary demand for substitutable
products from sales transaction data, Operations Research 60(2), 2012.  Who comes and
buys nothing is seen by nobody, and sales alone cannot tell many buyers of whom few buy
from few of whom many do: the share that buys where all is open has to be known.
"""

from collections.abc import Sequence
from math import fsum
from typing import Final, NamedTuple

__all__ = ["ChoiceEstimate", "SetSales", "choice_estimate", "more_than"]

_ROUNDS: Final = 1_000
_NEAR: Final = 1e-7
"""Change of a share, or of buyers in parts of theirs, below which it has ended."""

_GREAT: Final = 1e200
"""Above this, chances are taken as parts of something greater."""


class SetSales(NamedTuple):
    """What past departures sold in one interval while the same set was open."""

    interval: int
    open: tuple[int, ...]
    """Places of the products."""
    departures: int
    sold: tuple[int, ...]
    """Of each product, of all these departures together; 0 of what was closed."""
    cut: tuple[int, ...] = ()
    """Of each departure, what it sold in all, where it sold out; empty: none did."""


class ChoiceEstimate(NamedTuple):
    """Where a buyer goes who finds everything open, and how many come."""

    shares: tuple[float, ...]
    """Of each product; the rest buys nothing."""
    buyers: tuple[float, ...]
    """Expected in each interval, whether they buy or not."""

    def chances(self, offered: Sequence[int]) -> tuple[float, ...]:
        """Return what a buyer does who is offered these products: ``v_j / (1 + V)``.

        >>> ChoiceEstimate((0.25, 0.5), ()).chances([0])
        (0.5,)
        """
        nothing = 1 - fsum(self.shares)
        whole = nothing + fsum(self.shares[j] for j in offered)
        return tuple(self.shares[j] / whole for j in offered)


def choice_estimate(
    sales: Sequence[SetSales], products: int, intervals: int, share: float
) -> ChoiceEstimate | None:
    """Return shares and buyers under which what was sold is likeliest.

    Buyers of interval k are Poisson with mean ``λ_k``; one who is offered the set S
    takes product j with the chance ``q_j / (q_0 + Σ_{i ∈ S} q_i)``.  By EM over what
    each would have liked best of all: who bought j liked it best with the chance
    ``q_0 + Σ_S q``, and a closed product with its ``q``; those who left for want of it
    are ``λ_k q_j q_0 / (q_0 + Σ_S q)``.  M: ``q_j`` and ``λ_k`` are shares and means of
    all that, with ``Σ q_j`` kept at the share that is known.

    Args:
        sales: by interval and set; sets are not empty.
        products: how many there are.
        intervals: of a departure.
        share: of those who come, how many buy where all is open; above 0, below 1.

    Returns:
        None if nothing was sold.

    >>> both = SetSales(0, (0, 1), 10, (20, 60))
    >>> found = choice_estimate([both, SetSales(0, (0,), 10, (32, 0))], 2, 1, 0.5)
    >>> [round(one, 4) for one in (*found.shares, *found.buyers)]
    [0.125, 0.375, 16.0]
    """
    sold = [fsum(one.sold[j] for one in sales) for j in range(products)]
    whole = fsum(sold)
    if not whole:
        return None
    shares = [share * one / whole for one in sold]
    departures = [0] * intervals
    buyers = [0.0] * intervals
    for one in sales:
        departures[one.interval] += one.departures
        buyers[one.interval] += fsum(one.sold) / share
    buyers = [all_ / max(1, n) for all_, n in zip(buyers, departures, strict=True)]
    for _ in range(_ROUNDS):
        liked = [0.0] * products
        came = [0.0] * intervals
        for one in sales:
            best = _liked(one, shares, buyers[one.interval], 1 - share)
            for j, number in enumerate(best):
                liked[j] += number
            nobody = one.departures * buyers[one.interval] * (1 - share)
            came[one.interval] += fsum(best) + nobody
        total = fsum(liked)
        found = [share * one / total for one in liked]
        means = [all_ / max(1, n) for all_, n in zip(came, departures, strict=True)]
        moved = max(abs(a - b) for a, b in zip(found, shares, strict=True))
        moved = max(
            moved,
            *(abs(a - b) / max(a, 1e-6) for a, b in zip(means, buyers, strict=True)),
        )
        shares, buyers = found, means
        if moved < _NEAR:
            break
    return ChoiceEstimate(tuple(shares), tuple(buyers))


def _liked(
    one: SetSales, shares: Sequence[float], buyers: float, nothing: float
) -> list[float]:
    """Return how many would have taken each product, had all been open."""
    offered = fsum(shares[j] for j in one.open)
    sold: list[float] = list(one.sold)
    stay = nothing + offered
    if one.cut and offered:
        rate = buyers * offered / stay
        more = fsum(more_than(rate, units) for units in one.cut)
        for j in one.open:
            sold[j] += more * shares[j] / offered
    number = fsum(sold)
    left = one.departures * buyers * nothing / stay
    found = [shares[j] * (number + left) for j in range(len(shares))]
    for j in one.open:
        found[j] = sold[j] * stay
    return found


def more_than(mean: float, units: int) -> float:
    """Return how many more come than so many, if so many at least do: Poisson.

    ``E[N | N ≥ m] - m = Σ_{k ≥ 1} P(N ≥ m + k) / P(N ≥ m)``.

    >>> round(more_than(3.0, 0), 9), round(more_than(3.0, 3), 6), more_than(0.0, 2)
    (3.0, 1.165246, 0.0)
    """
    if mean <= 0:
        return 0.0
    # Chances as parts of P(N = m), which may itself be as good as none.
    chance, reached, above, k = 1.0, 1.0, 0.0, 0
    while chance > 1e-17 * reached or units + k < mean:
        k += 1
        chance *= mean / (units + k)
        reached += chance
        above += k * chance
        if above > _GREAT:
            chance, reached, above = chance / above, reached / above, 1.0
    return above / reached
