"""The pages of markets and benches say what their objects say."""

import pytest

from test_time_gym.evaluation.bench import evaluate
from test_time_gym.evaluation.market import compare, market
from test_time_gym.evaluation.statistics import student
from test_time_gym.report.bench_page import bench_data, bench_page
from test_time_gym.report.market_page import market_data, market_page
from test_time_gym.report.parts import amount, bounded, share


@pytest.fixture(scope="module")
def found():
    return market("flights/emsr", seeds=3, elasticity=False, warm_up="simulate")


@pytest.fixture(scope="module")
def compared():
    policies = ["declared", "Vueling=fixed", "Vueling=fixed"]
    return compare("flights/emsr", policies, seeds=3, warm_up="simulate")


def section_of(data, name):
    return next(one for one in data["sections"] if one["id"] == name)


def test_a_market_s_sellers_have_their_figures_with_student_s_intervals(found):
    _, data = market_data(found)
    (told,) = section_of(data, "sellers")["parts"]

    for row, one in zip(told["rows"], [*found.sellers, found.total], strict=True):
        reach = student.quantile(0.95, 2) * one.revenue.standard_error
        ends = [one.revenue.estimate + k * reach for k in (0, -1, 1)]
        shown = bounded([amount(end, "EUR") for end in ends])
        assert row[:2] == [one.name or "all", one.policy or "–"]
        assert row[2]["text"] == shown
        assert row[4]["text"].startswith(share(one.load_factor.estimate))
    assert data["lead"][0].startswith("flights/emsr was played without agents in 3")


def test_prices_by_days_left_are_drawn_from_the_earliest_sales_on(found):
    _, data = market_data(found)
    prices, bookings, told = section_of(data, "days")["parts"]

    days = found.total.days_left
    assert len(prices["x"]["labels"]) == len(days) == len(told["rows"])
    assert prices["x"]["labels"][-1] == "0"
    assert [one["name"] for one in prices["series"]] == ["Lufthansa", "Vueling", "all"]
    assert prices["series"][-1]["values"] == [
        round(day.price.estimate, 4) for day in days
    ]
    assert bookings["series"][-1]["values"] == [
        round(day.bookings.estimate, 4) for day in days
    ]


def test_compared_policies_are_told_with_their_paired_differences(compared):
    title, data = market_data(compared)
    _, *tables = section_of(data, "differences")["parts"]

    assert title == "Policies compared: flights/emsr"
    for told, pairs in zip(tables, compared.pairs, strict=True):
        for row, one in zip(told["rows"], pairs, strict=True):
            assert row[0] == (one.seller or "all")
            assert row[4]["interval"] == [
                round(end, 4) for end in (one.difference, one.low, one.high)
            ]
    labels = [row[0] for row in section_of(data, "policies")["parts"][0]["rows"]]
    assert labels == ["declared", "Vueling=fixed", "Vueling=fixed (3)"]
    (sellers,) = section_of(data, "days")["parts"]
    assert [one["key"] for one in sellers["options"]] == ["all", "Lufthansa", "Vueling"]
    assert market_page(compared).html == market_page(compared).html


def test_one_run_of_a_market_to_which_nobody_comes_says_so():
    found = market("flights/sfo-mad", seeds=1, elasticity=False)
    _, data = market_data(found)

    if not found.segments:
        assert section_of(data, "segments")["parts"][0]["lines"] == [
            "Nobody comes: the scenario has no background demand."
        ]
    assert "one run, of which nothing says how sure a figure is" in data["lead"][0]
    (told,) = section_of(data, "sellers")["parts"]
    assert all(row[2]["interval"][1:] == [None, None] for row in told["rows"])


def test_a_bench_has_each_agent_s_figures_and_an_overview_of_scenarios():
    scenarios = ["flights/sfo-mad", "hotels/city-break"]
    found = evaluate(["cheapest", "dummy"], scenarios, seeds=3)
    title, data = bench_data(found)
    overview, *each = data["sections"]

    assert title == "Bench: 2 agents in 2 scenarios"
    told = [row for one in each for row in one["parts"][0]["rows"]]
    assert len(told) == len(found.rows) == 4
    for row, one in zip(told, found.rows, strict=True):
        rate = bounded([share(end) for end in one.success])
        assert row[0] == one.agent
        assert row[1]["text"] == f"{rate} of {one.feasible}"
        assert row[1]["interval"] == [round(end, 4) for end in one.success]
    assert [row[0] for row in overview["parts"][0]["rows"]] == [
        "flights/sfo-mad",
        "hotels/city-break",
    ]
    assert any("cheapest meets most" in line for line in data["lead"])


def test_a_bench_of_one_agent_at_one_seed_has_a_page_without_an_overview():
    found = evaluate("dummy", "flights/sfo-mad", seeds=1)
    _, data = bench_data(found)

    assert [one["id"] for one in data["sections"]] == ["scenario-1"]
    assert "dummy has played flights/sfo-mad (seed 0)." in data["lead"][0]
    assert bench_page(found).html == bench_page(found).html
