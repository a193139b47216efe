"""Episodes and agents at once: the same journals, in the time of the longest wait."""

import asyncio
import threading
import time

import pytest

import test_time_gym as ttg
from test_time_gym.agents.base import make_agent
from test_time_gym.market.interface.policy import AgentError, Thinking
from test_time_gym.replay import verify

RUSH = "flights/rush"


class Slow:
    """Another agent, behind a wire that takes a while."""

    episodic = True
    asked_together = True
    wait_s = 0.02

    def __init__(self, name="cheapest"):
        self._agent = make_agent(name)

    def begin(self, page):
        self._agent.begin(page)

    def act(self, page):
        time.sleep(self.wait_s)
        return self._agent.act(page)


class Coroutine(Slow):
    """The same, as a coroutine function."""

    async def act(self, page):
        await asyncio.sleep(self.wait_s)
        return self._agent.act(page)


def played(folder, agents, *, episodes=4, **more):
    folder.mkdir()
    settings = {"seed": 3, "n_agents": len(agents), "regret": True} | more
    return ttg.run(
        RUSH, agents, episodes=episodes, journal=folder / "run.jsonl", **settings
    )


def journals(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.jsonl"))}


def measures(result):
    return [(one.seed, one.agents, one.market) for one in result.episodes]


@pytest.mark.parametrize("kind", [Slow, Coroutine])
def test_episodes_at_once_have_the_journals_of_one_after_another(tmp_path, kind):
    agents = [kind("cheapest"), kind("patient"), "first-offer"]

    one = played(tmp_path / "a", agents)
    many = played(tmp_path / "b", agents, concurrency=4)

    assert journals(tmp_path / "a") == journals(tmp_path / "b")
    assert measures(one) == measures(many)
    assert all(verify(tmp_path / "b" / name).ok for name in journals(tmp_path / "b"))


def test_while_one_waits_for_its_agent_others_play_on(tmp_path):
    waiting, most, lock = 0, 0, threading.Lock()

    class Counted(Slow):
        wait_s = 0.1

        def act(self, page):
            nonlocal waiting, most
            with lock:
                waiting += 1
                most = max(most, waiting)
            answer = super().act(page)
            with lock:
                waiting -= 1
            return answer

    # More than a machine has cores.
    played(tmp_path / "a", [Counted()], episodes=24, concurrency=24, regret=False)

    assert most >= 16


@pytest.mark.parametrize("window_s", [None, 30])
def test_all_that_are_ready_are_asked_at_once_and_see_the_same_market(
    tmp_path, window_s
):
    seen = []

    class Watched(Coroutine):
        async def act(self, page):
            seen.append((page["now"], len(asyncio.all_tasks())))
            return await super().act(page)

    played(tmp_path / "a", [Watched() for _ in range(3)], episodes=1, window_s=window_s)

    assert max(together for _, together in seen) >= 3
    first = [now for now, _ in seen][:3]
    assert len(dict.fromkeys(first)) == 1
    assert verify(tmp_path / "a/run.jsonl", reexecute=True).ok


def test_asked_together_they_may_think_and_fail_each_for_itself(tmp_path):
    class Thinker(Coroutine):
        async def act(self, page):
            return Thinking(await super().act(page), 5_000)

    class Failing(Coroutine):
        async def act(self, page):
            raise KeyError(page["view"])

    result = played(
        tmp_path / "a", [Thinker(), Failing(), Coroutine()], episodes=1
    ).episodes[0]

    assert [one.outcome for one in result.agents.values()] == [
        "success",
        "error",
        "infeasible_aborted",
    ]
    assert "KeyError" in result.agents["buyer_1"].error
    assert verify(tmp_path / "a/run.jsonl", reexecute=True).ok


@pytest.mark.parametrize("name", ["random", "skills"])
def test_agents_that_keep_something_play_one_episode_after_another(tmp_path, name):
    with pytest.raises(AgentError, match=f"{name} in the seat buyer_0 may keep"):
        played(tmp_path / "a", [name], concurrency=2)
    assert journals(tmp_path / "a") == {}


def test_an_object_has_to_say_that_it_keeps_nothing(tmp_path):
    class Own:
        def act(self, page):
            return {"verb": "abort"}

    with pytest.raises(AgentError, match="episodic = True"):
        played(tmp_path / "a", [Own()], concurrency=2)


def test_what_an_episode_raises_ends_the_run_and_keeps_whole_journals(tmp_path):
    class Ends(Slow):
        def end(self, result):
            raise RuntimeError("no paper")

    with pytest.raises(AgentError, match="no paper"):
        played(tmp_path / "a", [Ends()], concurrency=4)
    found = [verify(tmp_path / "a" / name).status for name in journals(tmp_path / "a")]
    assert "complete" in found


def test_an_interrupt_ends_all_episodes_at_their_next_decision(tmp_path):
    class Interrupts(Slow):
        steps = 0

        def act(self, page):
            Interrupts.steps += 1
            if Interrupts.steps == 5:
                raise KeyboardInterrupt
            return super().act(page)

    with pytest.raises(KeyboardInterrupt):
        played(tmp_path / "a", [Interrupts()], concurrency=4)
    assert Interrupts.steps < 20
    for name in journals(tmp_path / "a"):
        assert verify(tmp_path / "a" / name).status in ("complete", "aborted")
