"""Luck: what one agent buys moves the choices of few others."""

import pytest
from tests.coupling.comparison import coupling

from test_time_gym.scenarios import load_scenario


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [pytest.param("flights/delhi-mumbai", marks=pytest.mark.long), "flights/refunds"],
)
def test_one_seat_that_is_bought_moves_at_most_one_buyer_in_a_hundred(name):
    moved = coupling(load_scenario(name).market, seeds=range(2))

    assert moved.buyers > 200
    assert moved.buyers_moved <= 0.01 * moved.buyers
    assert moved.prices_moved <= 0.01 * moved.prices
