"""Cassettes: what was paid for is kept, and a run needs no model the second time."""

import json

import pytest

from test_time_gym.agents.llm import Budget, Cassette, CassetteError, CassetteMismatch
from test_time_gym.agents.llm.cassette_reader import read_cassette
from test_time_gym.agents.llm.cassette_writer import CassetteWriter
from test_time_gym.market.interface.policy import AgentError
from test_time_gym.serving.fake_model import FakeModel

NOWHERE = "http://127.0.0.1:9/v1"
TWO = ["buyer_0", "buyer_1"]


def digests(result):
    return [episode.sha256 for episode in result.episodes]


def outcomes(result):
    return [
        {name: one.outcome for name, one in episode.agents.items()}
        for episode in result.episodes
    ]


@pytest.fixture
def tape(tmp_path):
    return tmp_path / "runs" / "c.jsonl"


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_a_run_with_a_model_is_the_same_bytes_without_it(play, model, tape, stream):
    settings = {"n_agents": 3, "seats": TWO, "episodes": 2}
    with Cassette(tape) as cassette:
        once = play(model.base_url, cassette=cassette, stream=stream, **settings)
    asked = len(model.requests)
    with Cassette(tape, "replay") as cassette:
        again = play(NOWHERE, cassette=cassette, **settings)

    assert digests(again) == digests(once)
    assert len(model.requests) == asked == len(read_cassette(tape).calls)
    first, second = (one.episodes[0].agents["buyer_0"].usage for one in (once, again))
    assert second == first | {"recorded": first["calls"]}


def test_what_is_recorded_is_a_message_once_however_long_the_run(play, model, tape):
    with Cassette(tape) as cassette:
        play(model.base_url, cassette=cassette)

    lines = [json.loads(line) for line in tape.read_text().splitlines()]
    said = [line["digest"] for line in lines if line.get("kind") == "message"]
    asked = sum(len(one.body["messages"]) for one in model.requests)
    assert len(said) == len(set(said)) < asked
    assert sum(len(one["messages"]) for one in lines if one.get("kind") == "call") < 30


def test_every_request_is_read_back_as_it_was(play, model, tape):
    with Cassette(tape) as cassette:
        play(model.base_url, cassette=cassette, history="last:2", temperature=0.5)

    calls = read_cassette(tape).calls.values()
    assert [call.request.body() for call in calls] == [
        one.body for one in model.requests
    ]
    assert all(call.digest == call.request.digest() for call in calls)


def test_a_changed_prompt_is_told_with_the_call_and_the_line(play, model, tape):
    with Cassette(tape) as cassette:
        play(model.base_url, cassette=cassette)
    with Cassette(tape, "replay") as cassette, pytest.raises(AgentError) as caught:
        play(NOWHERE, cassette=cassette, prompt="You shop.\nBe quick.", episodes=3)

    told = str(cassette.failure)
    assert isinstance(cassette.failure, CassetteMismatch)
    assert told[:150] in str(caught.value)
    assert told.startswith("call 1 of buyer_0 in the episode of seed 7 differs from ")
    assert "message 1 (system), line 1: recorded 'You shop at a site" in told


def test_a_page_that_differs_is_told_where_in_its_line(play, model, tape):
    with Cassette(tape) as cassette:
        play(model.base_url, cassette=cassette)
    with Cassette(tape, "replay") as cassette, pytest.raises(AgentError):
        play(NOWHERE, cassette=cassette, turns=50)

    assert ", line 1, character " in str(cassette.failure)


def test_what_was_never_asked_is_told_too(play, model, tape):
    with Cassette(tape) as cassette:
        play(model.base_url, cassette=cassette)
    with Cassette(tape, "replay") as cassette, pytest.raises(AgentError):
        play(NOWHERE, cassette=cassette, seed=8)

    assert "call 1 of buyer_0 in the episode of seed 8 is not in the cassette" in str(
        cassette.failure
    )


