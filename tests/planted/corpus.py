"""The corpus: every planted bug, and what is known to find it."""

from pathlib import Path
from typing import NamedTuple

from planted import (
    bookings,
    books,
    date_bugs,
    demand_bugs,
    gateway,
    patience_bugs,
    payments,
    prices,
    sales,
    seats,
)

FINDS = Path(__file__).with_name("finds.txt")
"""One line for each find: bug, hunt, seed, examples needed, laws broken."""


class Row(NamedTuple):
    """A bug that a hunt finds."""

    bug: str
    hunt: str
    seed: int
    examples: int
    laws: tuple[str, ...]
    """Laws that notice it; none when a model notices it first."""


def read_finds():
    """Return the rows of the file; a line that starts with ``#`` is a remark."""
    rows = []
    for line in FINDS.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            bug, hunt, start, examples, *laws = line.split()
            rows.append(Row(bug, hunt, int(start), int(examples), tuple(laws)))
    return rows


BY_HUNT = read_finds()

LATE_NOTICE = "test_a_late_notice_of_a_challenge_does_not_ask_for_an_answer_again"

THE_BOOK = "a_flight_opens_with_the_limits_of_the_book"

WHAT_IT_WOULD_HAVE = "who_waits_for_nothing_buys_what_it_would_have"

FIVE_DATES = "who_looks_two_days_away_sees_five_dates_each_for_its_days"

BELOW_THE_LAST = "who_compares_with_the_last_price_buys_below_that"

LESS_LIKED = "two_hours_more_or_a_disliked_airline_sell_less"

BY_CHECK = {
    # In the market expiries come first at every instant: no run can show this one.
    "a_hold_lives_at_its_deadline": "a_hold_ends_before_its_deadline",
    "keys_expire_too_early": "a_key_is_forgotten_at_its_end",
    "keys_expire_a_millisecond_late": "a_key_is_forgotten_at_its_end",
    "a_hard_decline_is_forgotten": (
        "a_card_that_was_refused_for_good_is_not_asked_again"
    ),
    "an_outage_lasts_a_millisecond_longer": "an_outage_is_over_at_its_end",
    "a_stale_notice_overwrites_newer_news": LATE_NOTICE,
    "a_page_is_not_remembered": LATE_NOTICE,
    "a_key_repeats_that_money_was_reserved": (
        "test_a_key_repeats_the_answer_of_a_payment_that_was_captured_unheard"
    ),
    "an_older_code_is_accepted": "the_code_of_another_challenge_is_wrong",
    "protection_is_nested_the_wrong_way": THE_BOOK,
    "protection_is_rounded_up": THE_BOOK,
    "a_deviation_counts_as_a_variance": THE_BOOK,
    "a_class_has_the_forecast_of_another": THE_BOOK,
    "protection_is_set_once": "limits_follow_what_is_sold",
    "rivals_prices_are_stale": "rivals_answer_each_other",
    "holds_are_not_counted": "a_policy_that_counts_holds_sees_them",
    "dearer_offers_are_chosen_more": "cheaper_flights_sell_more",
    "a_date_has_the_factor_of_its_neighbour": "a_date_has_its_own_factor",
    "a_word_is_used_twice": "who_pays_more_comes_at_any_time",
    "a_weekday_is_shifted_by_one": "a_tuesday_is_wanted_as_a_tuesday",
    "a_date_counts_without_its_weekday": "a_tuesday_is_wanted_as_a_tuesday",
    "every_market_has_a_system_of_its_own": "one_date_is_good_for_all_markets_alone",
    "only_a_departure_that_comes_too_early_costs": (
        "a_late_flight_is_as_far_off_as_an_early_one"
    ),
    "a_party_pays_for_one": "families_of_four_fill_seven_seats_with_one",
    "a_party_takes_what_is_left": "families_of_four_fill_seven_seats_with_one",
    "the_first_key_that_fits_counts": (
        "a_pair_has_its_own_number_before_that_of_a_pattern"
    ),
    "all_buyers_have_one_scale": "who_minds_prices_little_buys_what_is_dear",
    "an_opening_knows_one_scale": "an_opening_knows_all_scales",
    "journeys_that_take_long_are_liked": LESS_LIKED,
    "an_opening_minds_no_seller": LESS_LIKED,
    "a_steep_choice_is_cut": "a_dear_flight_is_no_bargain_for_who_could_pay_any",
    "who_booked_comes_after_go_shows": (
        "a_full_flight_has_no_seat_for_who_has_not_booked"
    ),
    "careful_buyers_take_any_class": "a_careful_buyer_sees_refundable_classes_alone",
    "all_dates_are_good_together": "one_date_is_good_for_all_markets_alone",
    "a_day_away_makes_an_offer_seem_cheaper": FIVE_DATES,
    "dates_are_shifted_by_one": FIVE_DATES,
    "only_later_dates_are_looked_at": FIVE_DATES,
    "days_are_not_counted": FIVE_DATES,
    "a_day_away_has_to_be_paid": "the_cost_of_a_day_is_never_paid",
    "who_leaves_its_date_is_told_by_the_date_it_takes": (
        "buyers_of_two_dates_have_two_names"
    ),
    "who_waits_misses_the_end_of_the_sale": WHAT_IT_WOULD_HAVE,
    "who_is_back_has_another_taste": WHAT_IT_WOULD_HAVE,
    "an_equal_price_is_a_lower_one": BELOW_THE_LAST,
    "the_first_price_is_the_last_one_seen": BELOW_THE_LAST,
    "all_buyers_of_a_segment_come_back_together": (
        "everybody_is_back_at_a_time_of_its_own"
    ),
}
"""Bugs that hunts find seldom or never, and the small check that does."""

UNBROKEN = {}
"""Laws that no planted bug is seen to break, with the reason."""


def every_bug():
    """Return all planted bugs: functions that take pytest's monkeypatch."""
    modules = (seats, bookings, payments, gateway, sales, books, prices, demand_bugs)
    return [bug for one in (*modules, patience_bugs, date_bugs) for bug in one.BUGS]


def bug_named(name):
    return next(bug for bug in every_bug() if bug.__name__ == name)
