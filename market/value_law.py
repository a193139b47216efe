"""What a law of the willingness to pay is: draws from words, shares, quantiles."""

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from .config import PPM

__all__ = ["SURVIVAL_UNIT", "ValueLaw", "word_of_ppm"]

SURVIVAL_UNIT: Final = 1 << 30
"""What `ValueLaw.survival` returns for certainty."""


class ValueLaw(Protocol):
    """A law over amounts of money in minor units, all of them integers."""

    def at(self, word: int) -> int:
        """Return the quantile of a 64-bit word; it never falls as the word grows."""

    def draws(self, words: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return `at` of many words."""

    def survival(self, value: int) -> int:
        """Return the share of draws at or above a value, of `SURVIVAL_UNIT`."""

    def quantile(self, ppm: int) -> int:
        """Return the value that this share of draws, in millionths, lies below.

        Raises:
            ValueError: it is not between 0 and 1,000,000, both excluded.
        """


def word_of_ppm(ppm: int) -> int:
    """Return the word below which this share of all words, in millionths, lies.

    Raises:
        ValueError: it is not between 0 and 1,000,000, both excluded.

    >>> word_of_ppm(500_000) == 2**63
    True
    """
    if not 0 < ppm < PPM:
        msg = f"a quantile lies between 0 and {PPM} ppm, not at {ppm}"
        raise ValueError(msg)
    return (ppm << 64) // PPM
