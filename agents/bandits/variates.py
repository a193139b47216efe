"""Normal, gamma and beta variates from a stream's words, with scalar `math`.

The words are exact; `math` may differ between machines in a result's last bits.
"""

from math import cos, log, pi, sin, sqrt

from .choice import Chance

__all__ = ["beta", "gamma", "normals", "uniform"]

_UNIT = 2.0**-53
_TURN = 2 * pi


def uniform(chance: Chance) -> float:
    """Return a uniform draw from (0, 1]: its logarithm is finite."""
    return ((chance.word() >> 11) + 1) * _UNIT


def normals(chance: Chance) -> tuple[float, float]:
    """Return two independent standard normal draws from two words.

    Source: Box and Muller, "A note on the generation of random normal deviates"
    (1958).
    """
    radius = sqrt(-2 * log(((chance.word() >> 11) + 1) * _UNIT))
    angle = _TURN * _UNIT * (chance.word() >> 11)
    return radius * cos(angle), radius * sin(angle)


def gamma(chance: Chance, shape: float) -> float:
    """Return a gamma draw of scale 1.

    Source: Marsaglia and Tsang, "A simple method for generating gamma variables"
    (2000), with its boost for shapes below 1.

    Args:
        chance: the stream.
        shape: above 0; the mean and the variance.
    """
    return _gamma(chance, shape, normals(chance)[0])


def beta(chance: Chance, a: float, b: float) -> float:
    """Return a draw of Beta(``a``, ``b``), both above 0, as a share of two gammas."""
    first, second = normals(chance)
    x = _gamma(chance, a, first)
    return x / (x + _gamma(chance, b, second))


def _gamma(chance: Chance, shape: float, x: float) -> float:
    """Return a gamma draw whose first proposal is the normal ``x``."""
    if shape < 1:
        boost: float = uniform(chance) ** (1 / shape)
        return boost * _gamma(chance, shape + 1, x)
    d = shape - 1 / 3
    c = 1 / sqrt(9 * d)
    while True:
        v = 1 + c * x
        if v > 0:
            v *= v * v
            u = ((chance.word() >> 11) + 1) * _UNIT
            square = x * x
            # The first test is a cheap bound of the second, exact one.
            if u < 1 - 0.0331 * square * square or log(u) < 0.5 * square + d * (
                1 - v + log(v)
            ):
                return d * v
        x = normals(chance)[0]
