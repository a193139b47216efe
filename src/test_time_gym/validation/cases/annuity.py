"""D10: the monthly parts of a debt that carries interest."""

from functools import partial

from test_time_gym.market.payments.annuity import annuity

from ..closed_form import ClosedForm

__all__ = ["CASES"]

_FINE = 10**9
"""Parts of a unit of money, so that rounding to whole ones does not show."""


def _part(debt: int, apr_ppm: int, count: int) -> float:
    return annuity(debt * _FINE, apr_ppm, count)[0] / _FINE


CASES = [
    ClosedForm(
        f"D10/{debt}-{count}",
        f"part of {debt} in {count} months, {apr_ppm / 10_000:g} % a year",
        printed,
        partial(_part, debt, apr_ppm, count),
    )
    for debt, apr_ppm, count, printed in (
        (1200, 120_000, 12, "106.618546"),
        (600, 299_900, 6, "108.926947"),
        (1000, 100_000, 12, "87.915887"),
        (1000, 0, 4, "250"),
    )
]
