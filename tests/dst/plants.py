"""Bugs to plant in the market, one function each, for simulation testing to find."""

from flight_verbs import command_of, plant

from test_time_gym.dst import watch
from test_time_gym.market.clock import Phase
from test_time_gym.market.events import HoldExpired
from test_time_gym.market.holds import Hold, HoldState
from test_time_gym.market.interface.buyer import BuyerRole
from test_time_gym.market.interface.masks import Masks
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.inventory import Inventory
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.payments.book import PaymentBook
from test_time_gym.market.payments.challenge import Challenges
from test_time_gym.market.payments.gateway import Gateway
from test_time_gym.market.payments.instalments import Instalments
from test_time_gym.market.payments.keys import IdempotencyKeys
from test_time_gym.market.payments.notices import Notices
from test_time_gym.market.payments.processor import PaymentProcessor
from test_time_gym.market.storefront import Storefront
from test_time_gym.replay import execute


def impatient(patch):
    """Tell a livelock after fewer events."""
    patch.setattr(watch, "INSTANT_MAX", 200)


class Blind:
    """In place of the reference model: it compares nothing."""

    def see(self, *_):
        """Look away."""

    check = check_slots = see


def by_laws_alone(patch):
    """Leave the reference model out, which would often be the first to notice."""
    patch.setattr("test_time_gym.dst.case_run.Reference", Blind)


def holds_include_their_end(patch):
    """The claim stands at its end too, and its expiry comes after the gateway."""
    expire = Marketplace._expire

    def after_the_gateway(self, timer):
        self.clock.at(
            self.clock.now_ms,
            Phase.DEMAND,
            lambda _: expire(self, timer),
            "hold",
            timer.entity,
        )

    patch.setattr(
        Hold,
        "active",
        lambda self, now: self.state is HoldState.HELD and now <= self.expires_at_ms,
    )
    patch.setattr(Marketplace, "_expire", after_the_gateway)


def holds_expire_a_millisecond_late(patch):
    def late(self, timer):
        hold = self.holds.by_id[timer.entity]
        if self.clock.now_ms == hold.expires_at_ms:
            return self.clock.now_ms + 1
        if hold.state is HoldState.HELD:
            self.holds.expire(hold)
            self.journal.emit(HoldExpired(hold=hold.id), self.clock.now_ms)
        return None

    patch.setattr(Marketplace, "_expire", late)


def keys_are_forgotten(patch):
    patch.setattr(IdempotencyKeys, "known", lambda *_: None)


def cancelled_seats_are_not_released(patch):
    patch.setattr(Inventory, "take_back", lambda *_: None)


def late_money_is_voided_without_release(patch):
    """The merchant says it voids, the money stays set aside."""
    patch.setattr(PaymentProcessor, "_release", lambda *_: None)


def refunds_are_paid_twice(patch):
    once = PaymentBook.refund

    def twice(self, payment, amount):
        once(self, payment, amount)
        once(self, payment, amount)

    patch.setattr(PaymentBook, "refund", twice)


def refunds_are_put_off(patch):
    """Whenever a refund is due, it is promised for another hour."""
    _put_off(patch, "_refund")


def voids_are_put_off(patch):
    """Whenever late money is due back, it is promised for another hour."""
    _put_off(patch, "_void")


def _put_off(patch, what):
    def later(self, _timer):
        # The laws of one instant are content: some timer is always due in time.
        return self._clock.now_ms + min(3600, self._config.money_back_after_s) * 1000

    patch.setattr(PaymentProcessor, what, later)


def parts_are_tried_for_ever(patch):
    """No try of an instalment is the last one."""
    collect = Instalments._collect
    patch.setattr(
        Instalments,
        "_collect",
        lambda self, order, part, _: collect(self, order, part, -1),
    )


def a_release_has_no_cause(patch):
    """That seats were given back is written as if nobody had done it."""
    release = Marketplace.release
    patch.setattr(
        Marketplace, "release", lambda self, hold, _cause: release(self, hold, 0)
    )


def an_outcome_follows_from_the_last_action_of_anybody(patch):
    """Another one's episode ends by what the last agent did, as its cause says."""
    record, judge = Turns._record, BuyerRole._judge
    last = [0]

    def recorded(self, *args):
        last[0] = record(self, *args)
        return last[0]

    patch.setattr(Turns, "_record", recorded)
    patch.setattr(
        BuyerRole, "_judge", lambda self, team, _cause: judge(self, team, last[0])
    )


def a_crash_after_a_ticket_is_judged_by_the_ticket(patch):
    """An agent that has bought is served before its program is looked at."""
    honest = BuyerRole._judge

    def judge(self, team, cause):
        for seat in team:
            if seat.reason == "error" and self._turns.market.orders.ticketed(
                seat.index
            ):
                seat.reason = "failed"
        honest(self, team, cause)

    patch.setattr(BuyerRole, "_judge", judge)


