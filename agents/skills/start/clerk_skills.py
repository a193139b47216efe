"""The clerk's skills: the flow of a shop, as one would tell it to a new colleague."""

from typing import Final

from test_time_gym.agents.skills.perception.page import Page
from test_time_gym.agents.skills.perception.vocabulary import Vocabulary
from test_time_gym.agents.skills.skill.skill import Binding, Skill, Step

__all__ = ["CLERK_BELIEFS", "clerk_skills"]

CLERK_BELIEFS: Final = (
    ("answer_challenge code", "from Bank", 10.0, 0.0),
    ("answer_challenge code", "from Shop", 0.0, 60.0),
    ("apply_coupon code", "from Bank", 0.0, 60.0),
    ("apply_coupon code", "from Shop", 2.0, 1.0),
    ("choose_instalments count", "rank=most", 3.0, 0.0),
)
"""What a code is good for depends on who has sent it: kind, feature, for, against."""
_ORIGIN: Final = "the flow of a shop"
_OPEN: Final = {"cart": "none"}
_FULL: Final = {"cart": "some"}
_TILL: Final = {"view": "payment", "cart": "some"}


def clerk_skills(words: Vocabulary) -> list[Skill]:
    """Return the flow in the words of a trade.

    Which day, card, code and number of parts to take is left to be learned: the
    bindings say where such values stand.
    """
    offers = words.offers
    offer = _step_args(words, words.select, f"{offers}[fitting least price].id")
    add = _step_args(words, "add_to_cart", f"{offers}[fitting least price].id")
    card = _step_args(words, "enter_card", "wallet[0].token")
    coupon = _step_args(words, "apply_coupon", "messages[-1].text~last word")
    confirm = Step(verb="confirm_payment")
    search = Step(verb=words.search)
    parts = _step_args(
        words, "choose_instalments", "payment_state.instalments_on_offer[-1]"
    )
    answer = _step_args(words, "answer_challenge", "messages[-1].text~number")
    named = words.arguments["remove_from_cart"][0].name
    item = _step_args(words, "remove_from_cart", f"cart.items[0].{named}")
    pause = _step_value("wait", "minutes", 5)
    declined = {**_TILL, "payment": "declined"}
    proceed, again = Step(verb="proceed_to_payment"), Step(verb="restart")
    asked = {"payment": "requires_challenge"}
    unknown = {"payment": "unknown"}
    return [
        _skill("look", {**_OPEN, offers: "none"}, search),
        _skill("take", {**_OPEN, offers: "some"}, add),
        _skill("mark-and-take", {**_OPEN, offers: "some"}, offer, add),
        _skill("answer", asked, answer),
        # The end of a payment is told in time: who asks at once is told the same again.
        _skill(
            "ask-later", {**unknown, "trouble": "payment_in_progress"}, pause, confirm
        ),
        _skill("ask-too-late", {**unknown, "trouble": "hold_expired"}, pause, confirm),
        _skill("ask", unknown, confirm),
        _skill("ask-again", unknown, pause, confirm),
        _skill("code", {"view": "cart", **_FULL}, coupon),
        _skill(
            "pay", {"view": "cart", **_FULL, "checks": "agree"}, proceed, card, confirm
        ),
        _skill("card", {**_TILL, "payment": "requires_method"}, card, confirm),
        _skill(
            "cheaper-card",
            {**_TILL, "payment": "requires_confirmation", "checks": "contradict"},
            card,
            confirm,
        ),
        _skill("confirm", {**_TILL, "payment": "requires_confirmation"}, confirm),
        _skill(
            "pay-later", {**_TILL, "trouble": "gateway_unavailable"}, pause, confirm
        ),
        _skill(
            "in-parts", {**declined, "trouble": "insufficient_funds"}, parts, confirm
        ),
        _skill("same-card", {**declined, "trouble": "soft_decline"}, confirm),
        _skill("other-card", declined, card, confirm),
        _skill("hold", _TILL, proceed),
        _skill("leave", _FULL, item),
        _skill("restart", {}, again),
    ]


def _skill(name: str, before: Page, *steps: Step) -> Skill:
    return Skill(
        name=f"clerk-{name}",
        precondition=before,
        steps=steps,
        postcondition={},
        state="confirmed",
        origin=(_ORIGIN,),
        by_hand=True,
    )


def _step_args(words: Vocabulary, verb: str, path: str) -> Step:
    name = words.arguments[verb][0].name
    return Step(verb=verb, args={name: (Binding(path=path),)})


def _step_value(verb: str, name: str, value: int) -> Step:
    return Step(verb=verb, args={name: (Binding(value=value),)})
