"""The deterministic programme: as printed, and as every corner of its dual says."""

from fractions import Fraction
from random import Random

import pytest
from tests.market.theory.second_methods import dual_of

from test_time_gym.market.pricing import dlp

PRODUCTS = [
    (400, 35, ["A"]),
    (125, 45, ["A"]),
    (500, 60, ["B"]),
    (175, 75, ["B"]),
    (750, 50, ["A", "B"]),
    (250, 70, ["A", "B"]),
]


@pytest.mark.parametrize(
    ("seats", "value", "bids"),
    [
        (200, 115_125, {"A": 0, "B": 175}),
        (190, 114_375, {"A": 75, "B": 175}),
        (150, 109_625, {"A": 125, "B": 125}),
    ],
)
def test_two_legs_have_the_printed_value_and_bid_prices(seats, value, bids):
    """Case B4."""
    capacity = {"A": seats, "B": 240}

    found = dlp(capacity, PRODUCTS)

    assert (found.value, found.bid_prices) == (value, bids)
    assert dual_of(capacity, PRODUCTS) == (value, bids)


def worth(found, products):
    return sum(
        fare * y for (fare, _, _), y in zip(products, found.allocation, strict=True)
    )


def fits(found, capacity, products):
    """Tell whether an allocation keeps to demand and seats."""
    used = dict.fromkeys(capacity, 0)
    for (_, demand, legs), units in zip(products, found.allocation, strict=True):
        if not 0 <= units <= demand:
            return False
        for leg in legs:
            used[leg] += units
    return all(used[leg] <= capacity[leg] for leg in capacity)


def network(random, legs):
    """Draw a network with many ties: fares and demand have few values."""
    names = "ABC"[:legs]
    capacity = {name: random.randrange(0, 60, 10) for name in names}
    products = [
        (
            random.choice([0, 50, 100, 100, 150, 200]),
            random.choice([0, 5, 10, 10, 20]),
            sorted(random.sample(names, random.randint(1, legs))),
        )
        for _ in range(random.randint(1, 8))
    ]
    return capacity, products


@pytest.mark.parametrize(("legs", "draws"), [(1, 300), (2, 300), (3, 60)])
def test_a_drawn_network_has_the_least_bid_prices_of_its_dual(legs, draws):
    random = Random(legs)
    for _ in range(draws):
        capacity, products = network(random, legs)

        found = dlp(capacity, products)

        value, bids = dual_of(capacity, products)
        assert (found.value, found.bid_prices) == (value, bids), (capacity, products)
        assert worth(found, products) == value
        assert fits(found, capacity, products)


def test_thirds_are_exact():
    third = Fraction(1, 3)

    found = dlp({"A": third}, [(3, 1, ["A"])])

    assert found.value == 1.0
    assert found.allocation == (float(third),)


def test_an_order_of_products_changes_no_bid_price():
    random = Random(5)
    capacity, products = {"A": 190, "B": 240}, list(PRODUCTS)
    first = dlp(capacity, products)
    for _ in range(20):
        random.shuffle(products)

        assert dlp(capacity, products).bid_prices == first.bid_prices


def test_a_network_of_a_hundred_products_takes_no_time():
    random = Random(1)
    legs = [f"leg{k}" for k in range(10)]
    capacity = dict.fromkeys(legs, 100)
    products = [
        (random.randint(50, 900), random.randint(1, 30), random.sample(legs, 2))
        for _ in range(120)
    ]

    found = dlp(capacity, products)

    assert fits(found, capacity, products)
    dual = sum(100 * found.bid_prices[leg] for leg in legs) + sum(
        demand * max(0, fare - sum(found.bid_prices[leg] for leg in used))
        for fare, demand, used in products
    )
    assert found.value == dual


def test_of_several_dual_prices_the_least_sum_is_taken():
    # 100 on A alone, or 100 on both B and C: each is dual, and so is what is between.
    capacity = {"A": 20, "B": 10, "C": 10}
    products = [(100, 20, ["A", "B"]), (100, 20, ["A", "C"])]

    found = dlp(capacity, products)

    assert (found.value, found.bid_prices) == (2000, {"A": 100, "B": 0, "C": 0})
    assert dual_of(capacity, products) == (2000, {"A": 100, "B": 0, "C": 0})
