"""Skills of a few steps, and the steps that they are made of."""

from test_time_gym.agents.skills.skill.skill import Binding, Skill, Step

CART = {"view": "cart", "payment": "none", "cart": "some"}
TILL = {"view": "payment", "payment": "requires_method", "cart": "some"}
CODE = Step(
    verb="apply_coupon", args={"code": (Binding(value="SKY20"),)}, best_effort=True
)


def skill(name, *steps, precondition=CART, postcondition=TILL, completions=9, **more):
    fields = {
        "precondition": precondition,
        "postcondition": postcondition,
        "state": "confirmed",
    } | more
    return Skill(name=name, steps=steps, completions=completions, tries=9, **fields)


def bound(verb, **paths):
    args = {name: (Binding(path=path),) for name, path in paths.items()}
    return Step(verb=verb, args=args)


ADD = bound("add_to_cart", flight_id="flights[fitting least price].id")
CARD = bound("enter_card", card_token="wallet[brand=visa].token")
CONFIRM = Step(verb="confirm_payment")
