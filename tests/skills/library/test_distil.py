"""Which skills become one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.support.skill_episodes import skill

from test_time_gym.agents.skills.library.distil import distil
from test_time_gym.agents.skills.skill.skill import Binding, Step

LAST = Binding(path="wallet[-1].token")
VISA = Binding(path="wallet[brand=visa].token")
TOK_B = Binding(value="tok_b")


def card(*bindings, optional=()):
    return Step(verb="enter_card", args={"card_token": bindings}, optional=optional)


def pays(name, *bindings, **more):
    confirm = Step(verb="confirm_payment")
    return skill(name, **{"steps": (card(*bindings), confirm), **more})


def test_duplicates_become_what_both_say():
    one = pays(
        "a", LAST, VISA, TOK_B, support=3, born=2, tries=5, completions=4, used=9,
        origin=("e1", "e2"), postcondition={"view": "receipt", "cart": "none"},
    )  # fmt: skip
    other = pays(
        "b", TOK_B, VISA, support=1, born=1, tries=2, completions=1, used=11,
        origin=("e2", "e3"), postcondition={"view": "receipt", "flights": "none"},
        state="confirmed",
    )  # fmt: skip

    kept, merged = distil([one, other])

    assert merged == {"a": "b"}
    assert kept == [
        pays(
            "b", TOK_B, VISA, support=4, born=1, tries=7, completions=5, used=11,
            origin=("e2", "e3", "e1"), postcondition={"view": "receipt"},
            state="confirmed",
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        pays("b", LAST, precondition={"view": "cart"}),
        pays("b", LAST, postcondition={"view": "error"}),
        pays("b", LAST, postcondition={"cart": "none"}),
        pays("b", VISA),
        pays("b"),
        pays("b", LAST, steps=(card(LAST),)),
        pays("b", LAST, steps=(card(LAST), Step(verb="wait"))),
        pays("b", LAST, steps=(Step(verb="enter_card"), Step(verb="confirm_payment"))),
        pays("b", LAST, state="retired"),
        pays("b", LAST, by_hand=True),
    ],
)
def test_what_is_different_stays(other):
    first = pays("a", LAST, by_hand=other.by_hand)

    assert distil([first, other]) == ([first, other], {})
    assert distil([other, first]) == ([other, first], {})


def test_what_is_left_out_in_one_may_be_left_out():
    one, other = pays("a", LAST), pays("b", LAST)
    other = replace(other, steps=(card(LAST, optional=("card_token",)), other.steps[1]))

    ((both,), merged) = distil([one, other])

    assert both.steps[0] == card(LAST, optional=("card_token",))
    assert merged == {"b": "a"}


def test_a_skill_by_hand_takes_in_others_and_does_as_before():
    mine = pays("z", VISA, LAST, by_hand=True, tries=1)
    mined = pays("a", LAST, TOK_B, support=9, state="confirmed", tries=4, completions=4)

    assert distil([mined, mine]) == (
        [replace(mine, tries=5, completions=4, support=9)],
        {"a": "z"},
    )


def waits(name, *more, **fields):
    first = pays(name, LAST)
    return replace(first, steps=(Step(verb="wait"), *first.steps, *more), **fields)


some_skills = st.lists(
    st.builds(
        lambda name, ways, view, state, by_hand, support, waiting: replace(
            (waits if waiting else pays)(name, *(() if waiting else ways)),
            postcondition={"view": view},
            state=state,
            by_hand=by_hand,
            support=support,
        ),
        st.sampled_from("abcdef"),
        st.lists(st.sampled_from([LAST, VISA, TOK_B]), unique=True),
        st.sampled_from(["receipt", "cart"]),
        st.sampled_from(["probation", "confirmed", "retired"]),
        st.booleans(),
        st.integers(0, 3),
        st.booleans(),
    ),
    unique_by=lambda one: one.name,
)


@pytest.mark.property
@given(some_skills, st.randoms(use_true_random=False))
def test_distilling_is_settled_whatever_the_order(skills, dice):
    kept, merged = distil(skills)
    shuffled = dice.sample(skills, len(skills))

    assert distil(kept) == (kept, {})
    again, same = distil(shuffled)
    assert sorted(again, key=lambda one: one.name) == sorted(
        kept, key=lambda one: one.name
    )
    assert same == merged
    names = [one.name for one in kept]
    assert sorted([*names, *merged]) == sorted(one.name for one in skills)
    assert set(merged.values()) <= set(names)
    assert all(one.name in names for one in skills if one.by_hand)
