"""Forged journals with a right chain, each with the rule that must find it.

A forgery changes a story, or raises `NotHere` when the story has no place for it.
"""

from hashlib import blake2b

from tests.audit.story import NotHere, spelled

FORGERIES = []


def forgery(rule):
    """Enter a forgery with the rule that is meant for it."""

    def enter(change):
        FORGERIES.append((change.__name__, rule, change))
        return change

    return enter


def outcome_of(story, name):
    return story.first("outcome", lambda r: r["d"]["outcome"] == name)


def captured_first(story):
    """Return a ticket, and the authorization and capture before it."""
    ticket = story.first("ticket_issued")
    at = story.records.index(ticket)
    return story.records[at - 2], story.records[at - 1], ticket


def drop_with_penalty(story, failure):
    """Leave out a failure of a payment, and what its visitor is told of it."""
    for _ in range(2):
        if story.after(failure)["k"] in {"reward", "message"}:
            story.drop(story.after(failure))
    story.drop(failure)


def redeclare(story):
    """Let the header's digest fit what its scenario says now."""
    header = story.records[0]["d"]
    text = spelled(header["scenario"])
    header["scenario_digest"] = blake2b(text, digest_size=16).hexdigest()


# -- seats -----------------------------------------------------------------------


@forgery("stock")
def a_leg_has_fewer_seats_than_were_sold(story):
    sale = story.first("seat_sold")
    for flight in story.market["flights"]:
        if sale["d"]["product"].startswith(flight["id"]):
            flight["legs"][0]["seats"] = 0
    for flight in story.market["flights"]:
        for leg in flight["legs"]:
            if leg["flight"] in {"AA1", "AA3"} and leg["seats"]:
                leg["seats"] = 0
    redeclare(story)


@forgery("booking_limit")
def a_class_sells_beyond_its_limit(story):
    sale = story.first("seat_sold", lambda r: "-" in r["d"]["product"])
    name, _, code = sale["d"]["product"].rpartition("-")
    for flight in story.market["flights"]:
        for fare in flight["fares"]:
            if flight["id"] == name and fare["code"] == code:
                fare["booking_limit"] = 0
    redeclare(story)


@forgery("header")
def the_scenario_is_not_the_one_of_the_digest(story):
    story.market["holds"]["per_visitor"] += 1


@forgery("price")
def a_hold_locks_another_price(story):
    story.first("hold_placed")["d"]["lines"][0][2] -= 100


@forgery("price")
def a_background_buyer_pays_another_price(story):
    sales = story.all("seat_sold")
    if len(sales) < 2 or sales[0]["d"]["product"] != sales[1]["d"]["product"]:
        raise NotHere
    sales[1]["d"]["price"] += 100


@forgery("repricing")
def prices_move_to_what_no_curve_says(story):
    story.first("repriced")["d"]["prices"][0][1] *= 7


@forgery("repricing")
def prices_move_when_nobody_looks_at_them(story):
    moved = story.first("repriced")
    moved["t"] -= 1
    if story.records[story.records.index(moved) - 1]["t"] > moved["t"]:
        raise NotHere


@forgery("repricing")
def a_move_of_prices_is_left_out(story):
    if story.market["warm_up"] == "draw":
        raise NotHere
    story.drop(story.first("repriced"))


@forgery("hold_quota")
def a_visitor_hoards(story):
    placed = story.all("hold_placed")
    if len({r["a"] for r in placed}) == len(placed):
        raise NotHere
    story.market["holds"]["per_visitor"] = 1
    redeclare(story)


@forgery("hold_terms")
def a_hold_is_extended(story):
    story.first("hold_placed")["d"]["expires"] += 60_000


@forgery("hold_terms")
def a_hold_takes_fewer_seats_than_the_party(story):
    story.first("hold_placed")["d"]["lines"][0][1] += 1


@forgery("hold_expiry")
def a_hold_never_expires(story):
    story.drop(story.first("hold_expired"))


@forgery("hold_expiry")
def a_hold_expires_late(story):
    expired = story.first("hold_expired")
    if story.after(expired)["t"] == expired["t"]:
        raise NotHere
    expired["t"] += 1


