"""Policies compared in one market: pairs of runs with the same chance."""

import json
from math import sqrt
from statistics import correlation, mean, stdev, variance

import pytest
from small_markets import scenario, two_airlines

import test_time_gym as ttg
from test_time_gym.evaluation.market import PairedFigure
from test_time_gym.evaluation.statistics import student
from test_time_gym.market.errors import Misuse

ONE = two_airlines()
FIGURES = ("revenue", "sold", "load_factor", "spill", "consumer_surplus")


def test_a_policy_against_itself_differs_by_exactly_nothing():
    found = ttg.compare(ONE, ["declared", None, {}], seeds=5)

    for pairs in found.pairs:
        assert [(pair.seller, pair.name) for pair in pairs] == [
            (seller, name) for seller in ("", "Aurora", "Boreal") for name in FIGURES
        ]
        for pair in pairs:
            told = (pair.difference, pair.standard_error, pair.low, pair.high)
            assert told == (0, 0, 0, 0)
            assert pair.correlation in (None, pytest.approx(1))
            assert pair.variance_reduction in (None, 1)
    assert found.markets[0] == found.markets[1]


def test_figures_of_pairs_are_those_of_the_runs():
    def revenues(policies):
        return [
            ttg.market(ONE, policies, seeds=[seed], elasticity=False).total.revenue[0]
            for seed in range(6)
        ]

    first, other = revenues(None), revenues("fixed")
    changes = [two - one for one, two in zip(first, other, strict=True)]

    found = ttg.compare(ONE, ["declared", "fixed"], seeds=6).pairs[0][0]

    error = stdev(changes) / sqrt(6)
    reach = student.quantile(0.95, 5) * error
    apart = variance(first) + variance(other)
    needed = variance(changes) * (1.959963985 / (0.01 * mean(first))) ** 2
    assert found == PairedFigure(
        name="revenue",
        seller="",
        baseline=pytest.approx(mean(first)),
        mean=pytest.approx(mean(other)),
        difference=pytest.approx(mean(changes)),
        standard_error=pytest.approx(error),
        low=pytest.approx(mean(changes) - reach),
        high=pytest.approx(mean(changes) + reach),
        correlation=pytest.approx(correlation(first, other)),
        variance_reduction=pytest.approx(1 - variance(changes) / apart),
        seeds_for_one_percent=int(needed) + 1,
    )


@pytest.mark.slow
def test_pairs_tell_a_difference_more_exactly_than_independent_runs():
    found = ttg.compare(
        "flights/emsr", ["declared", "Vueling=fixed"], seeds=12, warm_up="simulate"
    )
    one, other = (market.sellers[1].revenue for market in found.markets)

    (pair,) = [
        one
        for one in found.pairs[0]
        if (one.seller, one.name) == ("Vueling", "revenue")
    ]
    apart = sqrt(one.standard_error**2 + other.standard_error**2)
    assert pair.correlation > 0.9
    assert pair.variance_reduction > 0.9
    assert 0 < pair.standard_error < 0.3 * apart


def test_the_order_of_seeds_does_not_matter():
    found = ttg.compare(ONE, ["declared", "fixed"], seeds=[3, 1, 2])

    assert ttg.compare(ONE, ["declared", "fixed"], seeds=[1, 2, 3]) == found


def test_what_all_have_besides_is_in_all_of_them():
    found = ttg.compare(ONE, [None, {"Boreal": "fixed"}], base="*=fixed", seeds=2)

    assert found.markets[0] == found.markets[1]
    assert [seller.policy for seller in found.markets[0].sellers] == ["fixed", "fixed"]


def test_plain_data_is_json_and_text_names_the_policies():
    found = ttg.compare(ONE, ["declared", {"Boreal": {"kind": "fixed"}}], seeds=2)

    data = json.loads(json.dumps(found.as_dict()))
    assert data["labels"] == ["declared", "Boreal=fixed"]
    assert data["pairs"][0][0]["name"] == "revenue"
    assert "Boreal=fixed less declared, paired by seed" in str(found).splitlines()


def test_without_demand_policies_are_alike():
    found = ttg.compare(scenario(), ["declared", "fixed"], seeds=3)

    pair = found.pairs[0][0]
    assert (pair.difference, pair.correlation, pair.variance_reduction) == (
        0,
        None,
        None,
    )
    assert pair.seeds_for_one_percent is None
    assert "nobody comes" in found.notes[0]


@pytest.mark.parametrize("policies", ["fixed", ["fixed"], [], {"Aurora": "fixed"}])
def test_fewer_than_two_policies_are_told(policies):
    with pytest.raises(Misuse, match="two policies at least"):
        ttg.compare(ONE, policies, seeds=2)
