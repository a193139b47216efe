"""Sometimes: rare situations that many runs together must have met.

A law says what never happens.  These say what must happen at times, lest the laws
hold because nothing does.  One line each: a name, the kind of record (or the verb
and the refusal) to look at, and when it counts.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from test_time_gym.market.interface.verbs import VERB_NAMES, Action

from . import order_situations as o
from . import paying_situations as p
from . import situations as s
from .watch import Moment

__all__ = ["NAMES", "Count", "Sometimes"]

Data = dict[str, Any]


class Sometimes(NamedTuple):
    """A situation that shows in a record of the journal."""

    name: str
    kind: str
    """Of the record; empty: looked for at every event and action."""
    when: Callable[[Moment, Data], bool] = lambda _moment, _data: True
    """Whether this record counts; its data, or nothing where there is none."""


class Refused(NamedTuple):
    """A situation that shows in what the market answers to an action."""

    name: str
    verb: str
    code: str
    """Of the refusal."""
    when: Callable[[Moment], bool] = lambda _moment: True


def _says(field: str, *values: Any) -> Callable[[Moment, Data], bool]:
    """Return a condition: a field of the record has one of these values."""
    return lambda _moment, data: data[field] in values


REFUSALS: Final = (
    Refused("sold_out_between_page_and_cart", "add_to_cart", "sold_out"),
    Refused("sold_out_between_cart_and_hold", "proceed_to_payment", "sold_out"),
    Refused(
        "multi_item_hold_all_or_none_refused",
        "proceed_to_payment",
        "sold_out",
        s.some_items_are_left,
    ),
    Refused("price_rose_between_cart_and_hold", "proceed_to_payment", "price_changed"),
    Refused("departed_between_cart_and_hold", "proceed_to_payment", "departed"),
    Refused("hold_quota_hit", "proceed_to_payment", "hold_quota"),
    Refused("coupon_expired_at_payment", "proceed_to_payment", "coupon_expired"),
    Refused("coupon_lost_its_minimum", "proceed_to_payment", "coupon_minimum_not_met"),
    Refused("coupon_expired_at_cart", "apply_coupon", "coupon_expired"),
    Refused("coupon_minimum_not_met", "apply_coupon", "coupon_minimum_not_met"),
    Refused("coupon_unknown", "apply_coupon", "coupon_unknown"),
    Refused("coupon_used_up", "apply_coupon", "coupon_used"),
    Refused("coupon_not_stackable", "apply_coupon", "coupon_not_stackable"),
    Refused("key_conflict", "confirm_payment", "idempotency_conflict"),
    Refused("second_payment_refused", "confirm_payment", "payment_in_progress"),
    Refused(
        "paid_for_after_the_hold",
        "confirm_payment",
        "hold_expired",
        p.confirmation_refused,
    ),
    Refused("cancelled_after_departure", "cancel_order", "departed"),
    Refused("action_illegal", "", "illegal"),
    Refused("action_malformed", "", "malformed"),
    Refused("agent_crashed", "", "error"),
)

SITUATIONS: Final = (
    # Seats and holds
    Sometimes("zero_capacity_pool", "header", s.some_leg_has_no_seat),
    Sometimes("sold_before_opening", "header", s.some_seats_are_gone),
    Sometimes("warm_up_sale", "seat_sold", lambda m, _: m.after.now_ms < 0),
    Sometimes("last_seat_to_background_buyer", "seat_sold", s.sold_the_last_seat),
    Sometimes("last_seat_contested", "hold_placed", s.rival_wants_the_last_seat),
    Sometimes("booking_limit_closed_class", "hold_placed", s.limit_closes_a_class),
    Sometimes("multi_item_hold", "hold_placed", lambda _, d: len(d["lines"]) > 1),
    Sometimes("party_hold", "hold_placed", lambda _, d: d["lines"][0][1] > 1),
    Sometimes("hold_at_a_lower_price", "hold_placed", s.held_below_the_page),
    Sometimes("hold_expired", "hold_expired"),
    Sometimes("hold_expired_while_paying", "hold_expired", s.hold_is_being_paid),
    Sometimes("hold_expired_at_the_reply", "hold_expired", s.reply_is_due_now),
    Sometimes("hold_released", "hold_released"),
    Sometimes("sold_out_seat_came_back", "", s.seat_came_back),
    Sometimes("price_moved_under_a_hold", "repriced", s.somebody_holds),
    Sometimes("price_decided", "repriced", lambda _, d: d["prices"] and "seller" in d),
    Sometimes("limit_decided", "repriced", lambda _, d: "limits" in d),
    # Bills
    Sometimes("fee_of_the_cart", "payment_started", p.fee_of_the_cart),
    Sometimes("fee_of_the_checkout", "payment_started", p.fee_of_the_checkout),
    Sometimes("fee_arose_with_card", "payment_started", p.fee_of_the_card),
    Sometimes("fee_spared_by_brand", "payment_started", p.brand_is_free),
    Sometimes("coupons_stacked", "payment_started", p.with_coupons),
    Sometimes("paid_with_coupon", "ticket_issued", o.paid_with_coupon),
    Sometimes("paid_with_stacked_coupons", "ticket_issued", o.paid_with_coupons),
    Sometimes("interest_paid", "ticket_issued", o.paid_with_interest),
    # Payments
    Sometimes("payment_started", "payment_started"),
    Sometimes("payment_in_parts", "payment_started", p.in_parts),
    Sometimes("second_attempt", "payment_started", p.hold_was_declined_before),
    Sometimes("queue_at_gateway", "payment_started", p.somebody_waits_in_line),
    Sometimes("paid_after_a_decline", "ticket_issued", o.paid_after_a_decline),
    Sometimes("soft_decline", "payment_declined", _says("reason", "soft_decline")),
    Sometimes("hard_decline", "payment_declined", _says("reason", "hard_decline")),
    Sometimes("hard_decline_again", "payment_declined", p.refused_for_good_again),
    Sometimes("over_the_limit", "payment_declined", p.over_the_limit),
    Sometimes("retry_limit", "payment_declined", _says("reason", "retry_limit")),
    Sometimes(
        "retry_after_hard_decline",
        "payment_declined",
        _says("reason", "retry_after_hard_decline"),
    ),
    Sometimes(
        "outage_hit_payment",
        "payment_declined",
        _says("reason", "gateway_unavailable"),
    ),
    # Keys
    Sometimes("key_repeated_same_parameters", "act", p.key_repeated),
    Sometimes("key_repeated_after_money_back", "act", p.key_of_money_that_went_back),
    Sometimes("key_expired_and_reused", "payment_started", p.key_used_anew),
    # Pages and notices
    Sometimes("page_gave_up", "", p.page_gave_up),
    Sometimes("confirmed_after_page_gave_up", "ticket_issued", o.paid_behind_the_page),
    Sometimes("receipt_by_asking_again", "act", p.heard_by_asking_again),
    Sometimes("notice_after_lost_reply", "message", p.notice_of_a_lost_reply),
    Sometimes("notice_duplicate", "", p.notice_again),
    Sometimes("notice_overtaken", "", p.notice_overtakes),
    Sometimes("notice_of_what_was_heard", "", p.notice_of_what_was_heard),
    Sometimes("reply_after_page_gave_up", "message", p.reply_nobody_waited_for),
    Sometimes("restart_with_payment_unknown", "act", p.restarted_in_doubt),
    # Challenges
    Sometimes(
        "frictionless", "payment_authorized", _says("authentication", "frictionless")
    ),
    Sometimes("challenge", "payment_challenged"),
    Sometimes("challenge_outlasts_hold", "payment_challenged", p.outlasts_hold),
    Sometimes("challenge_passed", "challenge_passed"),
    Sometimes("challenge_passed_too_late", "payment_authorized", p.passed_too_late),
    Sometimes(
        "challenge_failed", "payment_declined", _says("reason", "challenge_failed")
    ),
    Sometimes("challenge_used_twice", "payment_declined", p.answered_with_an_old_code),
    Sometimes(
        "challenge_expired", "payment_closed", _says("reason", "challenge_expired")
    ),
    Sometimes(
        "challenge_left", "payment_closed", _says("reason", "cancelled_by_visitor")
    ),
    Sometimes("challenge_answered_late", "act", p.answered_after_the_hold),
    Sometimes("challenge_answered_twice", "act", p.answered_without_challenge),
    # Money that goes back
    Sometimes(
        "capture_raced_expiry", "payment_voided", _says("reason", "hold_expired")
    ),
    Sometimes("late_money_stays", "payment_authorized", p.reserved_after_the_hold),
    Sometimes("late_money_voided_later", "payment_voided", p.voided_later),
    Sometimes(
        "void_lost_reservation_expired", "payment_voided", _says("state", "expired")
    ),
    Sometimes("refund_on_its_way", "order_cancelled", o.refund_on_its_way),
    Sometimes("refund_arrived_later", "payment_refunded", p.refunded_later),
    Sometimes("refunded_twice", "payment_refunded", p.refunded_again),
    # Orders
    Sometimes("ticket_issued", "ticket_issued"),
    Sometimes(
        "second_order", "ticket_issued", lambda _, d: not d["order"].endswith("-1")
    ),
    Sometimes("bought_again_after_cancelling", "ticket_issued", o.had_cancelled),
    Sometimes("cancelled_with_fee", "order_cancelled", o.cancelled_with_fee),
    Sometimes("cancelled_nonrefundable", "order_cancelled", o.cancelled_for_nothing),
    Sometimes("cancelled_in_full", "order_cancelled", o.cancelled_in_full),
    Sometimes("cancelled_with_parts_open", "order_cancelled", o.cancelled_with_parts),
    Sometimes("partial_cancellation", "order_cancelled", o.cancelled_in_part),
    Sometimes("some_seats_cancelled", "order_cancelled", o.some_seats_cancelled),
    Sometimes("one_flight_cancelled", "order_cancelled", o.one_flight_cancelled),
    Sometimes("partial_refund_then_rest", "order_cancelled", o.the_rest_cancelled),
    # Instalments
    Sometimes("instalment_due", "payment_captured", o.later_instalment),
    Sometimes("instalment_cut_short", "payment_captured", o.part_cut_short),
    Sometimes("instalment_retried_and_paid", "payment_captured", o.paid_at_last),
    Sometimes("cancelled_order_pays_on", "payment_captured", o.paid_though_cancelled),
    Sometimes("instalment_failed", "instalment_failed", o.part_will_be_tried_again),
    Sometimes("instalment_given_up", "instalment_failed", o.part_given_up),
    Sometimes("instalment_met_an_outage", "instalment_failed", o.part_met_an_outage),
    Sometimes(
        "order_defaulted_before_departure",
        "order_defaulted",
        o.defaulted_before_departure,
    ),
    Sometimes(
        "order_defaulted_after_departure",
        "order_defaulted",
        o.defaulted_after_departure,
    ),
    Sometimes(
        "cancelled_order_defaulted", "order_defaulted", o.defaulted_when_cancelled
    ),
    Sometimes("default_gives_back", "order_defaulted", o.defaulted_with_refund),
    # Agents
    Sometimes("two_agents_same_instant", "act", lambda m, _: bool(m.turns.ready)),
    Sometimes("ties_shuffled", "hold_placed", lambda m, _: m.turns.shuffle_ties),
    Sometimes("team_message", "message", s.a_mate_wrote),
    Sometimes("team_success", "outcome", s.team_success),
    Sometimes("team_partial_success", "outcome", s.team_partial_success),
    Sometimes("success", "outcome", _says("outcome", "success")),
    Sometimes("violation", "outcome", _says("outcome", "violation")),
    Sometimes("deadline_passed", "outcome", _says("outcome", "failed")),
    Sometimes("aborted", "outcome", _says("outcome", "aborted")),
    Sometimes("rightly_aborted", "outcome", _says("outcome", "infeasible_aborted")),
    Sometimes("turns_ran_out", "outcome", _says("outcome", "truncated")),
    Sometimes("checkpoint", "digest"),
)
"""All situations that show in records; a new one is one more line."""

ELSEWHERE: Final = ("acted_out_of_turn",)
"""Counted by the code that brings them about."""

NAMES: Final = tuple(
    sorted([*(r.name for r in REFUSALS), *(x.name for x in SITUATIONS), *ELSEWHERE])
)


class Count:
    """Counts the situations of one run."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self.seen: Counter[str] = Counter()

    def look(self, moment: Moment) -> None:
        """Count what an event or an action has brought about."""
        for sometimes in _EVERYWHERE:
            if sometimes.when(moment, {}):
                self.seen[sometimes.name] += 1
        for record in moment.records:
            for sometimes in _BY_KIND.get(record["k"], ()):
                if sometimes.when(moment, record["d"]):
                    self.seen[sometimes.name] += 1
        if moment.acted is not None:
            self._count_refusal(moment)

    def _count_refusal(self, moment: Moment) -> None:
        seat, given = moment.acted, moment.given
        error = None if seat is None else seat.visitor.last_error
        if error is None:
            return
        verb = VERB_NAMES[given.verb] if isinstance(given, Action) else ""
        for refusal in REFUSALS:
            fits = refusal.code == error[0] and refusal.verb in ("", verb)
            if fits and refusal.when(moment):
                self.seen[refusal.name] += 1


_EVERYWHERE: Final = [x for x in SITUATIONS if not x.kind]
_BY_KIND: Final[dict[str, list[Sometimes]]] = {}
for _one in SITUATIONS:
    _BY_KIND.setdefault(_one.kind, []).append(_one)
