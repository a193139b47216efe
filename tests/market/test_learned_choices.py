"""Choices learned from sales of offer sets: known truths, by a program of its own."""

import numpy as np
import pytest
from worlds import fare, flight, leg

import test_time_gym as ttg
from test_time_gym.audit import audit
from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.pricing.learning import choice_estimate as estimates
from test_time_gym.market.pricing.learning.choice_estimate import (
    SetSales,
    choice_estimate,
    more_than,
)
from test_time_gym.market.pricing.learning.learned_choice import learned_choice
from test_time_gym.market.pricing.learning.learned_forecast import LearningSteps
from test_time_gym.market.pricing.past_sales import PastSales
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario
from test_time_gym.scenarios.loader import scenario_of

AIRLINE = "Isar Air"
EM = LearningSteps("em", "pickup", 100_000)
NONE = LearningSteps("none", "pickup", 100_000)

SHARES = np.array([0.1, 0.2, 0.4])
"""Of buyers who find all open; three in ten buy nothing."""
BUYERS = (12.0, 20.0, 28.0)


def past(seats, departures, seed):
    """Return departures of one leg that numpy drew, each buyer by a lot of its own."""
    draw, starts, found = np.random.default_rng(seed), (30, 20, 10), []
    for _ in range(departures):
        left, taken, closed = seats, [[], [], []], [[], [], []]
        for buyers in BUYERS:
            opened = int(draw.integers(1, 4)) if left else 0
            sold = [0, 0, 0]
            weights = np.where(np.arange(3) < opened, SHARES, 0)
            chances = np.append(weights, 0.3) / (weights.sum() + 0.3)
            for choice in draw.choice(4, size=int(draw.poisson(buyers)), p=chances):
                if choice < 3 and left:
                    sold[choice] += 1
                    left -= 1
            for j in range(3):
                taken[j].append(sold[j])
                closed[j].append(j >= opened or not left)
        found.append(
            tuple(
                PastSales(j, starts, tuple(taken[j]), tuple(closed[j]))
                for j in range(3)
            )
        )
    return tuple(found)


def scores(seats, seeds=24, steps=EM):
    """Return how many standard errors the mean of what is learned is off the truth."""
    rows = []
    for seed in range(seeds):
        one = learned_choice(past(seats, 40, seed), (0, 1, 2), steps, 700_000)
        rows.append([*one.chances_ppm[2], *one.buyers.means_milli[:3]])
    truth = [*(SHARES * 1e6), 60_000, 48_000, 28_000]
    rows = np.array(rows)
    return (rows.mean(axis=0) - truth) / (rows.std(axis=0, ddof=1) / seeds**0.5)


def test_a_known_truth_comes_out_within_its_standard_errors():
    assert np.abs(scores(1_000)).max() < 3.5


def test_where_legs_sell_out_it_comes_out_as_well():
    """Of 30 seats, fewer than the 42 who would buy where all is open."""
    assert np.abs(scores(30)).max() < 3.5


def test_sales_as_they_are_tell_it_wrong():
    """Buyers who found a class closed count as if they had not wanted it."""
    assert np.abs(scores(30, steps=NONE)).max() > 10


def test_one_set_alone_gives_shares_in_proportion_to_sales():
    found = choice_estimate([SetSales(0, (0, 1), 4, (10, 30))], 2, 1, 0.8)

    assert found.shares == pytest.approx((0.2, 0.6))
    assert found.buyers == pytest.approx((12.5,))


def test_long_ways_are_jumped_and_lead_to_the_same_place():
    closed = SetSales(0, (0, 1), 29, (300, 250), tuple([19] * 29))
    rare = SetSales(0, (0, 1), 1, (9, 8))
    other = SetSales(0, (0,), 30, (400, 0))
    found = choice_estimate([closed, rare, other], 2, 1, 0.2)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(estimates, "_ROUNDS", 30_000)
        patch.setattr(estimates, "_NEAR", 1e-13)
        patch.setattr(estimates, "_jumped", lambda _x, _once, twice, far: (twice, far))
        slow = choice_estimate([closed, rare, other], 2, 1, 0.2)

    assert found.shares == pytest.approx(slow.shares, rel=1e-4)
    assert found.buyers == pytest.approx(slow.buyers, rel=1e-4)


def test_where_all_sold_out_half_of_all_cases_would_show_it():
    """Likeliest would be endlessly many buyers."""
    cut = SetSales(1, (0,), 10, (60,), tuple([6] * 10))
    found = choice_estimate([SetSales(0, (0,), 10, (50,)), cut], 1, 2, 0.5)

    bought = found.buyers[1] / 2
    draw = np.random.default_rng(5).poisson(bought, (20_000, 10))
    assert found.buyers[0] == pytest.approx(10)
    assert np.mean((draw >= 6).all(axis=1)) == pytest.approx(0.5, abs=0.015)


def test_nothing_sold_teaches_nothing():
    assert choice_estimate([SetSales(0, (0, 1), 4, (0, 0))], 2, 1, 0.8) is None


