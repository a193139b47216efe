"""Inventory: the triad agrees, limits nest, and nothing is ever oversold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import fare, flight, leg, market

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
    return inventory_of(
        flight("VIA", first_leg, onward_leg, fares=classes),
        flight("SHORT", first_leg),
        flight("DIRECT", seats=direct),
    )


def inventory_of(*flights):
    config = market(flights=list(flights))
    return Inventory(config.catalog())


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


def test_a_cart_beside_what_is_held_counts_both_under_a_booking_limit():
    stock = inventory(y=4, first=9, onward=9)
    stock.hold([(Q, 1)])

    with pytest.raises(Refused) as caught:
        stock.hold([(Y, 2), (Q, 2)])

    assert caught.value.args == ("sold_out", "VIA-Y and below have no 4 left")
    assert stock.can_hold([(Y, 1), (Q, 2)])


def test_a_cart_counts_under_the_limits_of_its_own_and_dearer_classes_alone():
    stock = inventory(m=3, q=1, first=9, onward=9)

    assert stock.can_hold([(M, 2), (DIRECT, 1)])
    with pytest.raises(Refused, match="VIA-M and below have no 4 left"):
        stock.hold([(M, 3), (Q, 1)])


CONNECTION = (
    leg("AA1", "SFO", "EWR", "10:00", "14:00", 5),
    leg("AA2", "EWR", "MAD", "15:00", "23:00", 3),
)
TWO_CLASSES = [fare("Y", 200_00), fare("Q", 90_00)]


@pytest.mark.parametrize(
    ("sold", "room"),
    [
        (flight("ONE", seats=4), 4),
        (flight("ONE", seats=4, fares=[fare("Y", booking_limit=2)]), 2),
        (flight("ONE", seats=4, fares=TWO_CLASSES), 4),
        (flight("VIA", *CONNECTION), 3),
        (flight("VIA", *CONNECTION, fares=TWO_CLASSES), 3),
    ],
)
def test_an_empty_plane_has_room_up_to_its_tightest_leg_or_limit(sold, room):
    stock = inventory_of(sold)

    assert stock.available(0) == room


def test_what_is_sold_and_what_is_held_both_take_from_what_is_free():
    stock = inventory(first=9, onward=9, direct=9)
    stock.sell(DIRECT, 1)
    stock.hold([(DIRECT, 2)])
    stock.sell(Y, 3)
    stock.hold([(Q, 1)])

    assert [stock.free(pool) for pool in range(3)] == [5, 5, 6]
    assert [stock.available(product) for product in (Y, SHORT, DIRECT)] == [5, 5, 6]


def test_holds_of_one_product_add_up():
    stock = inventory()
    stock.hold([(Y, 1)])
    stock.hold([(Y, 2)])

    assert counts(stock) == ([0] * 3, [3, 3, 0], [0] * 5, [3, 0, 0, 0, 0])


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


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("release", "releasing 2 of 1 held seats"),
        ("confirm", "releasing 2 of 1 held seats"),
        ("take_back", "taking back 2 of 1 sold seats"),
    ],
)
def test_seats_that_are_not_claimed_cannot_be_moved(command, why):
    stock = inventory()
    stock.hold([(DIRECT, 1)])
    stock.sell(DIRECT, 1)

    with pytest.raises(MarketBug, match=f"^{why}$"):
        getattr(stock, command)([(DIRECT, 2)])


@pytest.mark.parametrize(
    ("command", "lines", "why"),
    [
        ("release", [(Y, 1), (DIRECT, 3)], "releasing 3 of 2 held seats"),
        ("release", [(DIRECT, 1), (DIRECT, 2)], "releasing 3 of 2 held seats"),
        ("confirm", [(DIRECT, 1), (DIRECT, 2)], "releasing 3 of 2 held seats"),
        ("take_back", [(Y, 1), (DIRECT, 2)], "taking back 2 of 1 sold seats"),
        ("take_back", [(DIRECT, 1), (DIRECT, 1)], "taking back 2 of 1 sold seats"),
    ],
)
def test_seats_move_all_together_or_not_at_all(command, lines, why):
    stock = inventory(direct=9)
    stock.hold([(Y, 1), (DIRECT, 2)])
    stock.sell(Y, 1)
    stock.sell(DIRECT, 1)
    before = repr((counts(stock), stock.version))

    with pytest.raises(MarketBug, match=f"^{why}$"):
        getattr(stock, command)(lines)

    assert repr((counts(stock), stock.version)) == before


def test_selling_more_than_is_free_is_refused_and_changes_nothing():
    stock = inventory(direct=1)
    stock.sell(DIRECT, 1)
    before = repr(counts(stock))

    with pytest.raises(Refused) as sale:
        stock.sell(DIRECT, 1)
    with pytest.raises(Refused) as claim:
        stock.hold([(DIRECT, 1)])

    assert sale.value.args == ("sold_out", "product 4 has no 1 seats left")
    assert claim.value.args == ("sold_out", "DIRECT has no 1 seats left")
    assert repr(counts(stock)) == before


def test_the_load_is_that_of_the_fullest_leg():
    stock = inventory(first=4, onward=5, direct=0)
    stock.sell(SHORT, 1)
    stock.sell(Y, 1)

    loads = [stock.load_ppm(product) for product in (Y, SHORT, DIRECT)]

    assert loads == [500_000, 500_000, 1_000_000]


def test_a_load_is_whole_parts_per_million_from_empty_to_full():
    stock = inventory(direct=3)
    loads = [stock.load_ppm(DIRECT)]
    for _ in range(3):
        stock.sell(DIRECT, 1)
        loads.append(stock.load_ppm(DIRECT))

    assert [repr(load) for load in loads] == ["0", "333333", "666666", "1000000"]


def test_every_change_of_the_stock_grows_its_version():
    stock = inventory()
    versions = [stock.version]

    for change, lines in (
        ("hold", [(Y, 1)]),
        ("hold", [(Y, 1)]),
        ("hold", [(Y, 1)]),
        ("release", [(Y, 1)]),
        ("confirm", [(Y, 1)]),
        ("release", [(Y, 1)]),
        ("take_back", [(Y, 1)]),
    ):
        getattr(stock, change)(lines)
        versions.append(stock.version)
    stock.sell(Y, 1)
    versions.append(stock.version)

    assert versions == sorted(set(versions))
