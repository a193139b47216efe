"""Mining: what of a success mattered, and what two successes have in common."""

from msgspec.structs import replace
from tests.support.skill_pages import OFFERS, in_cart, page, paying, results, taken

from test_time_gym.agents.bandits import make_chooser
from test_time_gym.agents.skills.library.library import Library
from test_time_gym.agents.skills.skill.mining import GOAL, candidates, unify
from test_time_gym.agents.skills.skill.skill import Binding, Skill, Step
from test_time_gym.agents.skills.skill.trajectory import (
    Trajectory,
    shortened,
    without_loops,
)
from test_time_gym.market.interface.policy import policy_stream


def done(steps):
    return [(one.verb, *one.args.values()) for one in steps]


def mined(*steps):
    return candidates(Trajectory(list(steps)))


def skill_of(one, **more):
    fields = {
        "name": "s",
        "precondition": one.precondition,
        "postcondition": one.postcondition,
    }
    return Skill(**fields, steps=one.steps, **more)


def test_what_came_back_to_the_same_page_is_cut_out():
    story = [
        taken(page(), "search_flights"),
        taken(results(), "wait"),
        taken(results(turns_left=30), "add_to_cart", flight_id="PG3"),
    ]

    assert done(without_loops(story)) == [("search_flights",), ("add_to_cart", "PG3")]


def test_of_several_cards_only_the_one_that_paid_was_needed():
    story = [
        taken(paying(), "enter_card", card_token="card_b"),
        taken(paying("requires_confirmation", "confirm_payment"), "confirm_payment"),
        taken(paying("declined"), "enter_card", card_token="card_a"),
        taken(paying("requires_confirmation", "confirm_payment"), "confirm_payment"),
    ]

    assert done(shortened(story)) == [("enter_card", "card_a"), ("confirm_payment",)]


def test_a_step_that_moved_the_payment_is_not_skipped():
    challenge = paying("requires_challenge", "search_flights")
    story = [
        taken(in_cart(legal_verbs=["search_flights", "wait"]), "proceed_to_payment"),
        taken(challenge, "search_flights"),
        taken(results(status="requires_challenge"), "answer_challenge", code="1234"),
    ]

    assert len(shortened(story)) == 3


def test_a_success_is_cut_where_the_place_changes():
    found = mined(
        taken(page(), "search_flights", date="2026-06-22"),
        taken(results(), "add_to_cart", flight_id="PG3"),
        taken(in_cart(), "apply_coupon", code="SKY20"),
        taken(in_cart(total=192, coupons=["SKY20"]), "proceed_to_payment"),
    )

    assert [done(one.steps) for one in found] == [
        [("search_flights", found[0].steps[0].args["date"])],
        [("add_to_cart", found[1].steps[0].args["flight_id"])],
        [
            ("apply_coupon", found[2].steps[0].args["code"]),
            ("proceed_to_payment",),
        ],
    ]
    assert found[1].precondition == {
        "view": "search_results",
        "payment": "none",
        "cart": "none",
        "flights": "some",
    }
    assert found[1].postcondition == {"view": "cart", "payment": "none", "cart": "some"}
    assert found[2].postcondition == GOAL


def test_two_successes_leave_the_bindings_that_both_allow():
    limits = {"budget": 260, "dates": ["2026-06-19", "2026-06-20", "2026-06-22"]}
    form = {"from": "LIS", "to": "HAM", "date": "2026-06-20"}
    (one,) = mined(taken(page(), "search_flights", date="2026-06-22"))
    other = page(constraints=limits, forms=form)
    (two,) = mined(taken(other, "search_flights", date="2026-06-22"))

    both = unify(skill_of(one), two)

    assert Binding(path="forms.date") in one.steps[0].args["date"]
    assert both.steps[0].args["date"] == (
        Binding(value="2026-06-22"),
        Binding(path="constraints.dates[-1]"),
    )


def test_of_a_value_that_is_chosen_by_what_worked_the_latest_places_are_kept():
    (one,) = mined(taken(paying(), "enter_card", card_token="card_a"))
    (two,) = mined(taken(paying(), "enter_card", card_token="card_b"))

    assert unify(skill_of(one), two) == skill_of(two)


