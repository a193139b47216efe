"""Wrong rules to plant in what follows a confirmation: payments, orders, rewards."""

from types import SimpleNamespace

from shop_rules import act_otherwise, allow

from test_time_gym.market import marketplace, orders
from test_time_gym.market.clock import MINUTE_MS
from test_time_gym.market.interface import buyer, legality, observation, vector_actions
from test_time_gym.market.interface.buyer import BuyerRole
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.market.money import show
from test_time_gym.market.payments.challenge import Challenges
from test_time_gym.market.payments.instalments import Instalments
from test_time_gym.market.payments.processor import PaymentProcessor
from test_time_gym.market.storefront import Storefront, checkout
from test_time_gym.market.storefront.visitor import Visitor

# -- payments and challenges ---------------------------------------------------------


def attempts_count_only_payments_that_begin(patch):
    """A confirmation that repeats a key, or is refused, is not counted."""

    def act(honest, market, visitor, args, cause):
        made = len(market.processor.book.of(visitor.seat))
        count = visitor.confirmations
        try:
            honest(market, visitor, args, cause)
        finally:
            if len(market.processor.book.of(visitor.seat)) == made:
                visitor.confirmations = count

    act_otherwise(patch, "confirm_payment", act)


def a_page_that_gave_up_says_declined(patch):
    honest = Storefront._gave_up

    def gave_up(self, timer):
        visitor = self.visitors[int(str(timer.entity).partition("/")[0])]
        waited = visitor.awaiting
        honest(self, timer)
        if waited and not visitor.awaiting:
            visitor.status = "declined"

    patch.setattr(Storefront, "_gave_up", gave_up)


def a_declined_payment_leads_to_the_error_page(patch):
    honest = Storefront._show

    def shown(self, visitor, payment, answer, *, again=False):
        honest(self, visitor, payment, answer, again=again)
        if answer.state.value == "declined":
            visitor.view = "error"

    patch.setattr(Storefront, "_show", shown)


def a_decline_forgets_the_card(patch):
    honest = Storefront._show

    def shown(self, visitor, payment, answer, *, again=False):
        honest(self, visitor, payment, answer, again=again)
        if answer.state.value == "declined":
            visitor.card = None

    patch.setattr(Storefront, "_show", shown)


def late_money_is_shown_as_captured(patch):
    """A payment that came after its hold says that all went well."""
    honest = Storefront._show

    def shown(self, visitor, payment, answer, *, again=False):
        honest(self, visitor, payment, answer, again=again)
        if answer.state.value == "authorized":
            visitor.status = "captured"

    patch.setattr(Storefront, "_show", shown)


def a_failure_told_by_notice_costs_nothing(patch):
    """The penalty of a failed payment is only for those who see the page."""
    honest = Storefront._noticed

    def noticed(self, payment, version):
        told, self.on_failed_payment = self.on_failed_payment, lambda _: None
        honest(self, payment, version)
        self.on_failed_payment = told

    patch.setattr(Storefront, "_noticed", noticed)


def a_repeated_answer_is_punished_again(patch):
    honest = Storefront._show
    patch.setattr(Storefront, "_show", lambda *args, **_again: honest(*args))


def news_of_an_old_payment_touches_the_checkout(patch):
    """A notice of a payment that was left behind changes the status shown."""
    honest = Storefront._noticed

    def noticed(self, payment, version):
        visitor = self.visitors[payment.seat]
        new = version > visitor.heard.get(payment.id, 0)
        honest(self, payment, version)
        if new and visitor.payment is not payment:
            visitor.status = payment.history[version - 1].state.value

    patch.setattr(Storefront, "_noticed", noticed)


def any_code_passes(patch):
    honest = PaymentProcessor.answer
    patch.setattr(
        PaymentProcessor,
        "answer",
        lambda self, payment, _code, cause: honest(self, payment, payment.code, cause),
    )


def the_bank_sends_the_code_backwards(patch):
    honest = Storefront._tell

    def tell(self, visitor, sender, text):
        if sender == "Bank":
            text = text[:-6] + text[-6:][::-1]
        honest(self, visitor, sender, text)

    patch.setattr(Storefront, "_tell", tell)


