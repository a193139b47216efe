"""The least bill of a task: what certificates and the optimum rest on."""

import pytest
from worlds import TRIP, episode, fare, flight, market

from test_time_gym.evaluation.optimum import clairvoyant
from test_time_gym.market.interface.task import Task, certificate, least_bill
from test_time_gym.market.world import World

BOOKING = {"name": "booking", "amount_minor": 4_00}
SERVICE = {"name": "service", "percent_ppm": 10_000, "arises": "cart"}
AMEX = {"name": "amex", "percent_ppm": 20_000, "arises": "card", "brands": ["amex"]}
VISA = {"name": "visa", "amount_minor": 50, "arises": "card", "brands": ["visa"]}
CARDS = [{"token": "tok_amex", "brand": "amex"}]
STACK = [
    {"code": "FIVE", "amount_minor": 5_00, "stackable": True},
    {"code": "TENTH", "percent_ppm": 100_000, "stackable": True},
]
SOON = {"code": "SOON", "percent_ppm": 500_000, "ends_s": 600}
DEAR = {"code": "DEAR", "amount_minor": 60_00, "minimum_minor": 120_00}


def task(budget=500_00, wallet=("tok_ok",), party=1):
    return Task(
        seat=0,
        form=TRIP,
        groups=(tuple(TRIP.values()),),
        budget_minor=budget,
        party=party,
        wallet=tuple(wallet),
        deadline_ms=3_600_000,
        ends_on="receipt",
        team=False,
    )


def world(**changes):
    return World.of(market(cards=CARDS, **changes))


def least(items, wallet=("tok_ok",), now_ms=None, **changes):
    bill, _card, _parts = least_bill(
        task(wallet=wallet), world(**changes), items, now_ms
    )
    return bill


def test_unavoidable_fees_are_part_of_the_least_bill():
    bill = least(100_00, fees=[BOOKING, SERVICE, AMEX])

    assert bill.fees == (("booking", 4_00), ("service", 1_00))


@pytest.mark.parametrize(
    ("wallet", "fees"),
    [
        (["tok_amex"], (("amex", 2_00),)),
        (["tok_amex", "tok_ok"], (("visa", 50),)),
        (["tok_amex", "tok_decline_hard"], (("amex", 2_00),)),
        (["tok_amex", "tok_insufficient_funds"], (("amex", 2_00),)),
    ],
)
def test_the_least_bill_takes_the_working_card_with_the_least_fee(wallet, fees):
    assert least(100_00, wallet, fees=[AMEX, VISA]).fees == fees


def test_the_least_bill_stacks_coupons_shares_first():
    bill = least(100_00, coupons=STACK, fees=[BOOKING])

    assert bill.discounts == (("TENTH", 10_00), ("FIVE", 5_00))
    assert bill.total_minor == 89_00


@pytest.mark.parametrize(("now_ms", "total"), [(599_999, 50_00), (600_000, 85_00)])
def test_a_coupon_counts_until_it_ends(now_ms, total):
    found = least(100_00, now_ms=now_ms, coupons=[*STACK, SOON])

    assert found.total_minor == total


@pytest.mark.parametrize(("short", "proof"), [(0, False), (1, True)])
@pytest.mark.parametrize(
    ("changes", "total"),
    [
        ({}, 100_00),
        ({"fees": [BOOKING, SERVICE, VISA]}, 105_50),
        ({"coupons": STACK, "fees": [BOOKING]}, 89_00),
        ({"coupons": [DEAR]}, 60_00),
    ],
)
def test_a_budget_one_unit_below_the_least_bill_is_proof(changes, total, short, proof):
    found = certificate(task(budget=total - short), world(**changes))

    told = f"the least possible total is {total} minor units"
    assert found == (told if proof else None)


def test_every_member_of_a_team_pays_its_own_fees():
    shop = world(fees=[BOOKING])

    assert certificate(task(312_00), shop, members=3) is None
    assert certificate(task(311_99), shop, members=3) == (
        "the least possible total is 31200 minor units"
    )


def optimum(budget=500_00, wallet=("tok_ok",), **changes):
    config = episode(
        task={"budgets_minor": [budget], "wallets": [list(wallet)]},
        cards=CARDS,
        **changes,
    )
    world_of_it = World.of(config.market)
    return clairvoyant(config, world_of_it, 1, ["me"], focal=0, recorded_actions={})


def test_the_optimum_pays_fees_and_stacks_coupons():
    best = optimum(coupons=STACK, fees=[BOOKING, VISA])

    assert (best.price_minor, best.coupons) == (89_50, ("TENTH", "FIVE"))


def test_the_optimum_counts_a_coupon_only_while_it_lasts():
    best = optimum(coupons=[SOON])

    assert (best.price_minor, best.from_ms) == (50_00, 0)


def test_no_optimum_is_above_the_budget_once_fees_are_added():
    assert optimum(budget=104_00, fees=[BOOKING]).price_minor == 104_00
    assert optimum(budget=103_99, fees=[BOOKING]) is None


def test_the_optimum_is_the_dearer_flight_when_only_that_meets_a_coupon_s_minimum():
    flights = [flight("A"), flight("B", fares=[fare("Y", 130_00)])]

    best = optimum(flights=flights, coupons=[DEAR])

    assert (best.price_minor, best.product, best.coupons) == (70_00, 1, ("DEAR",))
