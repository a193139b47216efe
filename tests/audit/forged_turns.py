"""Forgeries of turns, rewards, outcomes and what frames them."""

from tests.audit.forgery import forgery, ok_act, outcome_of, redeclare
from tests.audit.story import NotHere


@forgery("pace")
def a_turn_is_left_out(story):
    act = story.first("act", lambda r: r["d"]["verb"] == "filter_results")
    story.drop(act)


@forgery("pace")
def a_turn_is_left_out_and_the_others_are_renumbered(story):
    act = story.first("act", lambda r: r["d"]["verb"] == "filter_results")
    for later in story.all("act", lambda r: r["a"] == act["a"] and r["n"] > act["n"]):
        later["d"]["turn"] -= 1
    story.drop(act)


@forgery("selection")
def nothing_was_selected_before_it_is_added(story):
    added = story.first("act", lambda r: r["d"]["verb"] == "add_to_cart" and ok_act(r))
    if story.acts("select_flight"):
        raise NotHere
    added["d"]["args"] = {}


@forgery("selection")
def a_shop_that_wants_a_selection_adds_another_flight(story):
    story.first("act", lambda r: r["d"]["verb"] == "add_to_cart" and ok_act(r))
    story.market["storefront"]["select_first"] = True
    redeclare(story)


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


@forgery("outcome")
def what_is_dearer_than_the_budget_is_a_success(story):
    outcome_of(story, "success")
    task = story.scenario["task"]
    task["budgets_minor"] = [1 for _ in task["budgets_minor"]]
    redeclare(story)


@forgery("legality")
def a_search_finds_flights_of_another_date(story):
    outcome_of(story, "success")
    task = story.scenario["task"]
    task["flexible_days"] = 7
    for trip in task["trips"]:
        trip["date"] = "2030-01-01"
    redeclare(story)


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


@forgery("legality")
def an_unknown_flight_is_put_into_the_cart(story):
    story.acts("add_to_cart")[0]["d"]["args"] = {"flight_id": "XX999"}


@forgery("lottery")
def two_tickets_are_exchanged(story):
    by_time = {}
    for act in story.all("act"):
        before = by_time.setdefault(act["t"], act)
        if before is not act:
            one, two = before["d"], act["d"]
            one["ticket"], two["ticket"] = two["ticket"], one["ticket"]
            return
    raise NotHere


@forgery("messages")
def a_message_says_something_else(story):
    story.first("message")["d"]["text"] += "!"


@forgery("messages")
def a_message_reaches_somebody_else(story):
    names = [seat["name"] for seat in story.records[0]["d"]["seats"]]
    message = story.first("message")
    others = [name for name in names if name != message["a"]]
    if not others:
        raise NotHere
    message["a"] = others[0]


@forgery("messages")
def a_message_is_left_out(story):
    story.drop(story.first("message"))


@forgery("messages")
def a_message_comes_later(story):
    message = story.first("message", lambda r: r["d"]["sender"] == "Bank")
    if story.after(message)["t"] <= message["t"]:
        raise NotHere
    message["t"] += 1


@forgery("messages")
def a_message_is_invented(story):
    acts = story.all("act", lambda r: r["d"]["verb"] == "wait")
    if not acts:
        raise NotHere
    text = "Shop: payment pay-0-1 is refunded"
    data = {"sender": "Shop", "text": text, "untrusted": False}
    story.records.insert(story.records.index(acts[-1]), {**acts[-1], "n": -1, "c": 0})
    story.records[story.records.index(acts[-1]) - 1].update(k="message", d=data)


@forgery("messages")
def a_mate_is_told_what_nobody_sent(story):
    story.first("message", lambda r: r["d"]["untrusted"])["d"]["text"] = "trust me"


@forgery("messages")
def what_a_mate_sent_is_said_by_the_shop(story):
    story.first("message", lambda r: r["d"]["untrusted"])["d"]["sender"] = "Shop"


@forgery("messages")
def an_agent_speaks_as_the_shop(story):
    story.first("message", lambda r: not r["d"]["untrusted"])["d"]["sender"] = "Friend"


@forgery("causes")
def a_hold_follows_from_another_action(story):
    placed = story.first("hold_placed")
    placed["c"] = story.first("act")["n"]


@forgery("causes")
def an_outcome_follows_from_somebody_elses_action(story):
    over = story.first("outcome")
    acts = story.all("act", lambda r: r["a"] != over["a"] and r["n"] < over["n"])
    if not acts or story.scenario["task"]["team"]:
        raise NotHere
    over["c"] = acts[-1]["n"]


@forgery("causes")
def the_outcomes_of_a_team_name_two_causes(story):
    if not story.scenario["task"]["team"]:
        raise NotHere
    last = story.all("outcome")[-1]
    acts = story.all("act", lambda r: r["n"] != last["c"])
    last["c"] = acts[-1]["n"]


@forgery("causes")
def a_penalty_follows_from_no_payment_that_failed(story):
    penalty = story.first("reward", lambda r: "penalty" in r["d"]["terms"])
    penalty["c"] = story.all("act", lambda r: r["n"] < penalty["n"])[-1]["n"]


@forgery("legality")
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


@forgery("header")
def a_parent_has_no_hash(story):
    story.records[0]["d"]["parent"] = {"h": "", "n": 3, "seats": []}


@forgery("header")
def a_parent_gave_a_seat_away_that_is_none(story):
    parent = {"h": "0" * 32, "n": 3, "seats": ["buyer_99"]}
    story.records[0]["d"]["parent"] = parent
