"""Models of known skill: how well they follow, read and write is as was said."""

import json
from itertools import pairwise

import pytest
from tests.support.chats import Episode, asking, first_page, post, reply_of, tools_of
from tests.support.curated_skills import curated_skills

from test_time_gym.agents.skill_memory.skill_file import text_of
from test_time_gym.scenarios import load_family
from test_time_gym.serving.fake_model import FakeModel
from test_time_gym.serving.fake_model.skill_text import skills_in

SITE = load_family("flights/sites").site(1)
SKILLS = "# What I know\n\n" + "\n".join(map(text_of, curated_skills(SITE)))
SEEDS = range(8)
LINES = """
## buy
1. search_flights()
2. filter_results(?depart_after=constraints.depart_after, max_price=constraints.budget)
3. add_to_cart(flight_id=flights[least price].id)
4. ?apply_coupon(code="ISLA10")

## pay
Use it when the page shows `view`: `cart`, `checks`: `agree`.
- `proceed_to_payment()`
- `enter_card(card_token=wallet[-1].token)`
- `wait(minutes=2)`
"""


def successes(follow, system, **options):
    """Return the seeds of the episodes at the site that end well."""
    with FakeModel("skilled", follow=follow, seed=3, **options) as model:
        episodes = {
            seed: Episode(model.base_url, SITE, seed, keep=4, system=system)
            for seed in SEEDS
        }
        return {s for s, one in episodes.items() if one.play()[0] == "success"}


@pytest.mark.slow
def test_skills_help_in_proportion_to_how_often_they_are_followed():
    without = successes(1, "You book.")
    found = [successes(share, SKILLS) for share in (0, 0.5, 1)]

    assert found[0] == without
    assert found[2] == set(SEEDS)
    assert [len(one) for one in found] == sorted({len(one) for one in found})
    assert all(a - without <= b for a, b in pairwise(found))


def test_lines_of_calls_are_skills():
    buy, pay = skills_in(LINES)

    assert [(s.verb, s.best_effort, s.optional) for s in buy.steps] == [
        ("search_flights", False, ()),
        ("filter_results", False, ("depart_after",)),
        ("add_to_cart", False, ()),
        ("apply_coupon", True, ()),
    ]
    assert buy.steps[2].args["flight_id"][0].path == "flights[least price].id"
    assert buy.steps[3].args["code"][0].value == "ISLA10"
    assert (pay.name, pay.precondition) == ("pay", {"view": "cart", "checks": "agree"})
    assert pay.steps[2].args["minutes"][0].value == 2


def test_the_data_of_a_skill_file_is_read_as_it_was_written():
    skills = curated_skills(SITE)

    found = skills_in("\n".join(map(text_of, skills)))

    assert [(one.name, one.precondition, one.steps) for one in found] == [
        (one.name, one.precondition, one.steps) for one in skills
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{" * 5000,
        '{"steps": 3} {"steps": []} {"steps": [{"args": {}}]} {"steps": ["wait"]}',
        "wait(minutes)\nadd_to_cart(flight_id=)\nwait(=3)\n(wait)\nWAIT()",
        '{"steps": [{"verb": "wait", "args": {"minutes": {}}}]}'[:-1],
    ],
)
def test_what_is_no_skill_is_passed_over(text):
    assert skills_in(text) == ()


@pytest.mark.parametrize(
    "line",
    [
        "search_flights(date=flights[least price].id)",
        "search_flights(date=view[0].x)",
        "search_flights(date=constraints[fitting least x].y)",
        'wait(minutes="soon")',
        "fly_away()",
    ],
)
def test_a_skill_that_makes_no_sense_does_no_harm(line):
    with FakeModel("skilled") as model:
        episode = Episode(model.base_url, system=f"# odd\n{line}")
        outcome, _ = episode.play()

    assert outcome in {"success", "violation"}


def test_skills_are_carried_out_step_by_step():
    with FakeModel("skilled") as model:
        episode = Episode(model.base_url, seed=2, keep=2, system=LINES)
        episode.play()

    verbs = [action["verb"] for action in episode.actions]
    assert verbs[:7] == [
        *("search_flights", "filter_results", "add_to_cart", "apply_coupon"),
        *("proceed_to_payment", "enter_card", "wait"),
    ]


def test_a_misreader_takes_another_offer_that_is_on_the_page():
    with FakeModel("first-offer") as model:
        plain = Episode(model.base_url, seed=2)
        plain.play()
    with FakeModel("skilled", misread=1) as model:
        misread = Episode(model.base_url, seed=2)
        while len(misread.actions) < 3:
            misread.take(misread.ask())
            shown = [offer["id"] for offer in misread.page["flights"]]

    meant, taken = (json.loads(one.actions[2]["payload"]) for one in (plain, misread))
    assert plain.actions[:2] == misread.actions[:2]
    assert meant["flight_id"] != taken["flight_id"]
    assert taken["flight_id"] in shown


def test_malformed_calls_come_as_often_as_was_said_and_not_for_ever():
    page, tools = first_page(), tools_of("flights/rush")
    bodies = [
        asking({"role": "system", "content": f"{k}"}, page, tools=tools)
        for k in range(60)
    ]

    def malformed(share):
        with FakeModel("skilled", malform=share, seed=1) as model:
            said = [reply_of(post(model.base_url, body))[1] for body in bodies]
        return {k for k, arguments in enumerate(said) if arguments != "{}"}

    rare, often = malformed(0.2), malformed(0.5)

    assert (malformed(0), len(malformed(1))) == (set(), 60)
    assert 4 <= len(rare) <= 22
    assert rare < often


def test_tools_that_are_skills_are_called_and_may_be_declined():
    tool = {"type": "function", "function": {"name": "skill_buy", "parameters": {}}}
    tools = [*tools_of("flights/rush"), tool]
    body = asking(first_page(), tools=tools)

    with FakeModel("skilled") as model:
        answer = post(model.base_url, body)
        call = answer.body["choices"][0]["message"]["tool_calls"]
        same = {"role": "tool", "tool_call_id": call[0]["id"]}
        same["content"] = json.dumps(first_page() | {"turns_left": 79})
        said = {"role": "assistant", "tool_calls": call}
        again = post(model.base_url, asking(first_page(), said, same, tools=tools))
    with FakeModel("skilled", follow=0) as model:
        declined = post(model.base_url, body)

    assert reply_of(answer) == ("skill_buy", "{}")
    assert reply_of(again) == ("search_flights", "{}")
    assert reply_of(declined) == ("search_flights", "{}")
