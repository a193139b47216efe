"""The normal law as policies need it: whole numbers, the same on every machine."""

from functools import lru_cache
from statistics import NormalDist
from typing import Final

__all__ = ["ONE", "normal_quantile_nano", "normal_share"]

ONE: Final = 2**64
"""Certainty: chances are whole numbers of this part."""

_NANO: Final = 10**9
_LEAST: Final = 2.0**-53
"""Probabilities nearer to 0 or 1 are taken as this near: 8 standard deviations."""
_LAW: Final = NormalDist()

_BITS: Final = 128
"""Binary places that a chance is computed with; half of them are kept."""
_UNIT: Final = 1 << _BITS
_LN_2: Final = 0xB17217F7D1CF79ABC9E3B39803F2F6AF
"""ln 2 in units of 2^-128."""
_ROOT_2_PI: Final = 0x281B263FEC4E0B2CAF9483F5CE459DC5F
"""√(2π) in units of 2^-128."""
_FAR: Final = 9
"""So many deviations away a chance is less than half of one unit of `ONE`."""


def normal_quantile_nano(part: int, whole: int) -> int:
    """Return the normal quantile of ``part / whole``, in billionths.

    The one place where EMSR and Littlewood's rule compute with floats: the quotient
    is correctly rounded, the quantile is scalar arithmetic, and the grid is far
    coarser than what either may differ by between machines.

    >>> normal_quantile_nano(1, 2), normal_quantile_nano(975, 1000)
    (0, 1959963985)
    """
    share = min(max(part / whole, _LEAST), 1 - _LEAST)
    return round(_LAW.inv_cdf(share) * _NANO)


@lru_cache(maxsize=4096)
def normal_share(above: int, deviation: int) -> int:
    """Return ``Φ(above / deviation)`` as a part of `ONE`, without floats.

    ``Φ(z) = ½ + φ(z) · (z + z³/3 + z⁵/(3·5) + …)``: every term has one sign, so that
    none cancels another, and every step is rounded down on a grid of 2^-128.

    Args:
        above: signed distance from the mean.
        deviation: standard deviation, in the same unit, 1 or more.

    >>> normal_share(0, 1) == ONE // 2
    True
    >>> round(normal_share(196, 100) / ONE, 6), normal_share(-10, 1)
    (0.975002, 0)
    """
    if abs(above) >= _FAR * deviation:
        return ONE if above > 0 else 0
    z = (abs(above) << _BITS) // deviation
    square = z * z >> _BITS
    term = total = z
    odd = 1
    while term:
        odd += 2
        term = (term * square >> _BITS) // odd
        total += term
    density = (_falling(square >> 1) << _BITS) // _ROOT_2_PI
    beside = density * total >> 2 * _BITS - 64
    return ONE // 2 + beside if above > 0 else ONE // 2 - beside


def _falling(power: int) -> int:
    """Return ``e^(-power)``, both in units of 2^-128.

    >>> round(_falling(_UNIT) / _UNIT, 12), _falling(0) == _UNIT
    (0.367879441171, True)
    """
    halvings, rest = divmod(power, _LN_2)
    # 1 / e^rest, since the series of e^rest has one sign.
    term = total = _UNIT
    count = 0
    while term:
        count += 1
        term = (term * rest >> _BITS) // count
        total += term
    return ((_UNIT << _BITS) // total) >> halvings