@forgery("hold_state")
def a_hold_is_released_twice(story):
    released = story.first("hold_released")
    story.add(released, "hold_released", dict(released["d"]))


@forgery("sales")
def a_buyer_comes_from_a_segment_that_is_not_declared(story):
    story.first("seat_sold")["d"]["segment"] = "pilgrims"


@forgery("sales")
def a_buyer_comes_twice(story):
    sale = story.first("seat_sold")
    story.add(sale, "seat_sold", dict(sale["d"]))


# -- payments ----------------------------------------------------------------------


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


@forgery("plan")
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
    started = story.first(
        "payment_started", lambda r: r["d"]["discounts"] and not r["d"]["fees"]
    )["d"]
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


@forgery("live_payment")
def two_payments_of_a_hold_are_open(story):
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


@forgery("challenge")
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
    story.add(ticket, "payment_captured", dict(captured["d"]))


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
    story.records.insert(story.records.index(before) + 1, voided)
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


# -- orders ----------------------------------------------------------------------


@forgery("tickets")
def a_ticket_comes_without_a_payment(story):
    started = story.first("payment_started")
    seat = started["d"]["payment"].split("-")[1]
    data = {
        "hold": started["d"]["hold"],
        "order": f"order-{seat}-1",
        "payment": started["d"]["payment"],
        "total": started["d"]["amount"],
    }
    story.add(started, "ticket_issued", data, c=started["n"])


@forgery("tickets")
def a_captured_payment_brings_no_ticket(story):
    story.drop(story.first("ticket_issued"))


@forgery("tickets")
def a_ticket_tells_another_total(story):
    story.first("ticket_issued")["d"]["total"] -= 1


@forgery("cancellation")
def seats_of_a_cancelled_order_are_kept(story):
    cancelled = story.first("order_cancelled")["d"]
    cancelled["seats"] = []


@forgery("cancellation")
def a_cancellation_refunds_more_than_the_fare_rule(story):
    story.first("order_cancelled")["d"]["refund"] += 100


@forgery("cancellation")
def a_cancellation_is_left_out(story):
    cancelled = story.first("order_cancelled", lambda r: not r["d"]["refund"])
    story.drop(cancelled)


@forgery("instalments")
def a_later_part_is_never_charged(story):
    for ticket in story.all("ticket_issued"):
        payment = ticket["d"]["payment"]
        parts = story.of(payment, "payment_authorized")[1:]
        if parts:
            at = story.records.index(parts[0])
            story.drop(*story.records[at : at + 3])
            return
    raise NotHere


@forgery("instalments")
def a_failed_part_is_tried_again_sooner(story):
    failed = story.first("instalment_failed", lambda r: r["d"]["retry"] is not None)
    failed["d"]["retry"] -= 1000


@forgery("default")
def an_order_is_spared_its_default(story):
    story.drop(story.first("order_defaulted", lambda r: not r["d"]["refund"]))


@forgery("default")
def a_default_refunds_what_the_shop_keeps(story):
    story.first("order_defaulted")["d"]["refund"] += 100


# -- turns -----------------------------------------------------------------------


@forgery("turns")
def a_turn_is_left_out(story):
    act = story.first("act", lambda r: r["d"]["verb"] == "filter_results")
    story.drop(act)


@forgery("pace")
def a_turn_is_left_out_and_the_others_are_renumbered(story):
    act = story.first("act", lambda r: r["d"]["verb"] == "filter_results")
    for later in story.all("act", lambda r: r["a"] == act["a"] and r["n"] > act["n"]):
        later["d"]["turn"] -= 1
    story.drop(act)


@forgery("pace")
def an_agent_acts_sooner_than_its_page_loads(story):
    acts = story.all("act", lambda r: r["d"]["verb"] == "search_flights")
    after = story.after(acts[0])
    if after["k"] != "act" or after["a"] != acts[0]["a"]:
        raise NotHere
    after["t"] -= 1


@forgery("turns")
def an_agent_acts_after_its_end(story):
    over = story.first("outcome")
    last = story.all("act", lambda r: r["a"] == over["a"])[-1]
    data = {**last["d"], "turn": last["d"]["turn"] + 1, "verb": "wait", "args": {}}
    story.add(over, "act", {**data, "status": "ok"}, c=0)


