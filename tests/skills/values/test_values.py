"""Values: what an argument should be now, by what the site has answered."""

import json

import pytest
from tests.support.buying import (
    ANSWER,
    CARD,
    CODE,
    FLIGHTS,
    PARTS,
    Buying,
    at_till,
    done,
    field,
    fresh,
)
from tests.support.skill_pages import in_cart, note, page, paying
from tests.support.visits import site

from test_time_gym.agents.skills.perception.places import MISSING

# -- what a site answers


def test_a_code_that_is_taken_is_better_by_what_it_takes_off():
    buying = Buying(site(3))
    buying.fill_cart()
    for code in ("SKY20", "JUNE20"):
        buying.do("apply_coupon", code=code)
    assert buying.page["cart"]["total"] == 208  # Of 260.
    assert buying.known(CODE) == {"SKY20": (0, 1)}
    buying.do("wait", minutes=1)

    assert buying.known(CODE) == {"SKY20": (0, 1), "JUNE20": (0.9, 0.1)}


def test_codes_that_add_up_share_in_what_they_take_off():
    values, seen = fresh(), in_cart(total=200)
    one, two = in_cart(total=200, coupons=["SKY20"]), in_cart(total=100)
    done(values, "apply_coupon", {"code": "SKY20"}, seen, one)
    done(values, "apply_coupon", {"code": "JUNE20"}, one, two)
    done(values, "wait", {"minutes": 1}, two)

    known = values.dump()
    assert known["apply_coupon code"]["=SKY20"] == (1, 0)
    assert known["apply_coupon code after SKY20"]["=JUNE20"] == (1, 0)


def test_a_second_code_is_another_matter_than_a_first():
    buying = Buying(site(3))
    buying.fill_cart()
    for code in ("JUNE20", "EARLY20"):
        buying.do("apply_coupon", code=code)

    assert buying.known(CODE) == {}
    assert buying.known(("apply_coupon", "code after JUNE20")) == {"EARLY20": (0, 1)}


def test_a_card_is_known_when_the_episode_is_over():
    buying = at_till()
    buying.pay("card_b")
    buying.do("enter_card", card_token="card_c")
    assert buying.known(CARD) == {}
    buying.values.end(bought=False)

    assert buying.known(CARD) == {"card_b": (0, 1)}


def test_a_card_that_pays_is_worse_by_the_fee_that_it_costs():
    """Of 260, card_c costs 12 on top."""
    buying = at_till()
    buying.pay("card_c")
    buying.values.end(bought=True)

    assert buying.known(CARD) == {"card_c": (1 - 24 / 260, 24 / 260)}


def test_a_card_that_paid_is_not_blamed_where_the_episode_goes_on():
    """A receipt shows no card any more, and its ticket could still be given back."""
    buying = at_till("flights/refunds")
    buying.pay("tok_ok")
    assert buying.page["view"] == "receipt"
    assert buying.page["payment_state"]["card"] is None
    buying.do("wait", minutes=10)
    buying.do("restart")
    buying.values.end(bought=True)

    assert buying.known(CARD) == {"tok_ok": (1, 0)}


def test_a_card_that_could_pay_in_parts_alone_has_worked_and_so_have_they():
    buying = at_till("flights/instalments", 3)
    buying.pay("tok_student")
    assert buying.page["last_action_error"]["code"] == "insufficient_funds"
    buying.do("choose_instalments", count=3)
    buying.do("confirm_payment")
    buying.do("wait", minutes=10)
    buying.values.end(bought=True)

    assert buying.known(CARD) == {"tok_student": (1, 0)}
    dearer = 930.14 / 915 - 1  # Paying in three parts has its price.
    assert buying.known(PARTS) == {"3": (1 - 2 * dearer, 2 * dearer)}


def test_a_payment_of_which_nobody_knows_the_end_tells_nothing():
    buying = at_till("flights/unknown-outcomes", 3)
    buying.pay("tok_timeout")
    buying.do("wait", minutes=1)
    assert buying.page["payment_state"]["status"] == "unknown"
    buying.values.end(bought=False)

    assert buying.values.dump() == {}
    assert buying.values.failures == 0


