"""Forgeries of money and orders that one rule alone can see."""

from tests.audit.forgery import forgery_alone
from tests.audit.short import (
    HOLDING,
    PAYING,
    SHOPPING,
    cut_after,
    last,
    quiet,
    told,
    unanswered,
    with_coupon,
    with_fickle_card,
    with_refundable_seats,
)

FICKLE = (*HOLDING, ("enter_card", "tok_fickle"), ("confirm_payment", None))
WITH_COUPON = (*SHOPPING, ("apply_coupon", "TEN"), *PAYING[2:])
DAY_S = 86_400


@forgery_alone("fees")
def a_fee_is_waived():
    story = unanswered(config=quiet(fees=[{"name": "booking", "amount_minor": 400}]))
    data = story.first("payment_started")["d"]
    data.update(fees=[], amount=data["items"], plan=[data["items"]])
    return story


@forgery_alone("amount")
def an_amount_is_rounded():
    story = unanswered()
    data = story.first("payment_started")["d"]
    data.update(amount=data["amount"] - 1, plan=[data["amount"] - 1])
    return story


def in_parts(**changes):
    rules = {"counts": [2], "every_days": 1, "retries": 0}
    task = {"deadline_s": 4 * DAY_S}
    return quiet(instalments=rules, task=task, **changes)


IN_PARTS = (*PAYING[:-1], ("choose_instalments", 2), PAYING[-1])
A_DAY = ("wait", {"minutes": 1500})


@forgery_alone("plan")
def the_first_part_is_the_smaller_one():
    story = unanswered(*IN_PARTS, config=in_parts())
    plan = story.first("payment_started")["d"]["plan"]
    plan[:] = plan[0] - 1, plan[1] + 1
    return story


@forgery_alone("instalments")
def a_part_is_not_collected():
    story = told(*IN_PARTS, A_DAY, config=in_parts())
    at = story.records.index(last(story, "payment_authorized"))
    del story.records[at : at + 3]
    return story


