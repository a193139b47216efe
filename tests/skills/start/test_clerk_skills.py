"""The clerk's skills: the flow of a shop, as it is known before the first episode."""

import pytest
from tests.learning.playing import lived
from tests.support import skill_pages
from tests.support.skill_pages import in_cart, paying, results
from tests.support.visits import Visit, site

import test_time_gym as ttg
from test_time_gym.agents import make_agent
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.perception.arguments import VALUES
from test_time_gym.agents.skills.perception.page import features, holds
from test_time_gym.agents.skills.perception.places import MISSING
from test_time_gym.agents.skills.perception.vocabulary import Vocabulary, vocabulary_of
from test_time_gym.agents.skills.skill.binding import resolve
from test_time_gym.agents.skills.skill.validation import validate
from test_time_gym.agents.skills.start.clerk_skills import CLERK_BELIEFS, clerk_skills
from test_time_gym.scenarios.flights.domain import FLIGHTS
from test_time_gym.scenarios.hotels.domain import HOTELS

TRADES = pytest.mark.parametrize("trade", [FLIGHTS, HOTELS], ids=["flights", "hotels"])
SCENARIOS = (
    "flights/instalments",
    "flights/outage",
    "flights/3ds-storm",
    "flights/unknown-outcomes",
    "hotels/city-break",
)
WAYS = {
    ("search_results", "none", "empty", "no offers"): "look",
    ("search_results", "none", "empty", "offers"): "take",
    ("cart", "none", "full", "codes"): "code",
    ("cart", "none", "full", "no codes"): "pay",
    ("payment", "requires_method", "full"): "card",
    ("payment", "requires_confirmation", "full"): "confirm",
    ("payment", "requires_challenge", "full"): "answer",
    ("payment", "authorized", "full"): "hold",
    ("payment", "unknown", "full", "payment_unknown"): "ask",
    ("payment", "unknown", "full", "payment_in_progress"): "ask-later",
    ("payment", "declined", "full", "hard_decline"): "other-card",
    ("payment", "declined", "full", "soft_decline"): "same-card",
    ("payment", "declined", "full", "insufficient_funds"): "in-parts",
    ("payment", "declined", "full", "gateway_unavailable"): "pay-later",
}
"""By the sort of a page, what one would do there."""


def sort_of(page):
    """Return what a person would call such a page."""
    told, legal = features(page), page["legal_verbs"]
    cart = "full" if page["cart"]["items"] else "empty"
    names = [told["view"], told["payment"], cart]
    if told["view"] == "search_results":
        offers = page[vocabulary_of(page).offers]
        names.append("offers" if offers else "no offers")
    elif told["view"] == "cart":
        names.append("codes" if "apply_coupon" in legal else "no codes")
    elif told["trouble"] != "none":
        names.append(told["trouble"])
    return tuple(names)


@pytest.fixture(scope="module")
def pages():
    """Return pages of every sort that a scripted buyer meets."""
    found = {}
    for scenario in (site(3), *SCENARIOS):
        for seed in range(1, 6):
            visit, buyer = Visit(scenario, seed), make_agent("cheapest")
            buyer.begin(visit.page)
            for _ in range(40):
                found.setdefault(sort_of(visit.page), visit.page)
                action = buyer.act(visit.page)
                names = vocabulary_of(visit.page).verbs
                if isinstance(action["verb"], int):
                    action = action | {"verb": names[action["verb"]]}
                if action["verb"] == "abort":
                    break
                if visit.act(action)["view"] == "receipt":
                    break
    return found


def applicable(page):
    """Return the skills that can be begun on a page, the first one first."""
    told, legal = features(page), page["legal_verbs"]
    return [
        one
        for one in clerk_skills(vocabulary_of(page))
        if holds(one.precondition, told) and one.steps[0].verb in legal
    ]


def first(page):
    return applicable(page)[0].name.removeprefix("clerk-")


@TRADES
def test_all_of_them_can_be_carried_out_as_if_a_person_had_written_them(trade):
    skills = clerk_skills(Vocabulary(trade))

    for one in skills:
        validate(one)
    names = [one.name for one in skills]
    assert len(set(names)) == len(names)
    assert {(one.state, one.by_hand) for one in skills} == {("confirmed", True)}


