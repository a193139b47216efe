"""A logit choice and the arrivals behind it, from sales of known offer sets.

G. Vulcano, G. van Ryzin and R. Ratliff, Estimating primary demand for substitutable
products from sales transaction data, Operations Research 60(2), 2012.  Who comes and
buys nothing is seen by nobody, and sales alone cannot tell many buyers of whom few buy
from few of whom many do: the share that buys where all is open has to be known.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from math import exp, fsum, lgamma, log, prod, sqrt
from typing import Final, NamedTuple

__all__ = [
    "ChoiceEstimate",
    "SetSales",
    "choice_estimate",
    "mean_reaching",
    "more_than",
]

_ROUNDS: Final = 1_000
_NEAR: Final = 1e-7
"""Change of a share, or of buyers in parts of theirs, below which it has ended."""

_LONGER: Final = 4.0
"""So many times as long may a jump be as the longest before it."""

_HALF: Final = 0.5
_HALVED: Final = 40
"""So often an interval is halved that has a mean in it."""

_Point = list[float]

_GREAT: Final = 1e200
"""Above this, chances are taken as parts of something greater."""


class SetSales(NamedTuple):
    """What past departures sold in one interval while the same set was open."""

    interval: int
    open: tuple[int, ...]
    """Places of the products."""
    departures: int
    sold: tuple[float, ...]
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

    Where every departure sold out in an interval, endlessly many buyers would be
    likeliest.  There as many are taken to have bought as `mean_reaching` says.

    Where much was sold out, EM takes thousands of small steps in one direction; they
    are taken in jumps (see `_jumped`), which end at the same place.

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
    seen = dict.fromkeys(one.interval for one in sales if not one.cut)
    sales = [one if one.interval in seen else _reaching(one) for one in sales]
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

    def step(point: _Point) -> _Point:
        q, rates = point[:products], point[products:]
        liked = [0.0] * products
        came = [0.0] * intervals
        for one in sales:
            best = _liked(one, q, rates[one.interval], 1 - share)
            for j, number in enumerate(best):
                liked[j] += number
            nobody = one.departures * rates[one.interval] * (1 - share)
            came[one.interval] += fsum(best) + nobody
        total = fsum(liked)
        means = [all_ / max(1, n) for all_, n in zip(came, departures, strict=True)]
        return [*(share * one / total for one in liked), *means]

    found = _at_rest(step, [*shares, *buyers], products)
    return ChoiceEstimate(tuple(found[:products]), tuple(found[products:]))


def _reaching(one: SetSales) -> SetSales:
    """Return sales as if none had been cut, where all were."""
    whole = fsum(one.sold)
    grown = one.departures * mean_reaching(one.cut) / whole if whole else 1.0
    return one._replace(sold=tuple(grown * units for units in one.sold), cut=())


def mean_reaching(units: Sequence[int]) -> float:
    """Return the Poisson mean with which all of some departures get so many, or more.

    In half of all cases: it is the median-unbiased estimate where each number has been
    reached, and nobody saw by how much it would have been exceeded.

    >>> round(mean_reaching([1]), 6), round(mean_reaching([6] * 10), 3)
    (0.693147, 10.003)
    """
    counts = Counter(units)
    low, high = 0.0, 1.0

    def chance(mean: float) -> float:
        return prod(_reaches(mean, one) ** many for one, many in counts.items())

    while chance(high) < _HALF:
        low, high = high, 2 * high
    for _ in range(_HALVED):
        middle = (low + high) / 2
        low, high = (middle, high) if chance(middle) < _HALF else (low, middle)
    return (low + high) / 2


def _reaches(mean: float, units: int) -> float:
    """Return the chance that so many come at least: Poisson."""
    logs = (k * log(mean) - mean - lgamma(k + 1) for k in range(units))
    return max(0.0, 1 - fsum(map(exp, logs))) if mean else float(not units)


def _at_rest(step: Callable[[_Point], _Point], point: _Point, products: int) -> _Point:
    """Return where EM comes to rest, or is after `_ROUNDS` jumps."""
    longest = 1.0
    for _ in range(_ROUNDS):
        once = step(point)
        if _moved(point, once, products) < _NEAR:
            return once
        far, longest = _jumped(point, once, step(once), longest)
        # A step of EM brings back what the jump has put out of order.
        point = step(far)
    return point


def _moved(before: _Point, after: _Point, products: int) -> float:
    """Return the greatest change of a share, or of buyers in parts of theirs."""
    changes = [abs(a - b) for a, b in zip(after, before, strict=True)]
    parts = zip(changes[products:], after[products:], strict=True)
    return max(*changes[:products], *(change / max(a, 1e-6) for change, a in parts))


def _jumped(
    point: _Point, once: _Point, twice: _Point, longest: float
) -> tuple[_Point, float]:
    """Return where many steps of EM would lead, by two of them.

    ``x - 2 a r + a² v``, where r is the first step, v how the second one differs from
    it, and ``a = -|r| / |v|``: R. Varadhan and C. Roland, Simple and globally
    convergent methods for accelerating the convergence of any EM algorithm,
    Scandinavian Journal of Statistics 35(2), 2008, scheme S3.

    Args:
        point: x.
        once: a step later.
        twice: two steps later.
        longest: how great -a may be, 1 or more.

    Returns:
        The second step itself where a jump would leave what is above 0; and how long
        the next jump may be.
    """
    r = [b - a for a, b in zip(point, once, strict=True)]
    v = [c - b - d for b, c, d in zip(once, twice, r, strict=True)]
    bend = sqrt(fsum(one * one for one in v))
    length = sqrt(fsum(one * one for one in r)) / bend if bend else 1.0
    length = min(max(length, 1.0), longest)
    far = [
        x + 2 * length * step + length * length * turn
        for x, step, turn in zip(point, r, v, strict=True)
    ]
    if any(jump <= 0 < now for jump, now in zip(far, twice, strict=True)):
        return twice, max(1.0, longest / _LONGER)
    return far, longest * _LONGER if length == longest else longest


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