def every_notice_is_believed(patch):
    """A notice counts however often it comes."""
    noticed = Storefront._noticed

    def believed(self, payment, version):
        self.visitors[payment.seat].heard.pop(payment.id, None)
        noticed(self, payment, version)

    patch.setattr(Storefront, "_noticed", believed)


def notices_are_never_sent(patch):
    patch.setattr(Notices, "_send", lambda *_: None)


def the_line_is_never_served(patch):
    """Who waits for a free server of the gateway waits for ever."""

    def end(self, timer):
        self._finish(self._serving.pop(timer.entity))

    patch.setattr(Gateway, "_end", end)


def a_timer_comes_again_at_once(patch):
    patch.setattr(Challenges, "_send", lambda self, _timer: self._clock.now_ms)


def a_refusal_leaves_a_trace(patch):
    """A refused action empties the cart all the same."""
    honest = Turns._record

    def record(self, seat, answer):
        if answer.status == "illegal":
            seat.visitor.cart = []
        return honest(self, seat, answer)

    patch.setattr(Turns, "_record", record)


def masks_allow_everything(patch):
    honest = Masks.of
    patch.setattr(Masks, "of", lambda self, seat: honest(self, seat) | 1)


def penalties_count_twice(patch):
    honest = Turns.credit

    def credit(self, seat, terms):
        honest(self, seat, terms)
        seat.total_milli += terms.get("penalty", 0)

    patch.setattr(Turns, "credit", credit)


def latency_remembers_other_runs(patch):
    begun = []
    honest = Gateway._begin

    def begin(self, payment):
        begun.append(payment)
        payment.submissions += len(begun)
        honest(self, payment)

    patch.setattr(Gateway, "_begin", begin)


def the_rules_fail(patch):
    def fail(*_):
        raise KeyError("no such rule")

    command = command_of("apply_coupon")
    plant(patch, "apply_coupon", type(command)(fail, fail, command.pace))


def pages_never_give_up(patch):
    patch.setattr(Storefront, "_gave_up", lambda *_: None)


def anyone_may_act(patch):
    """Whose turn it is does not matter."""
    honest = Turns.act

    def act(self, seat, action):
        if seat not in self.ready and not seat.stopped:
            self.ready.append(seat)
            seat.ready = True
        return honest(self, seat, action)

    patch.setattr(Turns, "act", act)


def replay_forgets_the_keys(patch):
    """Re-execution leaves out the idempotency keys of the recorded actions."""
    honest = execute.action_of

    def action_of(record):
        record.data["args"].pop("idempotency_key", None)
        return honest(record)

    patch.setattr(execute, "action_of", action_of)


PLANTS = {
    holds_include_their_end: ("no_hold_outlives_its_deadline", 0),
    holds_expire_a_millisecond_late: ("no_hold_outlives_its_deadline", 0),
    keys_are_forgotten: ("a_key_names_one_payment", 17),
    cancelled_seats_are_not_released: ("sold_units_have_a_buyer", 7),
    late_money_is_voided_without_release: ("authorized_money_is_resolved", 0),
    refunds_are_paid_twice: ("money_moves_forward_only", 16),
    notices_are_never_sent: ("every_request_is_answered", 110),
    refunds_are_put_off: ("every_refund_arrives", 199),
    voids_are_put_off: ("no_money_stays_authorized", 46),
    parts_are_tried_for_ever: ("every_order_is_settled", 8),
    a_release_has_no_cause: ("consequences_name_their_cause", 8),
    an_outcome_follows_from_the_last_action_of_anybody: (
        "outcomes_and_rewards_follow_from_own_records",
        0,
    ),
    a_crash_after_a_ticket_is_judged_by_the_ticket: (
        "a_crash_is_an_error_and_nothing_else_is",
        150,
    ),
    every_notice_is_believed: ("notices_that_tell_nothing_change_nothing", 6),
    the_line_is_never_served: ("no_live_payment_is_forgotten", 8),
    a_timer_comes_again_at_once: ("time_goes_on", 35),
    a_refusal_leaves_a_trace: ("a_refused_action_changes_nothing", 0),
    masks_allow_everything: ("masks_follow_the_rules", 0),
    penalties_count_twice: ("rewards_follow_from_the_journal", 0),
    latency_remembers_other_runs: ("the_same_seed_gives_the_same_bytes", 13),
    pages_never_give_up: ("every_page_loads_or_gives_up", 0),
    anyone_may_act: ("nobody_acts_out_of_turn", 0),
    replay_forgets_the_keys: ("journals_re_execute", 0),
    the_rules_fail: ("nothing_fails:KeyError", 0),
}
"""Every planted bug: the law by which alone it is found, and the seed to begin with.

All are found within 160 seeds from 0; the tests have less time.
"""
