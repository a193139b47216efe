"""Forgeries that one rule alone can see, each in a story of its own."""

from tests.audit.forged_sellers import of_seller, sold_by_an_agent
from tests.audit.forgery import forgery_alone, ok_act, redeclare
from tests.audit.short import (
    EVERYONE,
    HOLDING,
    PAYING,
    SHOPPING,
    last,
    partly_sold,
    quiet,
    told,
    with_buyers,
    with_fickle_card,
)
from worlds import fare, flight, leg


@forgery_alone("turns")
def a_turn_has_another_number():
    story = told(*SHOPPING)
    last(story, "act")["d"]["turn"] += 1
    return story


@forgery_alone("revenue")
def a_seller_is_rewarded_for_more_than_it_sold():
    story = sold_by_an_agent(88, 90, 92)
    of_seller(story, "reward")["d"]["terms"]["revenue"] += 1
    return story


@forgery_alone("opening")
def what_was_sold_before_is_told_twice_of_one_flight():
    story = told(config=partly_sold())
    sold = story.first("market_opened")["d"]["sold"]
    sold.append(list(sold[0]))
    return story


@forgery_alone("lottery")
def a_ticket_was_not_drawn():
    story = told(*SHOPPING)
    last(story, "act")["d"]["ticket"] += 1
    return story


@forgery_alone("order")
def who_has_the_higher_ticket_acts_first():
    steps = [("search_flights", None, 0), ("search_flights", None, 1)]
    story = told(*steps, agents=2)
    one, two = story.all("act")
    at = story.records.index(one)
    story.records[at : at + 2] = two, one
    return story


@forgery_alone("verbs")
def an_action_gives_a_reason_that_says_nothing():
    story = told(*SHOPPING, ("wait", None))
    last(story, "act")["d"]["args"] = {"minutes": -1}
    last(story, "end")["t"] = last(story, "act")["t"]
    return story


@forgery_alone("legality")
def a_legal_click_is_called_illegal():
    story = told(("search_flights", None), ("filter_results", {"max_stops": 0}))
    data = last(story, "act")["d"]
    data["status"] = "illegal"
    data["reward"]["penalty"] = story.scenario["reward"]["penalty"]
    return story


@forgery_alone("legality")
def an_unknown_flight_is_selected():
    story = told(("search_flights", None), ("select_flight", "AA1"))
    last(story, "act")["d"]["args"]["flight_id"] = "AA9"
    return story


@forgery_alone("legality")
def a_card_is_entered_that_is_in_no_wallet():
    story = told(*HOLDING, ("enter_card", "tok_ok"))
    last(story, "act")["d"]["args"]["card_token"] = "tok_3ds"
    return story


@forgery_alone("selection")
def what_is_added_was_not_selected():
    config = quiet(storefront={"select_first": True})
    steps = [("search_flights", None), ("select_flight", "AA1"), ("add_to_cart", None)]
    story = told(*steps, config=config)
    last(story, "act")["d"]["args"] = {"flight_id": "AA3"}
    return story


@forgery_alone("phases")
def holds_expire_in_another_order_than_they_were_placed():
    steps = [(*step, EVERYONE) for step in HOLDING]
    steps += [("wait", {"minutes": 20}, EVERYONE), ("search_flights", None, EVERYONE)]
    story = told(*steps, agents=2)
    one, two = story.all("hold_expired")
    at = story.records.index(one)
    story.records[at : at + 2] = two, one
    return story


@forgery_alone("phases")
def a_reward_comes_later_than_what_it_is_for():
    story = told(*SHOPPING)
    last(story, "reward")["t"] += 1
    return story


def sale(story, after, product, segment="leisure", price=100_00, **changes):
    data = {"arrival": 900, "price": price, "product": product, "segment": segment}
    return story.add(after, "seat_sold", data, a="", c=0, **changes)