def test_a_run_that_a_provider_stopped_is_gone_on_with(play, tape):
    settings = {"n_agents": 2, "seats": TWO, "episodes": 2}
    with FakeModel("cheapest") as model:
        whole = play(model.base_url, **settings)
        needed = len(model.requests)
    with FakeModel("cheapest", faults="401@6") as model:
        with Cassette(tape) as cassette:
            stopped = play(model.base_url, cassette=cassette, **settings)
        with Cassette(tape, "replay") as cassette:
            replayed = play(NOWHERE, cassette=cassette, **settings)
        before = len(model.requests)
        with Cassette(tape, "resume") as cassette:
            resumed = play(model.base_url, cassette=cassette, **settings)
        after = len(model.requests)
        with Cassette(tape, "resume") as cassette:
            play(model.base_url, cassette=cassette, **settings)
        assert len(model.requests) == after
    with Cassette(tape, "replay") as cassette:
        again = play(NOWHERE, cassette=cassette, **settings)

    assert "provider_error" in outcomes(stopped)[0].values()
    assert digests(replayed) == digests(stopped)
    assert digests(resumed) == digests(whole) == digests(again)
    # Of the episode that was stopped only what came before is still true.
    assert after - before < needed
    assert digests(stopped)[1] == digests(whole)[1]


def test_a_budget_that_was_used_up_is_gone_on_with_when_it_is_larger(play, model, tape):
    with Cassette(tape) as cassette:
        short = play(model.base_url, cassette=cassette, budget=Budget(calls=3))
    with Cassette(tape, "resume") as cassette:
        longer = play(model.base_url, cassette=cassette)

    assert outcomes(short) == [{"buyer_0": "budget_exhausted"}]
    assert outcomes(longer) == [{"buyer_0": "success"}]
    assert len(model.requests) == longer.episodes[0].agents["buyer_0"].steps


@pytest.mark.parametrize("cut", [1, 100, 2000])
def test_a_torn_last_line_is_left_out_and_asked_again(play, model, tape, cut):
    with Cassette(tape) as cassette:
        once = play(model.base_url, cassette=cassette)
    end = tape.read_bytes().rindex(b'{"calls":')
    tape.write_bytes(tape.read_bytes()[: end - cut])

    with Cassette(tape, "resume") as cassette:
        again = play(model.base_url, cassette=cassette)
    with Cassette(tape, "replay") as cassette:
        third = play(NOWHERE, cassette=cassette)

    assert digests(again) == digests(once) == digests(third)


def test_a_damaged_line_is_told_by_its_number(play, model, tape):
    with Cassette(tape) as cassette:
        play(model.base_url, cassette=cassette)
    lines = tape.read_bytes().split(b"\n")
    lines[4] = lines[4][:-5]
    tape.write_bytes(b"\n".join(lines))

    with pytest.raises(CassetteError, match=r"line 5 of the cassette .* is damaged"):
        Cassette(tape, "replay")


def test_what_is_no_cassette_is_refused(tape):
    tape.parent.mkdir()
    tape.write_text("{}\n")

    with pytest.raises(CassetteError, match="is no cassette of version 1"):
        Cassette(tape, "resume")
    with pytest.raises(CassetteError, match="cannot be read: No such file"):
        Cassette(tape.parent / "none.jsonl", "replay")


def test_a_cassette_that_exists_is_never_recorded_over(tape):
    Cassette(tape).close()

    with pytest.raises(CassetteError, match="exists: go on with it"):
        Cassette(tape)


def test_two_processes_do_not_record_on_one_cassette(tape):
    with Cassette(tape), pytest.raises(CassetteError, match="by another process"):
        Cassette(tape, "resume")

    Cassette(tape, "resume").close()


def test_a_full_disk_ends_the_run_before_it_costs_more(play, model, tape, monkeypatch):
    def full(*_lines):
        raise CassetteError("the cassette cannot be written: No space left on device")

    with Cassette(tape) as cassette:
        monkeypatch.setattr(CassetteWriter, "_append", full)
        with pytest.raises(AgentError, match="No space left"):
            play(
                model.base_url,
                cassette=cassette,
                episodes=3,
                seats=["buyer_0", "buyer_1"],
                n_agents=2,
            )

    # Both are asked at once, and nobody a second time.
    assert len(model.requests) == 2
