"""The habits of `hotels/sites` are of its own, and decide what can be bought there."""

import itertools

import pytest
from tests.sites.buyers import (
    Explorer,
    Insider,
    best_codes,
    cheap_hours,
    habits_of,
    paying_cards,
)
from tests.sites.playing import best_of, play_many

from test_time_gym.agents import make_agent
from test_time_gym.market.bill import cheapest
from test_time_gym.market.config import PPM
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_family

FAMILY = load_family("hotels/sites")
HABITS = habits_of(FAMILY)
USUAL_MINOR = 220_00
"""What a room costs when prices are low, before any code."""


def options(name):
    """Return what each option of a habit changes in the market."""
    (habit,) = [habit for habit in FAMILY.habits if habit.name == name]
    return [option.patch["market"] for option in habit.options]


def lows(curve):
    """Return the first minute at which prices are lowest, and the one that ends it."""
    low = min(factor for _, factor in curve)
    inside = [minute for minute, factor in curve if factor == low]
    return (0 if curve[0][1] == low else inside[0]), inside[-1] + 1


# -- the habits ------------------------------------------------------------------------


def test_each_wallet_has_all_cards_and_each_card_stands_at_each_place():
    wallets = FAMILY.base.task.wallets
    tokens = sorted(card.token for card in FAMILY.base.market.cards)

    assert [sorted(wallet) for wallet in wallets] == [tokens] * 4
    assert [sorted(place) for place in zip(*wallets, strict=True)] == [tokens] * 4


def test_two_cards_pay_in_two_ways_and_never_both_with_the_fee():
    ways, brands = set(), set()
    fees = [fee for patch in options("fee") for fee in patch["fees"]]
    groups = [set(fee["brands"]) for fee in fees if fee["arises"] == "card"]

    for number in range(60):
        paying = paying_cards(FAMILY.site(number).market)
        how = {(card.challenge_ppm, card.soft_declines_first) for card in paying}
        ways |= how
        brands |= {card.brand for card in paying}
        assert len(paying) == len(how) == 2
        assert [len(group & {c.brand for c in paying}) for group in groups] == [1, 1]

    assert ways == {(0, 0), (PPM, 0), (0, 1)}
    assert brands == {"visa", "mastercard", "amex", "jcb"}


def test_the_best_codes_take_about_a_quarter_and_a_worse_one_keeps_them_out():
    codes, kept_out = [], 0

    for number in range(60):
        market = FAMILY.site(number).market
        held = [c for c in market.coupons if c.refusal(USUAL_MINOR, 0) is None]
        best = best_codes(market, USUAL_MINOR)
        bill = cheapest(USUAL_MINOR, held, [])
        first = held[0]
        codes.append(tuple(sorted(best)))
        kept_out += not first.stackable and first.code not in best
        assert 0.23 < 1 - bill.goods_minor / USUAL_MINOR < 0.27
        assert len(held) in {2, 3}
        assert min(coupon.discount(USUAL_MINOR) for coupon in held) < 0.15 * USUAL_MINOR

    assert sorted(set(codes)) == [
        ("AUTUMN",),
        ("CLUB", "HELLO"),
        ("CLUB", "PHONE"),
        ("HELLO",),
        ("PHONE",),
    ]
    assert kept_out > 20


def test_no_cheap_time_begins_or_ends_at_a_quarter_of_an_hour():
    curves = [patch["pricing"]["clock_curve"] for patch in options("hour")]
    times = [lows(curve) for curve in curves]
    step = FAMILY.base.market.pricing.reprice_every_s // 60

    assert [minute for time in times for minute in time if not minute % 15] == [0]
    # They begin and end with a look at prices, so that none is shorter than it says.
    assert [minute for time in times for minute in time if minute % step] == []
    # Uneven, too: no rhythm tells the next one.
    assert len({end - start for start, end in times}) >= 3
    gaps = [b[0] - a[0] for a, b in itertools.pairwise(times)]
    assert len(set(gaps)) == len(gaps) == 5


def test_codes_of_the_bank_come_late_and_before_the_room_is_lost():
    delays = [patch["challenge"]["code_after_s"] for patch in options("code")]
    market = FAMILY.base.market

    assert delays == [5, 130, 290]
    assert max(delays) < market.challenge.expires_s < market.holds.ttl_s


def test_drifts_change_what_they_say_at_every_site():
    moved = {"hour-moved": "hour", "codes-changed": "coupon", "fee-moved": "fee"}

    for number in range(30):
        before = FAMILY.habits_of(number)
        for drift, habit in moved.items():
            after = FAMILY.habits_of(number, (drift,))
            assert [name for name in before if before[name] != after[name]] == [habit]
        assert FAMILY.site(number, ("cards-numbered",)).page.cards == "neutral"
        assert len(FAMILY.site(number, ("new-words",)).page.renamed) == 5
    assert [drift.name for drift in FAMILY.drifts] == [
        *moved,
        "cards-numbered",
        "new-words",
    ]


# -- what they are worth ---------------------------------------------------------------


def test_habits_decide_how_many_tasks_are_met():
    totals = dict.fromkeys(range(5), 0)
    chosen = ((), ("coupon",), ("hour",), HABITS)

    for number in range(10):
        site, seeds = FAMILY.site(number), range(12 * number, 12 * number + 12)
        for k, known in enumerate(chosen):
            played = play_many(site, seeds, lambda _, s=site, h=known: Insider(s, h))
            totals[k] += played.outcomes["success"]
        world = World.of(site.market)
        totals[4] += sum(best_of(site, world, seed) is not None for seed in seeds)

    nothing, code, hour, everything, feasible = (n / 120 for n in totals.values())
    assert 0.10 <= nothing <= 0.30
    assert 0.40 <= code <= 0.65
    assert 0.40 <= hour <= 0.70
    assert 0.95 <= everything <= feasible


def test_trying_everything_in_each_episode_does_not_replace_knowing():
    hours, met, turns = cheap_hours(FAMILY), [0, 0], [0, 0]

    for number in range(8):
        site = FAMILY.site(number)
        makers = (lambda _, s=site: Insider(s, HABITS), lambda _: Explorer(hours, 0.75))
        for k, maker in enumerate(makers):
            played = play_many(site, range(16), maker)
            met[k] += played.outcomes["success"]
            turns[k] += played.turns

    assert met[1] < 0.85 * met[0]
    assert turns[1] > 1.6 * turns[0]


@pytest.mark.parametrize("name", ["first-offer", "cheapest", "patient"])
def test_who_knows_the_flow_alone_meets_few_tasks(name):
    met = [
        play_many(FAMILY.site(k), range(12), lambda _: make_agent(name)).success
        for k in range(8)
    ]

    assert sum(met) / 8 < 0.45
