"""Booking sites of flights and hotels keep what docs/scenarios.md promises of them."""

import re
import time
from functools import cache
from pathlib import Path

import pytest
from benchmarks.calibration import bare_event_us
from tests.sites.__main__ import Aborter
from tests.sites.buyers import Explorer, Insider, cheap_hours, habits_of, paying_cards
from tests.sites.playing import SEATS, best_of, play, play_many

from test_time_gym.agents import make_agent
from test_time_gym.evaluation import Oracle
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_family

FAMILY = load_family("flights/sites")
FAMILIES = [FAMILY, load_family("hotels/sites")]
HABITS = habits_of(FAMILY)
DRIFTS = [(drift.name,) for drift in FAMILY.drifts]


def changes(family):
    """Return what may have happened to a site: nothing, one drift, or all."""
    return [(), *((drift.name,) for drift in family.drifts), family.due(10**6)]


CHANGES = changes(FAMILY)
OF_ALL = [
    pytest.param(family, drifts, id=" ".join((family.name, *drifts)))
    for family in FAMILIES
    for drifts in changes(family)
]
BY_NAME = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
PAGE = Path(__file__).parents[2] / "docs" / "scenarios.md"


@cache
def ceilings():
    """Return the published ceilings: buyer → share at each of the sites, in order."""
    text = PAGE.read_text("utf-8")
    rows = re.findall(r"^\| \d \|[^|]*\|(.*)\|$", text, re.MULTILINE)
    names = ("first-offer", "cheapest", "patient")
    cells = [[int(cell) / 100 for cell in row.split("|")] for row in rows]
    return {name: [row[k] for row in cells] for k, name in enumerate(names)}


# -- the family ------------------------------------------------------------------------


@BY_NAME
def test_every_site_is_small_and_opens_quickly(family):
    site = family.site(0)
    world = World.of(site.market)
    ratios = []

    for _ in range(8):
        bare_us = bare_event_us()
        begun = time.process_time()
        for seed in range(20):
            Turns(site, world, seed, SEATS)
        ratios.append((time.process_time() - begun) / 20 * 1e6 / bare_us)

    assert len(world.catalog.products) <= 24
    assert min(ratios) < 5_000  # bare events: some milliseconds


@BY_NAME
def test_the_habits_and_drifts_are_those_of_the_page(family):
    text = PAGE.read_text("utf-8")

    for what in (*family.habits, *family.drifts):
        assert f"| `{what.name}` | {what.says} |" in text


@pytest.mark.parametrize("drifts", CHANGES, ids=" ".join)
def test_at_every_site_just_one_card_pays_and_just_one_code_holds(drifts):
    for number in range(30):
        market = FAMILY.site(number, drifts).market

        holding = [c for c in market.coupons if c.refusal(500_00, 0) is None]
        assert (len(market.cards), len(paying_cards(market))) == (4, 1)
        assert (len(market.coupons), len(holding)) == (3, 1)


def test_drifts_change_what_they_say_at_every_site():
    for number in range(30):
        before = FAMILY.site(number)
        after = {name: FAMILY.site(number, (name,)) for (name,) in DRIFTS}

        codes, cards = (
            [
                site.market.model_dump()[what]
                for site in (before, after["coupon-gone"], after["card-swap"])
            ]
            for what in ("coupons", "cards")
        )
        assert codes[0] == codes[2] != codes[1]
        assert cards[0] == cards[1] != cards[2]
        assert [fee.arises for fee in after["late-fee"].market.fees] == ["card"]
        assert after["extra-step"].market.storefront.select_first
        assert after["renamed-fields"].page.renamed


# -- what the habits are worth --------------------------------------------------------


def test_habits_decide_how_many_tasks_are_met():
    seeds, totals = range(12), dict.fromkeys(range(5), 0)
    chosen = ((), ("coupon",), ("coupon", "hour"), HABITS)

    for number in range(10):
        site = FAMILY.site(number)
        for k, known in enumerate(chosen):
            played = play_many(site, seeds, lambda _, s=site, h=known: Insider(s, h))
            totals[k] += played.outcomes["success"]
        world = World.of(site.market)
        totals[4] += sum(best_of(site, world, seed) is not None for seed in seeds)

    nothing, one, two, all_four, feasible = (total / 120 for total in totals.values())
    assert 0.20 <= nothing <= 0.35
    assert 0.55 <= one <= 0.8
    assert one < two < all_four <= feasible
    assert all_four >= 0.97


def test_who_knows_a_site_needs_half_the_turns_of_who_tries_everything():
    hours, turns = cheap_hours(FAMILY), [0, 0]

    for number in range(10):
        site = FAMILY.site(number)
        known = play_many(site, range(16), lambda _, s=site: Insider(s, HABITS))
        tried = play_many(site, range(16), lambda _: Explorer(hours))
        turns[0] += known.turns
        turns[1] += tried.turns

    assert turns[1] > 1.6 * turns[0]


# -- the oracle, and those who know nothing --------------------------------------------


@pytest.mark.parametrize(("family", "drifts"), OF_ALL)
def test_the_oracle_meets_every_task_that_can_be_met_at_its_price(family, drifts):
    met = 0
    for number in range(8):
        site = family.site(number, drifts)
        world = World.of(site.market)
        for seed in range(6):
            best = best_of(site, world, seed)
            seat = play(site, world, seed, Oracle.advised(best, site, world))

            if best is None:
                assert seat.outcome in {"aborted", "infeasible_aborted"}
            else:
                met += 1
                assert seat.outcome == "success"
                assert seat.paid_minor == best.price_minor
    assert met >= 44


@pytest.mark.parametrize("name", ["first-offer", "cheapest", "patient"])
def test_scripted_buyers_stay_under_their_published_ceilings(name):
    published = ceilings()[name]

    shares = [
        play_many(FAMILY.site(number), range(30), lambda _: make_agent(name)).success
        for number in range(10)
    ]

    assert len(published) == 10
    assert [k for k in range(10) if shares[k] > published[k]] == []


@pytest.mark.parametrize(("family", "drifts"), OF_ALL)
def test_doing_nothing_aborting_and_playing_at_random_meet_no_task(family, drifts):
    makers = (
        lambda _seed: Aborter(),
        lambda _seed: make_agent("dummy"),
        lambda seed: make_agent("random", seed),
    )
    for number in range(4):
        site = family.site(number, drifts)
        for maker in makers:
            assert play_many(site, range(6), maker).outcomes["success"] == 0
