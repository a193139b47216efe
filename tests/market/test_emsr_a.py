"""EMSR-a: the book's levels, set as nested limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protecting import opening_limits, protecting, share_ppm, sold_down

from test_time_gym.market.pricing import emsr_a, to_seats
from test_time_gym.market.pricing.emsr_a_policy import EmsrA
from test_time_gym.market.pricing.forecast import ToCome

MICRO = 10**6
DEMAND = ([17.3, 45.1, 39.6, 34.0], [5.8, 15.0, 13.2, 11.3])
POLICY = EmsrA.model_validate(protecting("emsr_a", *DEMAND))


def levels(fares, means_milli, sds_milli):
    """Return the policy's levels in units."""
    rows = zip(fares, means_milli, sds_milli, strict=True)
    classes = [ToCome(fare, mean, sd**2) for fare, mean, sd in rows]
    return [level / MICRO for level in POLICY.levels(classes, 100)]


@pytest.mark.parametrize(
    ("fares", "printed", "limits"),
    [
        ([1050, 567, 534, 520], [16.717484, 38.724537, 55.679041], [104, 82, 65]),
        ([1050, 950, 699, 520], [9.706804, 50.460693, 91.631696], [111, 70, 29]),
    ],
)
def test_a_flight_opens_with_the_limits_that_follow_from_the_book(
    fares, printed, limits
):
    """Cases A3 and A4, on 120 seats."""
    thousandths = [[round(1000 * one) for one in each] for each in DEMAND]
    assert levels(fares, *thousandths) == pytest.approx(printed, abs=2e-6)

    opened = opening_limits(
        protecting("emsr_a", *DEMAND), [fare * 100 for fare in fares], 120
    )

    # 120 less 16, 38, 55 seats, and less 9, 50, 91: the levels rounded down.
    assert opened == [None, *limits]


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=6), st.data())
def test_levels_are_those_of_the_closed_form(fares, data):
    fares = sorted(fares, reverse=True)
    counts = st.lists(st.integers(0, 10**5), min_size=len(fares), max_size=len(fares))
    means, sds = data.draw(counts), data.draw(counts)

    found = levels(fares, means, sds)

    theory = emsr_a(fares, [mean / 1000 for mean in means], [sd / 1000 for sd in sds])
    assert found == pytest.approx(theory, abs=1e-4)
    assert found == sorted(found)


def test_limits_follow_what_is_left_to_sell_and_to_come():
    means, sds = [12_000, 14_000, 20_000], [2_500, 3_000, 5_000]
    fares, seen = [300_00, 200_00, 120_00], []

    pricing = protecting("emsr_a", [12, 14, 20], [2.5, 3, 5], reprice_every_s=600)
    for market in sold_down(pricing, fares, 30):
        share, sold = share_ppm(market), market.inventory.product_sold
        theory = emsr_a(
            fares,
            [mean * share // 10**6 / 1000 for mean in means],
            [(sd**2 * share // 10**6 / MICRO) ** 0.5 for sd in sds],
        )
        high, low = map(to_seats, theory)
        left = 30 - sum(sold)
        middle = sold[1] + sold[2] + max(0, left - high)
        seen.append(list(market.inventory.limits))
        assert seen[-1] == [None, middle, sold[2] + max(0, left - low)]

    assert len(set(map(tuple, seen))) > 5
