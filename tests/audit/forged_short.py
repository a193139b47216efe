"""Forgeries in stories of their own, one for each check that no other sets off."""

from tests.audit.forged_alone_bills import (
    A_DAY,
    DAY_S,
    IN_PARTS,
    WITH_COUPON,
    cancelled,
    in_parts,
)
from tests.audit.forgery import forgery_short, redeclare
from tests.audit.short import (
    EVERYONE,
    HOLDING,
    PAYING,
    SHOPPING,
    cut_after,
    last,
    partly_sold,
    quiet,
    told,
    with_buyers,
    with_coupon,
)
from worlds import fare, flight, leg

SLOW = {"kind": "deterministic", "typical_ms": 20_000}
OUTAGE = {"outages_s": [[DAY_S // 2, 3 * DAY_S]]}


@forgery_short("coupons")
def another_coupon_is_applied_than_was_asked_for():
    coupons = [{"code": code, "percent_ppm": 100_000} for code in ("TEN", "OTHER")]
    story = told(*WITH_COUPON, config=quiet(coupons=coupons))
    last(story, "coupon_applied")["d"]["code"] = "OTHER"
    return story


@forgery_short("coupons")
def a_coupon_is_applied_that_is_not_declared():
    story = told(*WITH_COUPON, config=with_coupon())
    last(story, "coupon_applied")["d"]["code"] = "NONE"
    return story


@forgery_short("coupons")
def a_coupon_is_applied_again():
    again = (*SHOPPING, ("apply_coupon", "TEN"))
    story = told(*WITH_COUPON, *again, config=with_coupon())
    act = last(story, "act")
    act["d"].update(status="ok", reward={"time": act["d"]["reward"]["time"]})
    story.add(act, "coupon_applied", {"code": "TEN"}, c=act["n"])
    return story


@forgery_short("cancellation")
def a_seat_is_given_back_that_nobody_gives():
    fares = [fare("Y", 100_00, refundable=True, cancel_fee_minor=10_00)]
    config = quiet(
        flights=[flight("AA1", leg("AA1"), fares=fares)],
        task={"party": 2},
        gateway={"money_back_after_s": 60},
    )
    one_seat = ("cancel_order", {"order_id": "order-0-1", "seats": 1})
    story = told(*PAYING, one_seat, config=config)
    one = last(story, "order_cancelled")
    story.add(one, "order_cancelled", {**one["d"], "whole": True})
    return story


@forgery_short("header")
def a_parent_has_more_records_than_its_fork():
    story = told(*SHOPPING)
    story.records[0]["d"]["parent"] = {"h": "0" * 32, "n": 999, "seats": []}
    return story


@forgery_short("digests")
def a_digest_is_left_out():
    story = told(*[("wait", None, EVERYONE)] * 130, agents=2)
    story.drop(story.first("digest"))
    return story


@forgery_short("digests")
def streams_stand_in_another_order():
    story = told(*[("wait", None, EVERYONE)] * 130, agents=2)
    story.first("digest")["d"]["draws"].reverse()
    return story


def redeclared(story, **changes):
    """Return a story whose market is declared otherwise."""
    for name, value in changes.items():
        part = story.market[name]
        story.market[name] = {**part, **value} if type(part) is dict else value
    redeclare(story)
    return story


@forgery_short("gateway")
def a_payment_gets_through_an_outage():
    return redeclared(told(*PAYING), gateway={"outages_s": [[0, 3600]]})


@forgery_short("issuer")
def a_payment_is_above_the_limit():
    return redeclared(told(*PAYING), cards=[{"token": "tok_ok", "limit_minor": 1}])


@forgery_short("issuer")
def a_card_is_tried_too_often():
    again = ("enter_card", "tok_decline_soft"), ("confirm_payment", None)
    wallet = quiet(task={"wallets": [["tok_decline_soft"]]})
    story = told(*HOLDING, *again, *again, config=wallet)
    return redeclared(story, retries={"most": 1})


@forgery_short("issuer")
def a_later_part_is_above_the_limit():
    story = told(*IN_PARTS, A_DAY, config=in_parts())
    return redeclared(story, cards=[{"token": "tok_ok", "limit_minor": 1}])


@forgery_short("gateway")
def a_later_part_gets_through_an_outage():
    return redeclared(told(*IN_PARTS, A_DAY, config=in_parts()), gateway=OUTAGE)


@forgery_short("challenge")
def a_later_part_was_challenged():
    story = told(*IN_PARTS, A_DAY, config=in_parts())
    last(story, "payment_authorized")["d"]["authentication"] = "challenge"
    return story


@forgery_short("instalments")
def a_part_is_charged_that_is_not_due():
    story = told(*PAYING)
    ticket, one = last(story, "ticket_issued"), last(story, "payment_authorized")
    story.add(ticket, "payment_authorized", dict(one["d"]))
    return story


def failure(reason, retry=None):
    return {
        "amount": 50_00,
        "order": "order-0-1",
        "part": 1,
        "reason": reason,
        "retry": retry,
    }


@forgery_short("instalments")
def a_part_fails_that_is_not_due():
    story = told(*PAYING)
    ticket = last(story, "ticket_issued")
    story.add(ticket, "instalment_failed", failure("soft_decline"))
    return story


@forgery_short("chance")
def a_part_fails_against_the_dice():
    card = {"token": "tok_ok", "soft_decline_ppm": 1}
    story = told(*IN_PARTS, A_DAY, config=in_parts(cards=[card, {"token": "tok_twin"}]))
    part, taken = last(story, "payment_authorized"), last(story, "payment_captured")
    part.update(k="instalment_failed", d=failure("soft_decline"))
    story.drop(taken)
    return story


@forgery_short("issuer")
def a_part_fails_for_what_its_card_never_does():
    story = told(*IN_PARTS, A_DAY, config=in_parts(gateway=OUTAGE))
    last(story, "instalment_failed")["d"]["reason"] = "hard_decline"
    return story


def late(**gateway):
    """Return a story whose payment comes after its hold."""
    gateway = {"latency": SLOW, "money_back_after_s": 60, **gateway}
    config = quiet(gateway=gateway, holds={"ttl_s": 10})
    return told(*PAYING, ("wait", {"minutes": 5}), ("wait", None), config=config)


@forgery_short("voids")
def more_goes_back_than_is_reserved():
    story = late()
    data = last(story, "payment_voided")["d"]
    data["amount"] += 1
    data["postings"] = [["authorized", -data["amount"]], ["card/0", data["amount"]]]
    return story


@forgery_short("chance")
def a_void_gets_lost_against_the_dice():
    story = late(void_lost_ppm=1, authorization_expires_s=60)
    last(story, "payment_voided")["d"]["state"] = "expired"
    return story


@forgery_short("refunds")
def more_goes_back_than_was_taken():
    story = cancelled()
    refunded = last(story, "payment_refunded")
    story.add(refunded, "payment_refunded", dict(refunded["d"]))
    return story


@forgery_short("tickets")
def a_ticket_is_for_another_hold():
    story = told(*PAYING)
    last(story, "ticket_issued")["d"]["hold"] = "hold-0-9"
    return story


@forgery_short("default")
def an_order_is_in_default_that_is_paid():
    story = told(*PAYING)
    data = {"order": "order-0-1", "refund": 0, "seats": []}
    story.add(last(story, "ticket_issued"), "order_defaulted", data)
    return story


@forgery_short("default")
def an_order_is_in_default_that_nobody_has():
    story = told(*PAYING)
    data = {"order": "order-0-9", "refund": 0, "seats": []}
    story.add(last(story, "ticket_issued"), "order_defaulted", data)
    return story


@forgery_short("default")
def seats_of_an_order_in_default_are_kept():
    story = told(*IN_PARTS, A_DAY, config=in_parts(gateway=OUTAGE))
    last(story, "order_defaulted")["d"]["seats"] = []
    return story


@forgery_short("cancellation")
def an_order_is_cancelled_that_nobody_has():
    story = cancelled()
    last(story, "order_cancelled")["d"]["order"] = "order-0-9"
    return story


@forgery_short("cancellation")
def more_seats_are_given_back_than_were_bought():
    story = cancelled()
    last(story, "order_cancelled")["d"]["seats"] = [["AA1", 5]]
    return story


@forgery_short("cancellation")
def seats_of_another_flight_are_given_back():
    story = cancelled()
    last(story, "order_cancelled")["d"]["seats"] = [["AA7", 1]]
    return story


@forgery_short("cart")
def a_risen_price_is_not_shown():
    clock = [[0, 1_000_000], [10, 2_000_000]]
    pricing = {"kind": "load_days", "clock_curve": clock, "reprice_every_s": 300}
    proceed = ("proceed_to_payment", None)
    steps = (*SHOPPING, ("wait", {"minutes": 11}), proceed, proceed)
    story = told(*steps, config=quiet(pricing=pricing))
    placed, act = last(story, "hold_placed"), story.acts("proceed_to_payment")[0]
    data = {**placed["d"], "expires": placed["d"]["expires"] - placed["t"] + act["t"]}
    story.add(act, "hold_placed", data, c=act["n"])
    return story


def challenged(*steps, **changes):
    """Return a story whose payment asks for a code."""
    config = quiet(task={"wallets": [["tok_3ds"]]}, **changes)
    paying = (*HOLDING, ("enter_card", "tok_3ds"), ("confirm_payment", None))
    return told(*paying, *steps, config=config)


@forgery_short("payment_state")
def a_challenge_ends_for_no_known_reason():
    story = challenged(("restart", None))
    last(story, "payment_closed")["d"]["reason"] = "weather"
    return story


@forgery_short("challenge")
def a_challenge_ends_that_its_agent_never_saw():
    gateway = {"reply_lost_ppm": 10**6, "client_timeout_s": 5}
    story = challenged(("restart", None), gateway=gateway)
    act, end = last(story, "act"), ("cancelled", "cancelled_by_visitor")
    data = {"payment": "pay-0-1", "reason": end[1], "state": end[0]}
    story.add(act, "payment_closed", data, c=act["n"])
    return story


@forgery_short("challenge")
def a_challenge_ends_late():
    story = challenged(("wait", {"minutes": 9}), ("wait", None))
    closed = last(story, "payment_closed")
    for record in (closed, story.after(closed), story.after(story.after(closed))):
        record["t"] += 1
    return story


@forgery_short("challenge")
def a_wrong_code_passes():
    story = challenged(("wait", {"minutes": 1}), ("answer_challenge", "000000"))
    declined = last(story, "payment_declined")
    declined["k"] = "challenge_passed"
    del declined["d"]["reason"]
    story.records[:] = cut_after(story, "challenge_passed")
    return story


@forgery_short("price")
def a_price_is_none_that_any_load_brings():
    pricing = {"kind": "load_days", "round_to_minor": 100}
    buyers = with_buyers().market.demand[0].model_dump(mode="json")
    story = told(*HOLDING, config=quiet(pricing=pricing, demand=[buyers]))
    last(story, "hold_placed")["d"]["lines"][0][2] += 1
    return story


@forgery_short("repricing")
def a_price_moves_twice_at_once():
    clock = [[0, 1_000_000], [10, 2_000_000]]
    pricing = {"kind": "load_days", "clock_curve": clock, "reprice_every_s": 300}
    story = told(("wait", {"minutes": 6}), config=quiet(pricing=pricing))
    prices = story.first("repriced")["d"]["prices"]
    prices.append(list(prices[0]))
    return story


@forgery_short("release")
def seats_are_given_back_when_their_time_is_over():
    wait = ("wait", {"minutes": 20})
    story = told(*HOLDING, wait, ("restart", None))
    expired, act = last(story, "hold_expired"), last(story, "act")
    story.drop(expired)
    story.add(act, "hold_released", dict(expired["d"]), c=act["n"])
    return story


@forgery_short("hold_state")
def seats_are_given_back_too_late():
    return seats_are_given_back_when_their_time_is_over()


@forgery_short("repricing")
def the_price_of_a_flight_moves_that_has_left():
    early = {**leg("AA1"), "depart": "2026-06-01T09:04", "arrive": "2026-06-01T17:00"}
    clock = [[0, 1_000_000], [10, 2_000_000]]
    pricing = {"kind": "load_days", "clock_curve": clock, "reprice_every_s": 300}
    config = quiet(
        flights=[flight("AA1", early), flight("AA3", leg("AA3"))],
        pricing=pricing,
        demand=[with_buyers().market.demand[0].model_dump(mode="json")],
    )
    story = told(("wait", {"minutes": 6}), config=config)
    story.first("repriced")["d"]["prices"].insert(0, [0, 150_00])
    return story


@forgery_short("header")
def a_scenario_has_no_turns():
    story = told(*SHOPPING)
    story.scenario["turns"] = 7
    return story


@forgery_short("header")
def a_law_of_the_gateway_has_no_step():
    law = {"kind": "erlang", "typical_ms": 1000, "shape": 0, "sigma_ppm": 0}
    return redeclared(told(*PAYING), gateway={"latency": law})


@forgery_short("opening")
def what_was_sold_before_is_left_out():
    story = told(("wait", None), config=partly_sold())
    story.drop(story.first("market_opened"))
    return story


@forgery_short("opening")
def what_was_sold_before_is_told_later():
    story = told(("wait", None), config=partly_sold())
    opened, act = story.first("market_opened"), story.first("act")
    story.add(act, "market_opened", dict(opened["d"]), a="", c=0)
    return story
