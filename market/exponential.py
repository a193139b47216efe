"""Unit exponentials from words: −log U, the same on every machine.

The logarithm is made of a table and of additions and multiplications, which IEEE 754
rounds alike everywhere; numpy's and the C library's own may differ from processor to
processor.
"""

from math import frexp, log
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["unit_exponential", "unit_exponentials"]

_CELLS: Final = 512
_CENTRES = [(_CELLS + k + 0.5) / (2 * _CELLS) for k in range(_CELLS)]
_LOGS = [log(centre) for centre in _CENTRES]
_INVERSES = [1 / centre for centre in _CENTRES]
_LOG_ARRAY = np.array(_LOGS)
_INVERSE_ARRAY = np.array(_INVERSES)
_LOG_2: Final = log(2)
_THIRD: Final = 1 / 3
_LEAST: Final = 2.0**-53
_SHIFT: Final = np.uint64(12)


def unit_exponential(word: int) -> float:
    """Return −log U of the uniform variate that a word stands for.

    To within 1e-14; never 0 and never infinite.

    Args:
        word: 64 random bits.

    >>> round(unit_exponential(2**63), 9)
    0.693147181
    """
    # U = mantissa · 2**exponent with 1/2 ≤ mantissa < 1
    mantissa, exponent = frexp(((word >> 12) + 0.5) * 2.0**-52)
    cell = int(mantissa * (2 * _CELLS)) - _CELLS
    # log(1 + d) of the rest, |d| ≤ 2**-10, by its series up to d⁴
    rest = mantissa * _INVERSES[cell] - 1.0
    series = (((rest * -0.25 + _THIRD) * rest - 0.5) * rest + 1.0) * rest
    # Where U is next to 1, rounding may have crossed 0.
    return max(-(series + _LOGS[cell] + exponent * _LOG_2), _LEAST)


def unit_exponentials(words: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Return `unit_exponential` of many words, to the last bit.

    Args:
        words: in any shape.

    >>> unit_exponentials(np.array([2**63], np.uint64)).round(9).tolist()
    [0.693147181]
    """
    uniform = (words >> _SHIFT).astype(np.float64)
    uniform += 0.5
    uniform *= 2.0**-52
    mantissa, exponent = np.frexp(uniform)
    cell = (mantissa * (2 * _CELLS)).astype(np.intp)
    cell -= _CELLS
    rest = mantissa * _INVERSE_ARRAY.take(cell)
    rest -= 1.0
    series = rest * -0.25
    series += _THIRD
    series *= rest
    series -= 0.5
    series *= rest
    series += 1.0
    series *= rest
    series += _LOG_ARRAY.take(cell)
    series += exponent * _LOG_2
    np.negative(series, out=series)
    exponentials: NDArray[np.float64] = np.maximum(series, _LEAST, out=series)
    return exponentials
