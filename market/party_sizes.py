"""Party sizes: how many units a background buyer takes in one booking."""

from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from .config import PPM, Ppm
from .streams import Streams

__all__ = ["ALONE", "PartyShares", "party_of", "size_of"]

_MOST: Final = 9
"""Largest party: nine to a booking, as airlines have it."""

ALONE: Final = (PPM,)
"""Shares of a segment whose buyers all come alone."""


def _of_a_whole(shares: tuple[int, ...]) -> tuple[int, ...]:
    if sum(shares) != PPM:
        msg = "party_sizes are the shares of parties of 1, 2, … in millionths, and "
        raise ValueError(f"{msg}add up to {sum(shares)}, not {PPM}")
    return shares


PartyShares = Annotated[
    tuple[Ppm, ...],
    Field(min_length=1, max_length=_MOST, strict=False),
    AfterValidator(_of_a_whole),
]
"""The share of parties of one, of two, and so on, in millionths of all parties."""


def size_of(shares: tuple[int, ...], word: int) -> int:
    """Return the size of a party.

    Args:
        shares: as declared.
        word: 64 random bits of it.

    >>> [size_of((500_000, 0, 500_000), word) for word in (0, 2**63 - 1, 2**63)]
    [1, 1, 3]
    """
    return bisect_right(list(accumulate(shares)), word * PPM >> 64) + 1


def party_of(
    shares: tuple[int, ...], streams: Streams, *name: str
) -> Callable[[int], int] | None:
    """Return what gives the size of each party by its number; None: all come alone.

    Args:
        shares: as declared.
        streams: of the run; none of its counters is moved.
        name: segment, and the values of the group.
    """
    if shares == ALONE:
        return None
    return lambda arrival: size_of(shares, streams.word_at(arrival, "party", *name))
