"""Littlewood's rule: the book's level, set as a limit, and two classes alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protecting import opening_limits, protecting, share_ppm, sold_by, sold_down

from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.pricing import littlewood, to_seats
from test_time_gym.market.pricing.emsr_b_policy import protection_levels
from test_time_gym.market.pricing.forecast import ToCome
from test_time_gym.market.pricing.littlewood_policy import littlewood_level
from test_time_gym.scenarios.loader import scenario_of

MICRO = 10**6


def demand(fare, mean_milli, sd_milli):
    return ToCome(fare, mean_milli, sd_milli**2)


@pytest.mark.parametrize(
    ("low", "level", "limit"), [(40, 75.3347, 25), (50, 50, 50), (60, 24.6653, 76)]
)
def test_a_flight_opens_with_the_limit_that_the_book_prints(low, level, limit):
    """Case A1: 100 seats, full-fare demand normal (50, 100)."""
    found = littlewood_level(demand(100, 50_000, 100_000), low)

    assert round(found / MICRO, 4) == level
    assert opening_limits(
        protecting("littlewood", [50, 0], [100, 0]), [100_00, low * 100], 100
    ) == [None, limit]


@pytest.mark.parametrize(
    ("means", "limit"), [([50, 80], 50), ([0, 80], None), ([150, 80], 0)]
)
def test_a_forecast_without_a_deviation_is_poisson_s(means, limit):
    """Case A2 among them: of 100 seats 50 are kept."""
    pricing = protecting("littlewood", means)

    assert opening_limits(pricing, [200_00, 100_00], 100) == [None, limit]


@given(
    st.integers(1, 10**6),
    st.integers(0, 10**6),
    st.integers(0, 10**5),
    st.integers(0, 10**5),
)
def test_the_level_is_that_of_the_closed_form(dear, cheap, mean, sd):
    dear, cheap = max(dear, cheap), min(dear, cheap)
    cheap = max(cheap, 1)

    found = littlewood_level(demand(dear, mean, sd), cheap)

    assert type(found) is int
    theory = littlewood([dear, cheap], [mean / 1000, 0], [sd / 1000, 0])
    assert found / MICRO == pytest.approx(theory, abs=1e-5)


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 10**5))
def test_for_two_classes_it_is_emsr_b(dear, cheap, mean):
    dear, cheap = max(dear, cheap), min(dear, cheap)

    found = littlewood_level(demand(dear, mean, 5_000), cheap)

    assert [found] == protection_levels([dear, cheap], [mean, 0], [5_000**2, 0])


def test_the_limit_follows_what_is_left_to_sell_and_to_come():
    seen = []

    pricing = protecting("littlewood", [12, 20], [2.5, 5], reprice_every_s=600)
    for market in sold_down(pricing, [200_00, 120_00], 30):
        share, sold = share_ppm(market), market.inventory.product_sold
        theory = littlewood(
            [200_00, 120_00],
            [12_000 * share // 10**6 / 1000, 0],
            [(2_500**2 * share // 10**6 / MICRO) ** 0.5, 0],
        )
        seen.append(list(market.inventory.limits))
        kept = to_seats(theory)
        assert seen[-1] == [None, sold[1] + max(0, 30 - sum(sold) - kept)]

    assert len({limit for _, limit in seen}) > 5


@pytest.mark.parametrize("fares", [[200_00], [200_00, 150_00, 120_00]])
def test_another_number_of_classes_is_refused(fares):
    config = sold_by({"kind": "fixed"}, fares, 30)
    data = config.model_dump(mode="json", by_alias=True)
    pricing = protecting("littlewood", [1] * len(fares), [1] * len(fares))
    data["market"]["pricing_of"]["Aurora"] = pricing
    about = {"name": "flights/mine", "description": "A scenario of mine."}

    with pytest.raises(ScenarioError) as caught:
        scenario_of(data | about, "mine.toml")

    text = f"littlewood is for two classes, and A has {len(fares)}; emsr_a, emsr_b"
    assert text in str(caught.value)
