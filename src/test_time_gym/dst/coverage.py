"""Coverage: rare situations that many runs together must have met.

A law says what never happens.  These say what must happen at times, lest the laws
hold because nothing does.  One line each: a name, the kind of record (or the verb
and the refusal) to look at, and when it counts.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from test_time_gym.market.interface.actions import Action

from . import order_situations as o
from . import paying_situations as p
from . import situations as s
from .verbs import VERB_NAMES
from .watch import CoverageContext

__all__ = ["NAMES", "Count", "Situation"]

Data = dict[str, Any]


class Situation(NamedTuple):
    """A situation that shows in a record of the journal."""

    name: str
    kind: str
    """Of the record; empty: looked for at every event and action."""
    when: Callable[[CoverageContext, Data], bool] = lambda _moment, _data: True
    """Whether this record counts; its data, or nothing where there is none."""


class RefusedAction(NamedTuple):
    """A situation that shows in what the market answers to an action."""

    name: str
    verb: str
    code: str
    """Of the refusal."""
    when: Callable[[CoverageContext], bool] = lambda _moment: True


def _says(field: str, *values: Any) -> Callable[[CoverageContext, Data], bool]:
    """Return a condition: a field of the record has one of these values."""
    return lambda _moment, data: data[field] in values


REFUSALS: Final = (
    RefusedAction("sold_out_between_page_and_cart", "add_to_cart", "sold_out"),
    RefusedAction("sold_out_between_cart_and_hold", "proceed_to_payment", "sold_out"),
    RefusedAction(
        "multi_item_hold_all_or_none_refused",
        "proceed_to_payment",
        "sold_out",
        s.some_items_are_left,
    ),
    RefusedAction(
        "price_rose_between_cart_and_hold", "proceed_to_payment", "price_changed"
    ),
    RefusedAction("departed_between_cart_and_hold", "proceed_to_payment", "departed"),
    RefusedAction("hold_quota_hit", "proceed_to_payment", "hold_quota"),
    RefusedAction("coupon_expired_at_payment", "proceed_to_payment", "coupon_expired"),
    RefusedAction(
        "coupon_lost_its_minimum", "proceed_to_payment", "coupon_minimum_not_met"
    ),
    RefusedAction("coupon_expired_at_cart", "apply_coupon", "coupon_expired"),
    RefusedAction("coupon_minimum_not_met", "apply_coupon", "coupon_minimum_not_met"),
    RefusedAction("coupon_unknown", "apply_coupon", "coupon_unknown"),
    RefusedAction("coupon_used_up", "apply_coupon", "coupon_used"),
    RefusedAction("coupon_not_stackable", "apply_coupon", "coupon_not_stackable"),
    RefusedAction("key_conflict", "confirm_payment", "idempotency_conflict"),
    RefusedAction("second_payment_refused", "confirm_payment", "payment_in_progress"),
    RefusedAction(
        "paid_for_after_the_hold",
        "confirm_payment",
        "hold_expired",
        p.confirmation_refused,
    ),
    RefusedAction("cancelled_after_departure", "cancel_order", "departed"),
    RefusedAction("action_illegal", "", "illegal"),
    RefusedAction("action_malformed", "", "malformed"),
    RefusedAction("agent_crashed", "", "error"),
)

SITUATIONS: Final = (
    # Seats and holds
    Situation("zero_capacity_pool", "header", s.some_leg_has_no_seat),
    Situation("sold_before_opening", "header", s.some_seats_are_gone),
    Situation("warm_up_sale", "seat_sold", lambda m, _: m.after.now_ms < 0),
    Situation("party_of_background_buyers", "seat_sold", lambda _, d: "seats" in d),
    Situation("buyer_waits_for_a_lower_price", "postponed"),
    Situation("buyer_came_back", "seat_sold", lambda _, d: d.get("look", 1) > 1),
    Situation("buyer_left_its_date", "seat_sold", lambda _, d: "group" in d),
    Situation("go_show", "go_show"),
    Situation("last_seat_to_background_buyer", "seat_sold", s.sold_the_last_seat),
    Situation("last_seat_contested", "hold_placed", s.rival_wants_the_last_seat),
    Situation("booking_limit_closed_class", "hold_placed", s.limit_closes_a_class),
    Situation("multi_item_hold", "hold_placed", lambda _, d: len(d["lines"]) > 1),
    Situation("party_hold", "hold_placed", lambda _, d: d["lines"][0][1] > 1),
    Situation("hold_at_a_lower_price", "hold_placed", s.held_below_the_page),
    Situation("hold_expired", "hold_expired"),
    Situation("hold_expired_while_paying", "hold_expired", s.hold_is_being_paid),
    Situation("hold_expired_at_the_reply", "hold_expired", s.reply_is_due_now),
    Situation("hold_released", "hold_released"),
    Situation("sold_out_seat_came_back", "", s.seat_came_back),
    Situation("price_moved_under_a_hold", "repriced", s.somebody_holds),
    Situation("price_decided", "repriced", lambda _, d: d["prices"] and "seller" in d),
    Situation("limit_decided", "repriced", lambda _, d: "limits" in d),
    Situation("bid_price_decided", "repriced", lambda _, d: "bids" in d),
    Situation("decided_by_what_was_learned", "repriced", s.seller_learns),
    Situation("decided_without_being_told", "repriced", s.seller_was_told_nothing),
    Situation("more_authorised_than_there_are", "repriced", s.more_than_there_are),
    # Bills
    Situation("fee_of_the_cart", "payment_started", p.fee_of_the_cart),
    Situation("fee_of_the_checkout", "payment_started", p.fee_of_the_checkout),
    Situation("fee_arose_with_card", "payment_started", p.fee_of_the_card),
    Situation("fee_spared_by_brand", "payment_started", p.brand_is_free),
    Situation("coupons_stacked", "payment_started", p.with_coupons),
    Situation("paid_with_coupon", "ticket_issued", o.paid_with_coupon),
    Situation("paid_with_stacked_coupons", "ticket_issued", o.paid_with_coupons),
    Situation("interest_paid", "ticket_issued", o.paid_with_interest),
    # Payments
    Situation("payment_started", "payment_started"),
    Situation("payment_in_parts", "payment_started", p.in_parts),
    Situation("second_attempt", "payment_started", p.hold_was_declined_before),
    Situation("queue_at_gateway", "payment_started", p.somebody_waits_in_line),
    Situation("paid_after_a_decline", "ticket_issued", o.paid_after_a_decline),
    Situation("soft_decline", "payment_declined", _says("reason", "soft_decline")),
    Situation("hard_decline", "payment_declined", _says("reason", "hard_decline")),
    Situation("hard_decline_again", "payment_declined", p.refused_for_good_again),
    Situation("over_the_limit", "payment_declined", p.over_the_limit),
    Situation("retry_limit", "payment_declined", _says("reason", "retry_limit")),
    Situation(
        "retry_after_hard_decline",
        "payment_declined",
        _says("reason", "retry_after_hard_decline"),
    ),
    Situation(
        "outage_hit_payment",
        "payment_declined",
        _says("reason", "gateway_unavailable"),
    ),
    # Keys
    Situation("key_repeated_same_parameters", "act", p.key_repeated),
    Situation("key_repeated_after_money_back", "act", p.key_of_money_that_went_back),
    Situation("key_expired_and_reused", "payment_started", p.key_used_anew),
    # Pages and notices
    Situation("page_gave_up", "", p.page_gave_up),
    Situation("confirmed_after_page_gave_up", "ticket_issued", o.paid_behind_the_page),
    Situation("receipt_by_asking_again", "act", p.heard_by_asking_again),
    Situation("notice_after_lost_reply", "message", p.notice_of_a_lost_reply),
    Situation("notice_duplicate", "", p.notice_again),
    Situation("notice_overtaken", "", p.notice_overtakes),
    Situation("notice_of_what_was_heard", "", p.notice_of_what_was_heard),
    Situation("reply_after_page_gave_up", "message", p.reply_nobody_waited_for),
    Situation("restart_with_payment_unknown", "act", p.restarted_in_doubt),
    # Challenges
    Situation(
        "frictionless", "payment_authorized", _says("authentication", "frictionless")
    ),
    Situation("challenge", "payment_challenged"),
    Situation("challenge_outlasts_hold", "payment_challenged", p.outlasts_hold),
    Situation("challenge_passed", "challenge_passed"),
    Situation("challenge_passed_too_late", "payment_authorized", p.passed_too_late),
    Situation(
        "challenge_failed", "payment_declined", _says("reason", "challenge_failed")
    ),
    Situation("challenge_used_twice", "payment_declined", p.answered_with_an_old_code),
    Situation(
        "challenge_expired", "payment_closed", _says("reason", "challenge_expired")
    ),
    Situation(
        "challenge_left", "payment_closed", _says("reason", "cancelled_by_visitor")
    ),
    Situation("challenge_answered_late", "act", p.answered_after_the_hold),
    Situation("challenge_answered_twice", "act", p.answered_without_challenge),
    # Money that goes back
    Situation(
        "capture_raced_expiry", "payment_voided", _says("reason", "hold_expired")
    ),
    Situation("late_money_stays", "payment_authorized", p.reserved_after_the_hold),
    Situation("late_money_voided_later", "payment_voided", p.voided_later),
    Situation(
        "void_lost_reservation_expired", "payment_voided", _says("state", "expired")
    ),
    Situation("refund_on_its_way", "order_cancelled", o.refund_on_its_way),
    Situation("refund_arrived_later", "payment_refunded", p.refunded_later),
    Situation("refunded_twice", "payment_refunded", p.refunded_again),
    # Orders
    Situation("ticket_issued", "ticket_issued"),
    Situation(
        "second_order", "ticket_issued", lambda _, d: not d["order"].endswith("-1")
    ),
    Situation("bought_again_after_cancelling", "ticket_issued", o.had_cancelled),
    Situation("cancelled_with_fee", "order_cancelled", o.cancelled_with_fee),
    Situation("cancelled_nonrefundable", "order_cancelled", o.cancelled_for_nothing),
    Situation("cancelled_in_full", "order_cancelled", o.cancelled_in_full),
    Situation("cancelled_with_parts_open", "order_cancelled", o.cancelled_with_parts),
    Situation("partial_cancellation", "order_cancelled", o.cancelled_in_part),
    Situation("some_seats_cancelled", "order_cancelled", o.some_seats_cancelled),
    Situation("one_flight_cancelled", "order_cancelled", o.one_flight_cancelled),
    Situation("partial_refund_then_rest", "order_cancelled", o.the_rest_cancelled),
    # Instalments
    Situation("instalment_due", "payment_captured", o.later_instalment),
    Situation("instalment_cut_short", "payment_captured", o.part_cut_short),
    Situation("instalment_retried_and_paid", "payment_captured", o.paid_at_last),
    Situation("cancelled_order_pays_on", "payment_captured", o.paid_though_cancelled),
    Situation("instalment_failed", "instalment_failed", o.part_will_be_tried_again),
    Situation("instalment_given_up", "instalment_failed", o.part_given_up),
    Situation("instalment_met_an_outage", "instalment_failed", o.part_met_an_outage),
    Situation(
        "order_defaulted_before_departure",
        "order_defaulted",
        o.defaulted_before_departure,
    ),
    Situation(
        "order_defaulted_after_departure",
        "order_defaulted",
        o.defaulted_after_departure,
    ),
    Situation(
        "cancelled_order_defaulted", "order_defaulted", o.defaulted_when_cancelled
    ),
    Situation("default_gives_back", "order_defaulted", o.defaulted_with_refund),
    # Agents
    Situation("two_agents_same_instant", "act", lambda m, _: bool(m.turns.ready)),
    Situation("ties_shuffled", "hold_placed", lambda m, _: m.turns.shuffle_ties),
    Situation("team_message", "message", s.a_mate_wrote),
    Situation("team_success", "outcome", s.team_success),
    Situation("team_partial_success", "outcome", s.team_partial_success),
    Situation("success", "outcome", _says("outcome", "success")),
    Situation("violation", "outcome", _says("outcome", "violation")),
    Situation("deadline_passed", "outcome", _says("outcome", "failed")),
    Situation("aborted", "outcome", _says("outcome", "aborted")),
    Situation("rightly_aborted", "outcome", _says("outcome", "infeasible_aborted")),
    Situation("turns_ran_out", "outcome", _says("outcome", "truncated")),
    Situation("checkpoint", "digest"),
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

    def look(self, moment: CoverageContext) -> None:
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

    def _count_refusal(self, moment: CoverageContext) -> None:
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
_BY_KIND: Final[dict[str, list[Situation]]] = {}
for _one in SITUATIONS:
    _BY_KIND.setdefault(_one.kind, []).append(_one)
