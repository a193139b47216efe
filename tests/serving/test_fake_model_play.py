"""The fake model plays whole episodes as its policy would without a server."""

import json

import pytest
from jsonschema import validate
from tests.support.chats import (
    TOOLS,
    Episode,
    asking,
    first_page,
    post,
    reply_of,
    tools_of,
)

from test_time_gym.agents import make_agent
from test_time_gym.envs.flight_booking_env import FlightBookingEnv
from test_time_gym.serving.fake_model import POLICIES, FakeModel


def played_by(policy, scenario, seed, agent_seed=0):
    """Return the outcome and the number of actions of an agent without a server."""
    env = FlightBookingEnv(scenario=scenario, seed=seed)
    (page, _), agent = env.reset(), make_agent(policy, agent_seed)
    actions, over = 0, False
    while not over:
        page, _, terminated, truncated, info = env.step(agent.act(page))
        actions, over = actions + 1, terminated or truncated
    return info["outcome"], actions


CASES = [
    ("cheapest", "flights/rush", 7, {}),
    ("cheapest", "flights/rush", 1, {"keep": 2}),
    ("cheapest", "hotels/city-break", 2, {"keep": 2}),
    ("cheapest", "hotels/city-break", 2, {"tools": False}),
    ("rebooker", "flights/refunds", 0, {"keep": 2}),
    ("patient", "flights/outage", 1, {"keep": 4}),
    ("random", "flights/rush", 0, {}),
]


@pytest.mark.parametrize(("policy", "scenario", "seed", "options"), CASES)
def test_a_whole_episode_is_played_as_by_the_agent_itself(
    model, policy, scenario, seed, options
):
    episode = Episode(model.base_url, scenario, seed, model=policy, **options)

    assert episode.play() == played_by(policy, scenario, seed)


def test_the_model_s_name_chooses_another_policy(model):
    outcomes = [
        Episode(model.base_url, "flights/sfo-mad", 3, model=name).play()[0]
        for name in ("gpt-9", "first-offer")
    ]

    assert outcomes == ["success", "violation"]


def test_episodes_at_once_do_not_mix(model):
    seeds = range(4)
    alone = [Episode(model.base_url, seed=seed).play() for seed in seeds]
    running = [Episode(model.base_url, seed=seed) for seed in seeds]

    while not all(episode.over for episode in running):
        for episode in running:
            if not episode.over:
                episode.take(episode.ask())

    assert [(one.info["outcome"], len(one.actions)) for one in running] == alone


def test_a_request_that_is_repeated_changes_nothing(model):
    plain = Episode(model.base_url, seed=1)
    doubled = Episode(model.base_url, seed=1)
    plain.play()

    while not doubled.over:
        doubled.ask()
        doubled.take(doubled.ask())

    assert doubled.actions == plain.actions


class Hurried:
    """An environment whose pages show a minute less."""

    def __init__(self, env):
        self.env = env

    def step(self, action):
        page, *rest = self.env.step(action)
        return page | {"minutes_left": page["minutes_left"] - 1}, *rest


@pytest.mark.parametrize("keep", [None, 2])
def test_a_conversation_may_go_back_and_take_another_way(keep):
    def branch(model):
        episode = Episode(model.base_url, "flights/outage", 1, keep=keep)
        episode.take(episode.ask())
        episode.env = Hurried(episode.env)
        episode.play()
        return episode.actions

    with FakeModel("cheapest") as model:
        alone = branch(model)
    with FakeModel("cheapest") as model:
        Episode(model.base_url, "flights/outage", 1).play()
        after = branch(model)

    assert after == alone


def test_a_server_that_starts_again_goes_on_from_a_whole_history():
    episode = Episode("", "flights/sfo-mad", seed=3)

    while not episode.over:
        with FakeModel("cheapest") as fresh:
            episode.base_url = fresh.base_url
            episode.take(episode.ask())

    assert episode.info["outcome"] == "success"


def test_another_episode_in_the_same_history_is_begun_afresh(model):
    first = Episode(model.base_url, "flights/sfo-mad", seed=3)
    first.play()
    second = Episode(model.base_url, "flights/sfo-mad", seed=4)
    alone = Episode(model.base_url, "flights/sfo-mad", seed=4)
    alone.play()

    second.history[:0] = first.history
    second.play()

    assert second.actions == alone.actions


def test_an_agent_of_one_s_own_plays_too():
    with FakeModel(lambda page: {"verb": "abort", "payload": page["view"]}) as own:
        answer = post(own.base_url, asking(first_page(), tools=TOOLS))
        names = own.models

    assert reply_of(answer) == ("abort", '{"reason": "search_results"}')
    assert names == ["own", *POLICIES]


def test_a_page_that_the_policy_cannot_read_is_given_up():
    page = first_page() | {"payment_state": {}}
    with FakeModel("cheapest") as served:
        answer = post(served.base_url, asking(page, tools=TOOLS))

    name, arguments = reply_of(answer)
    assert name == "abort"
    assert "I cannot read this page" in arguments


def test_a_call_fits_the_schema_of_its_tool(model):
    """A strict tool wants every argument, and null for what is left out."""
    names = {"from": {"type": ["string", "null"]}, "date": {"type": ["string", "null"]}}
    strict = {"type": "object", "properties": names, "required": [*names]}
    tool = {"name": "search_flights", "strict": True, "parameters": strict}

    answer = post(
        model.base_url,
        asking(first_page(), tools=[{"type": "function", "function": tool}]),
    )

    assert reply_of(answer) == ("search_flights", '{"from": null, "date": null}')


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("scenario", ["flights/sfo-mad", "hotels/city-break"])
def test_every_call_of_an_episode_is_valid_by_its_schema(model, scenario, strict):
    tools = tools_of(scenario, strict=strict)
    schemas = {one["function"]["name"]: one["function"]["parameters"] for one in tools}
    episode = Episode(model.base_url, scenario, 3, strict=strict)

    episode.play()

    for action in episode.actions:
        validate(json.loads(action["payload"]), schemas[action["verb"]])
    assert episode.info["outcome"] == "success"


def test_only_tools_that_are_offered_are_called(model):
    page = first_page()
    waiting = [tool for tool in TOOLS if tool["function"]["name"] == "wait"]
    leaving = [tool for tool in TOOLS if tool["function"]["name"] == "abort"]

    assert reply_of(post(model.base_url, asking(page, tools=waiting))) == ("wait", "{}")
    assert reply_of(post(model.base_url, asking(page, tools=leaving))) == (
        "I would call search_flights, and there is no such tool."
    )
    assert (
        reply_of(post(model.base_url, asking(page, tools=TOOLS, tool_choice="none")))
        == '{"verb": "search_flights", "payload": {}}'
    )
