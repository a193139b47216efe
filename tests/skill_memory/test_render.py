"""A skill in words."""

import pytest
from tests.support.skill_episodes import skill

from test_time_gym.agents.skill_memory.render import description_of, quoted, steps_of
from test_time_gym.agents.skills.skill.skill import Binding, Step


def step(verb, *, optional=(), **args):
    ways = {
        name: tuple([Binding(path=path) for path in paths])
        for name, paths in args.items()
    }
    return Step(verb=verb, args=ways, optional=optional)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (step("confirm_payment"), "Confirm the payment."),
        (step("fly_away"), "Do `fly_away`."),
        (
            Step(verb="enter_card", args={"card_token": (Binding(value="tok_b"),)}),
            "Enter the card; `card_token` is `tok_b`.",
        ),
        (
            step("select_flight", id=["flights[least price].id"]),
            "Select the offer; `id` is the `id` of the offer with the least `price`.",
        ),
        (
            step("add_to_cart", id=["flights[fitting most price].id"]),
            (
                "Add the offer to the cart; `id` is the `id` of the offer "
                "with the most `price` among those that meet the constraints."
            ),
        ),
        (
            step(
                "answer_challenge",
                code=["messages[-1].text~last word", "messages[0].text~number"],
            ),
            (
                "Answer the bank's challenge; "
                "`code` is the `last word` in the `text` of the last message, "
                "else the `number` in the `text` of message number 1."
            ),
        ),
        (
            step("wait", optional=("minutes",), minutes=["constraints.patience"]),
            (
                "Wait; `minutes` is the `patience` of the `constraints` "
                "(leave it out if there is none)."
            ),
        ),
        (
            step("enter_card", token=["wallet[brand=visa].token"]),
            (
                "Enter the card; "
                "`token` is the `token` of the card whose `brand` is `visa`."
            ),
        ),
    ],
)
def test_a_step_is_told_in_words(step, said):
    assert steps_of(skill(steps=(step,))) == [
        f"1. {said}",
        "",
        "In the end the page should show `view`: `receipt`.",
    ]


def test_a_description_is_a_line_of_plain_text():
    assert description_of(skill()) == (
        "Pay with tok_b; not tried yet. "
        "Use it when the page shows view payment, payment requires_method."
    )


def test_a_quotation_is_short_and_of_one_line():
    assert quoted("a\n`b`\u2028\u202ec") == "`a 'b' c`"
    assert quoted("x" * 61) == f"`{'x' * 59}…`"
    assert quoted(" \n") == "an empty text"
