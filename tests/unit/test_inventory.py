"""Inventory: the triad agrees, limits nest, and nothing is ever oversold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import fare, flight, leg, market

from test_time_gym.market.catalog import Catalog
from test_time_gym.market.errors import MarketBug, Refused
from test_time_gym.market.inventory import Inventory

Y, M, Q, SHORT, DIRECT = range(5)


def inventory(*, y=None, m=None, q=None, first=5, onward=5, direct=3):
    """Return an empty inventory: VIA in classes Y, M, Q, SHORT on its first leg."""
    first_leg = leg("AA1", "SFO", "EWR", "10:00", "14:00", first)
    onward_leg = leg("AA2", "EWR", "MAD", "15:00", "23:00", onward)
    classes = [
        fare("Y", 200_00, booking_limit=y),
        fare("M", 140_00, booking_limit=m),
        fare("Q", 90_00, booking_limit=q),
    ]
    config = market(
        flights=[
            flight("VIA", first_leg, onward_leg, fares=classes),
            flight("SHORT", first_leg),
            flight("DIRECT", seats=direct),
        ]
    )
    return Inventory(Catalog(config.flights, config.opens))


def counts(stock):
    return stock.sold, stock.held, stock.product_sold, stock.product_held


LINES = st.lists(
    st.tuples(st.integers(0, 4), st.integers(1, 4)), min_size=1, max_size=4
)
LIMITS = st.none() | st.integers(0, 5)


@given(LIMITS, LIMITS, LIMITS, st.lists(LINES, max_size=6))
def test_verify_can_and_hold_always_agree(y, m, q, requests):
    stock = inventory(y=y, m=m, q=q)
    for lines in requests:
        can, before = stock.can_hold(lines), repr(counts(stock))

        if can:
            stock.verify_hold(lines)
            stock.hold(lines)
        else:
            for command in (stock.verify_hold, stock.hold):
                with pytest.raises(Refused) as caught:
                    command(lines)
                assert caught.value.code == "sold_out"

        assert (repr(counts(stock)) == before) == (not can)


@given(LIMITS, LIMITS, LIMITS, LINES, st.integers(0, 4))
def test_available_is_the_most_that_can_be_held(y, m, q, lines, product):
    stock = inventory(y=y, m=m, q=q)
    if stock.can_hold(lines):
        stock.hold(lines)

    room = stock.available(product)

    assert room >= 0
    assert room == 0 or stock.can_hold([(product, room)])
    assert not stock.can_hold([(product, room + 1)])


def test_a_booking_limit_counts_its_class_and_all_cheaper_ones():
    stock = inventory(y=4, m=3, q=1)
    stock.hold([(Q, 1)])
    stock.sell(M, 1)

    room = [stock.available(product) for product in (Y, M, Q)]

    # Y: 4 − 2, M: 3 − 2, Q: 1 − 1.
    assert room == [2, 1, 0]


def test_a_dear_class_may_sell_what_a_cheap_one_may_not():
    stock = inventory(q=2)
    stock.sell(Y, 3)

    assert [stock.available(product) for product in (Y, M, Q)] == [2, 2, 2]
    stock.sell(Q, 2)
    assert [stock.available(product) for product in (Y, M, Q)] == [0, 0, 0]


def test_two_classes_in_one_cart_share_their_booking_limit():
    stock = inventory(y=3, q=2)

    with pytest.raises(Refused, match="VIA-Y and below have no 4 left"):
        stock.hold([(Y, 2), (Q, 2)])

    stock.hold([(Y, 1), (Q, 2)])
    assert stock.available(Y) == 0


def test_two_itineraries_in_one_cart_share_their_leg():
    stock = inventory(first=3)

    with pytest.raises(Refused, match="AA1/2026-06-02T10:00 has no 4 seats left"):
        stock.hold([(Y, 2), (SHORT, 2)])

    assert stock.held == [0, 0, 0]


def test_the_same_product_twice_in_a_cart_counts_twice():
    stock = inventory(direct=3)

    assert stock.can_hold([(DIRECT, 2), (DIRECT, 1)])
    assert not stock.can_hold([(DIRECT, 2), (DIRECT, 2)])


def test_seats_go_from_free_to_held_to_sold_and_back():
    stock = inventory()
    lines = [(M, 2), (DIRECT, 1)]

    stock.hold(lines)
    held = (list(stock.held), list(stock.product_held))
    stock.confirm(lines)
    sold = (list(stock.sold), list(stock.product_sold))
    stock.take_back(lines)

    assert held == ([2, 2, 1], [0, 2, 0, 0, 1])
    assert sold == ([2, 2, 1], [0, 2, 0, 0, 1])
    assert counts(stock) == ([0] * 3, [0] * 3, [0] * 5, [0] * 5)


@pytest.mark.parametrize("command", ["release", "confirm", "take_back"])
def test_seats_that_are_not_claimed_cannot_be_moved(command):
    stock = inventory()
    stock.hold([(Y, 1)])
    stock.sell(M, 1)

    with pytest.raises(MarketBug):
        getattr(stock, command)([(DIRECT, 1)])


def test_selling_more_than_is_free_is_refused_and_changes_nothing():
    stock = inventory(direct=1)
    stock.sell(DIRECT, 1)
    before = repr(counts(stock))

    with pytest.raises(Refused, match="has no 1 seats left"):
        stock.sell(DIRECT, 1)

    assert repr(counts(stock)) == before


def test_the_load_is_that_of_the_fullest_leg():
    stock = inventory(first=4, onward=5, direct=0)
    stock.sell(SHORT, 1)
    stock.sell(Y, 1)

    loads = [stock.load_ppm(product) for product in (Y, SHORT, DIRECT)]

    assert loads == [500_000, 500_000, 1_000_000]


def test_every_change_of_the_stock_grows_its_version():
    stock = inventory()
    versions = [stock.version]

    for change, lines in (
        ("hold", [(Y, 1)]),
        ("confirm", [(Y, 1)]),
        ("take_back", [(Y, 1)]),
    ):
        getattr(stock, change)(lines)
        versions.append(stock.version)

    assert versions == sorted(set(versions))
