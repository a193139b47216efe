"""Price sensitivity learned from sales at several prices: known truths, a market."""

import numpy as np
import pytest

import test_time_gym as ttg
from test_time_gym.audit import audit
from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.pricing.learning.learned_forecast import LearningSteps
from test_time_gym.market.pricing.learning.learned_prices import learned_prices
from test_time_gym.market.pricing.learning.price_response import (
    PricedSales,
    price_response,
)
from test_time_gym.market.pricing.past_sales import PastSales
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario
from test_time_gym.scenarios.loader import scenario_of

AIRLINE, EXAMPLE = "Isar Air", "examples/scarce-seats.toml"
EM = LearningSteps("em", "pickup", 100_000)
NONE = LearningSteps("none", "pickup", 100_000)
SCALE, BUYERS, BASES = 80_00, (20.0, 30.0, 40.0), (100_00, 60_00)
"""Buyers who would come if it cost nothing, in each interval."""


def past(seats, departures, seed):
    """Return departures of two flights that numpy drew, each buyer by its own lot.

    The second one is dearer to nobody: its buyers pay in parts of its base fare alike.
    """
    draw, found = np.random.default_rng(seed), []
    for number in range(departures):
        rows = []
        for product, base in enumerate(BASES):
            scale, left = SCALE * base / BASES[0], seats
            taken, closed, prices = [], [], []
            for k, buyers in enumerate(BUYERS):
                price = base * (7, 10, 13)[(number + k) % 3] // 10
                pays = draw.exponential(scale, size=int(draw.poisson(buyers)))
                sold = min(int((pays >= price).sum()), left)
                left -= sold
                taken.append(sold)
                closed.append(left == 0)
                prices.append(price)
            rows.append(
                PastSales(
                    product, (9, 6, 3), tuple(taken), tuple(closed), tuple(prices)
                )
            )
        found.append(tuple(rows))
    return tuple(found)


def scores(seats, steps, seeds=40):
    """Return how many standard errors the mean of what is learned is off the truth."""
    rows = []
    for seed in range(seeds):
        known = learned_prices(past(seats, 30, seed), BASES, steps)
        row = [known[0].scale_minor, *known[0].buyers.means_milli[:3]]
        rows.append([*row, known[1].buyers.means_milli[0]])
    coming = np.cumsum(BUYERS[::-1])[::-1] * 1000 / np.e
    truth = np.array([SCALE, *coming, coming[0]])
    rows = np.array(rows)
    return (rows.mean(axis=0) - truth) / (rows.std(axis=0, ddof=1) / seeds**0.5)


def test_a_known_truth_comes_out_within_its_standard_errors():
    assert np.abs(scores(1_000, EM)).max() < 3.5


def test_where_flights_sell_out_it_comes_out_as_well():
    """Of 28 seats; at seven tenths of the base fare 37 would buy."""
    assert np.abs(scores(28, EM)).max() < 3.5


def test_sales_as_they_are_tell_it_wrong():
    assert np.abs(scores(28, NONE)).max() > 10


def test_standard_errors_are_those_that_slopes_really_have():
    draw, prices, found = np.random.default_rng(4), (0.7, 1.0, 1.3), []
    for _ in range(300):
        sales = [
            PricedSales(0, p, 10, int(draw.poisson(200 * np.exp(-1.5 * p))))
            for p in prices
        ]
        one = price_response(sales, 1)
        found.append((one.slope - 1.5) / one.error)

    assert abs(np.mean(found)) < 3.5 / 300**0.5
    assert 0.85 < np.std(found) < 1.15


@pytest.mark.parametrize(
    "sales",
    [
        [],
        [PricedSales(0, 1.0, 9, 40)],
        [PricedSales(0, 1.0, 9, 40), PricedSales(1, 1.3, 9, 20)],
        [PricedSales(0, 1.0, 9, 0), PricedSales(0, 2.0, 9, 0)],
        [PricedSales(0, 1.0, 9, 40), PricedSales(0, 2.0, 9, 0)],
    ],
    ids=["none", "one price", "one price each", "nothing sold", "cheapest alone"],
)
def test_what_identifies_no_slope_is_none(sales):
    assert price_response(sales, 2) is None


