"""Figures of one segment of background buyers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from test_time_gym.evaluation.statistics import (
    Figure,
    dispersion_figure,
    mean_figure,
    ratio_figure,
)
from test_time_gym.market.demand import Segment

from .counts import RunCounts
from .shown_demand import demand_elasticities

__all__ = ["SegmentFigures", "segment_figures"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentFigures:
    """What a segment did in a run on average; money is in minor units."""

    name: str
    arrivals: Figure
    dispersion: Figure
    """Variance of its arrivals over runs / their mean: 1 where they are Poisson, and
    more where days are good or bad for many buyers together."""
    buying_share: Figure
    """Of its arrivals, those who bought."""
    price: Figure
    """What they paid on average for one unit."""
    elasticity: Figure | None
    """Of what it buys, in the base fares of all sellers: see `SellerFigures`.  None
    where it was not asked for, or sales before the opening are drawn: nobody knows
    whose they were."""
    demand_elasticity: Figure | None
    """Of its demand, in all prices shown: ln(share of arrivals that would buy at +5 % /
    at −5 %) / ln(1.05 / 0.95), of what is on sale when they come, had it stock enough.
    None where it was not asked for."""
    declared_elasticity: float | None
    """What the scenario says of the same; None where it says nothing."""

    def as_dict(self) -> dict[str, Any]:
        """Return plain data; a figure is its estimate and standard error."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {
            name: value._asdict() if isinstance(value, Figure) else value
            for name, value in values.items()
        }


def segment_figures(
    segments: Sequence[Segment],
    runs: Sequence[RunCounts],
    elasticities: Mapping[str, Figure],
) -> tuple[SegmentFigures, ...]:
    """Return the figures of every segment, in the order of the scenario.

    Args:
        segments: as declared.
        runs: by seed.
        elasticities: segment → its elasticity, as far as it is known.
    """
    found = []
    of_demand = demand_elasticities([run.shown_demand for run in runs])
    for segment in segments:
        name, milli = segment.name, segment.elasticity_milli
        sums = zip(*(run.segments[name] for run in runs), strict=True)
        came, bought, units, paid = sums
        found.append(
            SegmentFigures(
                name=name,
                arrivals=mean_figure(came),
                dispersion=dispersion_figure(came),
                buying_share=ratio_figure(bought, came),
                price=ratio_figure(paid, units),
                elasticity=elasticities.get(name),
                demand_elasticity=of_demand.get(name),
                declared_elasticity=None if milli is None else milli / 1000,
            )
        )
    return tuple(found)
