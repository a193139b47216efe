"""Repairs: where a skill breaks off, something in between or another value is tried."""

import json

from tests.support.skill_pages import paying, results
from tests.support.skill_parts import ADD, CARD, CART, CONFIRM, bound, skill

from test_time_gym.agents.skills.drift.repair import Repairs
from test_time_gym.agents.skills.skill.execution import Execution
from test_time_gym.agents.skills.skill.skill import Binding
from test_time_gym.agents.skills.skill.trajectory import REPAIR


def ways(repairs, observation, where):
    """Return what all repairs would do on a page, and fail to."""
    found = []
    while (way := repairs.next(observation, where)) is not None:
        assert way.name == REPAIR
        found.append([(s.verb, [b[0] for b in s.args.values()]) for s in way.steps])
        repairs.ended(on=False, learning=True)
    return found


def broken(one, observation):
    """Return a skill's execution up to where it broke off on a page."""
    run = Execution(one, observation, 0)
    assert run.action(observation) is None
    return run


def test_what_is_wanted_in_between_is_about_the_same_thing():
    add = skill("add", ADD, precondition={}, postcondition=CART)
    seen = results(legal_verbs=["search_flights", "select_flight", "wait", "abort"])
    repairs = Repairs()
    repairs.broke(broken(add, seen), None, seen, "results")

    best = [Binding(path="flights[fitting least price].id")]
    assert ways(repairs, seen, "results") == [
        [("select_flight", best), ("add_to_cart", best)]
    ]


def test_what_a_skill_does_anyway_is_not_what_is_wanted_in_between():
    select = bound("select_flight", flight_id="flights[fitting least price].id")
    both = skill("both", select, ADD, precondition={}, postcondition=CART)
    verbs = ["add_to_cart", "select_flight", "wait"]
    run = Execution(both, results(legal_verbs=verbs), 0)
    assert [run.action(results(legal_verbs=verbs))[0] for _ in range(2)] == [
        "select_flight",
        "add_to_cart",
    ]
    seen = results(legal_verbs=verbs, error="illegal")
    assert run.action(seen) is None
    repairs = Repairs()
    repairs.broke(run, None, seen, "results")

    assert ways(repairs, seen, "results") == []


def declined():
    """Return a payment that was declined, and the skill that broke off by it."""
    before = paying(verb="confirm_payment")
    confirm = skill(
        "confirm", CONFIRM, precondition={}, postcondition={"outcome": "success"}
    )
    run = Execution(confirm, before, 0)
    assert run.action(before) == ("confirm_payment", {}, CONFIRM)
    return run, paying("declined", error="hard_decline")


def test_another_card_is_tried_where_the_one_before_was_declined():
    run, seen = declined()
    repairs = Repairs()
    repairs.broke(run, skill("enter", CARD), seen, "declined")

    other = [Binding(path="wallet[brand=amex].token")]
    assert ways(repairs, seen, "elsewhere") == []
    found = ways(repairs, seen, "declined")
    assert found == [[("enter_card", other), ("confirm_payment", [])]]


def test_a_repair_that_led_on_comes_first_and_blames_the_cause():
    wallet = [{"token": f"card_{b}", "brand": b} for b in ("visa", "amex", "diners")]
    run, seen = declined()
    seen["wallet"] = wallet
    repairs = Repairs()
    for on in (False, True):
        repairs.begin()
        repairs.broke(run, skill("enter", CARD), seen, "declined")
        first = repairs.next(seen, "declined")
        assert repairs.ended(on=on, learning=True) == ("enter" if on else "")
    after = Repairs()
    after.load(json.loads(json.dumps(repairs.dump())))
    after.broke(run, skill("enter", CARD), seen, "declined")

    assert after.next(seen, "declined") == first
    assert first.steps[0].args["card_token"][0].path == "wallet[brand=diners].token"


def test_what_never_arrived_is_not_repaired():
    run, seen = declined()
    run.skill = skill("confirm", CONFIRM, completions=0)
    repairs = Repairs()
    repairs.broke(run, skill("enter", CARD), seen, "declined")

    assert ways(repairs, seen, "declined") == []
