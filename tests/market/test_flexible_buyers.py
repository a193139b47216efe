"""Background buyers who look some days before and after their date."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise
from math import exp

import pytest
from dated import DATES, config, flexible, from_date, played, told
from hypothesis import given, settings
from hypothesis import strategies as st
from waiters import HOURS, LAST_SEEN
from worlds import fare

from test_time_gym.evaluation.market.demand_record import comers
from test_time_gym.evaluation.market.shown_demand import ShownDemand
from test_time_gym.market.buyers import Buyers
from test_time_gym.market.demand import demands_of
from test_time_gym.market.flexible_dates import FlexibleDates
from test_time_gym.market.marketplace import unseen
from test_time_gym.market.sales_history import SalesHistory
from test_time_gym.market.snapshot import snapshot
from test_time_gym.market.value_law import SURVIVAL_UNIT
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario
from test_time_gym.scenarios.flights.domain import FLIGHTS, FlightMarket

MIXED = {
    "reference_minor": 120_00,
    "scale_minor": 30_00,
    "scale_sigma_ppm": 700_000,
}
HABITS = {
    "plain": {},
    "parties": {"party_sizes": [500_000, 300_000, 200_000]},
    "hours": {"by_hour": HOURS},
    "mixed": {"choice": MIXED},
    "patience": {"patience": LAST_SEEN},
    "counted": {"count": {"kind": "gamma_poisson", "cv_ppm": 500_000}},
    "cancelling": {"cancel_ppm_per_day": 200_000, "no_show_ppm": 100_000},
}


def days_off(fact):
    """Return how many days from its buyer's date a product is."""
    day, _ = from_date(fact)
    return int(fact.product[1:3]) - date.fromisoformat(day).day


def taken(market, seed=3):
    """Return what each buyer takes, by its date and arrival."""
    _, facts = played(market, seed)
    sales = [fact for _, fact in told(facts, "seat_sold")]
    found = {from_date(fact): fact.product for fact in sales}
    assert len(found) == len(sales) > 60
    return found


@settings(max_examples=20)
@given(cost=st.integers(0, 10**10), habit=st.sampled_from(sorted(HABITS)))
def test_who_looks_no_day_away_is_byte_for_byte_who_has_no_flexible_dates(cost, habit):
    dates = {"days": 0, "cost_minor_per_day": cost}
    plain = config(dates=DATES[:2], buyers=9, **HABITS[habit])
    none = config(dates, dates=DATES[:2], buyers=9, **HABITS[habit])

    assert none.market.model_dump_json() == plain.market.model_dump_json()
    one, two = [played(World.of(each.market), 3)[1] for each in (plain, none)]
    assert one == two


@pytest.mark.parametrize("habits", HABITS.values(), ids=HABITS)
def test_who_minds_a_day_beyond_all_bounds_buys_as_if_there_was_none(habits):
    apart = DATES[::3]
    plain, far = flexible(0, 0, **habits), flexible(2, 10**10, **habits)
    alone = flexible(2, 0, dates=apart, **habits)

    assert played(plain, 3)[1] == played(far, 3)[1]
    assert played(flexible(0, 0, dates=apart, **habits), 3)[1] == played(alone, 3)[1]


def test_the_dearer_a_day_the_fewer_leave_their_date_and_nobody_else_moves():
    found = [taken(flexible(2, cost)) for cost in (0, 10_00, 25_00, 60_00, 10**10)]
    leavers = [
        {name: product for name, product in one.items() if product[1:] != name[0][-2:]}
        for one in found
    ]

    for cheap, dear in pairwise(leavers):
        assert len(cheap) > len(dear)
        assert cheap.keys() > dear.keys()
    # Who leaves its date at no price keeps what it has.
    for one, out in zip(found, leavers, strict=True):
        stay = {name: product for name, product in one.items() if name not in out}
        assert stay.items() <= found[-1].items()