def test_a_gateway_that_is_down_is_no_fault_of_the_card():
    values, seen = fresh(), paying("requires_confirmation", "confirm_payment")
    seen["payment_state"]["card"] = "card_a"
    done(values, "enter_card", {"card_token": "card_a"}, paying(), seen)
    done(values, "confirm_payment", {}, seen, error="gateway_unavailable")
    values.end(bought=False)

    assert values.dump() == {}


def asked_for_code():
    """Return a visit whose bank asks for a code, and has sent two."""
    buying = at_till("flights/3ds-storm")
    buying.pay("tok_mute")
    buying.page["messages"] += [note("Bank: 111111"), note("Bank: 222222")]
    return buying


def test_a_wrong_code_says_nothing_of_the_card():
    buying = asked_for_code()
    buying.do("answer_challenge", code="111111")
    assert buying.page["last_action_error"]["code"] == "challenge_failed"
    buying.values.end(bought=False)

    assert buying.known(CARD) == {}
    assert buying.values.dump()["answer_challenge code"]["from Bank"] == (0, 1)


def test_a_card_whose_code_never_comes_has_failed():
    buying = at_till("flights/3ds-storm")
    buying.pay("tok_mute")
    assert buying.page["payment_state"]["status"] == "requires_challenge"
    buying.do("wait", minutes=6)
    buying.do("restart")
    buying.values.end(bought=False)

    assert buying.known(CARD) == {"tok_mute": (0, 1)}


def test_of_the_banks_codes_each_is_another_one():
    """What is known of one is who has sent it, and what it looks like."""
    values, seen = fresh(), paying("requires_challenge")
    seen["messages"].append(note("Bank: your code is 482913"))
    code = {"code": "482913"}
    values.took("answer_challenge", code, FLIGHTS.arguments["answer_challenge"], seen)
    values.end(bought=True)

    assert values.dump()["answer_challenge code"] == {
        "from Bank": (1, 0),
        "like 000000": (1, 0),
    }


def test_who_does_not_learn_remembers_nothing():
    values, seen = fresh(learning=False), in_cart()
    done(values, "apply_coupon", {"code": "SKY20"}, seen, error="coupon_expired")
    done(values, "enter_card", {"card_token": "card_a"}, paying(), error="illegal")
    values.end(bought=True)

    assert values.dump() == {}
    assert values.failures == 2


# -- what is chosen


def test_what_has_failed_is_not_tried_again_as_long_as_there_is_another():
    buying = at_till()
    assert buying.choices(CARD) == ["card_a", "card_b", "card_c", "card_d"]
    buying.pay("card_b")
    assert buying.choices(CARD) == ["card_a", "card_c", "card_d"]
    assert buying.values.failures == 1
    buying.pay("card_d")
    assert buying.choices(CARD) == ["card_a", "card_c"]
    assert not buying.asked("spent", CARD)


def test_when_all_cards_have_failed_another_than_the_last_one_is_tried_again():
    buying = at_till()
    for card in ("card_b", "card_d", "card_a"):
        buying.pay(card)
    last = {"card_token": "card_c"}
    done(buying.values, "enter_card", last, buying.page, error="hard_decline")

    assert buying.page["payment_state"]["card"] == "card_a"
    assert buying.asked("spent", CARD)
    assert buying.choices(CARD, 200) == ["card_b", "card_c", "card_d"]


def test_the_next_episode_tries_the_cards_again():
    buying = at_till()
    buying.pay("card_b")
    buying.values.begin()

    assert buying.values.failures == 0
    assert not buying.asked("spent", CARD)
    assert "card_d" in buying.choices(CARD)


def test_a_code_that_failed_is_tried_with_another_offer():
    buying = Buying(site(3))
    first = buying.fill_cart()
    buying.do("apply_coupon", code="SKY20")
    assert buying.choices(CODE) == ["EARLY20", "JUNE20"]

    offers = [one["id"] for one in first["flights"]]
    buying.do("remove_from_cart", flight_id=offers[0])
    buying.do("add_to_cart", flight_id=offers[1])

    assert buying.choices(CODE) == ["EARLY20", "JUNE20", "SKY20"]