def test_it_keeps_the_places_that_two_successes_share():
    (one,) = mined(taken(results(), "add_to_cart", flight_id="PG3"))
    turned = results(flights=OFFERS[::-1])
    (two,) = mined(taken(turned, "add_to_cart", flight_id="PG3"))
    both = unify(skill_of(one), two)

    best = Binding(path="flights[fitting least price].id")
    assert Binding(path="flights[fitting -1].id") in one.steps[0].args["flight_id"]
    assert both.steps[0].args["flight_id"] == (best,)
    assert unify(both, two) == both


def paid(*, asked):
    """Return how a payment was confirmed, and whether a bank then asked for a code."""
    ready = paying("requires_confirmation", "confirm_payment")
    seen = [taken(ready, "confirm_payment")]
    if asked:
        challenge = paying("requires_challenge", "answer_challenge")
        seen += [taken(challenge, "answer_challenge", code="1234")]
    return mined(*seen)[0]


def test_a_payment_ends_with_the_purchase_or_where_the_bank_asks_for_a_code():
    assert paid(asked=False).postcondition == GOAL
    assert paid(asked=True).postcondition["payment"] == "requires_challenge"


def test_a_bank_that_asks_now_and_then_makes_no_other_skill_and_nothing_is_promised():
    (one, two) = paid(asked=False), paid(asked=True)

    assert unify(skill_of(one), one) == skill_of(one)
    assert unify(skill_of(one), two) == replace(skill_of(one), postcondition={})
    assert unify(skill_of(two), one) == replace(skill_of(two), postcondition={})


def test_what_differs_is_not_unified():
    (one,) = mined(taken(page(), "search_flights", date="2026-06-21"))
    (two,) = mined(taken(page(), "search_flights", date="2026-06-22"))
    (three,) = mined(taken(page(), "wait"))

    assert unify(skill_of(one), two) is None
    assert unify(skill_of(one), three) is None


def test_a_constraint_that_some_tasks_lack_is_optional():
    early = results(constraints={"budget": 260, "depart_after": "09:00"})
    (one,) = mined(taken(early, "filter_results", depart_after="09:00"))
    free = results(constraints={"budget": 260})
    (two,) = mined(taken(free, "filter_results"))

    assert unify(skill_of(one), two).steps[0].optional == ("depart_after",)


def test_a_habit_is_still_one_after_unifying():
    step = Step(verb="wait", args={"minutes": (Binding(value=60),)}, best_effort=True)
    (one,) = mined(taken(page(), "wait", by="s", step=step, minutes=60))

    assert unify(skill_of(one), one).steps == (step,)
    assert replace(one.steps[0], best_effort=False) != step


def test_what_made_another_verb_possible_is_no_loop():
    before = results(legal_verbs=["select_flight", "wait"])
    story = [
        taken(before, "select_flight", flight_id="PG3"),
        taken(results(selected="PG3"), "add_to_cart", flight_id="PG3"),
    ]

    assert without_loops(story) == story


def test_a_mined_skill_is_on_probation_until_it_first_arrives():
    library = Library(make_chooser("thompson", policy_stream(1)))
    library.begin(3, "episode 3")
    story = mined(taken(paying(), "enter_card", card_token="card_a"))
    library.mine(story)
    (born,) = library.in_use()

    library.used(born.name, arrived=False, episode=4)
    (still,) = library.in_use()
    library.used(born.name, arrived=True, episode=5)
    (proven,) = library.in_use()

    assert [one.state for one in (born, still, proven)] == [
        "probation",
        "probation",
        "confirmed",
    ]
    told = [one.what for one in library.changes]
    assert told == ["born", "used", "used", "confirmed"]


def test_probation_outlives_a_dump():
    library = Library(make_chooser("thompson", policy_stream(1)))
    library.begin(3, "episode 3")
    library.mine(mined(taken(paying(), "enter_card", card_token="card_a")))
    again = Library(make_chooser("thompson", policy_stream(1)))

    again.load(library.skills.values(), library.dump(library.skills.values()))

    assert again.in_use() == library.in_use() != []