@forgery_alone("stock")
def a_seat_is_sold_that_is_held():
    story = told(*HOLDING, config=with_buyers())
    sale(story, last(story, "reward"), "AA1")
    return story


@forgery_alone("departure")
def a_flight_sells_after_it_has_left():
    config = with_buyers(depart="2026-06-01T09:30", arrive="2026-06-01T17:00")
    story = told(("wait", {"minutes": 45}), ("wait", {"minutes": 1}), config=config)
    sale(story, last(story, "act"), "AA1")
    return story


@forgery_alone("sales")
def buyers_come_before_the_first_may():
    config = with_buyers(depart="2026-06-09T09:30", arrive="2026-06-09T17:00")
    story = told(("wait", {"minutes": 45}), ("wait", {"minutes": 1}), config=config)
    sale(story, last(story, "act"), "AA1")
    return story


@forgery_alone("cart")
def a_hold_takes_another_flight_than_the_cart():
    story = told(*HOLDING)
    last(story, "hold_placed")["d"]["lines"][0][0] = "AA3"
    return story


@forgery_alone("refusals")
def a_hold_is_refused_for_no_reason():
    wait, again = ("wait", {"minutes": 20}), ("proceed_to_payment", None)
    story = told(*HOLDING, wait, again, wait, ("search_flights", None))
    story.drop(last(story, "hold_placed"), last(story, "hold_expired"))
    return story


@forgery_alone("release")
def seats_are_kept_when_a_checkout_is_left():
    story = told(*HOLDING, ("restart", None), ("search_flights", None))
    story.drop(last(story, "hold_released"))
    return story


@forgery_alone("messages")
def the_bank_tells_another_code():
    config = quiet(task={"wallets": [["tok_3ds"]]})
    steps = [*HOLDING, ("enter_card", "tok_3ds"), ("confirm_payment", None)]
    story = told(*steps, ("wait", {"minutes": 1}), ("wait", None), config=config)
    story.first("message")["d"]["text"] = "Bank: your code is 000000"
    return story


@forgery_alone("act_reward")
def a_turn_is_free():
    story = told(*SHOPPING)
    story.first("act", ok_act)["d"]["reward"] = {"time": 0}
    return story


@forgery_alone("header")
def digests_come_at_another_pace():
    story = told(*SHOPPING)
    story.records[0]["d"]["digest_every"] -= 1
    return story


@forgery_alone("layout")
def a_status_is_a_number():
    story = told(*SHOPPING)
    last(story, "end")["d"]["status"] = 1
    return story


@forgery_alone("actors")
def the_end_is_an_agents():
    story = told(*SHOPPING)
    last(story, "end")["a"] = "buyer_0"
    return story


@forgery_alone("actors")
def an_expiry_concerns_somebody_else():
    steps = [(*step, EVERYONE) for step in (*HOLDING, ("wait", {"minutes": 20}))]
    story = told(*steps, agents=2)
    one, two = story.all("hold_expired")
    one["a"], two["a"] = two["a"], one["a"]
    return story


@forgery_alone("causes")
def the_end_has_a_cause():
    story = told(*SHOPPING)
    last(story, "end")["c"] = 1
    return story


@forgery_alone("thinking")
def an_agent_has_written_less_than_nothing():
    story = told(*SHOPPING, ("think", 700), ("wait", None))
    thought = story.first("act", lambda r: r["d"]["status"] == "thinking")
    thought["d"]["args"]["completion_tokens"] = -1
    return story


@forgery_alone("pace")
def a_click_comes_a_little_later():
    story = told(*SHOPPING, ("search_flights", None))
    last(story, "act")["t"] += 1
    return story


@forgery_alone("pace")
def an_agent_misses_its_turn():
    story = told(*SHOPPING, ("search_flights", None))
    story.drop(last(story, "act"))
    return story


