"""Memories: what a model is shown of earlier episodes, and what it is not."""

import json

import pytest

from test_time_gym import run
from test_time_gym.agents.llm import LLMAgent
from test_time_gym.agents.llm.memory import (
    MEMORY_ARMS,
    MemoryAgent,
    MemoryLimits,
    make_memory,
)
from test_time_gym.market.errors import Misuse
from test_time_gym.scenarios import load_family
from test_time_gym.serving.fake_model import FakeModel

SITE = "flights/sites"


@pytest.fixture
def model():
    with FakeModel("cheapest") as served:
        yield served


def played(model, memory, seeds, **options):
    """Play one episode after the other; return who played, and all results."""
    agent = LLMAgent("m", model.base_url, client="http", history="last:3", **options)
    site = load_family(SITE).site(0)
    player = MemoryAgent(agent, memory, arm="a", site="s")
    return [
        run(site, {"buyer_0": player}, n_agents=1, seed=seed, regret=False)
        .episodes[0]
        .agents["buyer_0"]
        for seed in seeds
    ]


def first_prompts(model):
    """Return the system message of the first request of each episode."""
    bodies = [asked.body for asked in model.requests]
    return [
        one["messages"][0]["content"]
        for one in bodies
        if [m["role"] for m in one["messages"]] == ["system", "user"]
    ]


WINS = (0, 1, 3)
"""Seeds at which `cheapest` buys."""
SKILLED = (0, 1, 2)
"""`skilled` buys at the first one, so that there are skills at the others."""


@pytest.mark.slow
def test_the_twin_is_shown_the_same_each_time(model):
    played(model, make_memory("none"), WINS[:2])

    prompts = first_prompts(model)
    assert len(prompts) == 2
    assert len(dict.fromkeys(prompts)) == 1


@pytest.mark.slow
def test_transcripts_are_whole_episodes_as_many_as_fit(model):
    limits = MemoryLimits(episodes=2, tokens=100_000)
    played(model, make_memory("transcripts", limits=limits), (*WINS, 4))

    told = [prompt.count("## An episode") for prompt in first_prompts(model)]
    assert told == [0, 1, 2, 2]
    last = first_prompts(model)[-1]
    assert last.count("You did: ") == last.count("\nPage: ")
    assert '{"verb": "confirm_payment"' in last
    assert "Its outcome: success" in last


@pytest.mark.slow
def test_what_is_too_long_is_left_out_whole(model):
    limits = MemoryLimits(episodes=3, tokens=300)
    played(model, make_memory("transcripts", limits=limits), WINS[:2])

    assert "An episode" not in first_prompts(model)[1]


def test_a_note_is_asked_for_in_one_further_call_and_bounded(model):
    limits = MemoryLimits(note_tokens=5)
    results = played(model, make_memory("notes", limits=limits), WINS[:2])

    asked = [one.body for one in model.requests if "tools" not in one.body]
    assert len(asked) == 2
    assert [one["role"] for one in asked[0]["messages"][-2:]] == ["tool", "user"]
    assert "Its outcome: success" in asked[0]["messages"][-2]["content"]
    assert "at most 20 characters" in asked[0]["messages"][-1]["content"]
    head, _, note = first_prompts(model)[1].partition("the oldest first.\n\n")
    assert head.endswith(
        "# Your notes\n\nYou wrote these after earlier episodes at this site, "
    )
    assert note.startswith("I have read ")
    assert len(note) == 20
    assert results[0].usage["calls"] == results[0].steps


@pytest.mark.slow
@pytest.mark.parametrize("arm", ["transcripts", "skills-text"])
def test_what_was_learned_from_an_instance_is_not_shown_there(model, arm):
    limits = MemoryLimits(tokens=50_000)
    played(model, make_memory(arm, limits=limits), (1, 1))
    played(model, make_memory(arm, limits=limits, repeated=True), (1, 1))

    first, again, other, repeated = first_prompts(model)
    assert first == again == other
    assert repeated.startswith(first)
    assert len(repeated) > len(first)


@pytest.mark.slow
def test_skills_are_told_as_words_and_data_without_what_is_counted(model):
    played(model, make_memory("skills-text"), WINS[:2])

    prompt = first_prompts(model)[-1]
    blocks = prompt.split("```json\n")[1:]
    found = [json.loads(block.split("\n```")[0]) for block in blocks]
    assert len(found) > 2
    assert prompt.count("Use it when the page shows `view`:") == len(found)
    assert {key for one in found for key in one} == {"name", "before", "steps", "after"}


@pytest.mark.slow
def test_skill_tools_are_offered_and_carried_out_a_market_step_an_action():
    with FakeModel("skilled") as model:
        memory = make_memory("skills-tools")
        results = played(model, memory, SKILLED)
        skills = memory.learner.skills
        asked = [one.body for one in model.requests]

    names = {tool["function"]["name"] for one in asked for tool in one["tools"]}
    assert any(name.startswith("skill_") for name in names)
    assert sum(one.usage["calls"] for one in results) < sum(r.steps for r in results)
    assert any("(Carried out: " in str(one["messages"][-1]) for one in asked)
    assert any(one.completions for one in skills)


@pytest.mark.slow
def test_the_bandit_offers_one_skill_and_learns_outside_the_model():
    with FakeModel("skilled") as model:
        memory = make_memory("skills-bandit", seed=3)
        played(model, memory, SKILLED)
        asked = [one.body["tools"] for one in model.requests]

    offered = [
        [t for t in tools if t["function"]["name"].startswith("skill_")]
        for tools in asked
    ]
    assert max(map(len, offered)) == 1
    kinds = {type(event).__name__ for event in memory.learner.chooser.events}
    assert {"Chosen", "Learned", "Passed"} <= kinds
    assert all(
        tool["function"]["parameters"]["required"] == []
        for one in offered
        for tool in one
    )


def test_an_episode_that_is_not_judged_teaches_nothing():
    with FakeModel("cheapest", faults="refusal@3-") as model:
        memory = make_memory("transcripts")
        results = played(model, memory, WINS[:2])

    assert results[0].outcome == "refused"
    assert "An episode" not in first_prompts(model)[1]


def test_there_is_no_other_arm():
    with pytest.raises(Misuse, match="no arm is called 'dreams'; known: none, "):
        make_memory("dreams")
    assert next(iter(MEMORY_ARMS)) == "none"
    with pytest.raises(Misuse, match="tokens is a whole number from 1"):
        MemoryLimits(tokens=0)
