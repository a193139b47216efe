"""Time that agents take to think: simulated, in the journal, and again on replay."""

import pytest

import test_time_gym as ttg
from test_time_gym.agents.base import make_agent
from test_time_gym.audit import audit
from test_time_gym.journal import read_journal
from test_time_gym.market.interface.policy import AgentError, AgentStopped, Thinking
from test_time_gym.replay import fork, verify
from test_time_gym.scenarios import load_scenario

RUSH = "flights/rush"


class Thinker:
    """Another agent, that needs a time for every action."""

    def __init__(self, name, ms, tokens=9):
        self._agent, self._ms, self._tokens = make_agent(name, 1), ms, tokens

    def act(self, page):
        return Thinking(
            self._agent.act(page),
            self._ms,
            prompt_tokens=1,
            completion_tokens=self._tokens,
        )


def played(tmp_path, agents, name="run", **more):
    path = tmp_path / f"{name}.jsonl"
    seeds = {"seed": 7, "regret": False, "journal": path} | more
    return path, ttg.run(RUSH, agents, n_agents=len(agents), **seeds).episodes[0].agents


def acts(path):
    return [one for one in read_journal(path).records() if one.kind == "act"]


def test_a_run_with_thinkers_is_the_same_again_and_passes_the_audit(tmp_path):
    agents = [Thinker("cheapest", 7_000), Thinker("random", 30_500), "cheapest"]
    path, _ = played(tmp_path, agents)

    assert verify(path, reexecute=True).ok
    assert audit(path).findings == ()
    thoughts = [one for one in acts(path) if one.data["status"] == "thinking"]
    assert {one.actor for one in thoughts} == {"buyer_0", "buyer_1"}
    told = next(one.data["args"] for one in thoughts if one.actor == "buyer_0")
    assert told == {"completion_tokens": 9, "ms": 7_000, "prompt_tokens": 1}


def test_an_action_is_taken_when_its_agent_has_thought(tmp_path):
    path, agents = played(tmp_path, [Thinker("cheapest", 7_000)])

    seen = acts(path)
    for thought, action in zip(seen[::2], seen[1::2], strict=True):
        assert (thought.data["status"], thought.data["reward"]) == ("thinking", {})
        assert thought.data["turn"] == action.data["turn"]
        assert thought.data["ticket"] == action.data["ticket"]
        assert action.t == thought.t + 7_000
    assert agents["buyer_0"].steps == len(seen) // 2
    assert agents["buyer_0"].outcome == "success"


def test_who_thinks_for_no_time_leaves_no_trace_of_it(tmp_path):
    thinking, _ = played(tmp_path, [Thinker("cheapest", 0), "cheapest"], "a")
    plain, _ = played(tmp_path, [make_agent("cheapest").act, "cheapest"], "b")

    assert thinking.read_bytes() == plain.read_bytes()


def test_who_thinks_beyond_the_deadline_has_failed(tmp_path):
    path, agents = played(tmp_path, [Thinker("cheapest", 30 * 86_400_000)])

    assert (agents["buyer_0"].outcome, agents["buyer_0"].steps) == ("failed", 0)
    assert verify(path, reexecute=True).ok
    assert audit(path).findings == ()


@pytest.fixture
def last_seat():
    """Return a scenario in which one seat is left at a price that both can pay."""
    rush = load_scenario(RUSH).model_dump(mode="json", by_alias=True)
    flight = rush["market"]["flights"][0]
    flight["legs"][0]["seats"] = 1
    flight["fares"] = flight["fares"][-1:]
    for fare in flight["fares"]:
        fare["booking_limit"] = None
    rush["market"] |= {"flights": [flight], "demand": []}
    leg = flight["legs"][0]
    day = leg["depart"][:10]
    rush["task"]["trips"] = [{"from": leg["from"], "to": leg["to"], "date": day}]
    rush["task"] |= {"budgets_minor": [900_00], "constrained_ppm": 0}
    rush["task"]["wallets"] = [["tok_ok"]]
    return type(load_scenario(RUSH)).model_validate(rush)


def test_the_slow_lose_the_last_seat_and_lose_it_again_on_replay(tmp_path, last_seat):
    path = tmp_path / "last.jsonl"
    for slow in (0, 1):
        agents = ["cheapest", "cheapest"]
        agents[slow] = Thinker("cheapest", 20_000)
        found = ttg.run(
            last_seat, agents, n_agents=2, seed=3, journal=path, overwrite=True
        )
        outcomes = [one.outcome for one in found.episodes[0].agents.values()]
        assert outcomes[slow] != "success"
        assert outcomes[1 - slow] == "success"
        assert verify(path, reexecute=True).ok
        assert audit(path).findings == ()


def test_a_fork_goes_on_after_a_thought(tmp_path):
    path, _ = played(tmp_path, [Thinker("cheapest", 7_000), "cheapest"])
    thought = next(one for one in acts(path) if one.data["status"] == "thinking")
    child = tmp_path / "child.jsonl"

    fork(path, thought.n, {"buyer_1": "first-offer"}, journal=child)

    assert verify(child, reexecute=True).ok
    mine = [(r.t, r.data["verb"]) for r in acts(child) if r.actor == "buyer_0"]
    assert (
        mine[:4]
        == [(r.t, r.data["verb"]) for r in acts(path) if r.actor == "buyer_0"][:4]
    )


@pytest.mark.parametrize("ms", [-1, 1.5, True, "1", 10**12])
def test_thinking_takes_whole_numbers(ms):
    with pytest.raises(AgentError, match="whole numbers"):
        Thinking({"verb": "wait"}, ms)


@pytest.mark.parametrize("outcome", ["provider_error", "budget_exhausted", "refused"])
def test_who_does_not_go_on_ends_with_its_own_outcome(tmp_path, outcome):
    def stopping(page):
        if page["flights"]:
            raise AgentStopped(outcome, "rate_limit", "the server said: 429, wait")
        return {"verb": 0}

    path, agents = played(tmp_path, [stopping, "cheapest"])

    assert agents["buyer_0"].outcome == outcome
    assert "the server said" in agents["buyer_0"].error
    assert agents["buyer_1"].outcome == "success"
    last = [one for one in acts(path) if one.actor == "buyer_0"][-1]
    assert (last.data["status"], last.data["args"]) == (outcome, {"why": "rate_limit"})
    assert verify(path, reexecute=True).ok
    assert audit(path).findings == ()


def test_no_other_outcome_can_be_claimed():
    with pytest.raises(AgentError, match="provider_error"):
        AgentStopped("success", "well")
