"""Buyers who would like to depart at some hour, and weigh how far offers are off it."""

from collections import Counter
from itertools import pairwise
from math import exp, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import episode, fare, flight, leg, segment

from test_time_gym import run
from test_time_gym.audit import audit
from test_time_gym.evaluation.market.demand_record import comers
from test_time_gym.evaluation.market.market_run import play_market
from test_time_gym.market.ideal_hours import IdealHours
from test_time_gym.market.world import World
from test_time_gym.replay import verify
from test_time_gym.scenarios.flights.domain import FlightSegment
from test_time_gym.scenarios.loader import load_scenario, scenario_of

CURVE = [[6, 0], [10, 700_000], [16, 700_000], [20, 1_000_000]]
"""Seven in ten like a morning, the others an evening."""
DEPARTS = {"EARLY": 7, "NOON": 12, "LATE": 19}
SCALE = 30_00


def world(cost_minor, seats=900, **changes):
    """Return three flights of one day, and buyers who mind when they depart."""
    flights = [
        flight(name, leg(name, depart=f"{hour:02}:00", arrive="23:59", seats=seats))
        for name, hour in DEPARTS.items()
    ]
    by_hour = {"ideal": CURVE, "cost_minor_per_hour": cost_minor}
    buyers = segment(buyers=300, days=1, willingness_median_minor=10**7)
    buyers |= {"by_hour": by_hour} | changes
    if buyers["by_hour"] is None:
        del buyers["by_hour"]
    return World.of(
        episode(
            flights=[one | {"fares": [fare("Y", 100_00)]} for one in flights],
            demand=[buyers],
            warm_up="simulate",
            pricing={"kind": "fixed"},
        ).market
    )


def wants(market, seeds):
    """Return how often each flight is what a buyer would buy, until the first left."""
    ids = [product.id for product in market.catalog.products]
    closes = min(market.catalog.sale_ends_ms)
    return Counter(
        ids[one.wants] if one.wants is not None else None
        for seed in range(seeds)
        for one in comers(market, seed)
        if one.at_ms < closes
    )


def minutes():
    """Yield every minute of the curve, and the share of buyers who like it best."""
    for (start, before), (end, after) in pairwise(CURVE):
        for minute in range(start * 60 + 1, end * 60 + 1):
            yield minute, (after - before) / 1e6 / ((end - start) * 60)


def shares(cost_minor, factor=1.0):
    """Return the logit shares at prices times a factor, averaged over the curve."""
    found = Counter()
    for minute, part in minutes():
        weights = {None: 1.0}
        for name, hour in DEPARTS.items():
            seems = 100_00 * factor + cost_minor * abs(hour * 60 - minute) / 60
            weights[name] = exp((120_00 - seems) / SCALE)
        for name, weight in weights.items():
            found[name] += part * weight / sum(weights.values())
    assert found.total() == pytest.approx(1)
    return found


@pytest.mark.parametrize("cost_minor", [0, 10_00, 200_00])
def test_offers_are_chosen_by_logit_shares_averaged_over_ideal_hours(cost_minor):
    found, theory = wants(world(cost_minor), 12), shares(cost_minor)

    for name, share in theory.items():
        runs = found.total()
        error = sqrt(share * (1 - share) / runs)
        assert abs(found[name] / runs - share) < 4.5 * error + 2e-4
    # The same figures tell the cost from none, and from another.
    for other in {0, 10_00, 200_00} - {cost_minor}:
        off = abs(found["NOON"] / found.total() - shares(other)["NOON"])
        assert off > 6 * sqrt(theory["NOON"] / found.total())


def test_hours_that_cost_nothing_change_nobody_s_choice():
    plain, minding = world(0, by_hour=None), world(0)

    for seed in range(3):
        assert list(comers(plain, seed)) == list(comers(minding, seed))
        assert play_market(plain, seed) == play_market(minding, seed)


def test_what_a_buyer_pays_at_most_does_not_depend_on_the_hour():
    near, far = (list(comers(world(cost), 4)) for cost in (0, 500_00))

    assert [one[:3] for one in near] == [one[:3] for one in far]
    assert [one.wants for one in near] != [one.wants for one in far]