def test_a_code_counts_for_each_cart_and_is_not_applied_twice_to_one():
    buying = Buying(site(3))
    buying.fill_cart()
    buying.do("apply_coupon", code="JUNE20")
    assert "JUNE20" not in buying.choices(CODE)

    buying.do("restart")
    buying.fill_cart()
    assert "JUNE20" in buying.choices(CODE)


def test_parts_that_one_card_refused_may_do_for_another():
    seen, values = page(), fresh()
    seen["payment_state"] |= {"card": "card_a", "instalments_on_offer": [3, 4]}
    other = page()
    other["payment_state"] |= {"card": "card_b", "instalments_on_offer": [3, 4]}
    done(values, PARTS[0], {"count": 4}, seen, error="illegal")

    chosen = [
        {values.choose(PARTS[0], field(*PARTS), one) for _ in range(60)}
        for one in (seen, other)
    ]
    assert chosen == [{3}, {3, 4}]


def taught(worked, failed):
    """Return values that know how often the code SKY20 has worked."""
    values = fresh()
    values.beliefs.expect("apply_coupon code", "=SKY20", worked, failed)
    values.beliefs.expect("apply_coupon code", "=JUNE20", 0.0, 400.0)
    for feature in ("from Shop", "like A00"):
        values.beliefs.expect("apply_coupon code", feature, 0.0, 400.0)
    return values


@pytest.mark.parametrize(
    ("worked", "failed", "proven"),
    [(9000.0, 0.0, "SKY20"), (0.0, 0.0, MISSING), (1.0, 9000.0, MISSING)],
)
def test_a_value_is_proven_that_has_worked_and_not_too_seldom(worked, failed, proven):
    values = taught(worked, failed)

    assert values.proven("apply_coupon", field(*CODE), in_cart()) == proven


def test_what_was_never_tried_can_be_asked_for():
    values = fresh()
    asked = "apply_coupon", field(*CODE), in_cart()
    assert values.untried(*asked) == "JUNE20"  # The newest one.
    done(values, "apply_coupon", {"code": "JUNE20"}, in_cart(), error="coupon_expired")
    assert values.untried(*asked) == "SKY20"
    values.begin()

    assert values.untried(*asked) == "SKY20"
    assert taught(0.0, 400.0).untried(*asked) is MISSING


def test_a_code_that_was_there_before_the_payment_is_none_of_the_banks():
    values, seen = fresh(), paying("requires_confirmation", "confirm_payment")
    old, new = note("Bank: your code is 111111"), note("Bank: your code is 222222")
    seen["messages"].append(old)
    asking = paying("requires_challenge", messages=[*seen["messages"], new])
    done(values, "confirm_payment", {}, seen, asking)

    chosen = {values.choose(ANSWER[0], field(*ANSWER), asking) for _ in range(60)}
    assert chosen - {MISSING} == {"222222"}


def test_a_value_that_nobody_has_tried_is_possible_and_not_proven():
    values = fresh()

    assert values.open("apply_coupon", field(*CODE), in_cart())
    assert values.proven("apply_coupon", field(*CODE), in_cart()) is MISSING


def test_codes_that_never_work_are_not_worth_a_step():
    values, asked = taught(0.0, 400.0), ("apply_coupon", field(*CODE), in_cart())

    assert not values.open(*asked)
    assert values.choose(*asked) is MISSING


def test_where_there_is_no_value_none_is_chosen():
    values = fresh()

    assert values.choose(CARD[0], field(*CARD), paying(wallet=[])) is MISSING
    assert values.choose(CODE[0], field(*CODE), in_cart(messages=[])) is MISSING
    assert values.choose(PARTS[0], field(*PARTS), paying()) is MISSING


def test_values_go_on_from_a_dump():
    one, two = at_till(), at_till()
    one.pay("card_b")
    one.values.end(bought=False)
    two.values.load(json.loads(json.dumps(one.values.dump())))
    one.values.begin()

    assert two.values.dump() == one.values.dump() != {}
    asked = CARD[0], field(*CARD), two.page
    again = [one.values.choose(*asked) for _ in range(40)]
    assert [two.values.choose(*asked) for _ in range(40)] == again
