"""Beliefs: how likely a value is to work, by what is told of it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from test_time_gym.agents.skills.perception.candidates import CandidateValue
from test_time_gym.agents.skills.values.beliefs import Beliefs
from test_time_gym.market.interface.policy import policy_stream

KIND = "enter_card card_token"


def card(token, brand):
    return CandidateValue(token, (f"token={token}", f"brand={brand}"))


VISA, OTHER_VISA = card("card_a", "visa"), card("card_b", "visa")
AMEX, DINERS = card("card_c", "amex"), card("card_d", "diners")


def believing(*told, keep=0.5):
    """Return beliefs after values have worked as told, from 0 to 1, one by one."""
    beliefs = Beliefs(policy_stream(7), keep)
    for one, *results in told:
        for worked in results:
            beliefs.note(KIND, one, worked)
    return beliefs


def drawn(beliefs, found, times=200, *, sure=False):
    """Return how often each of some values is drawn."""
    best = [beliefs.best(KIND, found, sure=sure) for _ in range(times)]
    return [best.count(one) for one in found]


def test_of_what_is_new_nothing_is_known():
    beliefs = believing()

    assert [beliefs.share(KIND, one) for one in (VISA, AMEX)] == [0.5, 0.5]
    assert not beliefs.seen(KIND, VISA)
    assert beliefs.favourite(KIND) == ""
    assert beliefs.dump() == {}


def test_what_worked_is_drawn_before_what_failed():
    beliefs = believing((VISA, *[1] * 9), (AMEX, *[0] * 9))

    visa, amex, diners = drawn(beliefs, [VISA, AMEX, DINERS])
    assert visa > diners > amex


def test_what_is_unknown_is_tried_now_and_then_beside_what_works_by_halves():
    counts = drawn(believing((VISA, 1, 0, 1, 0)), [VISA, AMEX])

    assert min(counts) > 40


def test_a_brand_tells_of_a_card_that_was_never_tried():
    beliefs = believing((VISA, 1, 1, 1), (AMEX, 0, 0, 0))

    assert beliefs.share(KIND, OTHER_VISA) > beliefs.share(KIND, DINERS)
    assert not beliefs.seen(KIND, OTHER_VISA)
    assert beliefs.seen(KIND, VISA)


def test_a_name_tells_cards_of_one_brand_apart():
    beliefs = believing((VISA, *[1] * 20), (OTHER_VISA, 0, 0, 0))

    _, failed = drawn(beliefs, [VISA, OTHER_VISA], sure=True)
    assert failed < 4


def test_a_brand_tells_cards_apart_whose_names_say_nothing():
    one, two = card("card_1", "amex"), card("card_2", "visa")
    turned = card("card_1", "visa"), card("card_2", "amex")
    beliefs = believing(
        (one, *[1] * 9), (turned[0], *[0] * 9), (two, *[0] * 9), (turned[1], *[1] * 9)
    )

    _, failed = drawn(beliefs, [one, two], sure=True)
    assert failed < 4


def test_what_a_value_is_for_is_believed_apart():
    beliefs = believing((VISA, 0, 0, 0))

    assert beliefs.share("another verb", VISA) == 0.5


def test_what_is_hardly_ever_worth_a_step_is_left_out_unless_one_must_be_taken():
    beliefs = believing((VISA, *[0] * 400))

    assert beliefs.best(KIND, [VISA]) is None
    assert beliefs.best(KIND, [VISA], sure=True) == VISA
    assert beliefs.best(KIND, []) is beliefs.best(KIND, [], sure=True) is None


def test_where_one_must_be_taken_and_there_is_but_one_nothing_is_drawn():
    dice = policy_stream(7)
    beliefs = Beliefs(dice, 0.5)

    beliefs.best(KIND, [VISA], sure=True)
    assert dice.drawn == 0
    beliefs.best(KIND, [VISA, AMEX], sure=True)
    assert dice.drawn > 0


@pytest.mark.parametrize(
    ("told", "favourite"),
    [
        ([(VISA, 1)], "brand=visa"),
        ([(VISA, 1, 1), (OTHER_VISA, 0, 0)], "token=card_a"),
        ([(VISA, 0)], ""),
        ([(VISA, 1, 0, 0)], ""),
        ([(VISA, 1), (AMEX, 1, 1)], "brand=amex"),
        ([(CandidateValue("SKY20", ("=SKY20", "from Shop")), 1)], "=SKY20"),
        ([(CandidateValue("PG3", ("item",)), 1)], ""),
    ],
)
def test_the_favourite_is_the_feature_of_which_values_mostly_worked(told, favourite):
    assert believing(*told).favourite(KIND) == favourite


def test_all_that_is_believed_fades():
    beliefs = believing((VISA, 1, 0))
    beliefs.pass_episode()

    assert beliefs.dump() == {
        KIND: {"token=card_a": (0.5, 0.5), "brand=visa": (0.5, 0.5)}
    }
    assert beliefs.seen(KIND, VISA)
    beliefs.pass_episode()
    assert not beliefs.seen(KIND, VISA)


def test_what_is_told_beforehand_counts_as_if_seen():
    beliefs = believing()
    beliefs.expect(KIND, "brand=visa", 9.0, 0.0)
    beliefs.expect(KIND, "brand=amex", 0.0, 60.0)

    assert drawn(beliefs, [VISA, AMEX]) == [200, 0]
    assert beliefs.favourite(KIND) == "brand=visa"


def test_beliefs_go_on_from_a_dump_draw_for_draw():
    one = believing((VISA, 1, 0.25), (AMEX, 0))
    two = believing()
    two.load(json.loads(json.dumps(one.dump())))

    assert two.dump() == one.dump()
    cards = [VISA, AMEX, DINERS]
    assert [one.best(KIND, cards) for _ in range(50)] == [
        two.best(KIND, cards) for _ in range(50)
    ]


results = st.lists(st.tuples(st.sampled_from([VISA, AMEX]), st.floats(0, 1)))


@pytest.mark.property
@given(results, st.sampled_from([VISA, OTHER_VISA, AMEX, DINERS]))
def test_whatever_was_seen_a_chance_lies_between_never_and_always(seen, asked):
    beliefs = believing(*seen)

    assert 0 < beliefs.share(KIND, asked) < 1
    assert beliefs.best(KIND, [asked, DINERS], sure=True) in (asked, DINERS)