@forgery_alone("instalments")
def a_part_that_failed_is_not_given_up():
    outage = {"outages_s": [[DAY_S // 2, 3 * DAY_S]]}
    story = told(*IN_PARTS, A_DAY, config=in_parts(gateway=outage))
    failed = story.first("instalment_failed")
    failed["d"]["part"] += 1
    return story


@forgery_alone("default")
def a_default_gives_something_back():
    outage = {"outages_s": [[DAY_S // 2, 3 * DAY_S]]}
    story = told(*IN_PARTS, A_DAY, config=in_parts(gateway=outage))
    story.first("order_defaulted")["d"]["refund"] += 100
    return story


@forgery_alone("discounts")
def a_coupon_takes_off_a_little_more():
    story = unanswered(*WITH_COUPON, config=with_coupon())
    data = story.first("payment_started")["d"]
    data["discounts"][0][1] += 100
    data["amount"] -= 100
    data["plan"][0] -= 100
    return story


@forgery_alone("coupons")
def a_coupon_that_was_applied_is_left_out():
    story = unanswered(*WITH_COUPON, config=with_coupon())
    data = story.first("payment_started")["d"]
    data.update(discounts=[], amount=data["items"], plan=[data["items"]])
    return story


@forgery_alone("payment_terms")
def a_first_try_is_the_second():
    story = unanswered()
    story.first("payment_started")["d"]["attempt"] += 1
    return story


@forgery_alone("keys")
def a_payment_has_a_key_that_nobody_gave():
    story = unanswered()
    story.first("payment_started")["d"]["key"] = "auto-7"
    return story


@forgery_alone("cards")
def a_payment_is_made_with_another_card():
    story = unanswered()
    story.first("payment_started")["d"]["card"] = "tok_twin"
    return story


@forgery_alone("live_payment")
def two_payments_of_one_hold_are_open():
    slow = {"kind": "deterministic", "typical_ms": 20_000}
    config = quiet(gateway={"latency": slow, "client_timeout_s": 5})
    again = ("confirm_payment", {"idempotency_key": "again"})
    story = told(*PAYING, again, config=config)
    started, act = story.first("payment_started"), last(story, "act")
    data = {**started["d"], "attempt": 2, "key": "again", "payment": "pay-0-2"}
    story.add(act, "payment_started", data, a="buyer_0", c=act["n"])
    last(story, "end")["t"] = act["t"]
    return story


@forgery_alone("refusals")
def a_payment_is_refused_for_no_reason():
    story = told(*PAYING)
    at = story.records.index(story.first("payment_started"))
    del story.records[at:-1]
    last(story, "end")["t"] = story.records[at - 1]["t"]
    return story


@forgery_alone("payment_state")
def a_payment_is_declined_twice():
    story = told(*FICKLE, config=with_fickle_card())
    declined = story.first("payment_declined")
    story.records[:] = cut_after(story, "payment_declined", 1)
    told_of_it = last(story, "reward")
    story.add(told_of_it, "payment_declined", dict(declined["d"]), c=declined["c"])
    return story


@forgery_alone("issuer")
def a_card_without_a_limit_lacks_funds():
    story = told(*FICKLE, config=with_fickle_card())
    story.first("payment_declined")["d"]["reason"] = "insufficient_funds"
    return story


@forgery_alone("gateway")
def an_outage_is_invented():
    story = told(*FICKLE, config=with_fickle_card())
    story.first("payment_declined")["d"]["reason"] = "gateway_unavailable"
    return story


@forgery_alone("chance")
def a_bank_is_harder_than_its_dice():
    story = told(*FICKLE, config=with_fickle_card())
    story.first("payment_declined")["d"]["reason"] = "hard_decline"
    return story


@forgery_alone("challenge")
def a_challenge_lasts_longer():
    config = quiet(task={"wallets": [["tok_3ds"]]})
    steps = [*HOLDING, ("enter_card", "tok_3ds"), ("confirm_payment", None)]
    story = told(*steps, config=config)
    story.first("payment_challenged")["d"]["expires"] += 1
    return story


@forgery_alone("authorization")
def less_is_authorized_than_is_to_be_paid():
    story = told(*PAYING)
    for kind in ("payment_authorized", "payment_captured"):
        data = story.first(kind)["d"]
        data["amount"] -= 100
        for posting in data["postings"]:
            posting[1] += 100 if posting[1] < 0 else -100
    return story


@forgery_alone("capture")
def money_that_is_set_aside_is_not_taken():
    story = told(*PAYING)
    story.records[:] = cut_after(story, "payment_authorized")
    return story


@forgery_alone("latency")
def the_gateway_answers_later_than_it_does():
    story = told(*PAYING)
    story.records[:] = cut_after(story, "ticket_issued")
    for kind in ("payment_authorized", "payment_captured", "ticket_issued", "end"):
        last(story, kind)["t"] += 1
    return story


@forgery_alone("latency")
def the_gateway_never_answers():
    config = quiet(gateway={"client_timeout_s": 5, "reply_lost_ppm": 10**6})
    story = told(*PAYING, ("wait", None), config=config)
    for kind in ("payment_authorized", "payment_captured", "ticket_issued"):
        story.drop(last(story, kind))
    return story


@forgery_alone("voids")
def money_that_came_too_late_is_kept():
    slow = {"kind": "deterministic", "typical_ms": 20_000}
    gateway = {"latency": slow, "money_back_after_s": 30, "notify_after_s": 600}
    config = quiet(gateway=gateway, holds={"ttl_s": 10})
    story = told(*PAYING, ("wait", {"minutes": 2}), ("wait", None), config=config)
    story.drop(story.first("payment_voided"))
    return story


@forgery_alone("postings")
def postings_stand_in_another_order():
    story = told(*PAYING)
    story.first("payment_captured")["d"]["postings"].reverse()
    return story


@forgery_alone("tickets")
def a_ticket_costs_less_than_was_paid():
    story = told(*PAYING)
    story.first("ticket_issued")["d"]["total"] -= 1
    return story


def cancelled():
    steps = [*PAYING, ("cancel_order", {"order_id": "order-0-1"})]
    return told(*steps, config=with_refundable_seats())


@forgery_alone("cancellation")
def a_cancellation_promises_more_than_the_fare_rule():
    story = cancelled()
    story.first("order_cancelled")["d"]["refund"] += 100
    return story


@forgery_alone("refunds")
def a_refund_is_higher_than_was_promised():
    story = cancelled()
    data = story.first("payment_refunded")["d"]
    data["amount"] += 100
    data["postings"] = [["merchant", -data["amount"]], ["card/0", data["amount"]]]
    return story
