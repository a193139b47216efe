"""The shield: what the pages show to break the task is neither paid nor begun again."""

import pytest
from tests.support.skill_pages import OFFERS, in_cart, page, paying, results
from tests.support.visits import Visit, site

import test_time_gym as ttg
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.perception.page import contradictions
from test_time_gym.agents.skills.perception.shield import Shield
from test_time_gym.agents.skills.skill.skill import Binding, Skill, Step

PAYABLE = {"legal_verbs": ["confirm_payment", "restart", "wait"]}
TICKET = {"order_id": "o-1", "status": "ticketed", "flights": ["PG3"], "owed": 240}
GONE = {"order_id": "o-1", "status": "cancelled", "flights": [], "owed": 30}


def till(status="requires_confirmation", **more):
    """Return a page on which something can be paid."""
    return paying(status, **{**PAYABLE, **more})


def looked(*pages):
    """Return what a shield hands on of the last of some pages of an episode."""
    shield = Shield()
    shield.begin(page())
    for one in pages:
        seen = shield.look(one)
    return seen["legal_verbs"], contradictions(seen), shield.refused


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        ({"total": 261}, ["budget"]),
        ({"total": "260.01"}, ["budget"]),
        ({"total": 231, "orders": [GONE]}, ["budget"]),
        ({"total": 240, "team": ["mate"]}, ["budget"]),
        ({"total": 240, "cart": ["PG3", "NV2"]}, ["items"]),
        ({"orders": [TICKET], "total": 10}, ["orders"]),
        ({"cart": ["PG1"], "total": 210}, ["max_stops"]),
    ],
    ids="-".join,
)
def test_what_breaks_the_task_cannot_be_paid(seen, found):
    assert looked(till(**seen)) == (["restart", "wait"], found, ["confirm_payment"])


@pytest.mark.parametrize(
    "seen",
    [{"total": 260}, {"total": 230, "orders": [GONE]}, {"cart": [], "total": 999}],
    ids=["all of the budget", "after what is lost", "an empty cart"],
)
def test_what_keeps_the_task_can_be_paid(seen):
    assert looked(till(**seen)) == (PAYABLE["legal_verbs"], [], [])


def limited(**wanted):
    return {"constraints": {"budget": 260, **wanted}}


@pytest.mark.parametrize(
    ("wanted", "keeps"),
    [
        ({"depart_after": "13:00"}, True),
        ({"depart_after": "13:01"}, False),
        ({"depart_before": "13:00"}, True),
        ({"depart_before": "12:59"}, False),
        ({"max_stops": 0}, True),
        ({"airline": "pegada"}, True),
        ({"airline": "Norva"}, False),
        ({"max_price": 239}, False),
        # Limits of fields that no page here has, and no packaged task asks for.
        ({"min_legroom": 80}, True),
        ({"min_seats_left": 2}, False),
        ({"refundable": True}, False),
        ({"arrive_before": "15:00"}, False),
    ],
    ids=str,
)
def test_a_limit_is_read_from_its_name(wanted, keeps):
    told = {"seats_left": 1, "refundable": False, "arrive": "16:10"}
    offers = [one | told for one in OFFERS]

    legal, found, _ = looked(till(flights=offers, **limited(**wanted)))

    assert (found == [], "confirm_payment" in legal) == (keeps, keeps)


def test_an_offer_is_remembered_when_it_is_off_the_page():
    seen = till(cart=["PG1"], total=210, flights=[])

    assert looked(seen)[1] == ["max_stops"]  # Nobody knows, and no filter says so.
    assert looked(results(), seen)[1] == ["max_stops"]
    assert looked(results(), till(flights=[]))[1] == []