def test_the_elasticity_of_demand_is_measured_at_all_ideal_hours():
    cost = 30_00
    found = play_market(world(cost), 2, demand=True).shown_demand["leisure"]

    up, down = (1 - shares(cost, factor)[None] for factor in (1.05, 0.95))
    # Most come while all three flights are on sale, and those see the same.
    assert found[0] / found[1] == pytest.approx(up / down, rel=0.03)
    assert found[0] / found[1] != pytest.approx(1, rel=0.04)


@given(st.integers(0, 2**64 - 1))
def test_an_ideal_hour_is_a_quantile_of_the_curve(word):
    hours = IdealHours(ideal=CURVE, cost_minor_per_hour=1)

    minute = hours.minute(word)

    assert 6 * 60 < minute <= 20 * 60
    assert not 10 * 60 < minute <= 16 * 60
    share = word / 2**64
    place = 6 + 4 * share / 0.7 if share <= 0.7 else 16 + 4 * (share - 0.7) / 0.3
    assert abs(minute - 60 * place) <= 1.01


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ideal": [[6, 0], [25, 1_000_000]]}, "ideal hours end at 25, and a day at"),
        ({"ideal": [[6, 0], [9, 5]]}, "ideal hours go from .hour, 0. to .hour, 10000"),
        ({"ideal": [[6, 0], [8, 9], [9, 5], [10, 1_000_000]]}, "never falling"),
        ({"ideal": [[6, 0]]}, "ideal hours go from"),
        ({"ideal": []}, "by_hour.ideal"),
        ({"ideal": [[9, 0], [6, 1_000_000]]}, "growing first coordinates"),
        ({"cost_minor_per_hour": -1}, "cost_minor_per_hour"),
        ({"cost_minor_per_hour": 1.5}, "cost_minor_per_hour"),
        ({"cost_minor": 5}, "by_hour.cost_minor"),
    ],
)
def test_what_is_no_hour_is_refused_with_the_reason(changes, said):
    by_hour = {"ideal": CURVE, "cost_minor_per_hour": 1} | changes

    with pytest.raises(ValueError, match=said):
        FlightSegment.model_validate(segment(by_hour=by_hour))


def test_who_looks_at_prices_alone_has_no_hour():
    said = "leisure has by_hour, and a cheapest_fence choice looks at prices alone"
    with pytest.raises(ValueError, match=said):
        world(1, choice="cheapest_fence")


def test_a_drawn_opening_knows_nothing_of_hours():
    by_hour = {"ideal": CURVE, "cost_minor_per_hour": 1}
    episode(warm_up="draw", demand=[segment(days=1, by_hour=by_hour)])

    with pytest.raises(ValueError, match="knows nothing of by_hour"):
        episode(warm_up="draw", demand=[segment(days=2, by_hour=by_hour)])


def test_what_is_written_is_read_as_the_same():
    plain = FlightSegment.model_validate(segment())
    assert "by_hour" not in plain.model_dump(by_alias=True)
    by_hour = {"ideal": CURVE, "cost_minor_per_hour": 10}
    one = FlightSegment.model_validate(segment(by_hour=by_hour))

    written = one.model_dump(mode="json", by_alias=True)

    assert written["by_hour"] == by_hour
    assert FlightSegment.model_validate(written) == one


@pytest.mark.parametrize("count", ["poisson", {"kind": "gamma_poisson", "cv_ppm": 9}])
def test_a_run_with_hours_is_audited_and_comes_out_again(tmp_path, count):
    data = load_scenario("flights/emsr").model_dump(mode="json", by_alias=True)
    data["market"]["warm_up"] = "simulate"
    for one in data["market"]["demand"]:
        one["by_hour"] = {"ideal": CURVE, "cost_minor_per_hour": 20_00}
        one["count"] = count
    path = tmp_path / "run.jsonl"

    run(scenario_of(data, "hours"), ["patient"], seed=3, journal=path, regret=False)

    assert audit(path).findings == ()
    assert verify(path, reexecute=True).exit_code == 0
