"""Willingness to pay for which demand has the elasticity that is asked for."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from math import exp, log
from typing import Final, NamedTuple

from test_time_gym.market.buyers import buying_share, weigher
from test_time_gym.market.config import PPM
from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.segment import ELASTICITY_MOST_MILLI

from ..flights.domain import FlightSegment

__all__ = [
    "ShownOffers",
    "elasticities",
    "elasticities_at",
    "factor_for",
    "factors_of",
    "scaled",
]

_UP_PPM, _DOWN_PPM = 1_050_000, 950_000
_STEP: Final = log(_UP_PPM / _DOWN_PPM)
_LEAST_PPM, _MOST_PPM = PPM // 8, 8 * PPM
"""Factors on a segment's willingness to pay that are tried."""
_NUMBER = re.compile(r"([+-]?)([0-9]{1,6})(?:\.([0-9]{1,3}))?")
_FINE: Final = 10**12


class ShownOffers(NamedTuple):
    """What those who come in one step of a forecast are shown."""

    come: tuple[int, ...]
    """How many of each segment, in millionths."""
    offers: tuple[tuple[int, int], ...]
    """Price and drawback of each: imported segments mind nothing else."""


def elasticities(text: str, known: Sequence[str]) -> dict[str, int]:
    """Return the elasticities that a text names, in thousandths, by segment.

    Args:
        text: ``segment=elasticity``, several joined by commas.
        known: the segments that there are.

    Raises:
        ScenarioError: it is no such text, or names what cannot be.

    >>> elasticities("leisure=-1.4, business=-0.7", ["leisure", "business"])
    {'leisure': -1400, 'business': -700}
    """
    found: dict[str, int] = {}
    for part in text.split(","):
        name, equals, number = (one.strip() for one in part.partition("="))
        read = _NUMBER.fullmatch(number.replace("\u2212", "-"))
        if not (name and equals) or read is None:
            msg = (
                f"--elasticity: {part.strip()!r:.60} is not SEGMENT=NUMBER with three "
            )
            raise ScenarioError(msg + "decimals at most, such as leisure=-1.4")
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else "known: "
            hint += "" if near else ", ".join(known)
            raise ScenarioError(
                f"--elasticity: no segment is called {name!r:.60}; {hint}"
            )
        if name in found:
            raise ScenarioError(f"--elasticity: {name} is named twice")
        milli = int(read[2]) * 1000 + int((read[3] or "0").ljust(3, "0"))
        if read[1] != "-" or not 0 < milli <= ELASTICITY_MOST_MILLI:
            msg = f"--elasticity: {name}={number} is not between "
            msg += (
                f"-{ELASTICITY_MOST_MILLI // 1000} and 0, both excluded but the first: "
            )
            raise ScenarioError(msg + "dearer offers are bought by fewer")
        found[name] = -milli
    return found


def scaled(segment: FlightSegment, factor_ppm: int) -> FlightSegment:
    """Return a segment to which prices look as if they were divided by a factor."""
    choice = segment.choice
    return segment.model_copy(
        update={
            "willingness_median_minor": _times(
                segment.willingness_median_minor or 0, factor_ppm
            ),
            "choice": choice.model_copy(
                update={
                    "reference_minor": _times(choice.reference_minor, factor_ppm),
                    "scale_minor": _times(choice.scale_minor, factor_ppm),
                }
            ),
        }
    )


def _times(minor: int, factor_ppm: int) -> int:
    return max(1, (2 * minor * factor_ppm + PPM) // (2 * PPM))


def factor_for(
    segment: FlightSegment, place: int, milli: int, shown: Sequence[ShownOffers]
) -> int:
    """Return the factor for which a segment has an elasticity, in ppm.

    Args:
        segment: whose willingness to pay is multiplied.
        place: of the segment in `ShownOffers.come`.
        milli: the elasticity asked for, in thousandths.
        shown: what it is shown.

    Raises:
        ScenarioError: no factor that is tried has it; the nearest is named.
    """
    steps = [(one.come[place], one.offers) for one in shown if one.come[place]]
    wanted = round(exp(milli / 1000 * _STEP) * _FINE)

    def too_steep(factor_ppm: int) -> bool:
        above, below = _demand(scaled(segment, factor_ppm), steps)
        return above * _FINE < below * wanted

    low, high = _LEAST_PPM, _MOST_PPM
    for end, fails in ((low, not too_steep(low)), (high, too_steep(high))):
        if fails:
            nearest = _elasticity(scaled(segment, end), steps)
            msg = f"--elasticity: {segment.name}={milli / 1000:g} is out of reach for "
            msg += "any willingness to pay that the import knows; the nearest is "
            none = "none, since nobody would buy"
            msg += none if nearest is None else f"{nearest / 1000:.3f}"
            raise ScenarioError(msg)
    while high - low > 1:
        middle = (low + high) // 2
        if too_steep(middle):
            low = middle
        else:
            high = middle
    return high


Steps = Sequence[tuple[int, tuple[tuple[int, int], ...]]]


def _demand(segment: FlightSegment, steps: Steps) -> tuple[int, int]:
    """Return how many would buy were all prices 5 % higher, and 5 % lower."""
    weigh, model = weigher(segment), segment.choice
    above = below = 0
    for come, offers in steps:
        weighed = [(price, model.penalty_milli(n, "", 0)) for price, n in offers]
        above += come * buying_share(model, weighed, weigh, _UP_PPM)
        below += come * buying_share(model, weighed, weigh, _DOWN_PPM)
    return above, below


def _elasticity(segment: FlightSegment, steps: Steps) -> int | None:
    """Return the elasticity in thousandths; None where nobody would buy."""
    above, below = _demand(segment, steps)
    return round(1000 * log(above / below) / _STEP) if above and below else None


def elasticities_at(
    segments: Sequence[FlightSegment], shown: Sequence[ShownOffers]
) -> dict[str, int | None]:
    """Return what elasticity the demand of each segment has, in thousandths.

    Args:
        segments: as they are.
        shown: what they are shown.

    Returns:
        Segment → elasticity; None where nobody would buy.
    """
    return {
        segment.name: _elasticity(
            segment, [(one.come[place], one.offers) for one in shown if one.come[place]]
        )
        for place, segment in enumerate(segments)
    }


def factors_of(
    segments: Sequence[FlightSegment],
    wanted: Mapping[str, int],
    shown: Sequence[ShownOffers],
) -> dict[str, int]:
    """Return the factor of each segment that an elasticity is asked for."""
    return {
        segment.name: factor_for(segment, place, wanted[segment.name], shown)
        for place, segment in enumerate(segments)
        if segment.name in wanted
    }