@pytest.mark.parametrize(
    "form", [{"date": "2026-06-24"}, {"from": "OPO"}, {"to": "BER"}], ids=str
)
def test_an_offer_of_another_trip_cannot_be_paid(form):
    asked = page()["forms"]
    elsewhere = results(forms=asked | form)

    other_day = results(forms=asked | {"date": "2026-06-21"})

    assert looked(elsewhere, till(flights=[]))[1] == list(form)
    assert looked(other_day, till(flights=[]))[1] == []


def test_what_an_offer_does_not_tell_a_filter_may():
    mute = [{"ref": "PG3", "cost": 240, "changes": 0}]
    pages = {"flights": mute, **limited(max_stops=0)}
    found = []
    for limit in (None, 1, 0):
        shield = Shield()
        shield.begin(page())
        shield.look(results(**pages))
        if limit is not None:
            shield.took("filter_results", {"max_stops": limit})
            shield.look(results(**pages, last_action="filter_results"))
        found.append(contradictions(shield.look(till(**pages))))

    assert found == [["max_stops"], ["max_stops"], []]


def test_a_payment_of_which_nobody_knows_the_end_is_the_only_one():
    lost, left = till("unknown"), page(last_action="restart")
    again, note = till(last_action="enter_card"), {"from": "Shop", "text": "it failed"}
    told = till(messages=[*page()["messages"], note])
    mate = page(team=["mate"])["messages"] + [{"from": "mate", "text": "hello"}]
    wide = {"constraints": {"budget": 600, "max_stops": 0}, "team": ["mate"]}

    assert looked(lost)[0] == PAYABLE["legal_verbs"]
    assert looked(lost, left, again)[1] == ["payment"]
    assert looked(lost, left, till(messages=mate, **wide))[1] == ["payment"]
    assert looked(lost, left, told)[1] == []
    assert looked(lost, till(last_action="confirm_payment"))[1] == []


def test_the_only_ticket_is_not_given_back():
    verbs = ["cancel_order", "wait"]
    two = [TICKET, TICKET | {"order_id": "o-2"}]
    both = [TICKET | {"flights": ["PG3", "NV2"]}]

    shown = [
        looked(page(orders=orders, legal_verbs=verbs))[0]
        for orders in ([TICKET], two, both)
    ]

    assert shown == [["wait"], verbs, verbs]


@pytest.mark.parametrize(
    ("orders", "served"),
    [
        ([TICKET], True),
        ([GONE, TICKET], True),
        ([], False),
        ([GONE], False),
        ([TICKET, TICKET | {"order_id": "o-2"}], False),
        ([TICKET | {"flights": ["PG3", "NV2"]}], False),
    ],
    ids=["a ticket", "at last", "nothing", "a lost one", "two", "one for two"],
)
def test_a_task_is_met_by_one_ticket_for_one_offer(orders, served):
    shield = Shield()
    shield.begin(page())
    shield.look(page(orders=orders))

    assert shield.served == served


def test_who_has_all_that_was_asked_for_looks_away_until_the_end():
    agent = SkillsAgent(1)
    agent.begin(page())
    left = 240, 99_999, 0

    acts = [agent.act(page(orders=[TICKET], minutes_left=minutes)) for minutes in left]
    assert acts == [
        {"verb": "wait", "payload": {"minutes": minutes}} for minutes in (240, 10080, 1)
    ]


# -- another trade


def visited(room, *, pay=False):
    """Return what a shield hands on of the pages of a visit to hotels."""
    visit, shield = Visit("hotels/city-break", 7), Shield()
    shield.begin(visit.page)
    verbs = [("search_hotels", {}), ("add_to_cart", {"room_id": room})]
    verbs += [("proceed_to_payment", {}), ("enter_card", {"card_token": "tok_ok"})]
    for verb, args in [*verbs, ("confirm_payment", {})][: None if pay else -1]:
        shield.look(visit.page)
        shield.took(verb, args)
        visit.do(verb, **args)
    seen = shield.look(visit.page)
    return contradictions(seen), shield.refused, shield.served


