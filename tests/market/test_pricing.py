"""Pricing: whole numbers within their promised bounds, moving as the curves say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from worlds import DAY, fare, flight, leg, market

from test_time_gym.market.clock import DAY_MS, MINUTE_MS
from test_time_gym.market.pricing import Pricing
from test_time_gym.market.world import World

FACTORS = st.integers(0, 4_000_000)


def curve(last):
    return st.lists(
        st.tuples(st.integers(0, last), FACTORS),
        min_size=1,
        max_size=5,
        unique_by=lambda point: point[0],
    ).map(lambda points: [list(point) for point in sorted(points)])


@st.composite
def policies(draw):
    return {
        "kind": "load_days",
        "load_curve": draw(curve(1_000_000)),
        "days_curve": draw(curve(60)),
        "clock_curve": draw(curve(3000)),
        "date_factors": draw(st.sampled_from([[], [[DAY, 600_000]]])),
        "reprice_every_s": 60,
        "round_to_minor": draw(st.sampled_from([1, 7, 100, 5_000])),
    }


def compiled(policy, fare_minor=100_00):
    world = World.of(
        market(pricing=policy, flights=[flight(fares=[fare("Y", fare_minor)])])
    )
    return world.rules[0], world.config.pricing.bounds(world.catalog.products[0]), world


LEFT = st.one_of(st.integers(0, 2 * DAY_MS), st.integers(0, 90 * DAY_MS))
LOADS = st.integers(0, 1_000_000)


@given(policies(), st.integers(1, 2_000_00), LEFT, LOADS)
def test_every_price_is_a_whole_number_of_steps_within_the_bounds(
    policy, fare_minor, left, load
):
    price, (low, high), world = compiled(policy, fare_minor)

    asked = price(left, load)

    assert type(asked) is int
    assert low <= asked <= high
    assert asked % policy["round_to_minor"] == 0
    assert asked > 0
    assert world.floors == (low,)


@given(policies(), LEFT, LOADS, LOADS)
def test_a_load_curve_that_rises_never_lowers_a_price(policy, left, one, other):
    factors = sorted(factor for _, factor in policy["load_curve"])
    places = [place for place, _ in policy["load_curve"]]
    policy["load_curve"] = [list(p) for p in zip(places, factors, strict=True)]
    price, _, _ = compiled(policy)

    assert price(left, min(one, other)) <= price(left, max(one, other))


@given(policies(), LOADS, LEFT, LEFT)
def test_a_days_curve_that_falls_never_raises_a_price_with_more_time(
    policy, load, one, other
):
    factors = sorted((f for _, f in policy["days_curve"]), reverse=True)
    places = [place for place, _ in policy["days_curve"]]
    policy["days_curve"] = [list(p) for p in zip(places, factors, strict=True)]
    policy["clock_curve"] = [[0, 1_000_000]]
    price, _, _ = compiled(policy)

    assert price(min(one, other), load) >= price(max(one, other), load)


def test_a_price_is_the_product_of_its_factors_to_the_nearest_step():
    policy = {
        "kind": "load_days",
        "load_curve": [[0, 1_000_000], [1_000_000, 2_000_000]],
        "days_curve": [[0, 1_500_000], [10, 1_000_000]],
        "round_to_minor": 100,
    }
    price, bounds, _ = compiled(policy)

    asked = [
        price(0, 0),
        price(10 * DAY_MS, 500_000),
        price(5 * DAY_MS, 333_333),
        price(99 * DAY_MS, 1_000_000),
        price(0, 1_000_000),
    ]

    # 100.00 × 1.333333 × 1.25 = 166.666625
    assert asked == [150_00, 150_00, 167_00, 200_00, 300_00]
    assert bounds == (100_00, 300_00)


def test_a_clock_curve_counts_minutes_since_the_opening():
    policy = {
        "kind": "load_days",
        "load_curve": [[0, 1_000_000]],
        "clock_curve": [[29, 1_000_000], [30, 800_000], [59, 800_000], [60, 900_000]],
        "round_to_minor": 1,
    }
    price, bounds, world = compiled(policy)
    departs = world.catalog.products[0].closes_at_ms

    asked = [
        price(departs - at, 0)
        for at in (0, 29 * MINUTE_MS, 30 * MINUTE_MS, 60 * MINUTE_MS, departs)
    ]

    assert asked == [100_00, 100_00, 80_00, 90_00, 90_00]
    assert bounds == (80_00, 100_00)


def test_the_factor_of_a_date_is_that_of_departures_on_it():
    days = ["2026-06-02", "2026-06-03"]
    flights = [
        flight(f"AA{k}", {**leg(f"AA{k}"), "depart": f"{day}T10:00", "arrive": late})
        for k, day in enumerate(days)
        for late in [f"{day}T18:00"]
    ]
    policy = {"kind": "load_days", "date_factors": [[days[1], 750_000]]}
    world = World.of(market(pricing=policy, flights=flights))

    assert [rule(0, 0) for rule in world.rules] == [100_00, 75_00]
    assert world.floors == (100_00, 75_00)


def test_two_factors_of_one_date_are_refused():
    policy = {"kind": "load_days", "date_factors": [[DAY, 1], [DAY, 2]]}

    with pytest.raises(ValueError, match=f"two factors of {DAY}"):
        TypeAdapter(Pricing).validate_python(policy)


@given(LEFT, LOADS)
def test_fixed_fares_never_move(left, load):
    price, bounds, world = compiled({"kind": "fixed"})

    assert (price(left, load), bounds) == (100_00, (100_00, 100_00))
    assert world.config.pricing.reprice_every_s == 0


@pytest.mark.parametrize(
    "policy",
    [
        {"kind": "auction"},
        {"kind": "load_days", "round_to_minor": 0},
        {"kind": "load_days", "reprice_every_s": 0},
        {"kind": "load_days", "load_curve": []},
        {"kind": "load_days", "load_curve": [[0, -1]]},
        {"kind": "load_days", "clock_curve": []},
        {"kind": "load_days", "date_factors": [["tomorrow", 1]]},
        {"kind": "load_days", "date_factors": [["2026-06-02", -1]]},
        {"kind": "fixed", "fare": 3},
        {},
    ],
)
def test_a_policy_that_makes_no_prices_is_refused(policy):
    with pytest.raises(ValueError, match="validation error"):
        TypeAdapter(Pricing).validate_python(policy)
