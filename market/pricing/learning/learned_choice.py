"""What a seller learns of buyers who choose among the classes of a leg."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from math import floor, fsum
from typing import NamedTuple

from ...config import PPM
from ..booking_slices import BookingPath
from ..past_sales import PastDeparture, PastSales
from .choice_estimate import (
    ChoiceEstimate,
    SetSales,
    choice_estimate,
    more_than,
)
from .learned_forecast import LearningSteps, rounded
from .methods import METHODS

__all__ = ["LearnedChoice", "learned_choice", "set_sales"]


class LearnedChoice(NamedTuple):
    """What each set of the dearest classes sells, and how many buyers are to come."""

    chances_ppm: tuple[tuple[int, ...], ...]
    """Of the dearest product alone, of the two dearest, and so on: that a buyer takes
    each, rounded down."""
    buyers: BookingPath
    """Whether they buy or not."""
    sale_ends_ms: tuple[int, ...]
    """Of each product, time from the end of its sale to closing, as it was seen."""


@lru_cache(maxsize=1024)
def learned_choice(
    past: tuple[PastDeparture, ...],
    products: tuple[int, ...],
    steps: LearningSteps,
    share_ppm: int,
) -> LearnedChoice | None:
    """Return what is learned from past departures; the last ones are remembered.

    Args:
        past: the oldest first; two at least.
        products: of a leg, by their places in the catalog, the dearest first.
        steps: how; ``none`` takes all for open, and sales for all that was wanted.
        share_ppm: how many of those who come buy where all is open.

    Returns:
        None if none of them was ever sold.
    """
    places = {sales.product: k for k, sales in enumerate(past[-1])}
    rows = [
        tuple(departure[places[product]] for product in products) for departure in past
    ]
    # Of what is sold longest: others start no later intervals than that.
    starts = min((row.starts_ms for row in rows[-1]), key=sum)
    ends = tuple(_sale_ends(row, starts) for row in rows[-1])
    known = steps.untruncate == "em"
    sold = [set_sales(row, ends, untruncated=known) for row in rows]
    every = [one for departure in sold for one in departure]
    share = share_ppm / PPM
    found = choice_estimate(_together(every), len(products), len(starts), share)
    if found is None:
        return None
    nests = [range(count + 1) for count in range(len(products))]
    return LearnedChoice(
        tuple(
            tuple(floor(chance * PPM) for chance in found.chances(nest))
            for nest in nests
        ),
        _buyers(sold, found, starts, steps),
        ends,
    )


def _sale_ends(row: PastSales, starts_ms: tuple[int, ...]) -> int:
    """Return when a product's sale ended, in time to closing.

    From then on all its intervals start at that time.
    """
    both = zip(row.starts_ms, starts_ms, strict=True)
    return next((own for own, start in both if own > start), 0)


def set_sales(
    row: Sequence[PastSales], ends_ms: Sequence[int], *, untruncated: bool
) -> list[SetSales]:
    """Return what a departure sold, interval by interval, and of which set.

    A class was open where it is at the end of the interval, or has sold in it, or a
    cheaper one has.  Where all that was open is closed at the end, the leg sold out.

    Args:
        row: of each product, the dearest first.
        ends_ms: of each, when its sale ends, in time to closing.
        untruncated: whether what was closed is known; if not, all counts as open.

    >>> dear = PastSales(0, (9, 5), (2, 3), (False, True))
    >>> cheap = PastSales(1, (9, 5), (4, 0), (True, True))
    >>> for one in set_sales([dear, cheap], [0, 0], untruncated=True):
    ...     print(one.open, one.cut)
    (0, 1) ()
    (0,) (3,)
    """
    found = []
    for k in range(len(row[0].taken)):
        on_sale = [
            j
            for j, (one, end) in enumerate(zip(row, ends_ms, strict=True))
            if one.starts_ms[k] > end
        ]
        sold = tuple(one.taken[k] for one in row)
        seen = [j for j in on_sale if sold[j] or not row[j].closed[k]]
        if not untruncated:
            seen = on_sale
        if seen:
            offered = tuple(j for j in on_sale if j <= max(seen))
            shut = untruncated and all(row[j].closed[k] for j in offered)
            cut = (sum(sold),) if shut else ()
            found.append(SetSales(k, offered, 1, sold, cut))
    return found


def _together(every: Sequence[SetSales]) -> list[SetSales]:
    """Return sales of one interval and set as one."""
    found: dict[tuple[int, tuple[int, ...], bool], SetSales] = {}
    for one in every:
        key = one.interval, one.open, bool(one.cut)
        known = found.get(key)
        if known is not None:
            both = zip(known.sold, one.sold, strict=True)
            found[key] = one._replace(
                departures=known.departures + 1,
                sold=tuple(a + b for a, b in both),
                cut=(*known.cut, *one.cut),
            )
        else:
            found[key] = one
    return list(found.values())


def _buyers(
    sold: Sequence[Sequence[SetSales]],
    found: ChoiceEstimate,
    starts_ms: tuple[int, ...],
    steps: LearningSteps,
) -> BookingPath:
    """Return how many buyers are to come, by what each departure's sales tell.

    Besides who bought, and who came after it had sold out, those are expected who
    bought nothing; where nothing was open, all are.
    """
    method, smoothing = METHODS[steps.forecast], steps.smoothing_ppm / PPM
    picked = []
    for departure in sold:
        came = list(found.buyers)
        for one in departure:
            expected, chance = came[one.interval], fsum(found.chances(one.open))
            more = fsum(more_than(expected * chance, units) for units in one.cut)
            came[one.interval] = sum(one.sold) + more + expected * (1 - chance)
        picked.append(list(accumulate(reversed(came))))
    means = [
        rounded(*method(values, smoothing))[0] for values in zip(*picked, strict=True)
    ]
    return BookingPath((*starts_ms, 0), (*reversed(means), 0))
