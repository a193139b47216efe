"""Opening stock: what is drawn is what playing everything out would sell."""

import pytest
from tests.opening.comparison import compare
from worlds import fare, flight, leg, market, segment

from test_time_gym.market.inventory import Inventory
from test_time_gym.market.streams import Streams
from test_time_gym.market.world import World


def worlds(**declared):
    return [market(warm_up=kind, **declared) for kind in ("draw", "simulate")]


FULL = [
    flight("A", leg("A", seats=9), fares=[fare("Y", 140_00), fare("Q", 90_00)]),
    flight("B", leg("B", seats=6), fares=[fare("Y", 110_00)]),
    flight("C", leg("C", seats=14), fares=[fare("Y", 130_00, booking_limit=8)]),
]
RISING = {
    "kind": "load_days",
    "load_curve": [[0, 700_000], [1_000_000, 2_000_000]],
    "reprice_every_s": 600,
}

DECLARED = {
    "few": {"demand": [segment(buyers=3, days=3)], "flights": FULL},
    "fixed prices, sold out": {"demand": [segment(buyers=90, days=3)], "flights": FULL},
    "rising prices": {
        "demand": [
            segment(buyers=90, days=3),
            segment("late", buyers=30, days=2, willingness_median_minor=300_00),
        ],
        "flights": FULL,
        "pricing": RISING,
    },
    "shared legs": {
        "demand": [segment(buyers=40, days=3)],
        "pricing": RISING,
        "flights": [
            flight("D", leg("D", seats=20)),
            flight(
                "T",
                leg("D", seats=20),
                leg("E", "MAD", "LIS", depart="19:00", arrive="20:00", seats=9),
            ),
            flight(
                "E", leg("E", "MAD", "LIS", depart="19:00", arrive="20:00", seats=9)
            ),
        ],
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("name", DECLARED)
def test_means_variances_and_sell_outs_are_those_of_a_played_warm_up(name):
    drawn, played = worlds(**DECLARED[name])

    assert compare(drawn, played, drawn_runs=400, played_runs=200).worst() <= 4


def test_a_draw_that_ignores_sell_outs_would_be_found():
    drawn, _ = worlds(demand=[segment(buyers=90, days=3)], flights=FULL)
    roomy = [
        flight("A", leg("A", seats=99), fares=[fare("Y", 140_00), fare("Q", 90_00)]),
        flight("B", leg("B", seats=99), fares=[fare("Y", 110_00)]),
        flight("C", leg("C", seats=99), fares=[fare("Y", 130_00)]),
    ]
    _, other = worlds(demand=[segment(buyers=90, days=3)], flights=roomy)

    assert compare(drawn, other, drawn_runs=60, played_runs=60).worst() > 4


def test_the_stock_of_one_city_pair_does_not_depend_on_another():
    alone = [flight("A", leg("A", seats=50))]
    other = flight("Z", leg("Z", "OSL", "BGO", seats=50))
    demand = [segment(buyers=60, days=3)]

    def sold(flights):
        world = World.of(market(warm_up="draw", flights=flights, demand=demand))
        stock = Inventory(world.catalog)
        world.opening.sell(Streams(5), stock)
        return {p.id: stock.product_sold[p.index] for p in world.catalog.products}

    assert sold(alone)["A"] == sold([other, *alone])["A"] > 0


def test_nothing_is_drawn_where_nobody_comes_before_the_opening():
    late = segment(buyers=60, booking_curve=[[0, 0], [1, 1_000_000]])

    assert World.of(market(warm_up="draw", demand=[late])).opening is None