def data(**policy):
    """Return the example, its airline with a policy that is told nothing else."""
    found = load_scenario(EXAMPLE).model_dump(mode="json", by_alias=True)
    found["market"]["pricing_of"][AIRLINE] = {"kind": "gallego_van_ryzin"} | policy
    return found


def scenario(**policy):
    return scenario_of(data(**policy), "mine.toml")


def opened(found):
    market = Marketplace(World.of(found.market), 5, [], JournalWriter(None))
    market.open()
    return market


SHORT = {"history": 12, "dcp_days": [20, 10]}


def test_a_declared_policy_is_written_as_before():
    own = load_scenario(EXAMPLE).model_dump(mode="json", by_alias=True)
    own = own["market"]["pricing_of"][AIRLINE]

    assert not {"forecast", "history", "untruncate", "explore_ppm"} & set(own)
    assert {"scale_minor", "buyers_milli", "booking_curve"} < set(own)


def test_past_departures_try_every_price_equally_often_in_every_interval():
    past = opened(scenario(**SHORT)).control.view(AIRLINE).past

    for k in range(3):
        tried = [departure[0].prices_minor[k] for departure in past]
        assert [tried.count(p) for p in (70_00, 100_00, 130_00)] == [4, 4, 4]
    # And not all intervals of one departure at one price.
    assert len(dict.fromkeys(past[0][0].prices_minor)) == 3


def test_what_is_learned_is_near_what_buyers_are():
    market = opened(scenario(history=30))
    known = learned_prices(market.control.view(AIRLINE).past, (100_00,), EM)

    # Standard errors are some 7 % of the one, and some 5 % of the other.
    assert known[0].scale_minor == pytest.approx(100_00, rel=0.25)
    assert known[0].buyers.means_milli[0] == pytest.approx(29_430, rel=0.2)
    assert market.prices[0] > 110_00


def test_a_learned_run_replays_and_passes_the_audit(tmp_path):
    journal = tmp_path / "j.jsonl"

    ttg.run(scenario(**SHORT), seed=3, journal=journal, regret=False)

    verdict = ttg.replay.verify(journal, reexecute=True)
    assert (verdict.status, verdict.replay) == ("complete", "equal")
    assert not audit(journal).findings


def test_where_nobody_comes_prices_are_tried_on():
    found = data(**SHORT)
    found["market"]["demand"] = []

    assert opened(scenario_of(found, "mine.toml")).prices[0] in (70_00, 100_00, 130_00)


def test_where_nobody_comes_what_is_declared_counts():
    told = load_scenario(EXAMPLE).model_dump(mode="json", by_alias=True)["market"]
    found = data(**{**told["pricing_of"][AIRLINE], "forecast": "pickup", **SHORT})
    found["market"]["demand"] = []
    declared = opened(load_scenario(EXAMPLE)).prices

    assert opened(scenario_of(found, "mine.toml")).prices == declared


CURVE = [[0, 0], [9, 1_000_000]]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"explore_ppm": [900_000]}, "explore_ppm has one price: past departures at"),
        ({"ceiling_ppm": 1_000_000, "floor_ppm": 1_000_000}, "could try only one pri"),
        ({"scale_minor": 5}, "gallego_van_ryzin has no buyers_milli: declare scale_mi"),
        ({"buyers_milli": 5}, "gallego_van_ryzin has no scale_minor"),
        ({"scale_minor": 5, "booking_curve": CURVE}, "has no buyers_milli"),
        ({"forecast": "declared", "history": 0}, '"declared" needs scale_minor'),
        ({"history": 9}, "history is 9, and 10 are the least"),
        ({"dcp_days": []}, "dcp_days is needed"),
        ({"scale_minor": 0}, "greater than or equal to 1"),
        (
            {
                "scale_minor": 5,
                "buyers_milli": 5,
                "booking_curve": CURVE,
                "explore_ppm": [1, 2],
            },
            "explore_ppm is for demand that is learned",
        ),
    ],
)
def test_what_cannot_be_learned_is_refused_with_the_reason(changes, said):
    with pytest.raises(ScenarioError, match=said):
        scenario(**changes)