@pytest.mark.parametrize(
    ("room", "found"),
    [
        ("BAIXA-DBL-0515x2-ADV", []),
        ("BAIXA-DBL-0515x2-FLEX", ["budget"]),
        ("SOL-DBL-0515x2-ADV", ["min_stars"]),
        ("PORT-DBL-0515x2", ["min_stars", "max_distance_m"]),
    ],
)
def test_at_hotels_too_what_breaks_the_task_cannot_be_paid(room, found):
    refused = ["confirm_payment"] if found else []

    assert visited(room) == (found, refused, False)


def test_at_hotels_too_a_task_is_met_by_one_booking():
    assert visited("BAIXA-DBL-0515x2-ADV", pay=True) == ([], [], True)


def test_without_it_a_page_still_shows_what_contradicts():
    assert contradictions(in_cart(total=300)) == ["budget"]


def lives(scenario, episodes, seed=0):
    agent = SkillsAgent(seed)
    seats = {"buyer_0": agent}
    result = ttg.run(
        scenario, seats, n_agents=1, seed=1000 * seed, episodes=episodes, regret=False
    )
    return [episode.agents["buyer_0"].outcome for episode in result.episodes]


@pytest.mark.slow
@pytest.mark.parametrize(
    "scenario", ["flights/family", "flights/sfo-mad", "flights/unknown-outcomes"]
)
def test_it_never_buys_what_breaks_its_task(scenario):
    outcomes = lives(scenario, 24)

    assert outcomes.count("violation") == 0
    assert outcomes.count("success") >= 1


def till_first_skill(number):
    """Return an agent that has played a site until it had a skill."""
    scenario, agent = site(number), SkillsAgent(number)
    while not agent.skills:
        seed = 1000 * number + agent.episode
        ttg.run(scenario, agent, seed=seed, regret=False)
    return agent


@pytest.mark.slow
def test_a_site_is_learned_from_purchases_that_were_not_made():
    """Before its first success, it learns the way to the till from where it stopped."""
    agents = [till_first_skill(number) for number in (1, 2, 10, 11, 12)]
    won = [one.wins for one in agents]

    assert won.count(0) >= 2
    for agent in agents:
        assert any(one.postcondition == GOAL for one in agent.skills)


PAY = Step(verb="confirm_payment")
TILL = {"view": "payment", "payment": "requires_confirmation", "cart": "some"}
GOAL = {"outcome": "success"}


def test_a_skill_is_not_to_blame_for_what_is_not_paid():
    """It pays what it may: only its choice for such a cart has brought nothing."""
    agent = SkillsAgent(1, learning=True, doubt=1e6, chooser="ucb1")
    card = Step(verb="enter_card", args={"card_token": (Binding(value="card_a"),)})
    once = Skill(
        name="once",
        precondition={"cart": "some"},
        steps=(card, PAY),
        postcondition=GOAL,
    )
    agent.start_with([once])
    agent.begin(page())
    dear = {"total": 999, "legal_verbs": ["enter_card", "confirm_payment", "wait"]}

    taken = [agent.act(till(**dear))["verb"] for _ in range(9)]
    agent.end({"outcome": "truncated"})

    skill = agent.library.skills["once"]
    assert taken[0] == "enter_card"
    assert "confirm_payment" not in taken
    assert (skill.tries, skill.state) == (0, "confirmed")
    assert agent.library.stats.pulls("once")[1] == 0.0


def test_a_skill_that_begins_by_paying_waits_for_a_cart_that_may_be_paid():
    agent = SkillsAgent(1, learning=False, doubt=1e6, chooser="ucb1")
    agent.start_with(
        [Skill(name="pay", precondition=TILL, steps=(PAY,), postcondition=GOAL)]
    )
    agent.begin(page())

    dear = agent.act(till(total=999))["verb"]
    fair = agent.act(till(total=240))["verb"]

    assert (dear == "confirm_payment", fair) == (False, "confirm_payment")
    assert len(agent.choices) == 2
