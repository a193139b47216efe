"""The packaged scenarios keep the promises of their descriptions."""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from test_time_gym.agents import agent_names
from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.interface.task import draw_task, least_bill, qualifies
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.ledger import MERCHANT
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.streams import Streams
from test_time_gym.market.world import World
from test_time_gym.scenarios import SCENARIO_DIR, load_scenario, scenario_names
from test_time_gym.scenarios.loader import _models_in, scenario_of
from test_time_gym.scenarios.schema import Habits
from test_time_gym.scenarios.trades import scenario_types

NAMES = scenario_names()

INFEASIBLE = {
    "flights/3ds-storm": (0.0, 0.0),
    "flights/delhi-mumbai": (0.08, 0.18),
    "flights/duopoly": (0.08, 0.20),
    "flights/emsr": (0.10, 0.20),
    "flights/family": (0.08, 0.18),
    "flights/instalments": (0.08, 0.18),
    # One wallet in ten holds no card that is ever approved.
    "flights/outage": (0.06, 0.14),
    "flights/price-war": (0.08, 0.18),
    "flights/refunds": (0.10, 0.20),
    "flights/rm-leg": (0.08, 0.18),
    "flights/rm-network": (0.08, 0.18),
    "flights/rush": (0.06, 0.14),
    "flights/scramble": (0.08, 0.18),
    "flights/sfo-mad": (0.0, 0.0),
    "flights/sites": (0.0, 0.03),
    "flights/three-airlines": (0.08, 0.18),
    "flights/unknown-outcomes": (0.06, 0.14),
    "flights/waiting": (0.08, 0.18),
    "hotels/city-break": (0.14, 0.26),
    "hotels/conference": (0.14, 0.26),
    "hotels/flexible-rate": (0.14, 0.26),
    "hotels/sites": (0.0, 0.03),
}
"""Bounds of the share of tasks that carry a certificate, mostly for their budgets."""

OPENING_LOAD = {
    "flights/3ds-storm": (0.55, 0.85),
    "flights/delhi-mumbai": (0.15, 0.35),
    "flights/duopoly": (0.40, 0.60),
    "flights/emsr": (0.20, 0.40),
    "flights/family": (0.30, 0.65),
    "flights/instalments": (0.10, 0.30),
    "flights/outage": (0.30, 0.60),
    "flights/price-war": (0.05, 0.20),
    "flights/refunds": (0.05, 0.20),
    "flights/rm-leg": (0.08, 0.22),
    "flights/rm-network": (0.15, 0.35),
    "flights/rush": (0.40, 0.70),
    "flights/sfo-mad": (0.20, 0.40),
    "flights/sites": (0.20, 0.45),
    "flights/three-airlines": (0.03, 0.15),
    "flights/unknown-outcomes": (0.50, 0.80),
    "flights/waiting": (0.20, 0.36),
    "hotels/city-break": (0.30, 0.50),
    "hotels/conference": (0.10, 0.25),
    "hotels/flexible-rate": (0.20, 0.40),
    "hotels/sites": (0.25, 0.45),
}
"""Bounds of the load factor when the market opens, on average over seeds."""


@cache
def world_of(name):
    return World.of(load_scenario(name).market)


def opened(name, seed):
    """Return a market without agents, at the instant of its opening."""
    market = Marketplace(world_of(name), seed, ["buyer_0"], JournalWriter(None))
    market.open()
    market.clock.advance(0)
    return market


def load(market):
    """Return the sold share of all seats."""
    return sum(market.inventory.sold) / sum(market.catalog.capacity)


def fitting(market, task):
    """Return [price, product] of what meets a task's constraints now, sorted."""
    return sorted(
        (market.prices[product.index], product.index)
        for product in market.catalog.products
        if qualifies(product, task, market.world)
        and market.on_sale(product.index) >= task.party
    )


# -- every packaged scenario -----------------------------------------------------------


def test_every_packaged_scenario_has_its_promises():
    assert sorted(INFEASIBLE) == sorted([*OPENING_LOAD, "flights/scramble"]) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_is_named_after_its_file(name):
    assert load_scenario(name).name == name


@pytest.mark.parametrize("name", NAMES)
def test_a_description_is_one_sentence(name):
    text = load_scenario(name).description

    assert text[0].isupper()
    assert text.endswith(".")
    assert not any(stop in text[:-1] for stop in (". ", "! ", "? ", "\n"))


@pytest.mark.parametrize("name", NAMES)
def test_a_dumped_scenario_has_no_floats_and_loads_as_the_same(name):
    scenario = load_scenario(name)

    text = json.dumps(scenario.model_dump(mode="json", by_alias=True))
    floats = []
    data = json.loads(text, parse_float=floats.append)

    assert floats == []
    assert scenario_of(data, name) == scenario


