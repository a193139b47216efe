"""Forgeries of bills, payments and postings."""

from tests.audit.forgery import (
    captured_first,
    drop_with_penalty,
    forgery,
    last_of_chain,
    redeclare,
)
from tests.audit.story import NotHere


@forgery("payment_terms")
def a_payment_is_for_less_than_the_hold(story):
    data = story.first("payment_started", lambda r: not r["d"]["discounts"])["d"]
    data["items"] -= 500
    data["amount"] -= 500
    data["plan"][0] -= 500


@forgery("fees")
def a_fee_is_left_out(story):
    started = story.first("payment_started", lambda r: r["d"]["fees"])["d"]
    _name, fee = started["fees"].pop(0)
    started["amount"] -= fee
    started["plan"][0] -= fee


@forgery("fees")
def interest_is_waived(story):
    started = story.first(
        "payment_started", lambda r: "interest" in dict(r["d"]["fees"])
    )["d"]
    _, fee = started["fees"].pop()
    started["amount"] -= fee
    started["plan"][0] -= fee


@forgery("amount")
def an_amount_is_not_what_the_bill_says(story):
    started = story.first("payment_started")["d"]
    started["amount"] -= 1
    started["plan"][0] -= 1


@forgery("plan")
def the_first_part_is_small_and_the_last_one_large(story):
    plan = story.first("payment_started", lambda r: len(r["d"]["plan"]) > 1)["d"][
        "plan"
    ]
    plan[0] -= 1
    plan[-1] += 1


@forgery("legality")
def a_plan_is_chosen_that_is_not_on_offer(story):
    acts = story.acts("choose_instalments")
    if not acts:
        raise NotHere
    acts[0]["d"]["args"]["count"] = 7


@forgery("discounts")
def a_coupon_takes_off_more_than_it_declares(story):
    started = story.first("payment_started", lambda r: r["d"]["discounts"])["d"]
    started["discounts"][0][1] += 100


@forgery("coupons")
def a_coupon_comes_off_twice(story):
    started = story.first("payment_started", lambda r: r["d"]["discounts"])["d"]
    started["discounts"].append(list(started["discounts"][0]))


@forgery("coupons")
def a_coupon_comes_off_that_nobody_applied(story):
    code = next((c["code"] for c in story.market["coupons"]), None)
    if code is None or story.all("coupon_applied", lambda r: r["d"]["code"] == code):
        raise NotHere
    started = story.first("payment_started", lambda r: not r["d"]["discounts"])["d"]
    started["discounts"].append([code, 100])


@forgery("coupons")
def a_coupon_that_was_applied_is_forgotten(story):
    started = story.first("payment_started", lambda r: r["d"]["discounts"])["d"]
    _, off = started["discounts"].pop()
    started["amount"] += off
    started["plan"][0] += off


@forgery("coupons")
def a_coupon_is_applied_after_its_end(story):
    applied = story.first("coupon_applied", lambda r: r["t"] >= 1000)
    for coupon in story.market["coupons"]:
        if coupon["code"] == applied["d"]["code"]:
            coupon["ends_s"] = 1
    redeclare(story)


@forgery("keys")
def a_key_pays_twice(story):
    by_actor = {}
    for started in story.all("payment_started"):
        before = by_actor.setdefault(started["a"], started)
        if before is not started:
            started["d"]["key"] = before["d"]["key"]
            act = next(r for r in story.records if r["n"] == started["c"])
            act["d"]["args"] = {"idempotency_key": before["d"]["key"]}
            return
    raise NotHere


@forgery("cards")
def a_payment_uses_a_card_that_was_not_entered(story):
    story.first("payment_started", lambda r: r["d"]["card"] != "tok_ok")["d"][
        "card"
    ] = "tok_ok"


