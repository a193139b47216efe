"""Figures of one seller, or of all: means over runs, each with its standard error."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from test_time_gym.evaluation.statistics import Figure, mean_figure, ratio_figure

from .counts import DAYS, Counts, RunCounts

__all__ = [
    "SELLER_COLUMNS",
    "DaysLeft",
    "SellerFigures",
    "all_figures",
    "figures_of",
    "sums_of",
]

SELLER_COLUMNS: Final = {
    "revenue_minor": "revenue",
    "sold": "sold",
    "before": "before",
    "load_factor": "load_factor",
    "yield_minor": "yield_per_unit",
    "yield_km_minor": "yield_per_km",
    "revenue_seat_km_minor": "revenue_per_seat_km",
    "spill": "spill",
    "spoilage": "spoilage",
    "buying_share": "buying_share",
    "consumer_surplus_minor": "consumer_surplus",
    "own_elasticity": "own_elasticity",
    "cross_elasticity": "cross_elasticity",
}
"""Column of a frame → the figure that it holds."""


class DaysLeft(NamedTuple):
    """Sales between two numbers of days before closing."""

    from_day: int
    until_day: int | None
    """Excluded; None: no end."""
    bookings: Figure
    """Products sold in a run."""
    price: Figure
    """What they were sold for on average, in minor units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerFigures:
    """What a seller, or all together, came to in a run on average.

    Money is in minor units, shares are 0 to 1.  Of sales only those count that were
    made while the run was played; `load_factor` and `spoilage` count all stock.
    """

    name: str
    """The seller; empty for all together."""
    policy: str
    """Its kind; empty for all together."""
    revenue: Figure
    """What sales brought, less refunds and the cost of denied boardings."""
    sold: Figure
    """Products that background buyers bought, one for each passenger; go-shows, too."""
    cancelled: Figure
    """Of these, bookings that were cancelled; their units were sold again."""
    no_shows: Figure
    """Bookings that stood at the closing, and nobody showed up for."""
    denied: Figure
    """Who showed up, and found no unit left."""
    go_shows: Figure
    """Who came to the closing without a booking, and bought what was left over."""
    paid_back: Figure
    """Refunds of cancellations and no-shows, and the cost of denied boardings."""
    before: Figure
    """Units of stock drawn as sold before the opening: 0 where all is played out."""
    load_factor: Figure
    """Units of stock used at closing / units there were."""
    yield_per_unit: Figure
    """Revenue / products sold: per passenger, per stay."""
    yield_per_km: Figure
    """Revenue / kilometres that passengers flew (RPK); no estimate where the length
    of any leg is not known, as of all that goes nowhere."""
    revenue_per_seat_km: Figure
    """Revenue / seats times kilometres there were (ASK); no estimate there, and none
    where seats were drawn as sold before the opening, for nobody knows what."""
    spill: Figure
    """Arrivals who bought nothing, would have bought one of its products if all of
    their group had been on sale at base prices, and found that one sold out or closed
    by its booking limit when they came, or with too few left for their party: each
    counts as many as it is people."""
    spoilage: Figure
    """Units of stock that nobody used: not bought at closing, or not shown up for."""
    buying_share: Figure
    """Of all arrivals, those who bought from it."""
    consumer_surplus: Figure
    """Willingness to pay less price, summed over buyers."""
    cut_prices: Figure
    """Prices that its policy asked beyond floor or ceiling, and that were set to
    these: one for each product and wake."""
    class_mix: dict[str, Figure]
    """Class → its share of what was sold, in the order of the catalog."""
    days_left: tuple[DaysLeft, ...]
    own_elasticity: Figure | None
    """Of what it sells, in its own base fares: ln(sold at +5 % / sold at −5 %) /
    ln(1.05 / 0.95), paired by seed, policies going on as they do.  Of all together
    in the fares of all: the market's.  What was drawn as sold before the opening
    counts.  None where it was not asked for."""
    cross_elasticity: Figure | None
    """Of what all others sell, in its base fares; None where there are no others."""

    def as_dict(self) -> dict[str, Any]:
        """Return plain data; a figure is its estimate and standard error."""
        data: dict[str, Any] = {}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            data[name] = value._asdict() if isinstance(value, Figure) else value
        data["class_mix"] = {
            name: share._asdict() for name, share in self.class_mix.items()
        }
        data["days_left"] = [
            {
                **one._asdict(),
                "bookings": one.bookings._asdict(),
                "price": one.price._asdict(),
            }
            for one in self.days_left
        ]
        return data


