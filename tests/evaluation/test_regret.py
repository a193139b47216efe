"""Regret is charged where it arose: planted behaviour, exact amounts."""

import pytest
from tests.evaluation.shopping import (
    AMEX,
    BUY,
    CHEAPER_DAILY,
    DEARER_DAILY,
    HOUR,
    SEARCH,
    SURCHARGE,
    TENTH,
    TWO,
    parts,
    played,
)
from tests.support.worlds import fare, flight, leg

from test_time_gym.evaluation import Regret


def test_who_buys_the_best_at_once_regrets_nothing(tmp_path):
    found = played(tmp_path, [SEARCH, ("add_to_cart", "LOW1"), *BUY], flights=TWO)

    assert found == Regret(
        outcome="success",
        paid=80_00,
        optimal=80_00,
        total=0,
        timing=0,
        search=0,
        execution=0,
        decided_ms=found.decided_ms,
    )
    assert 0 < found.decided_ms < 60_000


def test_waiting_while_prices_rise_is_charged_to_timing(tmp_path):
    waits = [*[HOUR] * 5, ("wait", 1)]

    found = played(
        tmp_path, [*waits, SEARCH, ("add_to_cart", "AA1"), *BUY], pricing=DEARER_DAILY
    )

    # 25 and 20 hours before departure: factors 1.479 and 1.583, in whole units.
    assert (found.optimal, found.paid) == (148_00, 158_00)
    assert parts(found) == (10_00, 0, 0)
    assert found.decided_ms // 3_600_000 == 5


def test_a_price_that_rises_between_page_and_hold_is_timing_as_well(tmp_path):
    actions = [
        SEARCH,
        ("add_to_cart", "AA1"),
        *[HOUR] * 5,
        # The first time the risen price is only shown.
        ("proceed_to_payment", None),
        *BUY,
    ]

    assert parts(played(tmp_path, actions, pricing=DEARER_DAILY)) == (10_00, 0, 0)


def test_a_hold_that_ran_out_is_not_the_decision(tmp_path):
    held = [SEARCH, ("add_to_cart", "AA1"), ("proceed_to_payment", None)]

    found = played(
        tmp_path,
        # The first time after so long the risen price is only shown.
        [*held, *[HOUR] * 5, ("wait", 1), ("proceed_to_payment", None), *BUY],
        pricing=DEARER_DAILY,
        holds={"ttl_s": 1800},
    )

    assert (found.paid, parts(found)) == (158_00, (10_00, 0, 0))
    assert found.decided_ms // 3_600_000 == 5


def test_holding_anew_after_a_coupon_has_ended_is_timing(tmp_path):
    held = [SEARCH, ("add_to_cart", "AA1"), ("proceed_to_payment", None)]

    found = played(
        tmp_path,
        [*held, HOUR, *BUY],
        coupons=[{**TENTH, "ends_s": 3600}],
        holds={"ttl_s": 1800},
    )

    assert (found.paid, parts(found)) == (100_00, (10_00, 0, 0))


def test_the_page_that_counts_is_the_last_one_the_flight_was_taken_from(tmp_path):
    seen = [SEARCH, ("add_to_cart", "HIGH1"), ("restart", None)]
    hidden = [SEARCH, ("filter_results", {"airline": "High"}), seen[1]]

    found = played(tmp_path, [*seen, *hidden, *BUY], flights=TWO)

    assert parts(found) == (0, 40_00, 0)


def test_a_cheaper_offer_that_misses_the_task_is_no_regret(tmp_path):
    actions = [SEARCH, ("add_to_cart", "HIGH1"), *BUY]

    found = played(tmp_path, actions, task={"airlines": ["High"]}, flights=TWO)

    assert (found.paid, parts(found)) == (120_00, (0, 0, 0))


def test_waiting_past_the_end_of_a_coupon_is_charged_to_timing(tmp_path):
    soon = {**TENTH, "ends_s": 3600}

    found = played(
        tmp_path, [HOUR, SEARCH, ("add_to_cart", "AA1"), *BUY], coupons=[soon]
    )

    assert (found.paid, parts(found)) == (100_00, (10_00, 0, 0))


@pytest.mark.parametrize(
    "filters", [{"airline": "High"}, {"depart_after": "11:00"}], ids=["airline", "time"]
)
def test_filtering_the_best_offer_away_is_charged_to_search(tmp_path, filters):
    late = [leg("HIGH1", depart="12:00", arrive="20:00")]
    flights = [TWO[0], {**TWO[1], "legs": late}]
    actions = [SEARCH, ("filter_results", filters), ("add_to_cart", "HIGH1"), *BUY]

    found = played(tmp_path, actions, flights=flights)

    assert (found.optimal, found.paid) == (80_00, 120_00)
    assert parts(found) == (0, 40_00, 0)


def test_a_page_from_before_the_best_offer_came_is_charged_to_search(tmp_path):
    """A rival holds the only cheap seat while the page loads, and then lets it go."""
    flights = [{**TWO[0], "legs": [leg("LOW1", seats=1)]}, TWO[1]]
    rival = [SEARCH, ("add_to_cart", "LOW1"), BUY[0], HOUR]
    late = [("wait", 1), SEARCH, ("add_to_cart", "HIGH1"), HOUR, HOUR, *BUY]

    found = played(tmp_path, late, rival, flights=flights, holds={"ttl_s": 1800})

    assert (found.paid, parts(found)) == (120_00, (0, 40_00, 0))


