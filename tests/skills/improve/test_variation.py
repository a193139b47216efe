"""Variants, interventions and tactics: one change of a way known."""

from math import log

import pytest
from tests.support.skill_pages import in_cart, page, paying, results

from test_time_gym.agents.bandits import make_chooser
from test_time_gym.agents.skills.explore.horizon import Horizon
from test_time_gym.agents.skills.improve.effect_estimates import EffectEstimates
from test_time_gym.agents.skills.improve.intervention import generalised, interventions
from test_time_gym.agents.skills.improve.mutations import mutations
from test_time_gym.agents.skills.improve.price_experiment import PriceExperiment
from test_time_gym.agents.skills.improve.value_alternatives import value_alternatives
from test_time_gym.agents.skills.improve.variation import Variation
from test_time_gym.agents.skills.library.library import Library
from test_time_gym.agents.skills.perception.page import features
from test_time_gym.agents.skills.perception.page_state import PageState
from test_time_gym.agents.skills.skill.binding import fixed
from test_time_gym.agents.skills.skill.price_tactic import PriceTactic
from test_time_gym.agents.skills.skill.skill import Binding, Skill, Step
from test_time_gym.market.interface.policy import policy_stream

HOME = {"view": "search_results", "payment": "none", "cart": "none", "flights": "none"}
FOUND = {**HOME, "flights": "some"}
CART = {"view": "cart", "payment": "none", "cart": "some"}
BEST = "flights[fitting least price].id"
SEARCH = Step(verb="search_flights")
PAUSE = fixed("wait", {"minutes": 60})


def skill(*steps, name="s", precondition=HOME, postcondition=FOUND, **more):
    return Skill(
        name=name,
        precondition=precondition,
        steps=steps,
        postcondition=postcondition,
        **more,
    )


def library(*skills):
    made = Library(make_chooser("thompson", policy_stream(1)))
    made.skills = {one.name: one for one in skills}
    return made


def test_a_variant_drops_a_step_or_takes_the_best_offer():
    add = Step(verb="add_to_cart", args={"flight_id": (Binding(path="flights[0].id"),)})
    best = Step(verb="add_to_cart", args={"flight_id": (Binding(path=BEST),)})

    assert mutations(skill(PAUSE, add), results()) == [
        ("drop 0", (add,)),
        (f"1.flight_id={BEST}", (PAUSE, best)),
        ("drop 1", (PAUSE,)),
    ]


def test_the_best_offer_is_a_variant_where_only_one_offer_is_shown():
    add = Step(verb="add_to_cart", args={"flight_id": (Binding(path="flights[0].id"),)})

    (only,) = mutations(skill(add), results(flights=results()["flights"][:1]))

    assert only[0] == f"0.flight_id={BEST}"


def test_a_habit_is_never_dropped():
    tactic = fixed("wait", {"minutes": 60})
    steps = (Step(verb="wait", args=tactic.args, best_effort=True), SEARCH)

    assert [what for what, _ in mutations(skill(*steps), page())] == ["drop 1"]


def test_siblings_take_another_value_of_the_same_kind():
    card = Binding(path="wallet[brand=visa].token")
    enter = Step(verb="enter_card", args={"card_token": (card,)})

    (other,) = value_alternatives(skill(enter), paying())

    assert other[0].args["card_token"][0].path == "wallet[brand=amex].token"


def test_trials_are_other_dates_pauses_and_codes():
    lead = fixed("search_flights", {"date": "2026-06-22"})

    at_results = [
        one.label
        for one in interventions(PageState.of(results()), lead, ["add_to_cart"])
    ]
    in_the_cart = interventions(PageState.of(in_cart()), None, ["proceed_to_payment"])

    assert "search_flights date=constraints.dates[0]" in at_results
    assert "wait 60 search_flights" in at_results
    assert [(one.kind, one.steps[0]) for one in in_the_cart] == [
        ("here", fixed("apply_coupon", {"code": "SKY20"})),
        ("here", fixed("apply_coupon", {"code": "JUNE20"})),
    ]
    change = generalised(in_the_cart[1], in_cart())
    assert change.best_effort
    assert Binding(path="messages[-1].text~last word") in change.args["code"]


@pytest.mark.parametrize(
    ("kind", "change", "before", "after"),
    [
        ("before", PAUSE, (SEARCH,), (PAUSE, SEARCH)),
        ("before", PAUSE, (fixed("wait", {"minutes": 5}), SEARCH), (PAUSE, SEARCH)),
        (
            "instead",
            fixed("search_flights", {"date": "d"}),
            (SEARCH,),
            (fixed("search_flights", {"date": "d"}),),
        ),
        ("before", PAUSE, (Step(verb="wait"),), (Step(verb="wait"),)),
    ],
)
def test_a_skill_takes_up_a_habit_where_it_belongs(kind, change, before, after):
    tactic = PriceTactic(
        "search_results/none/none/some", kind, "search_flights", change
    )

    assert tactic.taken_up(skill(*before)) == after
    assert tactic.taken_up(skill(*before, postcondition=CART)) == before


def test_a_habit_of_a_place_goes_in_front_once():
    code = fixed("apply_coupon", {"code": "SKY20"})
    tactic = PriceTactic("cart/none/some", "here", "apply_coupon", code)
    pay = skill(Step(verb="proceed_to_payment"), precondition=CART)
    made = library(
        Skill(name=pay.name, precondition=CART, steps=pay.steps, postcondition={})
    )
    made.confirm("s")

    made.take_up(tactic, 3)
    made.take_up(tactic, 4)

    (one,) = made.in_use()
    assert [step.verb for step in one.steps] == ["apply_coupon", "proceed_to_payment"]
    assert made.skills["s"].state == "retired"


