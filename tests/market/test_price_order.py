"""The order of results pages: as if all were sorted at each search."""

from hypothesis import given
from hypothesis import strategies as st

from test_time_gym.market.price_order import PriceOrder
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario

CATALOG = World.of(load_scenario("flights/delhi-mumbai").market).catalog


def sorted_anew(prices, group):
    return sorted((prices[j], j) for j in CATALOG.by_group[group])


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 999), st.integers(1, 4)), max_size=20),
        max_size=12,
    )
)
def test_the_order_is_that_of_sorting_at_every_search(rounds):
    prices = [3] * len(CATALOG.products)
    order = PriceOrder(CATALOG, prices)
    for moved in rounds:
        for where, price in moved:
            product = where % len(prices)
            prices[product] = price
            order.repriced([product])
        for group in CATALOG.by_group:
            assert order.of(group) == sorted_anew(prices, group)


def test_a_group_that_nobody_offers_has_an_empty_order():
    assert PriceOrder(CATALOG, [1] * len(CATALOG.products)).of(("X", "Y", "Z")) == []