@pytest.mark.parametrize("name", NAMES)
def test_default_policies_exist_and_default_agents_are_allowed(name):
    scenario = load_scenario(name)

    assert [p for p in scenario.policies if p not in agent_names()] == []
    assert 1 <= scenario.agents.count <= scenario.agents.most


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_file_stays_small(name):
    assert (SCENARIO_DIR / f"{name}.toml").stat().st_size < 100_000


@pytest.mark.parametrize("name", NAMES)
def test_tasks_ask_for_offers_that_exist_and_end_before_they_close(name):
    scenario, catalog = load_scenario(name), world_of(name).catalog

    for form in scenario.task.forms():
        members = catalog.by_group[tuple(form.values())]
        closes = min(catalog.products[j].closes_at_ms for j in members)
        assert scenario.task.deadline_s * 1000 <= closes


@pytest.mark.parametrize("name", NAMES)
def test_every_wallet_that_can_pay_holds_a_card_that_surely_will(name):
    cards, scenario = world_of(name).cards, load_scenario(name)
    # A hundredth more than the dearest bill, for the interest of parts.
    dearest = max(scenario.task.budgets_minor) * 101 // 100
    most_parts = max((1, *scenario.market.instalments.counts))

    for wallet in scenario.task.wallets:
        laws = [cards[token] for token in wallet]
        hopeless = all(
            law.hard_decline_ppm == 10**6 or law.limit_minor == 0 for law in laws
        )
        sure = any(
            (law.limit_minor is None or law.limit_minor * most_parts >= dearest)
            and law.hard_decline_ppm == 0
            and law.soft_decline_ppm < 10**6
            for law in laws
        )
        assert hopeless != sure


def test_the_documentation_names_every_key_of_a_scenario_file():
    text = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text("utf-8")
    models, keys = [*scenario_types(), Habits], []

    for model in models:
        for name, field in model.model_fields.items():
            keys.append(field.alias or name)
            models += [m for m in _models_in(field.annotation) if m not in models]

    missing = [
        key for key in keys if not re.search(rf"[`\[{{., ]{key}[`\],\]}} ]", text)
    ]
    assert missing == []


# -- the promises of each one ----------------------------------------------------------


@pytest.mark.parametrize("name", INFEASIBLE)
def test_as_many_tasks_are_infeasible_as_intended(name):
    scenario, least_most = load_scenario(name), INFEASIBLE[name]
    seats = 1 if scenario.task.team else scenario.agents.count

    proofs = [
        draw_task(scenario.task, world_of(name), Streams(seed), seat).infeasible
        for seed in range(200)
        for seat in range(seats)
    ]

    share = sum(proof is not None for proof in proofs) / len(proofs)
    assert least_most[0] <= share <= least_most[1]


@pytest.mark.parametrize("name", OPENING_LOAD)
def test_markets_open_partly_sold_and_go_on_selling(name):
    scenario, (least, most) = load_scenario(name), OPENING_LOAD[name]
    seeds = 4 if name == "flights/delhi-mumbai" else 12
    loads, revenues = [], []

    for seed in range(seeds):
        market = opened(name, seed)
        first = load(market)
        market.clock.advance(scenario.task.deadline_s * 1000)
        middle, revenue = load(market), market.ledger.balance(MERCHANT)
        market.clock.advance(max(p.closes_at_ms for p in market.catalog.products))
        loads.append((first, middle, load(market)))
        revenues.append((revenue, market.ledger.balance(MERCHANT)))

    first, middle, last = (sum(found) / seeds for found in zip(*loads, strict=True))
    assert least <= first <= most
    assert first <= middle < last
    all_gone = name == "flights/waiting"  # those who waited take the last seats
    assert 0.4 < last < 0.97 + all_gone
    assert all(0 <= early < late + all_gone for early, late in revenues)


@pytest.mark.parametrize("name", sorted(set(INFEASIBLE) - {"flights/family"}))
def test_most_tasks_without_a_certificate_can_be_met_at_some_time(name):
    scenario = load_scenario(name)
    seeds = 8 if name == "flights/delhi-mumbai" else 30
    step = scenario.task.deadline_s * 1000 // 32
    met = Counter()

    for seed in range(seeds):
        market = opened(name, seed)
        tasks = [
            task
            for seat in range(scenario.agents.count)
            if not (
                task := draw_task(scenario.task, market.world, market.streams, seat)
            ).infeasible
        ]
        open_tasks = list(tasks)
        for k in range(32):
            market.clock.advance(k * step)
            open_tasks = [task for task in open_tasks if not _affordable(market, task)]
        met[True] += len(tasks) - len(open_tasks)
        met[False] += len(open_tasks)

    assert met[True] / met.total() >= 0.95