@forgery("act_reward")
def a_turn_costs_no_time(story):
    story.first("act", ok_act)["d"]["reward"]["time"] = 0


@forgery("act_reward")
def an_illegal_action_costs_no_penalty(story):
    del story.first("act", lambda r: r["d"]["status"] == "illegal")["d"]["reward"][
        "penalty"
    ]


@forgery("progress")
def a_reward_is_raised(story):
    story.first("reward", lambda r: "progress" in r["d"]["terms"])["d"]["terms"][
        "progress"
    ] += 500


@forgery("progress")
def a_stage_is_rewarded_twice(story):
    reward = story.first("reward", lambda r: "progress" in r["d"]["terms"])
    story.add(reward, "reward", dict(reward["d"]))


@forgery("progress")
def a_stage_is_not_rewarded(story):
    acts = story.acts("enter_card")
    reward = story.after(acts[0]) if acts else {"k": ""}
    if reward["k"] != "reward":
        raise NotHere
    story.drop(reward)


@forgery("failures")
def the_penalty_of_a_failed_payment_is_left_out(story):
    wrong = story.first(
        "payment_declined", lambda r: r["d"]["reason"] == "challenge_failed"
    )
    story.drop(story.after(wrong))


@forgery("failures")
def a_penalty_comes_for_nothing(story):
    reward = story.first("reward", lambda r: "progress" in r["d"]["terms"])
    penalty = story.scenario["reward"]["penalty"]
    story.add(reward, "reward", {"terms": {"penalty": penalty}})


@forgery("outcome")
def a_failure_is_told_as_a_success(story):
    failed = outcome_of(story, "failed")
    failed["d"]["outcome"] = "success"
    failed["d"]["terms"] = {"success": 1000}
    story.first("end")["d"]["outcomes"][failed["a"]] = "success"


@forgery("outcome")
def a_ticket_is_told_as_a_failure(story):
    success = outcome_of(story, "success")
    success["d"]["outcome"] = "failed"
    success["d"]["terms"] = {}
    story.first("end")["d"]["outcomes"][success["a"]] = "failed"


@forgery("outcome_reward")
def a_success_brings_more_than_declared(story):
    outcome_of(story, "success")["d"]["terms"]["success"] += 1


@forgery("paid")
def what_was_paid_is_understated(story):
    story.first("outcome", lambda r: r["d"]["paid"])["d"]["paid"] -= 100


@forgery("end")
def the_end_tells_another_outcome(story):
    outcomes = story.first("end")["d"]["outcomes"]
    outcomes[next(iter(outcomes))] = "aborted-by-nobody"


@forgery("messages")
def an_agent_speaks_as_the_shop(story):
    story.first("message", lambda r: not r["d"]["untrusted"])["d"]["sender"] = "Friend"


@forgery("causes")
def a_hold_follows_from_another_action(story):
    placed = story.first("hold_placed")
    placed["c"] = story.first("act")["n"]


@forgery("causes")
def an_illegal_action_has_a_consequence(story):
    placed = story.first("hold_placed")
    act = next(r for r in story.records if r["n"] == placed["c"])
    act["d"]["status"] = "illegal"
    act["d"]["reward"]["penalty"] = story.records[0]["d"]["scenario"]["reward"][
        "penalty"
    ]


@forgery("actors")
def a_payment_is_someone_elses(story):
    captured = story.first("payment_captured")
    names = [seat["name"] for seat in story.records[0]["d"]["seats"]]
    others = [name for name in names if name != captured["a"]]
    if not others:
        raise NotHere
    captured["a"] = others[0]


@forgery("layout")
def a_price_is_a_text(story):
    sale = story.first("seat_sold")
    sale["d"]["price"] = str(sale["d"]["price"])


@forgery("digests")
def a_stream_takes_draws_back(story):
    digests = story.all("digest")
    if len(digests) < 2:
        raise NotHere
    digests[1]["d"]["draws"][0][1] = 0
    digests[0]["d"]["draws"][0][1] = 99


def ok_act(record):
    return record["d"]["status"] == "ok"
