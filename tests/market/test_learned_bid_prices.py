"""Bid prices by curves of classes, and by what past departures taught."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from protecting import CURVE, protecting, sold_by

import test_time_gym as ttg
from test_time_gym.audit import audit
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.pricing.bid_price import stretches_of
from test_time_gym.market.pricing.booking_slices import BookingPath
from test_time_gym.market.pricing.learning.learned_forecast import (
    LearningSteps,
    learned,
)
from test_time_gym.market.pricing.past_sales import PastSales
from test_time_gym.market.pricing.unit_worth import (
    Periods,
    Request,
    unit_values,
    worth_after,
)
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario
from test_time_gym.scenarios.loader import scenario_of

AIRLINE = "Isar Air"


def rm_leg(**policy):
    """Return `flights/rm-leg`, its airline with a policy that is told nothing."""
    found = load_scenario("flights/rm-leg").model_dump(mode="json", by_alias=True)
    found["market"]["pricing_of"][AIRLINE] = {"kind": "bid_price"} | policy
    return scenario_of(found, "mine.toml")


def opened(scenario, seed=5):
    market = Marketplace(World.of(scenario.market), seed, [], JournalWriter(None))
    market.open()
    return market


def by_floats(stretches, units):
    """Return bid prices by Lee and Hersh's recursion with chances that change."""
    value = np.zeros(units + 1)
    for periods, ahead in stretches:
        for _ in range(ahead):
            worth = np.diff(value, prepend=-np.inf)
            value = value + sum(
                one.mean_milli / 1000 / periods.number * np.maximum(0, one.fare - worth)
                for one in periods.requests
            )
            value[0] = 0
    return np.diff(value, prepend=0)


REQUESTS = st.lists(
    st.builds(Request, st.integers(0, 10**6), st.integers(0, 9_000)), max_size=4
)


@given(st.lists(st.tuples(REQUESTS, st.integers(0, 9)), max_size=4), st.integers(1, 9))
def test_worth_is_that_of_a_recursion_in_floats(rows, units):
    stretches = []
    for requests, more in rows:
        count = sum(one.mean_milli for one in requests) // 1000 + 1 + more
        stretches.append((Periods(count, tuple(requests)), count - more // 2))

    found = worth_after(stretches, units)

    theory = by_floats(stretches, units)
    for x in range(1, units + 1):
        assert theory[x] - 1e-4 <= found[x] <= theory[x] + 1 + 1e-4


def test_periods_of_one_stretch_are_those_of_one_curve():
    requests = (Request(200_00, 4_500), Request(120_00, 7_000))
    half = Periods(30, requests)

    table = unit_values(requests, 10, 30)

    assert [worth_after([(half, k)], 10) for k in (0, 7, 30)] == [
        table[k] for k in (0, 7, 30)
    ]


def test_a_class_with_the_common_curve_as_its_own_is_priced_alike():
    told = protecting("bid_price", [4.5, 4.5, 3, 3], periods=30)
    own = protecting("bid_price", [4.5, 4.5, 3, 3], periods=30)
    for one in own["forecasts"]:
        one["booking_curve"] = CURVE
    fares = [200_00, 150_00, 120_00, 80_00]

    bids = [
        [(run.bids, market.inventory.limits) for run in market.control._runs.values()]
        for market in (opened(sold_by(pricing, fares, 10)) for pricing in (told, own))
    ]

    assert bids[0] == bids[1]
    assert bids[0][0][0] == {0: 120_30}


def test_cheap_requests_that_come_first_make_the_last_unit_dearer_than_late_ones():
    """While all of the dear demand is ahead, a unit may still go to it."""
    dear = BookingPath((100, 50, 0), (8_000, 8_000, 0))
    cheap = BookingPath((100, 50, 0), (8_000, 0, 0))

    def worth(paths, at):
        found = stretches_of((200_00, 50_00), paths, (0, 0), 100)
        ahead = [(one.periods, one.ahead(at)) for one in reversed(found)]
        return worth_after(ahead, 10)[5]

    assert worth((dear, cheap), 50) > worth((cheap, dear), 50)
    assert worth((dear, cheap), 100) > 50_00


def test_what_is_learned_of_a_past_is_what_a_past_by_hand_says():
    scenario = rm_leg(history=10, untruncate="none", dcp_days=[21, 7])
    market = opened(scenario)
    view = market.control.view(AIRLINE)
    paths, fares = [], []
    for k, offer in enumerate(view.offers):
        rows = [departure[k] for departure in view.past]
        asked = [sum(row[i] for row in (one.taken for one in rows)) for i in range(3)]
        means = [100 * sum(asked[i:]) for i in range(3)]  # thousandths, of ten
        paths.append(BookingPath((*rows[0].starts_ms, 0), (*means, 0)))
        fares.append(offer.price_minor)
    closes = view.offers[0].closes_in_ms

    found = stretches_of(tuple(fares), tuple(paths), (0,) * 4, 500)

    ahead = [(one.periods, one.ahead(closes)) for one in reversed(found)]
    assert market.control._runs[AIRLINE].bids[0] == worth_after(ahead, 90)[90]


def test_the_first_past_departures_are_sold_first_come():
    for first in opened(rm_leg(history=10)).control.view(AIRLINE).past[:1]:
        # All are open until no seat is left.
        assert not any(first[0].closed[:6])
        assert sum(map(sum, (row.taken for row in first))) > 60


def test_a_learned_run_replays_and_passes_the_audit(tmp_path):
    journal = tmp_path / "j.jsonl"

    ttg.run(rm_leg(history=10), seed=3, journal=journal, regret=False)

    verdict = ttg.replay.verify(journal, reexecute=True)
    assert (verdict.status, verdict.replay) == ("complete", "equal")
    assert not audit(journal).findings


def poisson_past(rates, capacity, departures, seed):
    """Return past departures of one leg, drawn by numpy and sold first come."""
    draw, starts = np.random.default_rng(seed), (30, 20, 10)
    found = []
    for _ in range(departures):
        left, taken, closed = capacity, [[], []], [[], []]
        for early, late in rates:
            for j, rate in enumerate((early, late)):
                sold = min(int(draw.poisson(rate)), left)
                left -= sold
                taken[j].append(sold)
            for j in range(2):
                closed[j].append(left == 0)
        rows = [PastSales(j, starts, tuple(taken[j]), tuple(closed[j])) for j in (0, 1)]
        found.append(tuple(rows))
    return tuple(found)


def test_rates_of_a_known_truth_come_out_within_their_standard_errors():
    rates = [(2.0, 9.0), (4.0, 6.0), (7.0, 1.0)]
    steps = LearningSteps("em", "pickup", 100_000)
    past = poisson_past(rates, 1_000, 400, seed=11)

    found = learned(past, steps)

    scores = []
    for j in range(2):
        means = found.path(j).means_milli
        for i, (more, less) in enumerate(pairwise(means)):
            truth = rates[i][j]
            scores.append(((more - less) / 1000 - truth) / (truth / 400) ** 0.5)
    assert max(map(abs, scores)) < 3
    assert 0.3 < np.mean(np.square(scores)) < 2.5


def test_of_what_the_seats_cut_off_at_least_half_is_put_back():
    """Of 29 expected and 29 seats; a normal law puts back too much of Poisson's."""
    past = poisson_past([(2.0, 9.0), (4.0, 6.0), (7.0, 1.0)], 29, 400, seed=12)

    none, em = (
        learned(past, LearningSteps(step, "pickup", 100_000)).path(0).means_milli[2]
        for step in ("none", "em")
    )

    assert none < 5_600
    assert abs(em - 7_000) < (7_000 - none) * 3 // 5
