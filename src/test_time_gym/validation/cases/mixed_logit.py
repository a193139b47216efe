"""B5: buyers of a mixed logit, each with a scale of its own.

Of two offers a cheap one and a dear one, then another cheap one beside them.  Where all
have one scale, the newcomer takes as large a part from both (independence of irrelevant
alternatives).  Who minds prices little stays with the dear one, which keeps more.

K. E. Train (2009), Discrete Choice Methods with Simulation, chapter 6.
"""

from functools import partial
from math import exp

from test_time_gym.market.world import World

from ..rivals import SALE_DAYS, Rival, rivals, watch
from ..simulation import Claim, Samples, Simulation

__all__ = ["CASES"]

_REFERENCE, _SCALE, _SIGMA = 120, 20, 1.5
_CHEAP, _DEAR = 100, 140
_BUYERS = 1200
"""Who come to the one departure of a replication; no flight is sold out."""
_DEMAND = {
    "name": "all",
    "count": {"kind": "rounded_normal", "mean_milli": 1000 * _BUYERS, "sd_milli": 0},
    "booking_curve": [[0, 0], [SALE_DAYS, 1_000_000]],
    "willingness": {"kind": "uniform", "least_minor": 10**9, "most_minor": 10**9},
    "choice": {
        "reference_minor": _REFERENCE * 100,
        "scale_minor": _SCALE * 100,
        "scale_sigma_ppm": round(_SIGMA * 1e6),
    },
}
_BOUGHT = "share of those who come that buys"
_KEPT = "share of those who buy that takes the dear one"


def _shares(fares: list[int], sigma: float) -> list[float]:
    """Return the chance of not buying, then of each offer, by Simpson's rule."""
    cuts = 800
    total, shares = 0.0, [0.0] * (len(fares) + 1)
    for k in range(cuts + 1):
        z = 16 * k / cuts - 8
        height = exp(-z * z / 2) * (1 if k in (0, cuts) else 4 if k % 2 else 2)
        scale = _SCALE * exp(sigma * z)
        utilities = [0.0, *[(_REFERENCE - fare) / scale for fare in fares]]
        most = max(utilities)
        weights = [exp(utility - most) for utility in utilities]
        total += height
        for j, weight in enumerate(weights):
            shares[j] += height * weight / sum(weights)
    return [share / total for share in shares]


def _play(seed: int, *, world: partial[World]) -> Samples:
    """Play a departure; return who bought, and what."""
    fares = [price for _, _, price in watch(seed, world).sales]
    return {
        _BOUGHT: len(fares) / _BUYERS,
        _KEPT: fares.count(_DEAR * 100) / len(fares),
    }


def _figures(fares: list[int], sigma: float) -> tuple[float, float]:
    """Return both quantities, as the integral over scales has them."""
    nothing, *shares = _shares(fares, sigma)
    return 1 - nothing, shares[fares.index(_DEAR)] / (1 - nothing)


def _case(fares: list[int]) -> Simulation:
    """Declare a departure with these fares, one flight each."""
    bought, kept = _figures(fares, _SIGMA)
    like_all, _ = _figures(fares, 0)
    _, with_two = _figures([_CHEAP, _DEAR], _SIGMA)
    # Of those who buy one of two, as large a part is left to the dear one of three.
    alike = with_two / (2 - with_two)
    slip, slipped = (
        ("independence of irrelevant alternatives", alike)
        if len(fares) > 2  # noqa: PLR2004 - a third one
        else ("one scale for all", _figures(fares, 0)[1])
    )
    pricing = {"kind": "fixed"}
    return Simulation(
        f"B5/market/{len(fares)}",
        f"{len(fares)} flights for buyers with scales of their own, in the market",
        [
            Claim(_BOUGHT, bought, "one scale for all", like_all, 0.01, "buy"),
            Claim(_KEPT, kept, slip, slipped, 0.025, "dear"),
        ],
        partial(
            _play,
            world=partial(
                rivals,
                tuple(Rival(pricing, fare * 100) for fare in fares),
                seats=1000,
                demand=(_DEMAND,),
            ),
        ),
        30,
    )


CASES = [_case([_CHEAP, _DEAR]), _case([_CHEAP, _DEAR, _CHEAP])]
