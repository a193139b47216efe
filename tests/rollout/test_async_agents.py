"""Agents whose methods are to be awaited, wherever agents are asked."""

import asyncio
import functools
import warnings

import numpy as np
import pytest

import test_time_gym as ttg
from test_time_gym import market_v0
from test_time_gym.agents import AgentStopped
from test_time_gym.agents.scripted import Cheapest
from test_time_gym.envs import FlightBookingEnv
from test_time_gym.serving.fake_model.scripted_policy import ScriptedPolicy

SFO = "flights/sfo-mad"
RUSH = "flights/rush"


class AsyncCheapest:
    """Plays as ``cheapest``."""

    learned = True

    def __init__(self):
        self.inner = Cheapest()
        self.begun = self.told = 0

    async def begin(self, task):
        await asyncio.sleep(0)
        self.begun += task["view"] == "search_results"

    async def act(self, page):
        await asyncio.sleep(0)
        return self.inner.act(page) if self.learned else {"verb": "abort"}

    async def end(self, result):
        await asyncio.sleep(0)
        self.told += result["steps"] > 0
        self.learned = True


class Slow(AsyncCheapest):
    """Aborts until it has been told of an episode."""

    learned = False


def simple(page):
    if page["payment_state"]["card"]:
        return {"verb": "confirm_payment"}
    if page["view"] == "payment":
        return {"verb": "enter_card", "payload": page["wallet"][-1]["token"]}
    if page["cart"]["items"]:
        return {"verb": "proceed_to_payment"}
    if page["flights"]:
        return {"verb": "add_to_cart", "payload": page["flights"][0]["id"]}
    return {"verb": "search_flights"}


async def awaited(page):
    await asyncio.sleep(0)
    return simple(page)


class Called:
    async def __call__(self, page):
        return simple(page)


def kept(function):
    @functools.wraps(function)
    def wrapped(*given):
        return function(*given)

    return wrapped


class Decorated:
    @kept
    async def act(self, page):
        return simple(page)


class Threaded:
    asked_together = True

    def act(self, page):
        return awaited(page)


@pytest.fixture(autouse=True)
def everything_is_awaited():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def outcomes(result):
    return [one.outcome for one in result.episodes[0].agents.values()]


@pytest.mark.parametrize(
    "agent",
    [
        awaited,
        functools.partial(awaited),
        lambda page: awaited(page),  # noqa: PLW0108 - no coroutine function
        Called(),
        Decorated(),
        Threaded(),
    ],
    ids=["function", "partial", "lambda", "called", "decorated", "threaded"],
)
def test_an_action_is_awaited_however_the_function_is_wrapped(agent):
    one, same = (ttg.run(SFO, who, seed=7, regret=False) for who in (agent, simple))
    assert one.episodes[0].agents == same.episodes[0].agents


def test_begin_and_end_of_an_async_agent_are_awaited():
    agent = AsyncCheapest()
    ttg.run(SFO, agent, seed=7, episodes=3, regret=False)
    assert (agent.begun, agent.told) == (3, 3)


def test_a_study_awaits_the_agent_and_what_it_learns_at_the_end():
    found = ttg.learn(SFO, Slow, episodes=3, seeds=1).as_dict()["arms"]
    told = {name: arm["success"] for name, arm in found.items()}
    assert told == {"frozen": 0, "cheapest": 1, "clerk": 1, "mined": 0.666667}


def test_environments_await_the_agents_that_play_other_seats():
    def digest_at_the_end(other):
        env = FlightBookingEnv(scenario=RUSH, n_agents=2, others={"buyer_1": other})
        env.reset(seed=7)
        ended = False
        while not ended:
            *_, ended, cut, _ = env.step({"verb": "wait", "payload": 30})
            ended |= cut
        return env.digest()

    assert digest_at_the_end(awaited) == digest_at_the_end(simple)
    assert digest_at_the_end(AsyncCheapest()) == digest_at_the_end("cheapest")


def test_vectors_of_markets_await_the_agents_that_play_other_seats():
    shown = []

    async def watching(page):
        await asyncio.sleep(0)
        shown.append(page["view"])
        return simple(page)

    markets = market_v0.vector_env(1, RUSH, n_agents=2, others={"buyer_1": watching})
    _, infos = markets.reset(seed=7)
    for _ in range(5):
        legal = np.flatnonzero(infos["action_mask"][0])
        *_, infos = markets.step(np.array([legal[-1]]))
    markets.close()
    assert shown[:3] == ["search_results", "search_results", "cart"]


def test_a_policy_of_the_fake_model_may_be_async():
    policy = ScriptedPolicy(AsyncCheapest(), 0)
    page, _ = FlightBookingEnv(scenario=SFO, seed=7).reset()
    assert policy.act(page, None) == Cheapest().act(page)


def test_an_async_agent_that_would_wait_for_itself_is_told():
    class Planner:
        async def act(self, _page):
            ttg.run(SFO, awaited, seed=1, regret=False)

    one = ttg.run(SFO, Planner(), seed=7, regret=False).episodes[0].agents["buyer_0"]
    assert one.outcome == "error"
    assert "cannot have others asked in its own act" in one.error


@pytest.mark.parametrize("kind", [None, "", 7, ValueError("quota")])
def test_a_stop_without_a_word_for_its_kind_ends_one_episode_alone(kind):
    class Stops:
        def act(self, _page):
            raise AgentStopped("provider_error", kind)

    found = ttg.run(RUSH, [Stops(), "cheapest"], seed=7, regret=False)
    assert outcomes(found) == ["error", "success"]
    assert "says in a text why it stops" in found.episodes[0].agents["buyer_0"].error


def test_a_stop_that_has_kept_nothing_is_an_error_of_its_agent():
    class OwnStop(AgentStopped):
        def __init__(self):
            Exception.__init__(self, "mine")

    class Stops:
        def act(self, _page):
            raise OwnStop

    found = ttg.run(RUSH, [Stops(), "cheapest"], seed=7, regret=False)
    assert outcomes(found) == ["error", "success"]


def test_a_group_of_errors_tells_the_first_one_in_it():
    class Groups:
        async def act(self, _page):
            async def fails():
                raise ZeroDivisionError("in a task")

            async with asyncio.TaskGroup() as group:
                group.create_task(fails())

    one = ttg.run(SFO, Groups(), seed=7, regret=False).episodes[0].agents["buyer_0"]
    assert "ExceptionGroup: unhandled errors in a TaskGroup" in one.error
    assert "first ZeroDivisionError: in a task (" in one.error