@forgery_alone("booking_limit")
def a_class_sells_one_seat_too_many():
    fares = [fare("Y", 200_00), fare("Q", 100_00, booking_limit=1)]
    config = with_buyers(flights=[flight("AA1", leg("AA1"), fares=fares)])
    story = told(("wait", {"minutes": 5}), ("wait", None), config=config)
    one = sale(story, story.first("act"), "AA1-Q")
    sale(story, one, "AA1-Q")["d"]["arrival"] += 1
    return story


@forgery_alone("price")
def a_seat_is_sold_for_more():
    story = told(("wait", {"minutes": 5}), ("wait", None), config=with_buyers())
    sale(story, story.first("act"), "AA1")["d"]["price"] += 1
    return story


@forgery_alone("repricing")
def prices_move_and_nobody_says_so():
    clock = [[0, 1_000_000], [10, 2_000_000]]
    pricing = {"kind": "load_days", "clock_curve": clock, "reprice_every_s": 300}
    config = quiet(pricing=pricing)
    story = told(("wait", {"minutes": 6}), ("wait", None), config=config)
    story.drop(story.first("repriced"))
    return story


@forgery_alone("hold_terms")
def a_hold_lasts_longer():
    story = told(*HOLDING)
    last(story, "hold_placed")["d"]["expires"] += 60_000
    return story


@forgery_alone("hold_quota")
def a_visitor_holds_once_too_often():
    again = (("wait", {"minutes": 20}), ("proceed_to_payment", None))
    story = told(*HOLDING, *again, config=quiet(holds={"per_visitor": 2}))
    story.market["holds"]["per_visitor"] = 1
    redeclare(story)
    return story


@forgery_alone("hold_expiry")
def a_hold_outlives_its_time():
    story = told(*HOLDING, ("wait", {"minutes": 20}), ("search_flights", None))
    story.drop(last(story, "hold_expired"))
    return story


@forgery_alone("hold_state")
def seats_are_given_back_twice():
    story = told(*HOLDING, ("restart", None))
    released = last(story, "hold_released")
    story.add(released, "hold_released", dict(released["d"]), c=released["c"])
    return story


@forgery_alone("progress")
def a_stage_is_worth_more():
    story = told(*SHOPPING)
    last(story, "reward")["d"]["terms"]["progress"] += 1
    return story


@forgery_alone("failures")
def a_failed_payment_costs_less():
    config = with_fickle_card()
    steps = [*HOLDING, ("enter_card", "tok_fickle"), ("confirm_payment", None)]
    story = told(*steps, config=config)
    last(story, "reward")["d"]["terms"]["penalty"] += 1
    return story


@forgery_alone("outcome")
def an_abort_is_told_as_a_failure():
    story = told(("abort", None))
    last(story, "outcome")["d"]["outcome"] = "failed"
    last(story, "end")["d"]["outcomes"]["buyer_0"] = "failed"
    return story


@forgery_alone("outcome")
def a_crash_after_a_ticket_is_a_success():
    story = told(*PAYING, ("abort", None))
    act = last(story, "act")
    penalty = story.scenario["reward"]["penalty"]
    act["d"].update(args={"why": "KeyError"}, status="error", verb="")
    act["d"]["reward"]["penalty"] = penalty
    return story


@forgery_alone("outcome_reward")
def an_abort_is_rewarded():
    story = told(("abort", None))
    last(story, "outcome")["d"]["terms"] = {"aborted": 1}
    return story


@forgery_alone("paid")
def an_abort_has_paid():
    story = told(("abort", None))
    last(story, "outcome")["d"]["paid"] = 5
    return story


@forgery_alone("digests")
def a_lottery_has_drawn_more():
    story = told(*[("wait", None, EVERYONE)] * 130, agents=2)
    draws = story.first("digest")["d"]["draws"]
    next(draw for draw in draws if draw[0] == "lottery/1")[1] += 1
    return story


@forgery_alone("end")
def a_run_that_was_cut_short_is_complete():
    story = told(*SHOPPING)
    last(story, "end")["d"]["status"] = "complete"
    return story
