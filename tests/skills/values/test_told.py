"""What is told of a skill: its steps, with the values that are known to work."""

from msgspec.structs import replace
from tests.support.skill_pages import page
from tests.support.skill_parts import ADD, CARD, CODE, CONFIRM, bound, skill

from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.perception.vocabulary import vocabulary_of
from test_time_gym.agents.skills.skill.skill import Binding, Step
from test_time_gym.agents.skills.skill.validation import validate
from test_time_gym.agents.skills.values.beliefs import Beliefs
from test_time_gym.agents.skills.values.told import SiteKnowledge, told
from test_time_gym.market.interface.policy import policy_stream

FLIGHTS = vocabulary_of({"flights": []})
SEARCH, PROCEED = Step(verb="search_flights"), Step(verb="proceed_to_payment")
PARTS = bound("choose_instalments", count="payment_state.instalments_on_offer[-1]")
WAY = skill("way", SEARCH, ADD, PROCEED, CARD, PARTS, CONFIRM)


def known(day="", minutes=0, **favourites):
    """Return what is known of a site; ``favourites`` name a feature for each verb."""
    beliefs = Beliefs(policy_stream(1), 0.5)
    for verb, feature in favourites.items():
        (argument,) = (one.name for one in FLIGHTS.arguments[verb])
        beliefs.expect(f"{verb} {argument}", feature, 9.0, 0.0)
    return SiteKnowledge(FLIGHTS, beliefs, day, minutes)


def test_where_nothing_is_known_a_skill_is_told_as_it_is():
    assert told(WAY, known()) == WAY


def test_a_skill_is_told_with_its_day_time_code_card_and_parts():
    wise = known(
        "2026-06-23",
        150,
        apply_coupon="=SKY20",
        enter_card="brand=diners",
        choose_instalments="=3",
    )
    waiting = Step(
        verb="wait", args={"minutes": (Binding(value=150),)}, best_effort=True
    )
    day = Step(verb="search_flights", args={"date": (Binding(value="2026-06-23"),)})
    parts = Step(verb="choose_instalments", args={"count": (Binding(value=3),)})

    assert told(WAY, wise) == replace(
        WAY,
        steps=(
            waiting,
            day,
            ADD,
            CODE,
            PROCEED,
            bound("enter_card", card_token="wallet[brand=diners].token"),
            parts,
            CONFIRM,
        ),
    )


def test_a_rank_among_parts_is_no_value_to_be_told():
    assert told(WAY, known(choose_instalments="rank=most")) == WAY


def test_a_code_is_not_told_twice():
    coupon = bound("apply_coupon", code="messages[-1].text~last word")
    way = skill("way", coupon, PROCEED)

    assert told(way, known(apply_coupon="=SKY20")) == way


def test_what_a_skill_has_no_argument_for_it_is_not_given():
    way = skill("way", Step(verb="enter_card"), CONFIRM)

    assert told(way, known("2026-06-23", 150, enter_card="brand=visa")) == way


def test_an_agent_that_has_bought_nothing_tells_skills_that_can_be_carried_out():
    agent = SkillsAgent(1, start="clerk")
    agent.begin(page())

    for one in agent.skills:
        validate(one)
    assert agent.skills == list(agent.library.skills.values())
