"""Situations of payments: conditions over a moment and a record's data.

They read the market as it stands right after the event, and as it was before it.
"""

from test_time_gym.market.interface.actions import Action
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.market.payments.payment import Authentication, PaymentState

from .context import Data, did, payment_before, payment_of
from .watch import CoverageContext

S = PaymentState


def hold_was_declined_before(m: CoverageContext, data: Data) -> bool:
    """Another payment of this hold was declined before."""
    payments = m.turns.market.processor.book.by_id.values()
    return any(p.hold_id == data["hold"] and p.state is S.DECLINED for p in payments)


def somebody_waits_in_line(m: CoverageContext, _data: Data) -> bool:
    """All servers of the gateway are busy."""
    return bool(m.turns.market.processor.gateway.waiting())


def over_the_limit(m: CoverageContext, data: Data) -> bool:
    """A card was refused for its limit, not for having none."""
    law = m.turns.world.cards[payment_of(m, data).card]
    return data["reason"] == "insufficient_funds" and law.limit_minor != 0


def refused_for_good_again(m: CoverageContext, data: Data) -> bool:
    """A card that was refused for good is refused by its issuer once more."""
    return bool(data["reason"] == "hard_decline" and payment_of(m, data).attempt > 1)


# -- fees, coupons, parts ----------------------------------------------------------


def _arose(m: CoverageContext, data: Data, stage: str) -> bool:
    fees = m.turns.world.config.fees
    names = [fee.name for fee in fees if fee.arises == stage]
    return any(name in names for name, _ in data["fees"])


def fee_of_the_cart(m: CoverageContext, data: Data) -> bool:
    """A fee is paid that the cart has shown from the beginning."""
    return _arose(m, data, "cart")


def fee_of_the_checkout(m: CoverageContext, data: Data) -> bool:
    """A fee is paid that arose with the hold."""
    return _arose(m, data, "checkout")


def fee_of_the_card(m: CoverageContext, data: Data) -> bool:
    """A fee is paid that arose with the card."""
    return _arose(m, data, "card")


def brand_is_free(m: CoverageContext, data: Data) -> bool:
    """A fee is taken for cards of other brands only."""
    brand = m.turns.world.cards[data["card"]].brand
    return any(
        fee.brands and brand not in fee.brands for fee in m.turns.world.config.fees
    )


def with_coupons(_m: CoverageContext, data: Data) -> bool:
    """Several coupons lower the bill, one after the other."""
    return len(data["discounts"]) > 1


def in_parts(_m: CoverageContext, data: Data) -> bool:
    """The bill is paid in parts."""
    return len(data["plan"]) > 1


# -- keys --------------------------------------------------------------------------


def key_repeated(m: CoverageContext, _data: Data) -> bool:
    """A payment was confirmed again, which started nothing."""
    return (
        did(m, Verb.CONFIRM_PAYMENT)
        and not confirmation_refused(m)
        and len(m.before.payments) == len(m.after.payments)
    )


def confirmation_refused(m: CoverageContext) -> bool:
    """A confirmation is answered by an error that is not a payment's failure."""
    error = None if m.acted is None else m.acted.visitor.last_error
    # A payment may fail for the reason for which a confirmation is refused.
    return error is not None and not error[1].startswith("the payment failed")


def key_of_money_that_went_back(m: CoverageContext, data: Data) -> bool:
    """A key repeats its answer after the money was voided or refunded."""
    if not key_repeated(m, data) or m.acted is None or not isinstance(m.given, Action):
        return False
    key = m.given.args.get("idempotency_key")
    mine = [use for use in m.after.keys if (use.seat, use.key) == (m.acted.index, key)]
    if not mine:
        return False
    payment = m.turns.market.processor.book.by_id[mine[-1].payment]
    return payment.voided_minor + payment.refunded_minor > 0


def key_used_anew(m: CoverageContext, data: Data) -> bool:
    """A key that was forgotten stands for another payment."""
    seat = payment_of(m, data).seat
    uses = [use for use in m.after.keys if (use.seat, use.key) == (seat, data["key"])]
    return len(uses) > 1


# -- pages and notices -------------------------------------------------------------


def page_gave_up(m: CoverageContext, _data: Data) -> bool:
    """A visitor's page stops waiting for the gateway right now."""
    return bool(m.gone_off("page")) and any(
        seat.visitor.status == "unknown" for seat in m.turns.seats
    )