def test_in_sfo_mad_most_of_ten_offers_do_not_fit():
    shares = []

    for seed in range(50):
        market = opened("flights/sfo-mad", seed)
        task = draw_task(
            load_scenario("flights/sfo-mad").task, market.world, market.streams, 0
        )
        shares.append(
            sum(price <= task.budget_minor for price, _ in fitting(market, task))
        )

    assert len(world_of("flights/sfo-mad").catalog.products) == 10
    assert 1 <= min(shares) <= max(shares) <= 4


def test_in_rush_waiting_to_the_deadline_loses_about_half_of_the_tasks():
    scenario = load_scenario("flights/rush")
    early = late = 0

    for seed in range(30):
        market = opened("flights/rush", seed)
        tasks = [
            draw_task(scenario.task, market.world, market.streams, seat)
            for seat in range(8)
        ]
        early += sum(bool(_payable(market, task)) for task in tasks)
        market.clock.advance(scenario.task.deadline_s * 1000)
        late += sum(bool(_payable(market, task)) for task in tasks)

    assert early / 240 > 0.85
    assert 0.25 < late / 240 < 0.6


def _affordable(market, task):
    """Return whether something can be paid now, with coupons and all fees."""
    bills = (
        least_bill(task, market.world, price * task.party, market.clock.now_ms)
        for price, _ in fitting(market, task)
    )
    return any(bill[0].total_minor <= task.budget_minor for bill in bills if bill)


def _payable(market, task):
    return [
        j
        for price, j in fitting(market, task)
        if price * task.party <= task.budget_minor
    ]


def test_in_family_the_cheapest_flight_is_often_too_full_for_four():
    scenario, too_full, together = load_scenario("flights/family"), 0, 0

    for seed in range(60):
        market = opened("flights/family", seed)
        task = draw_task(scenario.task, market.world, market.streams, 0)
        offers = fitting(market, task)
        seats = [market.on_sale(j) for _, j in offers]
        too_full += seats[0] < 4
        together += task.infeasible is not None or any(
            have >= 4 and 4 * price <= task.budget_minor
            for have, (price, _) in zip(seats, offers, strict=True)
        )

    assert 15 <= too_full <= 50
    assert together >= 54


def test_in_emsr_cheap_classes_are_closed_while_there_are_seats_and_may_open_again():
    closed = reopened = 0

    for seed in range(20):
        market, before, seen = opened("flights/emsr", seed), {}, []
        for day in range(21):
            market.clock.advance(day * DAY_MS // 4)
            for product in market.catalog.products:
                j, cheapest = product.index, product.nest[-1]
                free = min(map(market.inventory.free, product.pools))
                if j == cheapest and free:
                    now = bool(market.on_sale(j))
                    seen.append((before.get(j, now), now))
                    before[j] = now
        closed += any(not now for _, now in seen)
        reopened += (False, True) in seen

    # In three of them fewer buy: eight seats or more stay free on every flight.
    assert closed == 17
    assert 4 <= reopened <= 16


def test_in_price_war_fares_fall_to_their_floors_and_rise_as_flights_sell_out():
    fell = rose = sold_out = 0

    for seed in range(20):
        market = opened("flights/price-war", seed)
        low_cost = range(4)
        first = min(market.prices[j] for j in low_cost)
        market.clock.advance(4 * 3_600_000)
        fell += min(market.prices[:4]) <= first * 2 // 3
        market.clock.advance(10 * 3_600_000)
        left = [market.prices[j] for j in low_cost if market.on_sale(j)]
        rose += not left or min(left) > first
        sold_out += 4 - len(left)

    assert fell >= 18
    assert rose >= 15
    assert 40 <= sold_out <= 60


def test_in_delhi_mumbai_cheap_seats_go_first_and_the_deadline_brings_a_jump():
    scenario = load_scenario("flights/delhi-mumbai")
    deadline = scenario.task.deadline_s * 1000
    dearer, jumps = 0, 0

    for seed in range(6):
        market = opened("flights/delhi-mumbai", seed)
        first = cheapest_on_sale(market)
        market.clock.advance(14 * DAY_MS)
        dearer += cheapest_on_sale(market) > first * 5 // 4
        before = sum(market.prices)
        market.clock.advance(deadline)
        jumps += sum(market.prices) > before * 5 // 4

    assert (dearer, jumps) == (6, 6)


def cheapest_on_sale(market):
    return min(price for j, price in enumerate(market.prices) if market.on_sale(j))


def test_sixteen_days_of_delhi_mumbai_are_few_events():
    market = opened("flights/delhi-mumbai", 0)
    market.clock.advance(16 * DAY_MS)
    assert market.clock.events < 2_000