@TRADES
def test_they_are_told_in_the_words_of_their_trade_alone(trade):
    words = Vocabulary(trade)

    for one in clerk_skills(words):
        for step in one.steps:
            assert step.verb in words.verbs
            known = [field.name for field in words.arguments[step.verb]]
            assert set(step.args) <= set(known)


def test_the_first_that_can_be_begun_is_what_one_would_do(pages):
    assert {sort: first(pages[sort]) for sort in WAYS} == WAYS


@pytest.mark.parametrize(
    ("page", "name"),
    [
        (in_cart(total=300, legal_verbs=["remove_from_cart", "restart"]), "leave"),
        (paying("declined", "enter_card", last_action="wait"), "other-card"),
        (paying("expired", "proceed_to_payment"), "hold"),
        (paying("expired", "restart"), "restart"),
    ],
    ids=["too dear", "another card", "the hold is over", "nothing else"],
)
def test_where_no_more_can_be_done_one_goes_back(page, name):
    assert first(page) == name


def test_a_shop_that_wants_an_offer_marked_first_gets_it_marked():
    strict = site(3)
    market = strict.market.model_copy(
        update={
            "storefront": strict.market.storefront.model_copy(
                update={"select_first": True}
            )
        }
    )
    visit = Visit(strict.model_copy(update={"market": market}))
    visit.do("search_flights")

    assert first(visit.page) == "mark-and-take"


def test_every_place_that_they_name_is_there_on_such_a_page(pages):
    """Only what a message is still to bring may be missing."""
    missing = []
    for sort, page in pages.items():
        for one in applicable(page)[:2]:
            for bindings in one.steps[0].args.values():
                path = bindings[0].path
                if resolve(bindings[0], page) is MISSING:
                    missing.append((sort, one.name, path))

    assert [one for one in missing if not one[2].startswith("messages")] == []


def test_what_is_believed_beforehand_is_of_arguments_that_there_are():
    words = Vocabulary(FLIGHTS)
    for kind, _, good, bad in CLERK_BELIEFS:
        verb, name = kind.split()
        (field,) = (one for one in words.arguments[verb] if one.name == name)
        assert field.about in VALUES
        assert max(good, bad) > 0


def bought(outcomes):
    return outcomes.count("success"), outcomes.count("violation")


@pytest.mark.parametrize("number", [0, 3, 6])
def test_who_starts_as_a_clerk_buys_at_once_and_nothing_wrong(number):
    life = lived(site(number), number, 8, SkillsAgent(number, start="clerk"))

    success, violation = bought([outcome for outcome, _ in life])
    assert success >= 5
    assert violation == 0


def test_who_starts_as_a_clerk_buys_at_hotels_too():
    agent = SkillsAgent(1, start="clerk")
    result = ttg.run("hotels/city-break", agent, seed=1, episodes=8, regret=False)

    played = [episode.agents["buyer_0"].outcome for episode in result.episodes]
    success, violation = bought(played)
    assert success >= 4
    assert violation == 0


def test_who_asks_for_a_payment_lets_time_pass_between_two_answers():
    agent = SkillsAgent(3, start="clerk")
    result = ttg.run(
        "flights/unknown-outcomes", agent, n_agents=1, seed=3, episodes=24, regret=False
    )

    played = [episode.agents["buyer_0"].outcome for episode in result.episodes]
    assert "truncated" not in played


def test_where_an_offer_has_sold_out_the_next_one_is_taken():
    wanted = {"constraints": {"budget": 260, "max_stops": 0}}
    agent, found = SkillsAgent(3, start="clerk", trials=0), results(**wanted)
    agent.begin(skill_pages.page(**wanted))
    agent.act(skill_pages.page(**wanted))
    taken = [
        agent.act({**found, "last_action_error": error})
        for error in (None, {"code": "sold_out"})
    ]

    assert taken == [
        {"verb": "add_to_cart", "payload": {"flight_id": name}}
        for name in ("PG3", "NV2")
    ]


def test_the_flow_is_learned_once_and_not_at_the_next_site():
    agent = SkillsAgent(1, start="clerk")
    lived(site(3), 3, 2, agent)
    agent.change_site()
    lived(site(6), 6, 2, agent)

    by_hand = [one.name for one in agent.skills if one.by_hand]
    assert by_hand == [one.name for one in clerk_skills(Vocabulary(FLIGHTS))]
