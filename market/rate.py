"""Rates: the rules under which something is sold, besides its price.

Fences are among them: rules that keep those out who would pay more.
"""

from collections.abc import Sequence
from typing import Annotated, ClassVar

from pydantic import Field

from .config import Code, GrownConfig, Minor, Ppm

__all__ = ["Rate", "verify_rates"]


class Rate(GrownConfig):
    """The rules under which a listing is sold, besides its price."""

    later: ClassVar[tuple[str, ...]] = (
        "advance_days",
        "cancel_ppm_per_day",
        "go_shows_milli",
        "no_show_ppm",
        "segments",
    )

    code: Code
    booking_limit: Annotated[int, Field(ge=0, le=1000)] | None = None
    """Most units this rate and all cheaper ones may sell; None: no limit."""
    refundable: bool = False
    cancel_fee_minor: Minor = 0
    """Kept from the refund when a refundable unit is given back."""
    advance_days: Annotated[int, Field(ge=0, le=400)] = 0
    """Sold to nobody any more so many days before the listing closes."""
    segments: (
        Annotated[tuple[Code, ...], Field(min_length=1, max_length=50, strict=False)]
        | None
    ) = None
    """Background buyers who may buy it; None: all.  Agents are of no segment: it
    does not keep them out."""
    cancel_ppm_per_day: Ppm | None = None
    """Of background bookings at this rate, the share that is cancelled in a day; None:
    as their segment says."""
    go_shows_milli: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """How many people are expected to come to a closing without a booking, in
    thousandths: they buy at this rate what is left over then."""
    no_show_ppm: Ppm | None = None
    """Of those that stand at the closing, the share that nobody shows up for; None: as
    their segment says."""


def verify_rates(rates: Sequence[tuple[str, int]], noun: str) -> None:
    """Raise why the rates of a listing cannot be nested.

    Args:
        rates: code and price of each, as declared.
        noun: what they are called: ``fare classes``.

    Raises:
        ValueError: a code stands twice, or they do not fall from the dearest on.

    >>> verify_rates([("Y", 200), ("Q", 90)], "fare classes")
    """
    codes, prices = [code for code, _ in rates], [price for _, price in rates]
    if len(set(codes)) != len(codes):
        msg = f"{noun} repeat a code: {', '.join(codes)}"
        raise ValueError(msg)
    if prices != sorted(prices, reverse=True):
        msg = f"list {noun} from the dearest to the cheapest"
        raise ValueError(msg)
