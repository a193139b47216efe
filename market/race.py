"""The first of many clocks, of which only those are drawn that may be the first.

A buyer chooses the offer whose clock runs down first (see `choice`).  Where there are
thousands of offers, nearly all of them cost more than the buyer would pay, or have a
clock that runs longer than another's that is known already.  A clock is the longer the
smaller its word is, so that such a bound on time is one on words; and words are made
and compared much quicker than clocks.
"""

from math import exp, inf
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .exponential import unit_exponential, unit_exponentials
from .streams import pair_words

__all__ = ["first", "firsts"]

_FEW: Final = 24
"""So many clocks take longer to draw as an array than one by one."""
_GREATEST: Final = 6
"""So many of the greatest words, about, are looked at first."""
_WORDS: Final = 2**64


def firsts(
    words: NDArray[np.uint64], keys: NDArray[np.uint64], means: NDArray[np.float64]
) -> list[int]:
    """Return which clock of each buyer runs down first; of equals, the one in front.

    Args:
        words: 64 random bits of each buyer.
        keys: of the names of what they may choose, in increasing order of position.
        means: mean time of each clock; not all are infinite.
    """
    arrivals = unit_exponentials(pair_words(words, keys))
    arrivals *= means
    found: list[int] = arrivals.argmin(axis=1).tolist()
    return found


def first(
    word: NDArray[np.uint64], keys: NDArray[np.uint64], means: NDArray[np.float64]
) -> int:
    """Return what `firsts` does, of one buyer.

    Args:
        word: 64 random bits of it, of shape (1,).
        keys: as for `firsts`.
        means: as for `firsts`.
    """
    words = pair_words(word, keys)[0]
    least, shortest = _WORDS - _WORDS // len(keys) * _GREATEST, float(means.min())
    while True:
        (some,) = (words >= np.uint64(max(least, 0))).nonzero()
        place, arrival = _first_of(words[some], means[some])
        may_win = _least_word(arrival / shortest)
        if may_win >= least:
            return int(some[place])
        least = may_win


def _first_of(
    words: NDArray[np.uint64], means: NDArray[np.float64]
) -> tuple[int, float]:
    """Return which of some clocks runs down first, and when; never if there is none."""
    if len(words) > _FEW:
        arrivals = unit_exponentials(words)
        arrivals *= means
        place = int(arrivals.argmin())
        return place, float(arrivals[place])
    found, least = 0, inf
    pairs = zip(words.tolist(), means.tolist(), strict=True)
    for place, (word, mean) in enumerate(pairs):
        arrival = unit_exponential(word) * mean
        if arrival < least:
            found, least = place, arrival
    return found, least


def _least_word(clock: float) -> int:
    """Return a word below which every unit exponential is longer than this one.

    It leaves room for what was rounded, and for a computer's own `exp`.
    """
    longest = clock * (1 + 1e-9) + 1e-12
    return max(int(exp(-longest) * (1 - 1e-9) * _WORDS) - 2**14, 0)
