"""What used to hold and holds no longer is noticed, repaired, and tried again."""

from math import log

import pytest
from tests.learning.playing import lived
from tests.support.skill_pages import in_cart
from tests.support.skill_parts import CARD, CODE, skill

from test_time_gym.agents.bandits import make_chooser
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.drift.drift_response import DriftResponse
from test_time_gym.agents.skills.improve.effect_estimates import EffectEstimates
from test_time_gym.agents.skills.library.library import Library
from test_time_gym.agents.skills.perception.prices import Prices
from test_time_gym.agents.skills.settings import Settings
from test_time_gym.agents.skills.skill.binding import fixed
from test_time_gym.agents.skills.skill.execution import Execution
from test_time_gym.agents.skills.skill.price_tactic import PriceTactic
from test_time_gym.agents.skills.skill.skill import Binding, Step
from test_time_gym.market.interface.policy import policy_stream
from test_time_gym.scenarios import load_family

FAMILY = load_family("flights/sites")


def test_what_was_noted_of_skills_that_are_used_no_longer_is_let_go():
    library = Library(make_chooser("thompson", policy_stream(1)))
    for name, state in (("pay", "confirmed"), ("old", "retired")):
        library.skills[name] = skill(name, CARD, state=state)
    doubting = DriftResponse(library, EffectEstimates(), Prices(), Settings())
    looked = {name: [5, 0, 0] for name in ("pay", "pay price", "old", "old price")}
    ways = {f"{name}: confirm_payment()": [2, 1] for name in ("pay", "old", "paying")}
    fresh = doubting.dump()
    doubting.load(fresh | {"doubt": looked, "repairs": ways})

    doubting.pass_on()

    assert doubting.dump() == fresh | {
        "doubt": {"pay": [5, 0, 0], "pay price": [5, 0, 0]},
        "repairs": {"pay: confirm_payment()": [2, 1]},
    }


def doubting(*skills, **settings):
    made = Library(make_chooser("thompson", policy_stream(1)))
    made.skills = {one.name: one for one in skills}
    effects = EffectEstimates()
    return made, effects, DriftResponse(made, effects, Prices(), Settings(**settings))


def spoil(made, doubts, one, *, times, seen):
    """Let a skill fail for some episodes after nine good ones."""
    for k in range(9 + times):
        doubts.begin()
        doubts.began(one, "cart")
        run = Execution(one, seen, 0)
        doubts.ended(run, seen, "cart", arrived=k < 9)
        made.learn("cart", one.name, float(k < 9))
        doubts.learn({})


@pytest.mark.parametrize(
    ("settings", "times", "pulls"),
    [({}, 1, 10), ({}, 2, 2), ({"doubting": False}, 2, 11)],
)
def test_of_a_skill_that_stops_arriving_little_is_believed(settings, times, pulls):
    pay = skill("pay", Step(verb="proceed_to_payment"))
    made, _, doubts = doubting(pay, **settings)
    made.learn("cart", "explore", 0.0)

    spoil(made, doubts, pay, times=times, seen=in_cart())

    assert made.stats.pulls("pay")[0] == pulls


def test_a_habit_that_lowers_no_price_is_given_up_and_tried_anew():
    pay = skill("pay", CODE, Step(verb="proceed_to_payment"))
    made, effects, doubts = doubting(pay)
    made.tactics = [PriceTactic("cart/none/some", "here", "apply_coupon", CODE)]
    effects.learn("cart/none/some: apply_coupon code=b", 0.0)
    effects.learn("payment: apply_coupon code=b", 0.0)
    for change in [log(0.8)] * 12 + [0.0, 0.0]:
        assert made.skills["pay"] == pay
        doubts.learn({"pay": change})
        made.stats.note_price("pay", change)

    assert made.tactics == []
    assert made.skills["pay"].steps == pay.steps[1:]
    assert effects.open("cart/none/some: apply_coupon code=b")
    assert not effects.open("payment: apply_coupon code=b")


@pytest.mark.parametrize(
    ("name", "later"), [("card-swap", 20), ("extra-step", 0), ("renamed-fields", 0)]
)
def test_it_goes_on_where_its_site_changes(name, later):
    """At a site whose tactics it knows, it is soon back; without doubt it is not."""
    met = []
    for doubts in (True, False):
        agent = SkillsAgent(6, doubting=doubts)
        lived(FAMILY.site(6), 6, 40, agent)
        site, many = FAMILY.site(6, drifts=[name]), later + 20
        after = lived(site, 6, many, agent, start=40)
        met.append(sum(outcome == "success" for outcome, _ in after[later:]))

    assert met[0] >= 16 > met[1]


def test_a_fixed_habit_is_given_up_with_its_argument():
    day = fixed("search_flights", {"date": "2026-06-21"})
    tactic = PriceTactic("results", "instead", "search_flights", day)
    search = Step(verb="search_flights", args={**day.args, "to": (Binding("to"),)})

    assert tactic.given_up((search, CODE)) == (
        Step(verb="search_flights", args={"to": (Binding("to"),)}),
        CODE,
    )
    assert tactic.given_up((CODE,)) == (CODE,)


def test_a_habit_is_known_again_when_its_bindings_have_narrowed():
    both = (Binding(path="messages[-1].text~last word"), Binding(value="b"))
    code = Step(verb="apply_coupon", args={"code": both}, best_effort=True)
    narrow = Step(verb="apply_coupon", args={"code": both[:1]}, best_effort=True)
    other = Step(
        verb="apply_coupon", args={"code": (Binding(value="c"),)}, best_effort=True
    )
    tactic = PriceTactic("cart/none/some", "here", "apply_coupon", code)

    assert tactic.given_up((narrow, other, code)) == (other,)


def test_habits_are_given_up_at_all_places_of_a_skill():
    wait = fixed("wait", {"minutes": 60})
    pay = skill("pay", CODE, wait, Step(verb="proceed_to_payment"))
    made, _, _ = doubting(pay)
    made.tactics = [
        PriceTactic("cart", "here", "apply_coupon", CODE),
        PriceTactic("results", "before", "proceed_to_payment", wait),
    ]

    assert made.give_up(pay) == ["cart", "results"]
    assert made.skills["pay"].steps == pay.steps[2:]
