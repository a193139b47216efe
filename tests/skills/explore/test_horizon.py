"""The horizon: what is begun has its end before the time and the turns are over."""

import pytest
from tests.support.skill_pages import VERBS, in_cart, page, results, taken

import test_time_gym as ttg
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.explore.explorer import Explorer
from test_time_gym.agents.skills.explore.horizon import Horizon
from test_time_gym.agents.skills.improve.effect_estimates import EffectEstimates
from test_time_gym.agents.skills.improve.price_experiment import PriceExperiment
from test_time_gym.agents.skills.perception.deadline import outlasts
from test_time_gym.agents.skills.perception.page_state import PageState
from test_time_gym.agents.skills.settings import Settings
from test_time_gym.agents.skills.skill.binding import fixed
from test_time_gym.agents.skills.skill.execution import Execution
from test_time_gym.agents.skills.skill.skill import Binding, Skill, Step
from test_time_gym.agents.skills.skill.trajectory import REPAIR
from test_time_gym.market.interface.policy import policy_stream

TICKET = {"order_id": "o-1", "status": "ticketed", "flights": ["PG3"], "owed": 240}
SEARCH = fixed("search_flights", {"date": "2026-06-22"})
WAITS = {5, 15, 30, 60, 90, 120, 150, 180}


def test_a_wait_is_too_long_if_it_reaches_the_deadline():
    assert outlasts("wait", {"minutes": 30}, page(minutes_left=30))
    assert not outlasts("wait", {"minutes": 29}, page(minutes_left=30))
    assert not outlasts("wait", {}, page(minutes_left=0))
    assert not outlasts("search_flights", {"minutes": 99}, page(minutes_left=1))
    assert not outlasts("wait", {"minutes": 99}, page(minutes_left=9, orders=[TICKET]))


def pauses(horizon, **left):
    """Return the pauses that are tried in front of a search, in all episodes."""
    effects, seen, found = EffectEstimates(), PageState.of(results(**left)), set()
    for _ in range(99):
        tryout = PriceExperiment(effects, horizon, policy_stream(1), 1)
        if not tryout.propose(seen, SEARCH, shunned=["add_to_cart"], minute=0):
            return found
        verb, args = tryout.action(seen.observation)
        found |= {args["minutes"]} if verb == "wait" else set()
        tryout.end()
    raise AssertionError("what was tried is tried again and again")


@pytest.mark.parametrize(
    ("left", "tried"),
    [
        ({"minutes_left": 240}, WAITS),
        ({"minutes_left": 120}, {5, 15, 30, 60, 90}),
        ({"minutes_left": 5}, set()),
        ({"minutes_left": 240, "turns_left": 3}, set()),
        ({"minutes_left": 240, "turns_left": 4}, WAITS),
    ],
    ids=str,
)
def test_a_trial_fits_the_time_and_the_turns_that_are_left(left, tried):
    assert pauses(Horizon(), **left) == tried


def test_what_follows_a_trial_fits_too():
    """From here a success took three turns and forty minutes at least."""
    horizon, where = Horizon(), PageState.of(results()).where
    for minutes in (50, 40):
        ends = [(240, "wait"), (220, "wait"), (240 - minutes, "wait")]
        steps = [taken(results(minutes_left=left), verb) for left, verb in ends]
        horizon.learn(steps, [where, where, "elsewhere"])
    again = Horizon()
    again.load(horizon.dump())

    assert again.dump() == {where: [2, 20], "elsewhere": [1, 0]}
    assert pauses(again, minutes_left=110) == {5, 15, 30, 60}
    assert pauses(again, minutes_left=110, turns_left=4) == set()


def test_a_trial_that_is_not_judged_has_failed():
    effects, cart = EffectEstimates(), PageState.of(in_cart())
    tryout = PriceExperiment(effects, Horizon(), policy_stream(1), 1)
    shunned = ["proceed_to_payment", "remove_from_cart"]
    assert tryout.propose(cart, None, shunned=shunned, minute=0)

    tryout.end()

    (known,) = effects.dump()["known"].items()
    assert known[1] == [1, 0.0]
    assert not effects.open(known[0])
    assert not tryout.active


def test_a_skill_leaves_out_a_wait_that_is_too_long():
    pause = fixed("wait", {"minutes": 90})
    skill = Skill(name="s", precondition={}, steps=(pause, SEARCH), postcondition={})

    first = [
        Execution(skill, seen, 0).action(seen)[0]
        for seen in (page(minutes_left=91), page(minutes_left=90))
    ]

    assert first == ["wait", "search_flights"]


def test_exploring_waits_no_longer_than_there_is_time():
    explorer, seen = (
        Explorer(1, Settings()),
        page(minutes_left=30, legal_verbs=["wait"]),
    )
    explorer.begin(page())

    drawn = [
        explorer.act(PageState.of(seen), k)[1].get("minutes", 0) for k in range(99)
    ]

    assert set(drawn) == {0, 5, 15}


def under_way(outcome, name="s"):
    """Return an agent whose episode ended while a skill was carried out."""
    agent = SkillsAgent(1)
    skill = Skill(
        name=name, precondition={}, steps=(SEARCH,), postcondition={"view": "cart"}
    )
    agent.library.skills["s"] = skill
    agent.begin(page())
    agent._running = Execution(skill, page(), 0)
    agent.trajectory.take(taken(page(legal_verbs=VERBS), "search_flights", by=name))
    agent.end({"outcome": outcome})
    return agent


@pytest.mark.parametrize(
    ("outcome", "tries"), [("failed", 1), ("truncated", 0), ("success", 1)]
)
def test_a_skill_that_the_deadline_cut_short_did_not_arrive(outcome, tries):
    skill = under_way(outcome).library.skills["s"]

    assert (skill.tries, skill.completions) == (tries, int(outcome == "success"))


def test_a_repair_that_an_end_cut_short_did_not_lead_on():
    agent = SkillsAgent(1)
    card = {"card_token": (Binding(path="wallet[0].token"),)}
    steps = (Step(verb="enter_card", args=card),)
    skill = Skill(
        name="pay", precondition={}, steps=steps, postcondition={}, completions=3
    )
    agent.begin(page())
    repairs = agent._drift.repairs
    repairs.broke(Execution(skill, page(), 0), None, page(), "there")
    way = repairs.next(page(legal_verbs=["enter_card"]), "there")
    agent._running = Execution(way, page(), 0)
    assert way.name == REPAIR

    agent.end({"outcome": "failed"})

    assert [tuple(known) for known in repairs.dump().values()] == [(1, 0)]


def outcomes(**settings):
    agent = SkillsAgent(1, **settings)
    result = ttg.run(
        "flights/rush",
        {"buyer_0": agent},
        n_agents=1,
        seed=1000,
        episodes=50,
        regret=False,
    )
    return [episode.agents["buyer_0"].outcome for episode in result.episodes]


@pytest.mark.slow
def test_trials_do_no_harm_where_the_deadline_is_near():
    """Of these tasks one in ten cannot be met."""
    played = outcomes()

    assert played.count("failed") <= 1
    assert played[-25:].count("success") >= 18
