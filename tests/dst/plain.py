"""Plain worlds: drawn cases whose buyers come alone, every day alike, at fixed prices.

Some wrong rules show in rare purchases alone, which fewer get through to where parties
and good days empty the flights: they are looked for here.
"""

from dataclasses import replace

from test_time_gym.dst import draw_case
from test_time_gym.dst.parameter import SIMPLEST

__all__ = ["PLAIN", "plain_case"]

PLAIN = (
    "a_coupon_that_lost_its_minimum_stays",
    "any_coupon_joins_others",
    "one_seat_is_given_back_of_every_flight",
    "refunds_are_put_off",
)
"""Bugs that are looked for in plain worlds."""


def plain_case(seed):
    """Return the case of a seed, with the simplest of buyers and sellers."""
    case = draw_case(seed)
    simple = {
        path: value
        for path, value in SIMPLEST.items()
        if path.startswith("market.demand.")
        or path in ("market.demand_shocks", "market.pricing_of")
    }
    return replace(case, knobs={**case.knobs, **simple})
