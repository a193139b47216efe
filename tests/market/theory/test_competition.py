"""Prices of rivals: logit Bertrand and Edgeworth, as printed and by best replies."""

from math import exp

import pytest
from tests.market.theory.second_methods import best_reply, bisected

from test_time_gym.market.pricing import edgeworth, logit_bertrand

SETTING = {"a": 2, "a0": 0, "mu": 0.25, "cost": 1}


def test_two_sellers_ask_and_earn_what_is_printed():
    """Case E1."""
    found = logit_bertrand(2, **SETTING)

    assert round(found.nash_price, 6) == 1.472927
    assert round(found.nash_profit, 6) == 0.222927
    assert round(found.joint_price, 6) == 1.924981
    assert round(found.joint_profit, 6) == 0.337490


@pytest.mark.parametrize(
    ("n", "nash", "joint"), [(3, 1.370163, 2.0), (4, 1.331461, 2.054411)]
)
def test_more_sellers_ask_what_is_printed(n, nash, joint):
    """Case E2."""
    found = logit_bertrand(n, **SETTING)

    assert (round(found.nash_price, 6), round(found.joint_price, 6)) == (nash, joint)


def test_best_replies_from_unequal_prices_come_to_the_equilibrium():
    """Case E1."""
    first, second = 1.9, 1.2
    for _ in range(100):
        first = best_reply([second], **SETTING)
        second = best_reply([first], **SETTING)

    found = logit_bertrand(2, **SETTING)

    assert (first, second) == pytest.approx((found.nash_price,) * 2, abs=1e-9)
    assert round(first, 5) == 1.47293


@pytest.mark.parametrize("n", [1, 2, 3, 4, 10])
@pytest.mark.parametrize("mu", [0.02, 0.25, 3])
def test_each_price_is_the_best_there_is(n, mu):
    setting = SETTING | {"mu": mu}
    found = logit_bertrand(n, **setting)

    alone = best_reply([found.nash_price] * (n - 1), **setting)
    # The planner: x − μ = μ · n e^((a − a0 − c − x)/μ) for the margin x.
    margin = bisected(0, 60, lambda x: x - mu < mu * n * exp((1 - x) / mu))

    assert found.nash_price == pytest.approx(alone, abs=1e-9)
    assert found.joint_price == pytest.approx(1 + margin, abs=1e-9)


def test_one_seller_has_nobody_to_agree_with():
    found = logit_bertrand(1, **SETTING)

    assert (found.nash_price, found.nash_profit) == pytest.approx(
        (found.joint_price, found.joint_profit), abs=1e-12
    )


def test_qualities_far_from_nothing_still_have_prices():
    rich = logit_bertrand(2, a=2000, a0=0, mu=0.25, cost=1)
    poor = logit_bertrand(2, a=-2000, a0=0, mu=0.25, cost=1)

    # Nobody leaves: q is 1/2.  Nobody comes: q is 0.
    assert rich.nash_price == pytest.approx(1.5)
    assert 1900 < rich.joint_price < 2001
    assert (poor.nash_price, poor.joint_price) == pytest.approx((1.25, 1.25))
    assert poor.nash_profit == 0


@pytest.mark.parametrize(
    ("capacity", "profit", "low", "high"),
    [
        (0.25, 0.125, 0.5, 0.5),
        (0.4, 0.09, 0.225, 0.3),
        (0.5, 0.0625, 0.125, 0.25),
        (0.75, 0.015625, 0.020833, 0.125),
        (1, 0, 0, 0),
    ],
)
def test_a_duopoly_with_little_capacity_has_the_printed_law(
    capacity, profit, low, high
):
    """Case E3."""
    found = edgeworth(capacity)

    assert round(found.profit, 9) == profit
    assert (round(found.low, 6), round(found.high, 6)) == (low, high)
    assert found.mixed == (low < high)


def expected_profit(found, price):
    """Return what a seller earns at a price, if the other draws from the law."""
    k, below = found.capacity, found.cdf(price)
    first = min(k, max(0, 1 - price))
    second = min(k, max(0, 1 - price - k))
    return price * ((1 - below) * first + below * second)


@pytest.mark.parametrize("capacity", [0.34, 0.4, 0.5, 0.75, 0.95])
def test_every_price_of_the_law_earns_the_same_and_no_other_more(capacity):
    found = edgeworth(capacity)
    inside = [found.low + (found.high - found.low) * k / 50 for k in range(50)]
    outside = [found.low * k / 20 for k in range(20)]
    outside += [found.high + (1 - found.high) * k / 20 for k in range(21)]

    earned = [expected_profit(found, price) for price in inside]
    others = [expected_profit(found, price) for price in outside]

    assert earned == pytest.approx([found.profit] * 50, abs=1e-12)
    assert max(others) <= found.profit + 1e-12


@pytest.mark.parametrize("capacity", [0.4, 0.5, 0.75])
def test_prices_that_are_drawn_follow_the_law(capacity):
    found = edgeworth(capacity)
    chances = [k / 200 for k in range(201)]

    drawn = [found.cdf(found.quantile(chance)) for chance in chances[:-1]]

    assert drawn == pytest.approx(chances[:-1], abs=1e-9)
    assert found.quantile(0) == pytest.approx(found.low)
    assert found.quantile(1) == found.high


def test_the_printed_formula_is_the_law():
    k, profit = 0.5, 0.0625
    for price in (0.13, 0.2, 0.24):
        printed = (k * price - profit) / (price * (2 * k + price - 1))

        assert edgeworth(k).cdf(price) == pytest.approx(printed, abs=1e-12)


@pytest.mark.parametrize("capacity", [0.25, 1, 7])
def test_a_certain_price_is_always_drawn(capacity):
    found = edgeworth(capacity)

    assert found.quantile(0.3) == found.low == found.high
    assert (found.cdf(found.low - 0.01), found.cdf(found.low)) == (0, 1)