def test_at_no_cost_a_date_is_as_good_as_another():
    _, facts = played(flexible(3, 0, seats=900, buyers=150), 5)
    # Nothing has departed yet in the first days: all four are there for everybody.
    early = Counter(
        (from_date(fact)[0], fact.product)
        for t, fact in told(facts, "seat_sold")
        if t < 8 * 86_400_000
    )
    assert early.total() > 200
    for day in DATES:
        counts = [early[day, f"D{other[-2:]}"] for other in DATES]
        mean = sum(counts) / 4
        # Three degrees of freedom; 21.1 is passed by one in ten thousand.
        assert sum((one - mean) ** 2 for one in counts) / mean < 21.1


def test_nobody_leaves_for_a_day_too_far_nor_pays_more_than_its_price():
    fares = [[fare("Y", minor)] for minor in (150_00, 120_00, 60_00, 60_00)]
    market = flexible(1, 10_00, fares=fares)
    _, facts = played(market, 3)
    base = {one.id: one.base_minor for one in market.catalog.products}
    able = {
        (one.key[1][-1], one.key[2]): one.willing_minor for one in comers(market, 3)
    }
    off = Counter()
    for _, fact in told(facts, "seat_sold"):
        day, arrival = from_date(fact)
        assert fact.price == base[fact.product]
        assert fact.price <= able[day, arrival]
        off[days_off(fact)] += 1

    assert set(off) == {-1, 0, 1}
    assert off[1] > off[-1] > 0


def test_what_has_departed_or_had_to_be_bought_earlier_is_not_there_any_more():
    fares = [fare("Y", 150_00), fare("Q", 90_00, advance_days=3)]
    market = flexible(3, 0, fares=fares)
    _, facts = played(market, 4)
    ends = {one.id: one.sale_ends_ms for one in market.catalog.products}
    last = dict.fromkeys(ends, 0)
    for t, fact in told(facts, "seat_sold"):
        assert t < ends[fact.product]
        last[fact.product] = t

    closes = {one.group[-1]: one.closes_at_ms for one in market.catalog.products}
    late = [
        fact
        for t, fact in told(facts, "seat_sold")
        if t > closes[DATES[1]] and from_date(fact)[0] in DATES[:2]
    ]
    assert late == []
    assert all(ends[product] - t < 2 * 86_400_000 for product, t in last.items())


@pytest.mark.parametrize("habits", HABITS.values(), ids=HABITS)
def test_each_buyer_comes_as_before_and_takes_what_its_own_words_say(habits):
    market, plain = flexible(2, 15_00, **habits), flexible(0, 0, **habits)
    ours, others = list(comers(market, 7)), list(comers(plain, 7))

    assert [(one.at_ms, one.key, one.willing_minor, one.size) for one in ours] == [
        (one.at_ms, one.key, one.willing_minor, one.size) for one in others
    ]
    if "patience" in habits:
        return
    wants = {one.key[1:]: one.wants for one in ours if one.wants is not None}
    _, facts = played(market, 7)
    products = market.catalog.by_id
    sales = {
        (fact.group or products[fact.product].group, fact.arrival): products[
            fact.product
        ].index
        for _, fact in told(facts, "seat_sold")
    }
    assert sales == wants


def test_a_price_touches_the_choices_of_dates_within_reach_alone():
    market = unseen(flexible(1, 15_00), 3, SalesHistory())
    market.open()
    market.clock.advance(0)
    for shoppers in market.population.shoppers:
        shoppers.stale.clear()
    market.population.repriced([0])

    groups = [
        shoppers.arrivals.demand.group[-1]
        for shoppers in market.population.shoppers
        if shoppers.stale
    ]
    assert groups == list(DATES[:2])


def test_bookings_of_two_dates_with_one_number_are_two_bookings():
    habits = {"cancel_ppm_per_day": 200_000, "no_show_ppm": 200_000}
    market = flexible(3, 0, buyers=200, **habits)
    found, facts = played(market, 3, until_ms=5 * 86_400_000)
    names = [name for name, _ in found.afterwards.state()]
    ended = told(facts, "background_cancelled")

    assert len(set(names)) == len(names) > 50
    assert any("2026-06" in name for name in names)
    assert any(fact.group for _, fact in ended)
    assert not all(f.group for _, f in ended)
    assert snapshot(found) == snapshot(played(market, 3, until_ms=5 * 86_400_000)[0])
    sold = {(from_date(fact), fact.product) for _, fact in told(facts, "seat_sold")}
    assert {(from_date(fact), fact.product) for _, fact in ended} <= sold