def test_a_dearer_offer_of_the_page_is_charged_to_execution(tmp_path):
    found = played(tmp_path, [SEARCH, ("add_to_cart", "HIGH1"), *BUY], flights=TWO)

    assert (found.paid, parts(found)) == (120_00, (0, 0, 40_00))


def test_a_coupon_left_out_is_charged_to_execution(tmp_path):
    found = played(tmp_path, [SEARCH, ("add_to_cart", "AA1"), *BUY], coupons=[TENTH])

    assert (found.optimal, found.paid) == (90_00, 100_00)
    assert parts(found) == (0, 0, 10_00)


def test_a_coupon_applied_is_charged_nowhere(tmp_path):
    actions = [SEARCH, ("add_to_cart", "AA1"), ("apply_coupon", "TENTH"), *BUY]

    found = played(tmp_path, actions, coupons=[TENTH])

    assert (found.paid, parts(found)) == (90_00, (0, 0, 0))


def test_the_surcharge_of_a_dearer_card_is_charged_to_execution(tmp_path):
    actions = [
        SEARCH,
        ("add_to_cart", "AA1"),
        ("proceed_to_payment", None),
        ("enter_card", "tok_amex"),
        ("confirm_payment", None),
    ]

    found = played(
        tmp_path,
        actions,
        task={"wallets": [["tok_ok", "tok_amex"]]},
        cards=[AMEX],
        fees=[SURCHARGE],
    )

    assert (found.paid, parts(found)) == (102_00, (0, 0, 2_00))


def test_interest_that_was_not_needed_is_charged_to_execution(tmp_path):
    actions = [SEARCH, ("add_to_cart", "AA1"), BUY[0], ("choose_instalments", 3)]

    found = played(
        tmp_path,
        [*actions, *BUY[1:]],
        instalments={"counts": [3], "apr_ppm": 120_000, "every_days": 30},
    )

    assert found.paid > 100_00
    assert parts(found) == (0, 0, found.paid - 100_00)


def test_what_a_cancelled_order_cost_is_charged_to_execution(tmp_path):
    fares = [fare("Y", 100_00, refundable=True, cancel_fee_minor=15_00)]
    once = [SEARCH, ("add_to_cart", "AA1"), *BUY]

    found = played(
        tmp_path,
        [*once, ("cancel_order", "order-0-1"), *once],
        task={"ends_on": "deadline"},
        flights=[flight(fares=fares)],
    )

    assert (found.paid, parts(found)) == (115_00, (0, 0, 15_00))


def test_all_three_at_once_are_kept_apart_and_sum_to_the_regret(tmp_path):
    actions = [
        *[HOUR] * 5,
        ("wait", 1),
        SEARCH,
        ("filter_results", {"airline": "High"}),
        ("add_to_cart", "HIGH1"),
        ("proceed_to_payment", None),
        ("enter_card", "tok_amex"),
        ("confirm_payment", None),
    ]

    found = played(
        tmp_path,
        actions,
        flights=TWO,
        pricing=DEARER_DAILY,
        task={"wallets": [["tok_ok", "tok_amex"]]},
        cards=[AMEX],
        fees=[SURCHARGE],
    )

    # LOW1 is 118 at first and 127 then, HIGH1 is 190 then, and 193.80 with the fee.
    assert (found.optimal, found.paid) == (118_00, 193_80)
    assert parts(found) == (9_00, 63_00, 3_80)
    assert sum(parts(found)) == found.total


def test_a_part_may_be_negative_where_the_agent_changed_the_world(tmp_path):
    """It holds the only seat while a rival asks for it, and buys it when it is cheaper.

    With the agent passive the rival gets that seat, at the higher price.
    """
    flights = [flight("AA1", seats=1)]
    rival = [("wait", 1), SEARCH, ("add_to_cart", "AA1"), *BUY]
    keen = [SEARCH, ("add_to_cart", "AA1"), BUY[0], *[HOUR] * 5, ("restart", None)]

    found = played(
        tmp_path,
        [*keen, SEARCH, ("add_to_cart", "AA1"), *BUY],
        [("search_flights", None), *rival],
        flights=flights,
        pricing=CHEAPER_DAILY,
        holds={"ttl_s": 3600},
    )

    assert (found.optimal, found.paid) == (152_00, 142_00)
    assert parts(found) == (-10_00, 0, 0)


# -- failures --------------------------------------------------------------------------


def test_giving_up_loses_the_surplus_and_has_no_regret(tmp_path):
    found = played(tmp_path, [SEARCH], flights=TWO)

    assert found == Regret(
        outcome="aborted", paid=None, optimal=80_00, lost_surplus=420_00
    )


def test_a_ticket_that_misses_the_task_loses_the_surplus_too(tmp_path):
    task = {"airlines": ["High"], "budgets_minor": [150_00]}

    found = played(
        tmp_path, [SEARCH, ("add_to_cart", "LOW1"), *BUY], task=task, flights=TWO
    )

    assert found == Regret(
        outcome="violation", paid=80_00, optimal=120_00, lost_surplus=30_00
    )


def test_nothing_is_lost_where_nothing_was_to_be_had(tmp_path):
    found = played(tmp_path, [SEARCH], task={"budgets_minor": [50_00]}, flights=TWO)

    assert found == Regret(outcome="infeasible_aborted", paid=None, optimal=None)


def test_a_member_of_a_team_has_no_surplus_of_its_own(tmp_path):
    found = played(tmp_path, [SEARCH], [SEARCH], task={"team": True}, flights=TWO)

    assert found == Regret(outcome="aborted", paid=None, optimal=80_00)
