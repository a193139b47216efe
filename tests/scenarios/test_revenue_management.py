"""The markets of revenue management: nobody gains by asking half as much again."""

import pytest

from test_time_gym.evaluation.market.market_run import play_market
from test_time_gym.evaluation.market.market_spec import spec_of, world_of
from test_time_gym.market.pricing.sellers import seller_of
from test_time_gym.scenarios import load_scenario


@pytest.mark.parametrize(
    ("name", "seeds"),
    [
        ("flights/rm-leg", 8),
        pytest.param("flights/rm-network", 6, marks=pytest.mark.slow),
    ],
)
def test_all_fares_half_as_high_again_earn_less(name, seeds):
    market = load_scenario(name).market
    sellers = dict.fromkeys(map(seller_of, market.catalog().products))

    earned = []
    for factor_ppm in (1_000_000, 1_500_000):
        world = world_of(spec_of(market, {}, sellers, factor_ppm))
        runs = [play_market(world, seed) for seed in range(900, 900 + seeds)]
        earned.append(sum(run.total.revenue_minor for run in runs))

    assert earned[1] < 0.9 * earned[0]
