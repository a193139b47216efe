"""Binding: where an argument's value stands on a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.skill_pages import in_cart, page, results

from test_time_gym.agents.skills.perception.arguments import affinity
from test_time_gym.agents.skills.perception.page import features
from test_time_gym.agents.skills.perception.places import MISSING, places
from test_time_gym.agents.skills.skill.binding import bindings_of, resolve
from test_time_gym.agents.skills.skill.execution import Execution
from test_time_gym.agents.skills.skill.mining import candidates
from test_time_gym.agents.skills.skill.skill import Binding, Skill
from test_time_gym.agents.skills.skill.trajectory import EXPLORE, Taken, Trajectory

WORDS = st.sampled_from(["SKY20", "483920", "card_a", "LIS", "to", "try code 77123"])
CARD = st.fixed_dictionaries({"token": WORDS, "brand": WORDS})
OFFER = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["A1", "B2", "C3", "D4"]),
        "price": st.integers(1, 4) | st.sampled_from(["2.50", "3.00"]),
        "depart": st.sampled_from(["06:40", "09:00"]),
        "stops": st.integers(0, 1),
    }
)
NOTE = st.fixed_dictionaries({"from": WORDS, "text": WORDS, "untrusted": st.booleans()})
PAGES = st.builds(
    page,
    flights=st.lists(OFFER, max_size=4),
    wallet=st.lists(CARD, max_size=3),
    messages=st.lists(NOTE, max_size=3),
    forms=st.fixed_dictionaries({"from": WORDS, "to": WORDS, "date": WORDS}),
)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("constraints.max_stops", 0),
        ("constraints.dates[1]", "2026-06-22"),
        ("wallet[brand=visa].token", "card_a"),
        ("wallet[-1].token", "card_a"),
        ("flights[least price].id", "PG1"),
        ("flights[fitting least price].id", "PG3"),
        ("flights[fitting 0].id", "NV2"),
        ("messages[-1].text~last word", "JUNE20"),
        ("messages[0].text~number", MISSING),
        ("wallet[brand=diners].token", MISSING),
        ("wallet[7].token", MISSING),
        ("orders[0].id", MISSING),
        ("no such path!", MISSING),
    ],
)
def test_a_path_points_at_one_value(path, value):
    assert resolve(Binding(path=path), results()) == value


def test_the_likeliest_binding_comes_first():
    def first(argument, value):
        return bindings_of(argument, value, results())[0]

    assert first("card_token", "card_a").path == "wallet[brand=visa].token"
    assert first("flight_id", "PG3").path == "flights[fitting least price].id"
    assert first("max_stops", 0).path == "constraints.max_stops"
    assert first("minutes", 15) == Binding(value=15)


def test_an_offer_is_no_constant_and_a_number_needs_a_name():
    offer = bindings_of("flight_id", "PG3", results())
    number = bindings_of("minutes", 250, in_cart())

    assert offer
    assert all(binding.path for binding in offer)
    assert all(binding.path == "" for binding in number)


def test_affinity_counts_words_in_common():
    assert affinity("flight_id", "flights[least price].id") == 2
    assert affinity("code", "messages[0].text~last word", "try the code X") == 1
    assert affinity("count", "wallet[0].token") == 0


@given(PAGES)
def test_every_binding_of_a_value_leads_to_it_on_any_page(seen):
    for path, value, _ in places(seen):
        assert resolve(Binding(path=path), seen) == value
        for binding in bindings_of("card_token", value, seen):
            assert resolve(binding, seen) == value


@given(PAGES, st.data())
def test_a_mined_skill_does_the_same_on_its_own_page(seen, data):
    found = [value for _, value, _ in places(seen) if isinstance(value, str)]
    token = data.draw(st.sampled_from(found))
    seen["legal_verbs"] = ["enter_card", "wait"]
    story = Trajectory()
    args = {"card_token": token}
    story.take(Taken(seen, features(seen), "enter_card", args, EXPLORE))
    (one,) = candidates(story)
    skill = Skill(
        name="s",
        precondition=one.precondition,
        steps=one.steps,
        postcondition=one.postcondition,
    )

    verb, said, _ = Execution(skill, 0).action(seen)

    assert (verb, said) == ("enter_card", {"card_token": token})
