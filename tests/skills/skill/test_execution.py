"""Executions: a skill is carried out step by step, or breaks off."""

from tests.support.skill_pages import in_cart, note, paying

from test_time_gym.agents.skills.perception.page import features
from test_time_gym.agents.skills.perception.places import MISSING
from test_time_gym.agents.skills.skill.execution import UNLEARNED, Execution
from test_time_gym.agents.skills.skill.skill import Binding, Skill, Step


def carried(*steps, postcondition=None):
    end = postcondition or {"view": "cart"}
    return Skill(name="s", precondition={}, steps=steps, postcondition=end)


def test_a_skill_goes_step_by_step_and_arrives():
    token = Binding(path="wallet[brand=visa].token")
    enter = Step(verb="enter_card", args={"card_token": (token,)})
    run = Execution(carried(enter, postcondition={"payment": "declined"}), 0)

    assert run.action(paying()) == ("enter_card", {"card_token": "card_a"}, enter)
    assert run.action(paying("declined")) is None
    assert run.arrived(features(paying("declined")))
    assert not run.arrived(features(paying()))


def test_a_refused_step_breaks_a_skill_off_unless_it_is_a_mere_help():
    code = {"code": (Binding(value="SKY20"),)}
    pay = Step(verb="proceed_to_payment")
    refused = in_cart(error="coupon_expired")
    for spare in (False, True):
        step = Step(verb="apply_coupon", args=code, best_effort=spare)
        run = Execution(carried(step, pay), 0)
        run.action(in_cart())
        found = run.action(refused)
        assert found == (("proceed_to_payment", {}, pay) if spare else None)
        assert run.arrived(features(refused)) is spare


def test_a_step_that_is_not_possible_is_left_out():
    pay = Step(verb="proceed_to_payment")
    code = Step(verb="answer_challenge", args={"code": (Binding(value="1"),)})

    assert Execution(carried(code, pay), 0).action(in_cart())[2] == pay


def test_a_message_that_is_still_to_come_is_waited_for():
    code = Binding(path="messages[-1].text~number")
    # The code of the only success so far is known, and is no code any more.
    answer = Step(verb="answer_challenge", args={"code": (code, Binding(value="1"))})
    seen = paying("requires_challenge", "answer_challenge")
    run = Execution(carried(answer), 0)

    assert run.action(seen) is None
    assert run.lacking
    run.look_again()
    seen["messages"].append(note("Bank: code 483920"))
    assert run.action(seen)[:2] == ("answer_challenge", {"code": "483920"})


def chosen(value, *, optional=()):
    """Return a skill's execution whose card is chosen by what worked."""
    visa = (Binding(path="wallet[brand=visa].token"),)
    args = {"card_token": visa, "name": visa}
    enter = Step(verb="enter_card", args=args, optional=optional)
    known = {"card_token": value}
    return Execution(carried(enter), 0, lambda _v, name, _p: known.get(name, UNLEARNED))


def test_what_worked_goes_before_what_the_skill_says():
    page = paying()

    _, said, _ = chosen("card_b").action(page)

    assert said == {"card_token": "card_b", "name": "card_a"}
    assert chosen(MISSING).action(page) is None
    assert chosen(MISSING, optional=("card_token",)).action(page)[1] == {
        "name": "card_a"
    }