@pytest.mark.parametrize(
    ("dates", "changes", "said"),
    [
        ({"days": -1, "cost_minor_per_day": 1}, {}, "greater than or equal to 0"),
        ({"days": 8, "cost_minor_per_day": 1}, {}, "less than or equal to 7"),
        ({"days": 1, "cost_minor_per_day": -1}, {}, "greater than or equal to 0"),
        ({"days": 1}, {}, "Field required"),
        ({"cost_minor_per_day": 1}, {}, "Field required"),
        (
            {"days": 1, "cost_minor_per_day": 1},
            {"choice": "cheapest_fence"},
            "has flexible_dates, and a cheapest_fence choice looks at prices alone",
        ),
        (
            {"days": 1, "cost_minor_per_day": 1},
            {"others": {"warm_up": "draw"}, "days": 30},
            'warm_up = "draw" knows nothing of flexible_dates; use "simulate", or',
        ),
    ],
)
def test_dates_that_are_none_are_refused(dates, changes, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        config(dates, **changes)


def test_a_stay_moves_as_a_whole_and_keeps_its_nights():
    market = load_scenario("hotels/conference").market
    flexible = {"days": 1, "cost_minor_per_day": 20_00}
    (guests,) = market.demand
    told = guests.model_dump(by_alias=True) | {"flexible_dates": flexible}
    catalog = market.catalog()
    found = {}
    for one in demands_of(catalog, (type(guests).model_validate(told),)):
        _, arrives, leaves = one.group
        away = one.away_minor or (0,) * len(one.members)
        found[arrives, leaves] = {
            (catalog.products[j].group[1:], more)
            for j, more in zip(one.members, away, strict=True)
        }

    assert found["2026-09-08", "2026-09-10"] == {
        (("2026-09-08", "2026-09-10"), 0),
        (("2026-09-09", "2026-09-11"), 20_00),
    }
    assert found["2026-09-08", "2026-09-11"] >= {(("2026-09-08", "2026-09-11"), 0)}


def test_who_waits_may_still_buy_another_date_once_its_own_has_left():
    market = flexible(3, 0, patience=LAST_SEEN | {"share_ppm": 1_000_000})
    _, facts = played(market, 3)
    closes = {one.group[-1]: one.closes_at_ms for one in market.catalog.products}
    late = [
        fact for t, fact in told(facts, "seat_sold") if t >= closes[from_date(fact)[0]]
    ]

    assert len(late) > 5
    assert all(fact.look > 1 and days_off(fact) > 0 for fact in late)
    for t, fact in told(facts, "postponed"):
        assert t < fact.returns < closes[f"2026-06-{fact.product[1:]}"]


def test_a_search_without_a_date_has_no_neighbours():
    class Undated(FlightMarket):
        trade = replace(FLIGHTS, form=FLIGHTS.form[:2])

    told = config({"days": 1, "cost_minor_per_day": 1}).market.model_dump(by_alias=True)

    with pytest.raises(ValueError, match="and a search of flights has no date"):
        Undated.model_validate(told)


def test_the_end_of_the_calendar_has_no_day_after_it():
    dates = FlexibleDates(days=1, cost_minor_per_day=1)

    assert [day for (day,), _ in dates.near(("9999-12-31",))] == [
        "9999-12-30",
        "9999-12-31",
    ]


def test_demand_at_other_prices_is_that_of_all_dates_each_at_its_own_price():
    market = unseen(flexible(1, 15_00), 3, SalesHistory())
    market.open()
    market.clock.advance(0)
    shown, group = ShownDemand(market), ("SFO", "MAD", DATES[0])
    shown.see("leisure", group)

    able = market.world.demands[0].segment.willingness().survival
    for minor, found in zip((126_00, 114_00), shown.sums["leisure"], strict=True):
        weights = [exp((120_00 - minor - more) / 30_00) for more in (0, 15_00)]
        buys = sum(weights) / (1 + sum(weights)) * able(minor) / SURVIVAL_UNIT
        assert found / Buyers.UNIT == pytest.approx(buys, rel=1e-5)