@pytest.mark.parametrize("mean", [0.3, 3.0, 40.0, 2_000.0])
@pytest.mark.parametrize("units", [0, 1, 7, 60])
def test_who_comes_after_the_last_unit_is_as_many_as_enumeration_says(mean, units):
    ks = np.arange(0, int(mean + 12 * mean**0.5 + units + 60))
    logs = ks * np.log(mean) - np.cumsum(np.log(np.maximum(ks, 1)))
    weights = np.exp(logs - logs[units:].max())[units:]

    exact = float((weights * (ks[units:] - units)).sum() / weights.sum())

    assert more_than(mean, units) == pytest.approx(exact, rel=1e-9)


def data(**policy):
    """Return the example, its airline with a policy that is told nothing else."""
    found = load_scenario("examples/offer-sets.toml").model_dump(
        mode="json", by_alias=True
    )
    found["market"]["pricing_of"][AIRLINE] = {"kind": "efficient_sets"} | policy
    return found


def scenario(**policy):
    return scenario_of(data(**policy), "mine.toml")


SHORT = {"history": 11, "dcp_days": [20, 10, 4]}


def test_a_declared_control_is_written_as_before():
    found = load_scenario("examples/offer-sets.toml").model_dump(
        mode="json", by_alias=True
    )

    own = found["market"]["pricing_of"][AIRLINE]
    assert not {"forecast", "history", "untruncate", "market_share_ppm"} & set(own)
    assert {"sets", "periods", "buyer_ppm", "booking_curve"} < set(own)


def test_one_that_is_told_no_sets_learns_and_says_so():
    found = scenario().market.pricing_of[AIRLINE]

    assert (found.forecast, found.untruncate, found.history) == ("pickup", "em", 30)
    written = scenario().model_dump(mode="json", by_alias=True)
    assert scenario_of(written, "again.toml") == scenario()


def test_a_run_that_learned_closes_the_cheap_class_replays_and_passes_the_audit(
    tmp_path,
):
    journal = tmp_path / "j.jsonl"

    longer = SHORT | {"history": 20}
    ttg.run(scenario(**longer), seed=3, journal=journal, regret=False)

    text = journal.read_text("utf-8")
    assert '"close"' in text
    verdict = ttg.replay.verify(journal, reexecute=True)
    assert (verdict.status, verdict.replay) == ("complete", "equal")
    assert not audit(journal).findings


def test_the_first_past_departures_are_sold_by_what_is_declared():
    declared = load_scenario("examples/offer-sets.toml").model_dump(
        mode="json", by_alias=True
    )["market"]["pricing_of"][AIRLINE]
    shut = []
    for told in ({}, declared):
        own = scenario(**{**told, "forecast": "pickup", **SHORT})
        market = Marketplace(World.of(own.market), 5, [], JournalWriter(None))
        market.open()
        first = market.control.view(AIRLINE).past[0]
        shut.append(first[2].closed[0] and not first[0].closed[0])
    assert shut == [False, True]


def test_where_nobody_comes_all_is_open():
    found = data(**SHORT)
    found["market"]["demand"] = []
    market = Marketplace(
        World.of(scenario_of(found, "mine.toml").market), 5, [], JournalWriter(None)
    )
    market.open()

    assert all(market.on_sale(j) for j in range(3))


SETS = {
    "sets": [{"classes": ["Y", "M", "K"], "chances_ppm": [1, 2, 3]}],
    "periods": 9,
    "booking_curve": [[0, 0], [9, 1_000_000]],
}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"forecast": "declared"}, "history is for a forecast that is learned|needs s"),
        ({"market_share_ppm": 0}, "market_share_ppm"),
        ({"market_share_ppm": 1_000_000}, "market_share_ppm"),
        ({**SETS, "market_share_ppm": 9}, "market_share_ppm is for choices that are"),
        ({**SETS, "periods": None}, "sets need periods"),
        ({"sets": SETS["sets"], "periods": 9}, "sets need booking_curve"),
        ({"booking_curve": SETS["booking_curve"]}, "booking_curve is of declared sets"),
        ({"buyer_ppm": 9}, "buyer_ppm is of declared sets"),
        ({"history": 9}, "history is 9, and 10 are the least"),
        ({"dcp_days": []}, "dcp_days is needed"),
        ({**SETS, "history": 20}, "history is for a forecast that is learned"),
    ],
)
def test_what_cannot_be_learned_is_refused_with_the_reason(changes, said):
    with pytest.raises(ScenarioError, match=said):
        scenario(**changes)


def test_itineraries_of_two_legs_are_too_much():
    found = data()
    first = leg("AA1", "SFO", "EWR", "10:00", "14:00", 12)
    onward = leg("AA2", "EWR", "MAD", "15:00", "23:00", 9)
    via = flight("VIA", first, onward, fares=[fare("Y", 300_00)], airline=AIRLINE)
    found["market"]["flights"].append(via)

    with pytest.raises(ScenarioError, match="is for one leg, and VIA has 2; dlp knows"):
        scenario_of(found, "mine.toml")