def test_two_looks_confirm_and_one_dismisses():
    effects = EffectEstimates()

    assert effects.learn("bad", 0.05) is False
    assert effects.learn("good", 0.2) is False
    assert [effects.open(label) for label in ("bad", "good", "new")] == [0, 1, 1]
    assert effects.promising("good")
    assert effects.learn("good", 0.2) is True
    assert not effects.open("good")


def test_what_was_dismissed_can_be_looked_at_again_and_what_was_not_stays():
    effects = EffectEstimates()
    effects.learn("bad", 0.05)
    effects.learn("good", 0.2)
    for _ in range(5):
        effects.searched("cart", found=False)
    assert effects.settled("cart")

    effects.reopen()

    assert effects.open("bad")
    assert effects.promising("good")
    assert not effects.settled("cart")


def test_a_tryout_measures_the_price_before_and_after():
    effects = EffectEstimates()
    for _ in range(2):
        tryout = PriceExperiment(effects, Horizon(), policy_stream(1), 1)
        shunned = ["proceed_to_payment", "remove_from_cart"]
        cart = PageState.of(in_cart())
        assert tryout.propose(cart, None, shunned=shunned, minute=0)
        verb, args = tryout.action(in_cart())
        assert tryout.action(in_cart(total=192)) is None
        tactic, _ = tryout.judge(in_cart(total=192))
        assert not tryout.propose(cart, None, shunned=[], minute=0)

    assert verb == "apply_coupon"
    assert tactic.change.args["code"][0].path.startswith("messages[")
    (known,) = effects.dump()["known"].values()
    assert known == [2, pytest.approx(log(240 / 192))]
    assert args["code"] in {"SKY20", "JUNE20"}


def test_a_step_that_made_it_dearer_is_taken_back():
    lead = fixed("search_flights", {"date": "2026-06-22"})
    tryout = PriceExperiment(EffectEstimates(), Horizon(), policy_stream(1), 9)
    dear = [{**one, "price": one["price"] * 2} for one in results()["flights"]]
    while True:
        assert tryout.propose(PageState.of(results()), lead, shunned=VERBS, minute=9)
        said = tryout.action(results())
        if said[1].get("date") == "2026-06-21":
            break
        tryout.judge(results(error="malformed"))
    tryout.action(results(flights=dear))
    tryout.judge(results(flights=dear))

    assert tryout.action(results(flights=dear)) == (
        "search_flights",
        {"date": "2026-06-22"},
    )


VERBS = ["add_to_cart"]


def test_a_shorter_variant_replaces_its_parent_after_two_arrivals():
    parent = skill(PAUSE, SEARCH, state="confirmed")
    made = library(parent)
    breeder = Variation(made, policy_stream(1))

    names = []
    for _ in range(2):
        child = breeder.variant(made.at(features(page())), page(), 1)
        names.append(child.name)
        made.used(child.name, arrived=True, episode=1)
        breeder.judge(child.name, arrived=True, success=True)

    assert names[0] == names[1]
    assert [one.name for one in made.in_use()] == [names[0]]


@pytest.mark.parametrize(("rise", "better"), [(-0.01, "child"), (0.0, "parent")])
def test_any_fall_of_the_price_makes_a_variant_of_equal_length_the_better_one(
    rise, better
):
    add = Step(verb="add_to_cart", args={"flight_id": (Binding(path="flights[0].id"),)})
    made = library(
        skill(add, precondition=FOUND, postcondition=CART, state="confirmed")
    )
    breeder = Variation(made, policy_stream(1))
    made.stats.note_price("s", 0.02)
    for _ in range(2):
        child = breeder.variant(made.at(features(results())), results(), 1)
        made.used(child.name, arrived=True, episode=1)
        made.stats.note_price(child.name, 0.02 + rise)
        breeder.judge(child.name, arrived=True, success=True)

    (left,) = made.in_use()
    assert left.name == {"child": child.name, "parent": "s"}[better]


def test_with_a_new_habit_all_variants_are_open_again():
    made = library(skill(PAUSE, SEARCH, state="confirmed"))
    breeder = Variation(made, policy_stream(1))
    live = made.at(features(page()))
    while child := breeder.variant(live, page(), 1):
        breeder.judge(child.name, arrived=False, success=False)

    breeder.reopen()

    assert breeder.variant(live, page(), 1)


def test_a_shortcut_leads_on_and_never_back_to_where_it_began():
    till = {"view": "payment", "payment": "requires_method", "cart": "some"}
    paid = {**till, "payment": "requires_confirmation"}
    enter = Step(verb="enter_card", args={"card_token": (Binding(value="card_a"),)})
    here = paying("requires_confirmation")
    done = []
    for after in (paid, {**till, "payment": "requires_challenge"}):
        back = skill(
            PAUSE, name="back", precondition=paid, postcondition=till, state="confirmed"
        )
        on = skill(
            enter,
            name="on",
            precondition=till,
            postcondition=after,
            state="confirmed",
        )
        made = library(back, on)
        child = Variation(made, policy_stream(1)).variant([back], here, 1)
        done.append(child and (child.steps, child.postcondition))

    assert done == [None, ((enter,), {**till, "payment": "requires_challenge"})]


def test_a_variant_that_does_not_arrive_or_is_dearer_is_retired():
    for arrived, rise in ((False, 0.0), (True, 0.2)):
        made = library(skill(PAUSE, SEARCH, state="confirmed"))
        breeder = Variation(made, policy_stream(1))
        child = breeder.variant(made.at(features(page())), page(), 1)
        made.stats.note_price("s", 0.0)
        made.stats.note_price(child.name, rise)
        breeder.judge(child.name, arrived=arrived, success=True)
        assert made.skills[child.name].state == "retired"
