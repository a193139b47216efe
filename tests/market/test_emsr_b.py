"""EMSR-b: the textbook's protection levels, and limits that are nested."""

from fractions import Fraction
from statistics import NormalDist

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from worlds import WatchedTurns, episode, fare, flight, leg, segment

from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.pricing.emsr_b_policy import EmsrB, protection_levels
from test_time_gym.market.pricing.normal import normal_quantile_nano
from test_time_gym.scenarios.loader import scenario_of

MICRO = 10**6


def levels(fares, means, sds):
    """Return protection levels in units, from means and deviations in units."""
    micro = protection_levels(
        fares,
        [round(mean * 1000) for mean in means],
        [round(sd * 1000) ** 2 for sd in sds],
    )
    return [level / MICRO for level in micro]


DEMAND = ([17.3, 45.1, 39.6, 34.0], [5.8, 15.0, 13.2, 11.3])


@pytest.mark.parametrize(
    ("fares", "means", "sds", "expected"),
    [
        # Talluri and van Ryzin 2004, data of page 44
        ([1050, 567, 534, 520], *DEMAND, [16.717484, 50.944186, 83.154839]),
        ([1050, 950, 699, 520], *DEMAND, [9.706804, 53.267965, 96.834650]),
        # Fiig et al. 2010, page 13
        (
            [1200, 1000, 800, 600, 400, 200],
            [31.2, 10.9, 14.8, 19.9, 26.9, 36.3],
            [11.2, 6.6, 7.7, 8.9, 10.4, 12.0],
            [20.364878, 35.404703, 54.338987, 80.073517, 117.435845],
        ),
        # RM2: the variance of each class is its mean
        (
            [250, 150, 100, 50],
            [50, 75, 125, 500],
            [50**0.5, 75**0.5, 125**0.5, 500**0.5],
            [48.21, 124.26, 256.31],
        ),
        ([1000, 700, 400], [30, 40, 60], [12, 15, 20], [23.707193, 70.830444]),
    ],
)
def test_protection_levels_are_those_of_the_textbooks(fares, means, sds, expected):
    # As many digits as are printed; deviations are rounded to thousandths of a unit.
    assert levels(fares, means, sds) == pytest.approx(expected, abs=5e-3)
    if all(round(sd, 1) == sd for sd in sds):
        assert levels(fares, means, sds) == pytest.approx(expected, abs=2e-6)


@pytest.mark.parametrize(("low", "limit"), [(40, 25), (50, 50), (60, 76)])
def test_two_classes_follow_littlewoods_rule(low, limit):
    # Phillips 2005, example 9.2: 100 seats, full-fare demand normal (50, 100)
    (level,) = levels([100, low], [50, 0], [100, 0])

    assert level == pytest.approx(
        50 + 100 * NormalDist().inv_cdf(1 - low / 100), abs=1e-5
    )
    assert 100 - int(level) == limit


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=6), st.data())
def test_levels_are_whole_numbers_that_never_fall(fares, data):
    fares = sorted(fares, reverse=True)
    counts = st.lists(st.integers(0, 10**6), min_size=len(fares), max_size=len(fares))
    means, sds = data.draw(counts), data.draw(counts)

    found = protection_levels(fares, means, [sd**2 for sd in sds])

    assert [type(level) for level in found] == [int] * (len(fares) - 1)
    assert found == sorted(found)
    assert min(found) >= 0


@given(st.integers(1, 10**9), st.integers(2, 10**9))
@example(1, 10**30)
def test_the_quantile_is_that_of_a_normal_law_on_the_grid(part, whole):
    part, whole = sorted((part, whole + part))

    found = normal_quantile_nano(part, whole)

    assert type(found) is int
    assert abs(found) <= 83 * 10**8
    share = Fraction(part, whole)
    if Fraction(1, 10**6) < share < 1 - Fraction(1, 10**6):
        law = NormalDist()
        assert law.cdf(found / 1e9) == pytest.approx(float(share), rel=1e-6)


FARES = [fare("Y", 300_00), fare("M", 200_00), fare("Q", 120_00, booking_limit=26)]
CURVE = [[0, 0], [2, 1_000_000]]


def forecasts(*rows):
    return [{"class": c, "mean_milli": m, "sd_milli": s} for c, m, s in rows]


def protected(**changes):
    """Return a flight of 30 seats that EMSR-b sells, looked at every ten minutes."""
    pricing = {
        "kind": "emsr_b",
        "booking_curve": CURVE,
        "forecasts": forecasts(
            ("Y", 12_000, 2_500), ("M", 14_000, 3_000), ("Q", 20_000, 5_000)
        ),
        "reprice_every_s": 600,
    }
    return episode(
        **{
            "flights": [flight("A", leg("A", seats=30), fares=FARES)],
            "demand": [segment(buyers=200, willingness_median_minor=250_00)],
            "warm_up": "none",
            "pricing_of": {"Aurora": pricing},
            "task": {"deadline_s": 89_000, "ends_on": "deadline"},
            **changes,
        }
    )


def test_limits_are_recomputed_from_what_is_left_to_sell():
    turns = WatchedTurns(protected())
    market, departs = turns.market, turns.market.catalog.closing_ms[0]
    policy = turns.world.config.pricing_of["Aurora"]
    seen = []

    for now in range(0, 84_000_000, 3_600_000):
        market.clock.advance(now)
        sold = market.inventory.product_sold
        share = (departs - now) * 10**6 // (2 * 86_400_000)
        means = [one.mean_milli * share // 10**6 for one in policy.forecasts]
        variances = [one.sd_milli**2 * share // 10**6 for one in policy.forecasts]
        high, low = protection_levels([300_00, 200_00, 120_00], means, variances)
        left = 30 - sum(sold)
        seen.append(market.inventory.limits[1:])
        middle = sold[1] + sold[2] + max(0, left - high // MICRO)
        cheap = sold[2] + max(0, left - low // MICRO)
        assert seen[-1] == [middle, min(cheap, 26, middle)]

    assert len(set(map(tuple, seen))) > 5
    assert market.inventory.limits[0] is None
    assert turns.world.catalog.limits == [None, None, 26]


def test_a_class_without_a_forecast_is_a_mistake():
    data = protected().model_dump(mode="json", by_alias=True)
    policy = data["market"]["pricing_of"]["Aurora"]
    del policy["forecasts"][1]
    about = {"name": "flights/mine", "description": "A scenario of mine."}

    with pytest.raises(ScenarioError) as caught:
        scenario_of(data | about, "mine.toml")

    assert "emsr_b has no forecast of the class M of A; it has those of Y, Q" in str(
        caught.value
    )


def test_a_forecast_is_given_once():
    with pytest.raises(ValueError, match="two forecasts of the class Y"):
        EmsrB(
            kind="emsr_b",
            booking_curve=CURVE,
            forecasts=forecasts(("Y", 1, 1), ("Y", 2, 1)),
        )
