"""Exponential clocks: one for each (arrival, offer), whatever else is on sale.

A choice among offers with weights w_j is a race: offer j arrives after E_j / w_j,
where the E_j are independent unit exponentials, and the first one wins.  It wins
with probability w_j / Σ w (the multinomial logit, exactly), and since an E_j
depends on nothing but the buyer and the offer, a weight that changes moves the
choices of few: two laws that differ by a total variation of δ make at most
2δ / (1 + δ) of the buyers choose otherwise, and no coupling can do with less than δ.
(The same coupling as with Gumbel keys, log w_j − log E_j; Maddison, Tarlow and Minka,
"A* Sampling", 2014.)

The logarithm is made of a table and of additions and multiplications, which IEEE 754
rounds alike everywhere; numpy's own may differ from processor to processor.
"""

from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["unit_exponentials"]

_CELLS: Final = 512
_CENTRES = [(_CELLS + k + 0.5) / (2 * _CELLS) for k in range(_CELLS)]
_LOG = np.array([log(centre) for centre in _CENTRES])
_INVERSE = np.array([1 / centre for centre in _CENTRES])
_LOG_2: Final = log(2)
_LEAST: Final = 2.0**-53
_SHIFT: Final = np.uint64(12)


def unit_exponentials(words: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Return −log U of the uniform variate that each word stands for.

    To within 1e-12; never 0 and never infinite.

    Args:
        words: 64 random bits each, in any shape.

    >>> unit_exponentials(np.array([2**63], np.uint64)).round(9).tolist()
    [0.693147181]
    """
    uniform = (words >> _SHIFT).astype(np.float64)
    uniform += 0.5
    uniform *= 2.0**-52
    # uniform = mantissa · 2**exponent with 1/2 ≤ mantissa < 1
    mantissa, exponent = np.frexp(uniform)
    cell = (mantissa * (2 * _CELLS)).astype(np.intp)
    cell -= _CELLS
    # log(1 + d) of the rest, |d| ≤ 2**-10, by its series up to d³
    rest = mantissa * _INVERSE.take(cell)
    rest -= 1.0
    series = rest * (1 / 3)
    series -= 0.5
    series *= rest
    series += 1.0
    series *= rest
    series += _LOG.take(cell)
    series += exponent * _LOG_2
    np.negative(series, out=series)
    # Where U is next to 1, rounding may have crossed 0.
    clocks: NDArray[np.float64] = np.maximum(series, _LEAST, out=series)
    return clocks
