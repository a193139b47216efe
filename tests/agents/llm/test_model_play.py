"""How a model plays: what it is shown, what its thinking costs, and whom it meets."""

import json

import pytest

from test_time_gym import run
from test_time_gym.agents.base import make_agent
from test_time_gym.agents.llm import LLMAgent
from test_time_gym.serving.fake_model import FakeModel


def of_buyer(result):
    return result.episodes[0].agents["buyer_0"]


def test_a_model_that_plays_by_a_script_plays_as_the_script(play, model):
    result = play(model.base_url, n_agents=2, seats=["buyer_0", "buyer_1"])
    script = run("flights/rush", "cheapest", seed=7, n_agents=2, regret=False)

    for seat, one in script.episodes[0].agents.items():
        found = result.episodes[0].agents[seat]
        assert (found.outcome, found.steps, found.reward, found.paid) == (
            one.outcome,
            one.steps,
            one.reward,
            one.paid,
        )


def test_one_agent_plays_all_seats_and_each_has_a_conversation_of_its_own(play, model):
    seats = ["buyer_0", "buyer_1", "buyer_2"]
    result = play(model.base_url, n_agents=3, seats=seats, episodes=2)

    for episode in result.episodes:
        assert {one.outcome for one in episode.agents.values()} == {"success"}
    begins = [one for one in model.requests if len(one.body["messages"]) == 2]
    assert len(begins) == 6


def test_only_legal_verbs_are_offered(play, model):
    play(model.base_url)

    for asked in model.requests:
        page = json.loads(asked.body["messages"][-1]["content"])
        offered = [tool["function"]["name"] for tool in asked.body["tools"]]
        assert sorted(offered) == sorted(page["legal_verbs"])


def test_the_first_message_is_the_prompt_in_the_trade_s_words(play, model):
    play(model.base_url)

    system = model.requests[0].body["messages"][0]
    assert system["role"] == "system"
    assert system["content"].startswith("You shop at a site that sells flights.")
    assert "`search_flights` loads the flights" in system["content"]
    assert "{" not in system["content"]


def test_another_trade_is_played_in_its_own_words(model):
    agent = LLMAgent("m", model.base_url, client="http")
    result = run("hotels/city-break", agent, seed=3, n_agents=1, regret=False)
    script = run("hotels/city-break", "cheapest", seed=3, n_agents=1, regret=False)

    assert of_buyer(result).outcome == of_buyer(script).outcome
    assert of_buyer(result).steps == of_buyer(script).steps
    body = model.requests[0].body
    assert "search_hotels" in [tool["function"]["name"] for tool in body["tools"]]
    assert "that sells hotels" in body["messages"][0]["content"]


@pytest.mark.parametrize("page", ["compact", "delta", "text"])
def test_pages_are_written_as_asked_for(play, page):
    def wait(_page):
        return {"verb": "wait", "payload": {"minutes": 1}}

    with FakeModel(wait, faults="text@1-") as model:
        play(model.base_url, page=page)
        first = model.requests[0].body["messages"][1]["content"]

    with FakeModel(wait, faults="text@1-") as model:
        play(model.base_url)
        whole = model.requests[0].body["messages"][1]["content"]

    assert len(first) < len(whole)
    assert (first[0] == "{") == (page != "text")


def test_thinking_takes_simulated_time_that_the_journal_has(play, model, tmp_path):
    result = play(model.base_url, think_base_ms=5000, think_per_token_ms=10)

    lines = map(json.loads, (tmp_path / "j.jsonl").read_text().splitlines())
    acts = [line["d"] for line in lines if line["k"] == "act"]
    thoughts = [act["args"] for act in acts if act["status"] == "thinking"]
    usage = of_buyer(result).usage
    assert of_buyer(result).outcome == "success"
    assert len(thoughts) == usage["calls"] == 9
    assert (
        sum(one["completion_tokens"] for one in thoughts) == usage["completion_tokens"]
    )
    assert sum(one["prompt_tokens"] for one in thoughts) == usage["prompt_tokens"]
    assert [one["ms"] for one in thoughts] == [
        5000 + 10 * one["completion_tokens"] for one in thoughts
    ]


def test_a_model_by_its_name_alone_is_an_agent(model):
    name = f"llm:m@{model.base_url}"
    result = run("flights/rush", [name, "dummy"], seed=7, regret=False, max_turns=20)

    assert of_buyer(result).policy == "llm:m"
    assert of_buyer(result).usage["calls"] == of_buyer(result).steps
    assert result.episodes[0].agents["buyer_1"].usage is None


def test_a_model_plays_no_seller(model):
    name = f"llm:m@{model.base_url}"
    with pytest.raises(ValueError, match="seller_0: a model plays buyers"):
        run("flights/three-airlines", {"seller_0": name}, regret=False, max_turns=1)


@pytest.mark.parametrize("history", ["all", "last:2"])
@pytest.mark.parametrize("page", ["compact", "delta", "text"])
def test_a_script_plays_the_same_through_all_styles_and_cut_histories(
    play, page, history
):
    with FakeModel("cheapest") as one, FakeModel("cheapest") as other:
        whole = of_buyer(play(one.base_url, n_agents=2, seed=11))
        short = of_buyer(
            play(other.base_url, n_agents=2, seed=11, page=page, history=history)
        )

    assert (short.outcome, short.steps, short.paid) == (
        whole.outcome,
        whole.steps,
        whole.paid,
    )
    assert short.usage["prompt_tokens"] < 0.85 * whole.usage["prompt_tokens"]


class Curious:
    """Looks at the second part of a list first, and then buys the cheapest it saw."""

    def __init__(self):
        self._cheapest, self.looked = make_agent("cheapest"), 0

    def begin(self, page):
        self._cheapest.begin(page)

    def act(self, page):
        if len(page["flights"]) == 4 and not self.looked:
            self.looked += 1
            return {"verb": "show_offers", "payload": {"part": 2}}
        return self._cheapest.act(page)


def test_a_model_looks_at_offers_in_parts_and_the_market_hears_nothing_of_it(tmp_path):
    path = tmp_path / "a.jsonl"
    with FakeModel(Curious()) as model:
        agent = LLMAgent("m", model.base_url, client="http", offers_per_page=4)
        result = run("flights/sfo-mad", agent, seed=42, journal=path, regret=False)

    assert of_buyer(result).outcome == "success"
    assert b"show_offers" not in path.read_bytes()
    offered = [
        "show_offers" in [tool["function"]["name"] for tool in asked.body["tools"]]
        for asked in model.requests
    ]
    shown = [
        message["content"]
        for message in model.requests[-1].body["messages"]
        if message["role"] == "tool" and "part 2 of 3" in message["content"]
    ]
    # The script would ask for ever: after as many looks as parts it cannot.
    assert len(shown) == 3
    assert offered[:5] == [False, True, True, True, False]
    assert shown[0].startswith('{"flights":[{"id":')