Elasticities = tuple[Figure | None, Figure | None]
"""Own, and cross."""


def sums_of(runs: Sequence[RunCounts], seller: str | None) -> list[Counts]:
    """Return the sums of a seller in each run; None: of all together."""
    return [run.total if seller is None else run.of[seller] for run in runs]


def figures_of(
    runs: Sequence[RunCounts],
    seller: str | None,
    policy: str,
    elasticities: Elasticities = (None, None),
) -> SellerFigures:
    """Return the figures of a seller over runs; None: of all together."""
    sums = sums_of(runs, seller)
    sold = [one.sold for one in sums]
    revenue = [one.revenue_minor for one in sums]
    known = all(one.capacity_km is not None for one in sums)
    return SellerFigures(
        name="" if seller is None else seller,
        policy=policy,
        revenue=mean_figure(revenue),
        sold=mean_figure(sold),
        cancelled=mean_figure([one.cancelled for one in sums]),
        no_shows=mean_figure([one.no_shows for one in sums]),
        denied=mean_figure([one.denied for one in sums]),
        go_shows=mean_figure([one.go_shows for one in sums]),
        paid_back=mean_figure([one.paid_back_minor for one in sums]),
        before=mean_figure([one.before for one in sums]),
        load_factor=ratio_figure(
            [one.used for one in sums], [one.capacity for one in sums]
        ),
        yield_per_unit=ratio_figure(revenue, sold),
        yield_per_km=_per_km(revenue, [one.passenger_km for one in sums], known=known),
        revenue_per_seat_km=_per_km(
            revenue,
            [one.capacity_km or 0 for one in sums],
            known=known and not any(one.before for one in sums),
        ),
        spill=mean_figure([one.spilled for one in sums]),
        spoilage=mean_figure([one.capacity - one.used for one in sums]),
        buying_share=ratio_figure(
            [one.buyers for one in sums], [run.arrivals for run in runs]
        ),
        consumer_surplus=mean_figure([one.surplus_minor for one in sums]),
        cut_prices=mean_figure([one.cut_prices for one in sums]),
        class_mix=_class_mix(runs, seller, sold),
        days_left=_days_left(runs, seller),
        own_elasticity=elasticities[0],
        cross_elasticity=elasticities[1],
    )


def all_figures(
    runs: Sequence[RunCounts],
    policies: dict[str, str],
    elasticities: dict[str, Elasticities],
) -> tuple[SellerFigures, ...]:
    """Return the figures of every seller, and at last those of all together.

    Args:
        runs: by seed.
        policies: seller → kind of its policy, in the order of the catalog.
        elasticities: seller → its own and cross elasticity; ``""``: the market's.
    """
    none: Elasticities = (None, None)
    each = [
        figures_of(runs, name, kind, elasticities.get(name, none))
        for name, kind in policies.items()
    ]
    return (*each, figures_of(runs, None, "", elasticities.get("", none)))


def _per_km(revenue: Sequence[int], lengths: Sequence[int], *, known: bool) -> Figure:
    return ratio_figure(revenue, lengths) if known else Figure(None, None)


def _class_mix(
    runs: Sequence[RunCounts], seller: str | None, sold: Sequence[int]
) -> dict[str, Figure]:
    places = runs[0].classes
    codes = dict.fromkeys(
        code for name, code in places if seller is None or name == seller
    )
    return {
        code: ratio_figure(
            [
                sum(
                    units
                    for (name, one), units in run.classes.items()
                    if one == code and (seller is None or name == seller)
                )
                for run in runs
            ],
            sold,
        )
        for code in codes
    }


def _days_left(runs: Sequence[RunCounts], seller: str | None) -> tuple[DaysLeft, ...]:
    """Return the buckets in which anybody bought, the earliest sales first."""
    found: list[DaysLeft] = []
    for bucket in reversed(range(len(DAYS))):
        pairs = [
            [
                pair
                for (name, place), pair in run.days.items()
                if place == bucket and (seller is None or name == seller)
            ]
            for run in runs
        ]
        numbers = [sum(number for number, _ in pair) for pair in pairs]
        minors = [sum(minor for _, minor in pair) for pair in pairs]
        if any(numbers):
            end = DAYS[bucket + 1] if bucket + 1 < len(DAYS) else None
            found.append(
                DaysLeft(
                    DAYS[bucket],
                    end,
                    mean_figure(numbers),
                    ratio_figure(minors, numbers),
                )
            )
    return tuple(found)