@forgery("latency")
def a_payment_is_never_declined(story):
    for payment in [r["d"]["payment"] for r in story.all("payment_started")]:
        told = story.of(payment)
        closed = [r for r in told if r["k"] == "payment_declined"]
        later = [
            r
            for r in story.all("payment_started")
            if closed and r["d"]["hold"] == told[0]["d"]["hold"] and r is not told[0]
        ]
        if closed and later and later[0]["n"] > closed[0]["n"]:
            drop_with_penalty(story, closed[0])
            return
    raise NotHere


@forgery("latency")
def a_challenge_is_skipped(story):
    passed = story.first("challenge_passed")
    payment = passed["d"]["payment"]
    if not story.of(payment, "payment_authorized"):
        raise NotHere
    story.drop(passed, *story.of(payment, "payment_challenged"))
    authorized = story.of(payment, "payment_authorized")[0]
    authorized["c"] = story.of(payment, "payment_started")[0]["n"]
    for record in story.of(payment):
        if record["k"] in {"payment_captured", "ticket_issued"}:
            record["c"] = authorized["c"]


@forgery("challenge")
def a_challenge_never_ends(story):
    closed = story.first("payment_closed", lambda r: r["d"]["state"] == "expired")
    drop_with_penalty(story, closed)


@forgery("issuer")
def a_card_without_money_pays(story):
    declined = story.first(
        "payment_declined", lambda r: r["d"]["reason"] == "insufficient_funds"
    )
    declined["d"]["reason"] = "soft_decline"


@forgery("gateway")
def a_payment_is_declined_as_if_the_gateway_were_down(story):
    declined = story.first(
        "payment_declined", lambda r: r["d"]["reason"] == "soft_decline"
    )
    declined["d"]["reason"] = "gateway_unavailable"


@forgery("authorization")
def more_is_authorized_than_the_first_part(story):
    authorized, captured, _ = captured_first(story)
    for record in (authorized, captured):
        record["d"]["amount"] += 100
        for posting in record["d"]["postings"]:
            posting[1] += 100 if posting[1] > 0 else -100


@forgery("capture")
def a_capture_is_made_twice(story):
    ticket = story.first("ticket_issued")
    captured = story.of(ticket["d"]["payment"], "payment_captured")[0]
    last, data = last_of_chain(story, ticket), dict(captured["d"])
    story.add(last, "payment_captured", data, a=ticket["a"], c=ticket["c"])


@forgery("capture")
def what_is_authorized_in_time_is_not_captured(story):
    _, captured, _ = captured_first(story)
    story.drop(captured)


@forgery("voids")
def money_that_came_too_late_stays(story):
    story.drop(story.first("payment_voided"))


@forgery("voids")
def money_that_came_too_late_goes_back_at_once(story):
    voided = story.first("payment_voided")
    before = story.of(voided["d"]["payment"], "payment_authorized")[0]
    if before["t"] == voided["t"]:
        raise NotHere
    story.drop(voided)
    at = story.records.index(last_of_chain(story, before))
    story.records.insert(at + 1, voided)
    voided["t"] = before["t"]


@forgery("refunds")
def a_refund_is_too_high(story):
    refunded = story.first("payment_refunded")["d"]
    refunded["amount"] += 100
    refunded["postings"] = [
        [account, amount + (100 if amount > 0 else -100)]
        for account, amount in refunded["postings"]
    ]


@forgery("refunds")
def a_refund_never_comes(story):
    story.drop(story.first("payment_refunded"))


@forgery("postings")
def a_capture_goes_to_another_account(story):
    story.first("payment_captured")["d"]["postings"][1][0] = "card/0"


@forgery("postings")
def postings_do_not_sum_to_zero(story):
    story.first("payment_captured")["d"]["postings"][1][1] += 1


@forgery("payment_state")
def a_declined_payment_is_declined_again(story):
    declined = story.first("payment_declined")
    told = story.after(declined)
    story.add(told, "payment_declined", dict(declined["d"]), c=declined["c"])