def notice_of_a_lost_reply(m: CoverageContext, _data: Data) -> bool:
    """A message tells what became of a payment whose reply was lost."""
    return bool(m.gone_off("notice"))


def notice_again(m: CoverageContext, _data: Data) -> bool:
    """The second copy of a notice comes after the first."""
    for entity in m.gone_off("notice"):
        name, copy = entity.rsplit("/", 1)
        first = f"{name}/0"
        if copy == "1" and all(timer[3] != first for timer in m.after.timers):
            return True
    return False


def notice_overtakes(m: CoverageContext, _data: Data) -> bool:
    """A notice comes before one that tells of something earlier."""
    for entity in m.gone_off("notice"):
        name, version, _ = entity.split("/")
        for timer in m.after.timers:
            if timer[2] != "notice":
                continue
            other, older, _ = timer[3].split("/")
            if other == name and int(older) < int(version):
                return True
    return False


def notice_of_what_was_heard(m: CoverageContext, _data: Data) -> bool:
    """A notice, neither late nor a copy, tells what its page has shown already."""
    if m.records or m.turns.world.config.gateway.notify_duplicate_ppm:
        return False
    for entity in m.gone_off("notice"):
        name, version, _ = entity.split("/")
        if m.turns.market.processor.book.by_id[name].version == int(version):
            return True
    return False


def reply_nobody_waited_for(m: CoverageContext, data: Data) -> bool:
    """The gateway answers after the page has given up."""
    return data["sender"] == "Shop" and bool(m.gone_off("gateway"))


def restarted_in_doubt(m: CoverageContext, _data: Data) -> bool:
    """A visitor starts over without knowing what became of a payment."""
    return did(m, Verb.RESTART) and m.was_status == "unknown"


def heard_by_asking_again(m: CoverageContext, data: Data) -> bool:
    """Who did not know whether it had paid asks again, and has."""
    seat = m.acted
    return (
        key_repeated(m, data)
        and seat is not None
        and m.was_status == "unknown"
        and seat.visitor.status == "captured"
    )


# -- challenges --------------------------------------------------------------------


def outlasts_hold(m: CoverageContext, data: Data) -> bool:
    """A challenge may be answered after the hold it pays for has ended."""
    hold = m.turns.market.holds.by_id[payment_of(m, data).hold_id]
    return bool(data["expires"] > hold.expires_at_ms)


def passed_too_late(m: CoverageContext, data: Data) -> bool:
    """A challenge was answered rightly, but the hold is over."""
    payment = payment_of(m, data)
    challenge = payment.authentication is Authentication.CHALLENGE
    return challenge and payment.reason == "hold_expired"


def answered_after_the_hold(m: CoverageContext, _data: Data) -> bool:
    """A challenge is answered when the hold it pays for is over."""
    seat = m.acted
    if seat is None or not did(m, Verb.ANSWER_CHALLENGE):
        return False
    return not seat.visitor.hold_active(m.after.now_ms)


def answered_without_challenge(_m: CoverageContext, data: Data) -> bool:
    """A challenge is answered although none is open (any more)."""
    return bool(data["verb"] == "answer_challenge" and data["status"] == "illegal")


def answered_with_an_old_code(m: CoverageContext, data: Data) -> bool:
    """A challenge is answered with the code of an earlier one, and fails."""
    payment = payment_of(m, data)
    if data["reason"] != "challenge_failed" or not isinstance(m.given, Action):
        return False
    others = m.turns.market.processor.book.of(payment.seat)
    return m.given.args["code"] in [p.code for p in others if p is not payment]


# -- money that goes back ----------------------------------------------------------


def voided_later(m: CoverageContext, _data: Data) -> bool:
    """Late money comes back some time after it was reserved."""
    return bool(m.gone_off("void"))


def reserved_after_the_hold(m: CoverageContext, data: Data) -> bool:
    """Money is reserved too late, and stays so for a while."""
    return payment_of(m, data).state is S.AUTHORIZED


def refunded_later(m: CoverageContext, _data: Data) -> bool:
    """A refund is on the card some time after the cancellation."""
    return bool(m.gone_off("refund"))


def refunded_again(m: CoverageContext, data: Data) -> bool:
    """A payment of which some came back gives back more."""
    return payment_before(m, data["payment"]).state is S.PARTIALLY_REFUNDED