def challenges_last_half_as_long(patch):
    honest = Challenges.open

    def opened(self, payment, decision):
        whole = self._config
        half = max(1, whole.expires_s // 2)
        self._config = SimpleNamespace(expires_s=half, code_after_s=whole.code_after_s)
        honest(self, payment, decision)
        self._config = whole

    patch.setattr(Challenges, "open", opened)


# -- orders, cancelling, instalments ---------------------------------------------------


def the_cancel_fee_is_kept_once(patch):
    """However many seats are given back, one fee is kept."""

    def owed(order, lines, fares):
        bill, kept, stays = order.payment.bill, 0, 0
        for bought, left in zip(order.hold.lines, lines, strict=True):
            fare, back = fares[bought.product], bought.seats - left.seats
            full = left.seats if fare.refundable else bought.seats
            stays += full * bought.price_minor
            if fare.refundable and back:
                share = bill.goods_minor * bought.price_minor // bill.items_minor
                kept += min(fare.cancel_fee_minor, share)
        return bill.fees_minor + bill.goods_minor * stays // bill.items_minor + kept

    patch.setattr(orders, "owed_minor", owed)
    patch.setattr(marketplace, "owed_minor", owed)


def the_page_shows_what_was_captured_as_paid(patch):
    """Refunds are not taken off what an order says was paid."""
    honest = observation._order

    def order(turns_, order_):
        paid = show(order_.payment.captured_minor, turns_.world.exponent)
        return honest(turns_, order_) | {"paid": paid}

    patch.setattr(observation, "_order", order)


def refunds_under_way_are_not_shown(patch):
    honest = observation._order
    patch.setattr(
        observation, "_order", lambda t, order: honest(t, order) | {"refund_pending": 0}
    )


def given_back_flights_stay_on_the_page(patch):
    honest = observation._order

    def order(turns_, order_):
        products = turns_.market.catalog.products
        flights = [products[line.product].id for line in order_.hold.lines]
        return honest(turns_, order_) | {"flights": flights}

    patch.setattr(observation, "_order", order)


def cancelling_leads_to_the_receipt(patch):
    def act(honest, market, visitor, args, cause):
        honest(market, visitor, args, cause)
        visitor.view = "receipt"

    act_otherwise(patch, "cancel_order", act)


def one_seat_is_given_back_of_every_flight(patch):
    """A visitor who cancels some seats of one flight loses them on all flights."""

    def act(honest, market, visitor, args, cause):
        if "seats" in args:
            args = {k: v for k, v in args.items() if k != "flight_id"}
        honest(market, visitor, args, cause)

    act_otherwise(patch, "cancel_order", act)


def parts_come_due_a_day_late(patch):
    honest = Instalments.schedule

    def schedule(self, order, part=1):
        issued, order.ticketed_at_ms = order.ticketed_at_ms, order.ticketed_at_ms
        order.ticketed_at_ms += 24 * 60 * MINUTE_MS
        honest(self, order, part)
        order.ticketed_at_ms = issued

    patch.setattr(Instalments, "schedule", schedule)


def the_last_part_takes_the_rest(patch):
    honest = checkout.split

    def split(total, count):
        parts = honest(total, count)
        return (*parts[1:], parts[0])

    patch.setattr(checkout, "split", split)


def any_number_of_parts_is_taken(patch):
    """Plans that are not on offer are accepted."""

    def may(market, visitor, args):
        if visitor.unsettled or args["count"] < 1:
            return "not now"
        return checkout._at_payment(market, visitor)

    allow(patch, "choose_instalments", may)


# -- rewards, outcomes, turns ------------------------------------------------------


def a_restart_earns_progress_again(patch):
    honest = BuyerRole.act

    def act(self, seat, action, answer):
        honest(self, seat, action, answer)
        if action.verb is Verb.RESTART:
            seat.reached = []

    patch.setattr(BuyerRole, "act", act)


def waiting_costs_nothing(patch):
    honest = BuyerRole.terms

    def terms(self, answer):
        found = honest(self, answer)
        return found | {"time": 0} if answer.verb == "wait" else found

    patch.setattr(BuyerRole, "terms", terms)


def the_budget_is_for_each_seat(patch):
    """A party of two may pay twice its budget."""
    honest = buyer.judge

    def judge(tasks, owned, products):
        from dataclasses import replace

        larger = [
            replace(task, budget_minor=task.budget_minor * task.party) for task in tasks
        ]
        return honest(larger, owned, products)

    patch.setattr(buyer, "judge", judge)


def a_crash_with_a_ticket_is_a_success(patch):
    honest = Turns.stop

    def stop(self, seat, reason):
        honest(self, seat, "failed" if reason == "error" else reason)

    patch.setattr(Turns, "stop", stop)


def every_abort_is_right(patch):
    """Giving up is rewarded, whether or not the task could be met."""
    honest = BuyerRole._judge

    def judge(self, team, cause):
        from dataclasses import replace

        for seat in team:
            if seat.reason == "aborted":
                seat.task = replace(seat.task, infeasible="because")
        honest(self, team, cause)

    patch.setattr(BuyerRole, "_judge", judge)


def waits_are_a_minute_longer(patch):
    honest = BuyerRole.act

    def act(self, seat, action, answer):
        if action.verb is Verb.WAIT and answer.args.get("minutes"):
            answer = answer._replace(args={"minutes": answer.args["minutes"] + 1})
        honest(self, seat, action, answer)

    patch.setattr(BuyerRole, "act", act)


def a_mate_is_trusted(patch):
    honest = Visitor.tell
    patch.setattr(
        Visitor,
        "tell",
        lambda self, sender, text, **_: honest(self, sender, text),
    )


# -- masks and legal verbs ---------------------------------------------------------


def any_card_of_the_world_may_be_entered(patch):
    """A card needs not be in the wallet."""

    def may(market, visitor, args):
        if visitor.unsettled:
            return "a payment is not settled yet"
        if args["card_token"] not in market.world.cards:
            return "no such card"
        return checkout._at_payment(market, visitor)

    allow(patch, "enter_card", may)


def cancelling_is_never_listed(patch):
    """The page leaves a verb out of those that are legal."""
    honest = legality.verbs_by_the_rules

    def verbs(turns_, seat):
        return [verb for verb in honest(turns_, seat) if verb != "cancel_order"]

    patch.setattr(legality, "verbs_by_the_rules", verbs)
    patch.setattr("test_time_gym.dst.watch.verbs_by_the_rules", verbs)


def slots_count_cards_from_behind(patch):
    """The number for the first card of the wallet enters the last one."""

    def card(_turns, seat, slot):
        wallet = seat.visitor.wallet
        return {"card_token": wallet[-1 - slot]} if slot < len(wallet) else None

    builders = tuple(
        (card if verb is Verb.ENTER_CARD else build, slot)
        for (verb, _), (build, slot) in zip(
            vector_actions.ACTIONS, vector_actions._BUILDERS, strict=True
        )
    )
    patch.setattr(vector_actions, "_BUILDERS", builders)
