"""Studies of models: counted, resumed and played again without the model."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import test_time_gym as ttg
from test_time_gym.agents.llm import (
    Budget,
    Cassette,
    CassetteMismatch,
    LLMAgent,
    RetryPolicy,
    RunBudget,
)
from test_time_gym.agents.skills.perception.vocabulary import vocabulary_of
from test_time_gym.agents.skills.start.clerk_skills import clerk_skills
from test_time_gym.evaluation.learning.model_placebo import elsewhere
from test_time_gym.market.errors import Misuse
from test_time_gym.scenarios.flights.domain import FLIGHTS
from test_time_gym.scenarios.hotels.domain import HOTELS
from test_time_gym.serving.fake_model import FakeModel

SITES = "flights/sites"
SOURCE = Path(__file__).parents[2] / "src"
QUICK = {"client": "http", "history": "last:2", "retries": RetryPolicy(retries=0)}
SMALL = {"episodes": 2, "seeds": 1, "arms": ["notes", "skills-text"], "workers": 4}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.slow
def test_arms_meet_the_same_episodes_and_say_what_they_took():
    with FakeModel("skilled") as model:
        agent = LLMAgent("m", model.base_url, **QUICK)
        study = ttg.learn(SITES, agent, **SMALL, out="s")
        asked = len(model.requests)

    found = study.as_dict()
    assert list(found["arms"]) == ["none", "notes", "skills-text"]
    calls = [arm["usage"]["calls"] for arm in found["arms"].values()]
    assert sum(calls) == asked
    assert calls[1] == calls[0] + 2  # one note after each episode
    seeds = [[one.seed for one in study.runs(arm)[0].episodes] for arm in found["arms"]]
    assert seeds == [[0, 1]] * 3
    assert [arm["not_counted"] for arm in found["arms"].values()] == [{}] * 3


@pytest.mark.slow
def test_a_study_is_played_again_from_its_cassette_byte_for_byte():
    with FakeModel("skilled", malform=0.1) as model:
        agent = LLMAgent("m", model.base_url, **QUICK)
        ttg.learn(SITES, agent, **SMALL, out="live")
    with Cassette("live/cassette.jsonl", "replay") as cassette:
        away = LLMAgent("m", "http://127.0.0.1:9/v1", cassette=cassette, **QUICK)
        ttg.learn(SITES, away, **SMALL, out="again")

    one, two = (Path(name, "study.json").read_bytes() for name in ("live", "again"))
    assert one == two
    with Cassette("live/cassette.jsonl", "replay") as cassette:
        other = LLMAgent(
            "m", "http://127.0.0.1:9/v1", cassette=cassette, page="text", **QUICK
        )
        with pytest.raises(CassetteMismatch, match="in the episode of seed"):
            ttg.learn(SITES, other, **SMALL, out="other")


@pytest.mark.slow
def test_what_did_not_count_is_shown_and_played_again_for_nothing_else():
    with FakeModel("skilled") as model:
        agent = LLMAgent("m", model.base_url, **QUICK)
        whole = ttg.learn(SITES, agent, **SMALL, out="whole").as_dict()
        needed = len(model.requests)
        few = RunBudget(Budget(calls=20))
        poor = LLMAgent("m", model.base_url, run_budget=few, **QUICK)
        cut = ttg.learn(SITES, poor, **(SMALL | {"workers": 1}), out="cut").as_dict()
        paid = len(model.requests) - needed
        rich = ttg.learn(SITES, agent, **SMALL, out="cut").as_dict()
        after = len(model.requests) - needed

    stopped = {name: arm["not_counted"] for name, arm in cut["arms"].items()}
    assert stopped["skills-text"] == {"budget_exhausted": 2}
    assert cut["arms"]["skills-text"]["success"] is None
    assert paid == 20
    assert after == needed
    assert rich == whole


@pytest.mark.slow
def test_an_outage_in_the_middle_of_a_life_lets_what_it_changed_be_asked_again():
    with FakeModel("skilled", faults="500@16") as model:
        agent = LLMAgent("m", model.base_url, **QUICK)
        sizes = SMALL | {"workers": 1, "arms": ["notes"]}
        first = ttg.learn(SITES, agent, **sizes, out="s").as_dict()
        ttg.learn(SITES, agent, **sizes, out="s")
        again = ttg.learn(SITES, agent, **sizes, out="s").as_dict()
        count = len(model.requests)
        ttg.learn(SITES, agent, **sizes, out="s")

    assert [arm["not_counted"] for arm in first["arms"].values()] != [{}, {}]
    assert [arm["not_counted"] for arm in again["arms"].values()] == [{}, {}]
    assert len(model.requests) == count


def test_a_model_has_arms_of_its_own():
    agent = LLMAgent("m", "http://127.0.0.1:9/v1")
    with pytest.raises(Misuse, match="a language model has no arm 'mined'"):
        ttg.learn(SITES, agent, arms=["mined"], episodes=1)


@pytest.mark.parametrize(("here", "there"), [(FLIGHTS, HOTELS), (HOTELS, FLIGHTS)])
def test_the_placebo_of_a_model_is_about_offers_of_another_trade(here, there):
    skills = clerk_skills(vocabulary_of({here.words.offers: []}))

    given = elsewhere(skills, 7, here)

    assert [len(one.steps) for one in given] == [len(one.steps) for one in skills]
    for one in given:
        assert one.precondition == {
            "view": "search_results",
            there.words.offers: "some",
        }
        assert here.words.offers not in str([step.args for step in one.steps])


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_a_killed_study_goes_on_with_what_was_paid_for():
    command = [sys.executable, "-m", "test_time_gym.cli", "learn", SITES]
    command += ["--arms", "notes,skills-text", "--episodes", "2", "--seeds", "1"]
    with FakeModel("skilled", latency_ms=5) as model:
        name = f"llm:m@{model.base_url}"
        command += ["--agent", name, "--llm-client", "http", "--json", "--out", "s"]
        options = {"env": os.environ | {"PYTHONPATH": str(SOURCE)}}
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **options)
        try:
            while len(model.requests) < 25:
                assert process.poll() is None
                time.sleep(0.002)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        killed = len(model.requests)
        kept = Path("s/cassette.jsonl").read_bytes().count(b'"kind":"call"')
        answer = subprocess.run(
            command, check=True, capture_output=True, text=True, **options
        )
        needed = sum(
            arm["usage"]["calls"] for arm in json.loads(answer.stdout)["arms"].values()
        )
        assert killed - 3 <= kept <= killed < needed
        assert len(model.requests) == killed + needed - kept
